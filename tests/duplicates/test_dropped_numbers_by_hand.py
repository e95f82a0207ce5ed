"""Rosna's second entry was merged and its NIK dropped. Sari, who types it for somebody new, is told so; nobody is entered under it."""

from datetime import date

import pytest

from households import visiting
from households.alike import look
from households.models import FormerNik, Person
from households.registry import correcting, members
from households.visiting.people import write_person
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import FIRST, SECOND, everything, propose
from tests.entry.homes import MOTHER, SON, agreed, enter

WHY = "sudah dilepas ketika dua data Rosna Tanjung digabung"


@pytest.fixture
def merged(twice, rina, lestari):
    return engine.apply("confirm", propose(twice, rina), by=lestari)


@pytest.fixture
def neighbours(places):
    return cases.family_in(people.SAGO, name="Dahlia", nik="1301994506500003")


def draft(by, **members):
    visit = agreed(visiting.begin(by=by, village_id=people.SAGO), by)
    other = {**MOTHER, "nik": "1301994506850009", "name": "Zubaidah"}
    return enter(visit, by, **{"m1": other, **members})


def test_a_visit_with_the_dropped_number_is_refused_and_kept_as_it_is(merged, sari, lestari):
    visit = draft(sari, m2={**SON, "nik": SECOND, "no_nik_reason": "", "name": "Rosna", "sex": "2"})
    before = everything()
    with pytest.raises(GuardFailed, match=WHY) as refused:
        visiting.send(visit, by=sari, attested=True)
    assert "Lestari" in str(refused.value), "whoever may undo the merge"
    assert everything() == before


def test_the_screen_says_so_at_once(merged, sari, browse):
    visit = draft(sari)
    entered = {"nik": SECOND, "name": "Rosna", "birth_date": "05/06/1985", "sex": "2", "relation": "8"}
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/isi/person/m2/", entered)
    assert answer.status_code == 422
    assert WHY in answer.content.decode()


def test_outside_the_own_area_nobody_is_named(merged, budi, browse):
    visit = agreed(visiting.begin(by=budi, village_id=people.SALIDO), budi)
    entered = {"nik": SECOND, "name": "Rosna", "birth_date": "05/06/1985", "sex": "2", "relation": "1"}
    page = browse(budi).post(f"/kunjungan/{visit.pk}/isi/person/m1/", entered).content.decode()
    assert "sudah dilepas ketika dua data satu orang digabung" in page
    assert "Tanjung" not in page


def test_while_the_number_is_typed_the_family_of_who_stayed_is_shown(merged, sari, budi):
    found = look(by=sari, village=people.SAGO, name="Orang Lain", born=None, nik=SECOND)
    assert [known.person for known in found.known] == [merged.kept]
    assert "tempat lain" in look(by=budi, village=people.SALIDO, name="Orang Lain", born=None, nik=SECOND).elsewhere


def test_a_draft_about_the_second_entry_begun_before_the_merge_leaves_the_number_that_was_chosen(merged, sari):
    family = merged.kept.memberships.open().get().family
    entered = {**MOTHER, "nik": SECOND, "person_id": merged.gone_id, "marital": "4"}
    person = write_person(family, entered, clock.today(), sari)
    assert (person.pk, person.nik_encrypted, person.marital) == (merged.kept_id, FIRST, "4")


def test_and_is_refused_where_who_stayed_has_no_number_that_was_chosen(merged, sari):
    Person.objects.filter(pk=merged.kept_id).update(nik_encrypted=None, nik_index=None)
    family = merged.kept.memberships.open().get().family
    before = everything()
    with pytest.raises(GuardFailed, match=WHY):
        write_person(family, {**MOTHER, "nik": SECOND, "person_id": merged.gone_id}, clock.today(), sari)
    assert everything() == before


def test_a_child_is_not_born_under_the_dropped_number(merged, neighbours, sari):
    before = everything()
    with pytest.raises(GuardFailed, match=WHY) as refused:
        members.birth(
            neighbours, by=sari, version=neighbours.version, name="Bayi", birth_date=date(2026, 3, 1), sex="2",
            nik=SECOND, reason="Menurut akta.",
        )  # fmt: skip
    assert refused.value.field == "nik"
    assert everything() == before


def test_who_stayed_may_be_given_it_back_by_a_correction(merged, sari):
    kept = Person.objects.get(pk=merged.kept_id)
    family = kept.memberships.open().get().family
    values = {"nik": SECOND, "no_nik_reason": ""}
    correcting.correct(family, by=sari, person=kept, version=kept.version, values=values, reason="Menurut KTP.")
    kept.refresh_from_db()
    assert kept.nik_encrypted == SECOND


def test_whoever_is_deleted_takes_the_dropped_numbers_along(merged, neighbours):
    """Nobody is, as long as anything hangs on them; the number alone keeps nobody."""
    FormerNik.objects.update(person=neighbours.head_id)
    neighbours.memberships.all().delete()
    type(neighbours).objects.filter(pk=neighbours.pk).update(head=None)
    type(neighbours.household).objects.filter(pk=neighbours.household_id).update(head=None)
    Person.objects.get(name="Dahlia").delete()
    assert not FormerNik.objects.exists()
