"""A family in which nobody lived any more keeps the name of its last head; a file that brings it people says who leads it now."""

from datetime import date

import pytest

from households.importing import applying
from households.models import Family, Membership
from households.registry import members
from slrt.dashboard import integrity
from tests.importing.families import ANDI, ROSNA, bring, preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(places, lestari, sari):
    """Rosna's, of which nobody is left."""
    bring(lestari, ROSNA)
    return Family.objects.get()


def _last(family):
    return {"version": family.version, "person": family.head_id, "on": date(2026, 1, 1)}


def _broken():
    return {check.code for check in integrity.checks() if check.code.endswith("head") and check.broken()}


def test_the_head_whom_the_file_brings_leads_family_and_house(lestari, sari, family):
    members.death(family, by=sari, **_last(family))
    started = bring(lestari, {**ANDI, "HUB_KELUARGA": "1"})
    assert "headless" not in started.counts["warned"]
    family = Family.objects.get()
    assert (family.head.name, family.household.head.name) == ("Andi", "Andi")
    assert Membership.objects.open().get().household_relation == "1"
    assert _broken() == set()


def test_people_without_a_head_are_told_and_nobody_who_died_leads_them(lestari, sari, family):
    members.death(family, by=sari, **_last(family))
    started = preview(lestari, ANDI)
    assert started.counts["warned"]["headless"] == 1
    applying.request_apply(started, by=lestari, version=started.version)
    applying.apply(started.pk)
    assert Family.objects.get().head is None
    assert _broken() == {"family.head"}, "what the preview told, and nothing besides"


def test_who_left_as_head_and_comes_back_as_somebody_else_does_not_lead(lestari, sari, family):
    members.leave(family, by=sari, **_last(family))
    started = bring(lestari, {**ROSNA, "HUB_KELUARGA": "8"})
    assert started.counts["warned"]["headless"] == 1
    assert Family.objects.get().head is None
    assert Membership.objects.open().get().relation == "8"
