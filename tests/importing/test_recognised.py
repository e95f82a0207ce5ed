"""A family of whom a file says what stands here is recognised: told as if each of its people had been compared, and not for longer.

Lestari's files come again and again; facilitator Sari, lists and other files write in between.
"""

from datetime import date
from random import Random

import polars as pl
import pytest
from django.db import connection, transaction

from households.importing import examining, recognising, staging
from households.models import (
    DecileRecord,
    Family,
    FamilyDigest,
    Household,
    ImportConflict,
    Membership,
    Person,
    PersonAnswers,
    Registration,
    SurveyRound,
)
from households.registry import correcting
from slrt.core import clock
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, apply, bring, preview, take_back
from tests.importing.test_any_file import Ministry
from tests.registry.races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)  # a run is told from the next by the time of its transaction
EVERYBODY = (ROSNA, ANDI, BUDI, CITRA, DEDI)
# Of a run's counts, what tells of the moment and not of the file.
OF_THE_MOMENT = {"seen_at", "compared_at_mark", recognising.DROPS, "memberships_made", "matched_like"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def recognised(run):
    """The people whom a preview did not have to look at, and those it did."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(cardinality(lines)), 0) FROM {staging.schema(run.pk)}.import_family_settled"
        )
        known = cursor.fetchone()[0]
        cursor.execute(f"SELECT count(*) FROM {staging.schema(run.pk)}.import_person")
        return known, cursor.fetchone()[0]


def digests():
    return set(FamilyDigest.objects.values_list("family__official_id", flat=True))


def said(run):
    return {name: value for name, value in run.counts.items() if name not in OF_THE_MOMENT}


@pytest.fixture
def in_full(monkeypatch):
    """Preview a file as if nobody had ever been recognised."""

    def look(by, *rows):
        with monkeypatch.context() as patched:
            patched.setattr(recognising, "known", lambda digests: {})
            run = preview(by, *rows)
        assert recognised(run)[0] == 0
        return run

    return look


def test_the_same_file_again_is_known_without_looking_at_anybody(manager, in_full):
    bring(manager, *EVERYBODY)
    again = preview(manager, *EVERYBODY)
    assert recognised(again) == (5, 0)
    assert again.counts["people"] == {"new": 0, "changed": 0, "unchanged": 5}
    assert again.counts["households"] == {"new": 0, "changed": 0, "unchanged": 4}
    assert [(place["people"], place["new"], place["changed"]) for place in again.counts["villages"]] == [
        (1, 0, 0),
        (4, 0, 0),
    ]
    assert said(again) == said(in_full(manager, *EVERYBODY))
    before = SurveyRound.objects.count()
    apply(manager, again)
    assert (SurveyRound.objects.count(), len(digests())) == (before, 4)


def test_only_the_families_that_a_file_says_something_new_about_are_looked_at(manager):
    bring(manager, *EVERYBODY)
    newer = preview(manager, ROSNA, {**ANDI, "SEKOLAH": "1"}, BUDI, CITRA, DEDI)
    assert recognised(newer) == (3, 2)
    assert newer.counts["people"] == {"new": 0, "changed": 1, "unchanged": 4}
    apply(manager, newer)
    assert recognised(preview(manager, ROSNA, {**ANDI, "SEKOLAH": "1"}, BUDI, CITRA, DEDI)) == (5, 0)
    assert recognised(preview(manager, *EVERYBODY)) == (3, 2), "what an older file said of them holds no more"


@pytest.mark.parametrize("column", [*ROSNA])
def test_a_family_of_which_one_cell_differs_is_not_recognised(manager, column):
    other = {"TGL_LAHIR": "1980-06-06", "JENIS_KELAMIN": "1", "HUB_KELUARGA": "3", "KODE_DESA": "1301052003"}
    other |= {"DESIL": "3", "PERIODE_DESIL": "2026-Q4", "LANTAI": "5", "SEKOLAH": "1"}
    other |= {"NO_KK": "1301990101109999", "NIK": "1301994506809999"}
    bring(manager, ROSNA, BUDI)
    assert recognised(preview(manager, {**ROSNA, column: other.get(column, ROSNA[column] + "h")}, BUDI)) == (1, 1)


def _move(family):
    Membership.objects.filter(family=family, person__name="Andi").update(ended_on=date(2026, 1, 1), end_reason="moved")


def _forget_rounds(family):
    PersonAnswers.objects.filter(round__household=family.household)._raw_delete("default")
    SurveyRound.objects.filter(household=family.household)._raw_delete("default")


WRITES = {
    "a person": lambda family: Person.objects.filter(name="Andi").update(name="Andika"),
    "a member who leaves": _move,
    "a member who comes": lambda family: Membership.objects.create(
        family=family, person=Person.objects.create(name="Cici", name_folded="cici", sex="2"), relation="3"
    ),
    "a member deleted": lambda family: Membership.objects.filter(person__name="Andi")._raw_delete("default"),
    "the house": lambda family: Household.objects.filter(pk=family.household_id).update(address="Jorong Koto"),
    "the family": lambda family: Family.objects.filter(pk=family.pk).update(decile=9),
    "answers": lambda family: PersonAnswers.objects.filter(person__name="Andi").update(answers={"sekolah": "1"}),
    "a round": lambda family: SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2026, 1, 1)
    ),
    "a round that is gone": _forget_rounds,
    "a registration that is gone": lambda family: Registration.objects.filter(family=family)._raw_delete("default"),
    "a decile that is gone": lambda family: DecileRecord.objects.filter(family=family).delete(),
}


@pytest.mark.parametrize("what", WRITES)
def test_whatever_is_written_of_a_family_it_is_not_recognised_any_more(manager, in_full, what):
    bring(manager, *EVERYBODY)
    assert digests() == {"K0", "K1", "K2", "K3"}
    WRITES[what](Family.objects.get(official_id="K0"))
    assert digests() == {"K1", "K2", "K3"}, "and of others nothing was written"
    again = preview(manager, *EVERYBODY)
    assert recognised(again) == (3, 2)
    assert said(again) == said(in_full(manager, *EVERYBODY))


def test_a_correction_that_is_taken_back_with_its_transaction_drops_nothing(manager):
    bring(manager, *EVERYBODY)
    with transaction.atomic():
        Person.objects.filter(name="Andi").update(name="Andika")
        assert digests() == {"K1", "K2", "K3"}
        transaction.set_rollback(True)
    assert recognised(preview(manager, *EVERYBODY)) == (5, 0)


def _corrects(by):
    rosna, family = Person.objects.get(name="Rosna"), Family.objects.get(official_id="K0")
    values = {"name": "Rosnawati"}
    return lambda: correcting.correct(family, by=by, person=rosna, version=rosna.version, values=values, reason="KTP")


def test_who_was_recognised_and_then_corrected_is_read_again_before_the_file_is_applied(manager, sari):
    bring(manager, *EVERYBODY)
    waiting = preview(manager, *EVERYBODY)
    assert recognised(waiting) == (5, 0)
    _corrects(sari)()
    apply(manager, waiting)
    assert Person.objects.filter(name="Rosnawati").exists()
    assert waiting.counts["warned"]["edited"] == 1
    assert waiting.counts["left_out_lines"] == {"edited": [[2, 3]]}, "both people of the family, by their lines"
    assert "K0" not in digests()


def test_who_is_corrected_while_the_file_is_compared_is_compared_in_full(manager, sari, monkeypatch):
    bring(manager, *EVERYBODY)
    real, asked = recognising.known, []

    def then_corrected(found):
        known = real(found)
        if not asked:
            asked.append(True)
            _corrects(sari)()
        return known

    monkeypatch.setattr(recognising, "known", then_corrected)
    run = preview(manager, *EVERYBODY)
    assert recognised(run) == (3, 2)
    assert run.counts["fields"]["people"] == {"name": 1}


def test_nothing_is_kept_of_known_families_while_somebody_writes(manager):
    bring(manager, *EVERYBODY)
    FamilyDigest.objects.all().delete()
    waiting = preview(manager, *EVERYBODY)
    with transaction.atomic():
        Person.objects.filter(name="Dedi").update(occupation="tani")
        thread, came_to = elsewhere(lambda: apply(manager, waiting).counts["people"]["unchanged"])
        thread.join(20)
        assert came_to == [5], "it is applied, and waits for nobody"
        assert digests() == set()
    bring(manager, *EVERYBODY)
    assert digests() == {"K0", "K1", "K2", "K3"}


def test_nothing_is_kept_of_known_families_when_somebody_wrote_since_they_were_compared(manager, monkeypatch):
    bring(manager, *EVERYBODY)
    FamilyDigest.objects.all().delete()
    real = recognising.keep

    def after_a_write(cursor, found):
        thread, _came_to = elsewhere(lambda: Person.objects.filter(name="Dedi").update(occupation="tani"))
        thread.join(20)
        real(cursor, found)

    with monkeypatch.context() as patched:
        patched.setattr(recognising, "keep", after_a_write)
        bring(manager, *EVERYBODY)
    assert digests() == set()


def test_a_family_that_came_without_somebody_is_another_one_when_he_comes_again(manager, in_full):
    bring(manager, *EVERYBODY)
    without = (ROSNA, BUDI, CITRA, DEDI)
    first = bring(manager, *without)
    assert (first.counts["missing"], digests()) == (1, {"K0", "K1", "K2", "K3"}), (
        "Andi is flagged, the others stand as they came"
    )
    again = preview(manager, *without)
    assert said(again) == said(in_full(manager, *without))
    whole = preview(manager, *EVERYBODY)
    assert said(whole) == said(in_full(manager, *EVERYBODY))
    assert whole.counts["people"]["changed"] == 1, "Andi is there again"


def test_one_nik_in_two_families_keeps_both_from_being_recognised(manager, in_full):
    bring(manager, *EVERYBODY)
    twice = (*EVERYBODY, {**DEDI, "NIK": BUDI["NIK"], "NAMA": "Bodi", "HUB_KELUARGA": "3"})
    run = preview(manager, *twice)
    assert run.counts["reasons"] == {"nik_twice": 2}
    assert said(run) == said(in_full(manager, *twice))
    assert recognised(run) == (3, 1), "Dedi, beside whom the other bearer stood"
    apply(manager, run)
    assert recognised(preview(manager, *EVERYBODY)) == (5, 0), "nothing was written of them"


def test_two_families_of_one_house_are_compared_in_full_each_time(manager, in_full):
    bring(manager, *EVERYBODY)
    house = Household.objects.get(families__official_id="K1")
    Family.objects.filter(official_id="K2").update(household=house)
    assert digests() == {"K0", "K1", "K3"}
    FamilyDigest.objects.all().delete()
    bring(manager, *EVERYBODY)
    assert digests() == {"K0", "K3"}
    assert said(preview(manager, *EVERYBODY)) == said(in_full(manager, *EVERYBODY))


def test_what_a_file_changes_of_a_house_is_news_of_the_other_family_there(manager, in_full):
    bring(manager, *EVERYBODY)
    digest = FamilyDigest.objects.get(family__official_id="K2").digest
    house, citra = Household.objects.get(families__official_id="K1"), Family.objects.get(official_id="K2")
    Family.objects.filter(pk=citra.pk).update(household=house)
    FamilyDigest.objects.create(family=citra, digest=digest)
    bring(manager, {**BUDI, "LANTAI": "5"}, CITRA)
    assert "K2" not in digests()
    assert said(preview(manager, *EVERYBODY)) == said(in_full(manager, *EVERYBODY))


@pytest.fixture
def in_parts_of_two(monkeypatch):
    real = examining.table_of

    def cut(run):
        table = real(run)
        rows = pl.concat(table.parts)
        table.parts = (rows[first : first + 2] for first in range(0, rows.height, 2))
        return table

    monkeypatch.setattr(examining, "table_of", cut)


def test_a_family_whose_rows_stand_apart_in_several_parts_leaves_no_digest(manager, in_parts_of_two, in_full):
    bring(manager, BUDI, ROSNA, CITRA, ANDI)
    assert digests() == {"K1", "K2"}
    again = preview(manager, BUDI, ROSNA, CITRA, ANDI)
    assert recognised(again) == (2, 2)
    assert said(again) == said(in_full(manager, BUDI, ROSNA, CITRA, ANDI))


def test_a_family_that_a_block_of_the_file_ends_in_is_kept_together(manager, in_parts_of_two):
    bring(manager, BUDI, ROSNA, ANDI, CITRA)
    assert digests() == {"K0", "K1", "K2"}
    assert recognised(preview(manager, BUDI, ROSNA, ANDI, CITRA)) == (4, 0)


def test_a_family_that_comes_again_in_a_later_part_is_not_taken_for_what_it_was(manager, in_parts_of_two, in_full):
    bring(manager, ROSNA, BUDI)
    assert digests() == {"K0", "K1"}
    newer = preview(manager, ROSNA, BUDI, ANDI)
    assert recognised(newer) == (1, 2)
    assert newer.counts["people"] == {"new": 1, "changed": 0, "unchanged": 2}
    assert said(newer) == said(in_full(manager, ROSNA, BUDI, ANDI))


def test_the_same_people_under_another_card_are_another_family(manager, in_full):
    bring(manager, *EVERYBODY)
    other = {**BUDI, "ID_KELUARGA": "K9", "NO_KK": "1301990101100009"}
    run = preview(manager, ROSNA, ANDI, other, CITRA, DEDI)
    assert recognised(run) == (4, 1)
    assert run.counts["conflicts"] == 1
    assert said(run) == said(in_full(manager, ROSNA, ANDI, other, CITRA, DEDI))


@pytest.mark.parametrize("sign", [recognising.BETWEEN_CELLS, recognising.BETWEEN_ROWS])
def test_a_sign_that_stands_between_cells_is_no_way_to_look_like_another_family(manager, sign):
    bring(manager, {**ROSNA, "NAMA": f"Ros{sign}na"}, BUDI)
    assert digests() == {"K1"}


def test_a_file_taken_back_takes_its_digests_along(manager):
    bring(manager, ROSNA, ANDI)
    take_back(manager, bring(manager, *EVERYBODY))
    assert not FamilyDigest.objects.exclude(family__in=Family.objects.all()).exists()
    take_back(manager, bring(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI))
    assert digests() == set(), "what stood before is found out by the next file"
    again = preview(manager, ROSNA, ANDI)
    assert again.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_with_another_key_nobody_is_recognised(manager, settings):
    bring(manager, *EVERYBODY)
    with_the_old = preview(manager, *EVERYBODY)
    settings.INDEX_KEY = "A" * 43 + "="
    with_another = preview(manager, *EVERYBODY)
    assert (recognised(with_the_old), recognised(with_another)) == ((5, 0), (0, 5))


class Office:
    """Writes something into the registry between two files, by chance."""

    def __init__(self, random):
        self.random = random

    def writes(self):
        if not (families := list(Family.objects.filter(merged_into=None))):
            return
        family = self.random.choice(families)
        members = list(Membership.objects.open().filter(family=family).select_related("person"))
        what = self.random.choice(("name", "died", "address", "answers", "card", "missing", "nothing", "nothing"))
        if what == "name" and members:
            Person.objects.filter(pk=members[0].person_id).update(name="Nama Lain", name_folded="nama lain")
        elif what == "died" and members:
            Person.objects.filter(pk=members[-1].person_id).update(died_on=clock.today())
        elif what == "address":
            Household.objects.filter(pk=family.household_id).update(address="Jorong Koto")
        elif what == "answers":
            PersonAnswers.objects.filter(person__in=[m.person_id for m in members]).update(answers={"sekolah": "2"})
        elif what == "card":
            Family.objects.filter(pk=family.pk).update(kk_index=None, kk_encrypted=None)
        elif what == "missing" and members:
            Membership.objects.filter(pk=members[0].pk).update(missing_since=clock.now())


@pytest.mark.parametrize("number", [1, 2])
def test_whatever_came_before_a_preview_says_the_same_as_if_everybody_had_been_compared(manager, in_full, number):
    ministry, known = Ministry(number), 0
    office, draw = Office(Random(number)), Random(number)
    rows = [dict(row) for row in ministry.rows]
    for turn in range(6):
        run = bring(manager, *rows, complete=turn % 2 == 0)
        if turn % 3 == 2:
            take_back(manager, run)
        ImportConflict.objects.undecided().update(decision="keep")
        # What the ministry draws is wilder than a quarter's file: one row of it comes into the file before.
        wild = draw.choice(ministry.next_file())
        newer = [row for row in rows if row["NIK"] != wild["NIK"]] + [dict(wild)]
        for write in (lambda: None, office.writes, office.writes):
            write()
            for file in (rows, newer):
                found = preview(manager, *file)
                known += recognised(found)[0]
                assert said(found) == said(in_full(manager, *file))
        rows = newer[1:] if draw.random() < 0.3 else newer
    assert known > 10, "or this shows nothing"
