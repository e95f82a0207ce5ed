"""Each later search reads only those of whom something was written since, however it was written, and misses nobody."""

import io
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, connections, transaction

from households.duplicates import blocking, changes
from households.duplicates.search import Result, search, still_alike
from households.importing import undoing
from households.models import DuplicateCandidate, Family, Household, Membership, NameWord, Person, SearchMark
from households.registry import correcting, members
from slrt.core import clock
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import propose
from tests.duplicates.scratch import from_scratch, left
from tests.importing.rows import HEAD, imported
from tests.registry import homes

pytestmark = pytest.mark.django_db(transaction=True)

ROSNA_AGAIN = f"{HEAD}\n1301990101100009,1301994506850007,Tandjoeng Rosna,05/06/1985,2,1,1301052006\n".encode()
DAY = date(2026, 1, 10)


@pytest.fixture
def village(places):
    """Rosna's family of four, a family of one next door, another in the next village; all have been searched."""
    family = homes.rosnas()
    homes.neighbours()
    cases.family_in(people.SALIDO, "Hasan Basri", "1301990506700001", "1301990506109002")
    assert search().people == 6
    assert search() == Result(), "what was made is as it is"
    return family


def follows(asked, keyed):
    """The next search reads so many, makes the keys of so many, and leaves what a first one would."""
    result = search()
    assert (result.asked, result.people) == (asked, keyed)
    assert left() == from_scratch()
    return result


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_nothing_was_written_and_nobody_is_asked(village):
    follows(asked=0, keyed=0)


def test_a_correction_by_form_asks_one(village, sari):
    person = homes.named(village, "Ali")
    correcting.correct(
        village, by=sari, person=person, version=person.version, values={"name": "Ali Basri"}, reason="Akta."
    )
    result = search()
    assert (result.people, result.asked) == (1, 4), (
        "the family's own row was written as well: four are read, one is keyed"
    )
    assert left() == from_scratch()


def test_a_row_that_was_written_and_says_the_same_is_read_and_not_keyed(village):
    Person.objects.filter(name__startswith="Ali").update(updated_at=clock.now())
    follows(asked=1, keyed=0)
    Household.objects.filter(families=village).update(last_visited_on=DAY)
    follows(asked=4, keyed=0)


def test_plain_sql_that_leaves_version_and_time_alone_is_noticed(village):
    sql("UPDATE households_person SET birth_date = '1981-02-03' WHERE name LIKE 'Ali%%'")
    follows(asked=1, keyed=1)


def test_a_row_that_was_frozen_before_the_search_came_is_noticed(village):
    """What tidies up after the writers leaves the numbers of their transactions on the rows."""
    sql("UPDATE households_person SET sex = '2' WHERE name LIKE 'Ali%%'")
    sql("VACUUM (FREEZE, FULL) households_person")
    sql("VACUUM (FREEZE) households_membership")
    follows(asked=1, keyed=1)


def test_a_family_that_moves_takes_its_members_along(village):
    Household.objects.filter(families=village).update(village_id=people.SALIDO)
    follows(asked=4, keyed=4)
    target = Household.objects.exclude(families=village).first()
    Family.objects.filter(pk=village.pk).update(household=target)
    follows(asked=4, keyed=4)


def test_a_place_in_another_family_is_noticed_though_nothing_else_was_written(village):
    Membership.objects.filter(person=homes.named(village, "Ali")).update(
        family=Family.objects.exclude(pk=village.pk).first()
    )
    follows(asked=1, keyed=1)


def test_somebody_who_moves_dies_or_comes_back(village, sari):
    ali, neighbours = homes.named(village, "Ali"), Family.objects.get(head__name__startswith="Dahlia")
    members.move(village, by=sari, version=village.version, person=ali.pk, target=neighbours, relation="8", on=DAY)
    assert search().people == 1
    assert left() == from_scratch()
    village.refresh_from_db()
    upik = homes.named(village, "Upik")
    members.death(village, by=sari, version=village.version, person=upik.pk, on=DAY)
    result = search()
    assert result.people == 0
    assert left() == from_scratch(), "who died is compared no more"


