"""The case file shows advice as advice: its reasons, since when it stands, whether the data changed since, and the way on."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from households.models import Family, Person
from programs import keeping
from programs.eligibility import FamilyFacts, MemberFacts
from programs.models import FamilyAdvice, ProgrammeRule
from referrals.models import Referral
from tests import cases, people

ELDERLY = [{"kind": "component", "any": ["old"]}]
ADVICE_ONLY = "Saran dari data, bukan keputusan."


@pytest.fixture
def programme(db):
    """A programme for people of 70 and more."""
    row = cases.programme("LANSIA")
    ProgrammeRule.objects.create(programme=row, valid_from=date(2020, 1, 1), conditions=ELDERLY, source="x")
    return row


@pytest.fixture
def family(places, programme):
    row = cases.family_in(people.SAGO)
    Person.objects.filter(pk=row.head_id).update(birth_date=date(1950, 1, 1))
    return Family.objects.get(pk=row.pk)


def _on(month, day):
    return time_machine.travel(datetime(2026, month, day, 3, tzinfo=UTC), tick=False)


def _page(client, family):
    return client.get(f"/keluarga/{family.pk}/").content.decode()


def test_what_was_never_checked_says_so(browse, sari, family):
    page = _page(browse(sari), family)
    assert "Belum pernah dicek berkala" in page
    assert ADVICE_ONLY in page


def test_stored_advice_stands_since_a_day_and_says_when_it_was_checked(browse, sari, family):
    with _on(11, 3):
        keeping.reevaluate({})
    with _on(11, 28):
        page = _page(browse(sari), family)
    assert "Begitu sejak 3 November 2026." in page
    assert "Cek berkala terakhir: 3 November 2026, 10.00." in page
    assert "Data keluarga tidak berubah sesudahnya." in page
    assert ADVICE_ONLY in page


def test_data_that_changed_since_are_told_and_the_outcome_of_now_is_shown(browse, sari, family):
    with _on(11, 3):
        Person.objects.update(birth_date=None)
        keeping.reevaluate({})
    Person.objects.update(birth_date=date(1950, 1, 1))
    page = _page(browse(sari), family)
    assert "Data keluarga berubah sesudahnya" in page
    assert "Pada cek berkala terakhir: Data kurang." in page
    assert "Begitu sejak" not in page
    assert FamilyAdvice.objects.get().outcomes["LANSIA"]["outcome"] == "unknown", "reading the page keeps nothing"


def test_a_renewed_check_moves_its_time_and_leaves_the_day_since_which_it_stands(family):
    with _on(11, 3):
        keeping.reevaluate({})
    with _on(11, 28):
        keeping.reevaluate({})
    row = FamilyAdvice.objects.get()
    assert (row.checked_at.day, row.changed_at.day, row.outcomes["LANSIA"]["since"]) == (28, 3, "2026-11-03")


def test_whoever_drafts_referrals_finds_the_way_to_one_for_this_programme(browse, rina, family, programme):
    client = browse(rina)
    address = f"/rujukan/baru/?keluarga={family.pk}&program={programme.pk}"
    assert address.replace("&", "&amp;") in _page(client, family)
    assert client.get(address).context["programme"] == programme


def test_whoever_may_not_draft_sees_the_advice_without_that_way(browse, sari, joko, family, programme):
    for person in (sari, joko):
        page = _page(browse(person), family)
        assert "Program LANSIA" in page
        assert "/rujukan/baru/" not in page


def test_a_programme_with_a_referral_under_way_is_not_offered_twice(browse, rina, family, programme):
    cases.referral(family, rina, "sent")
    Referral.objects.update(programme=programme)
    page = _page(browse(rina), family)
    assert "Sudah dirujuk" in page
    assert f"program={programme.pk}" not in page
    Referral.objects.update(state="closed_unserved")
    assert f"program={programme.pk}" in _page(browse(rina), family)


def test_nobody_sees_the_advice_of_a_family_outside_the_own_area(browse, budi, family):
    keeping.reevaluate({})
    assert browse(budi).get(f"/keluarga/{family.pk}/").status_code == 404


def test_the_mark_of_facts_knows_neither_the_order_of_members_nor_that_of_answers():
    old, young = MemberFacts(date(1950, 1, 1), "1"), MemberFacts(date(2015, 1, 1), "2")
    one = FamilyFacts(1, (old, young), {"lantai": "8", "atap": "9"}, frozenset({"PKH", "KIS"}))
    other = FamilyFacts(1, (young, old), {"atap": "9", "lantai": "8"}, frozenset({"KIS", "PKH"}))
    assert one.mark == other.mark
    assert {one.mark}.isdisjoint(
        FamilyFacts(*changed).mark
        for changed in (
            (2, one.members, one.house, one.programmes),
            (1, (old,), one.house, one.programmes),
            (1, one.members, {"lantai": "8"}, one.programmes),
            (1, one.members, one.house, frozenset({"PKH"})),
        )
    )