def test_rows_copied_in_with_times_of_their_own_are_noticed(village):
    family = village.pk
    with connection.cursor() as cursor:
        columns = "id, version, created_at, updated_at, nik_match, no_nik_reason, name, name_folded, birth_date, sex, "
        columns += "birth_place, marital, occupation"
        row = "5\t1\t2019-01-01\t2019-01-01\tunchecked\tother\tAli Tanyung\tali tanyung\t1980-01-01\t1\t\t\t"
        cursor.copy_expert(f"COPY households_person ({columns}) FROM STDIN", io.StringIO(row))
        columns = "person_id, family_id, relation, household_relation, end_reason"
        cursor.copy_expert(f"COPY households_membership ({columns}) FROM STDIN", io.StringIO(f"5\t{family}\t8\t\t"))
    assert follows(asked=1, keyed=1).alike == 1


def test_rows_that_were_deleted_leave_neither_keys_nor_pair(village):
    again = homes.member(village, "Ali Tanjung", date(1980, 1, 1), "8")
    assert follows(asked=1, keyed=1).alike == 1
    sql("DELETE FROM households_membership WHERE person_id = %s", again.pk)
    assert follows(asked=1, keyed=0).gone == 1
    sql("DELETE FROM households_person WHERE id = %s", again.pk)
    follows(asked=0, keyed=0)


def test_keys_that_got_lost_are_made_again(village):
    sql("DELETE FROM households_personkeys WHERE person_id = %s", village.head_id)
    follows(asked=1, keyed=1)


def test_keys_that_were_emptied_are_made_as_by_a_first_search(village):
    sql("TRUNCATE households_personkeys")
    follows(asked=6, keyed=6)


def test_an_import_and_its_taking_back_are_noticed(village, lestari):
    started = imported(lestari, ROSNA_AGAIN)
    result = search()
    assert (result.people, result.alike) == (1, 1)
    assert left() == from_scratch()
    undoing.request(started, by=lestari, note="Berkas bulan lalu", version=started.version)
    undoing.take_back(started.pk)
    assert search().people == 0
    assert not DuplicateCandidate.objects.exists()
    assert left() == from_scratch()


def test_a_merge_and_its_undoing_are_noticed(village, rina, lestari, joko):
    again = cases.family_in(people.SAGO, "Tandjoeng Rosna", "1301994506850007", "1301990506109009").head
    search()
    row = engine.apply(
        "confirm",
        propose((village.head, again), rina, choices={"occupation": "kept", "mother_name": "kept"}),
        by=lestari,
    )
    search()
    assert left() == from_scratch()
    assert not DuplicateCandidate.objects.exists()
    engine.apply("undo", row, by=joko, note="Ternyata ibu dan anak.")
    assert search().alike == 1
    assert left() == from_scratch()


def test_named_persons_are_not_made_again_and_nobody_else_is_forgotten(village):
    Person.objects.filter(name__startswith="Ali").update(sex="2")
    Person.objects.filter(name__startswith="Siti").update(sex="1")
    ali = homes.named(village, "Ali")
    assert search(only=[ali.pk]).people == 1
    follows(asked=2, keyed=1)


def test_a_transaction_that_began_early_and_was_committed_late_is_not_missed(village):
    """Its rows are older, by clock and by number, than all that two searches saw meanwhile."""
    written, go = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            with transaction.atomic():
                Person.objects.filter(name__startswith="Ali").update(name="Hasan Basri")
            written.set()
            go.wait(20)
        connections.close_all()

    late = threading.Thread(target=slow)
    late.start()
    assert written.wait(20)
    for name in ("Dahlia", "Siti"):
        Person.objects.filter(name__startswith=name).update(version=2)
        assert search().people == 1
    go.set()
    late.join(20)
    follows(asked=3, keyed=1)
    follows(asked=0, keyed=0)


def test_a_transaction_of_another_database_lets_nobody_be_asked_again(village):
    other = connection.copy()
    other.settings_dict = {**connection.settings_dict, "NAME": "postgres"}
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_current_xact_id()")
            for name in ("Ali", "Siti"):
                Person.objects.filter(name__startswith=name).update(version=2)
                follows(asked=1, keyed=1)
    finally:
        other.close()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda mark: mark.update(cluster=1),
        lambda mark: mark.update(horizon=1 << 40),
        lambda mark: mark.update(horizon=-changes.OLDEST),
        lambda mark: mark.update(making="earlier"),
        lambda mark: mark.update(whole_at=clock.now() - changes.WHOLE_EVERY),
        lambda mark: mark.delete(),
    ],
    ids=["restored elsewhere", "numbers begun anew", "too long ago", "other keys", "a month ago", "no mark"],
)
def test_a_mark_that_tells_nothing_lets_everybody_be_asked(village, spoilt):
    before = left()
    NameWord.objects.all().delete()
    spoilt(SearchMark.objects.all())
    result = search()
    assert (result.asked, result.people) == (6, 0)
    assert left() == before == from_scratch()
    assert NameWord.objects.exists(), "the words were counted"
    follows(asked=0, keyed=0)


def test_a_whole_search_can_be_asked_for_and_mends_what_was_spoilt(village):
    again = homes.member(village, "Ali Tanjung", date(1980, 1, 1), "8")
    search()
    DuplicateCandidate.objects.update(score=1, reasons=[])
    assert search().asked == 0
    with clock.told(clock.now() + timedelta(days=1)):
        assert search(whole=True).asked == 7
        assert SearchMark.objects.get().whole_at == clock.now()
    assert left() == from_scratch()
    assert DuplicateCandidate.objects.get().second == again


def test_the_words_of_names_are_counted_again_after_many_small_searches(village, monkeypatch):
    monkeypatch.setattr("households.duplicates.search.RENEWED", 0.4)
    for n, name in enumerate(("Ali", "Siti"), 1):
        Person.objects.filter(name__startswith=name).update(name=f"{name} Basri")
        search()
        assert SearchMark.objects.get().keyed == n
    assert NameWord.objects.get(word="tanyung").people == 4, "two of six are not many here"
    Person.objects.filter(name__startswith="Upik").update(name="Upik Basri")
    search()
    assert SearchMark.objects.get().keyed == 0
    assert set(NameWord.objects.values_list("word", "people")) == {("", 6), ("basri", 4)}


@pytest.mark.parametrize("few", [5000, 0], ids=["by index", "by one pass"])
def test_a_block_that_was_too_large_is_compared_when_somebody_leaves_it(places, monkeypatch, few):
    monkeypatch.setattr(blocking, "FEW", few)
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", 2)
    rosnas = [
        cases.family_in(people.SAGO, nik=f"130199450685000{n}", kk=f"130199050610900{n}").head for n in range(1, 4)
    ]
    assert search().pairs == 0
    rosnas[1].memberships.update(ended_on=DAY)
    assert search().pairs == 1
    assert left() == from_scratch()
    assert {(row.first, row.second) for row in DuplicateCandidate.objects.all()} == {(rosnas[0], rosnas[2])}


def test_a_pair_that_was_found_is_kept_when_strangers_fill_its_block(places, monkeypatch):
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", 2)
    for n in range(1, 4):
        cases.family_in(people.SAGO, nik=f"130199450685000{n}", kk=f"130199050610900{n}")
        search()
    assert from_scratch()[1] == {}
    assert still_alike(DuplicateCandidate.objects.select_related("first", "second").get()).alike
    assert search(whole=True).gone == 0
