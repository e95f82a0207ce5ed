"""Who proposes a merge and who confirms it, and when a proposal has to wait."""

import pytest

from households.models import (
    Merge,
    Person,
)
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import everything, propose


def test_whoever_proposed_does_not_confirm(twice, lestari):
    row = propose(twice, lestari)
    before = everything()
    with pytest.raises(NotPermitted, match="orang lain harus mengesahkan"):
        engine.apply("confirm", row, by=lestari)
    assert everything() == before
    assert Merge.objects.get().state == "proposed"


def test_a_back_officer_does_not_confirm(twice, rina, nurma):
    row = propose(twice, rina)
    before = everything()
    with pytest.raises(NotPermitted, match="Supervisor"):
        engine.apply("confirm", row, by=nurma)
    assert everything() == before


def test_a_facilitator_does_not_propose(twice, sari):
    with pytest.raises(NotPermitted):
        propose(twice, sari)
    assert not Merge.objects.exists()


def test_nobody_proposes_for_somebody_outside_their_area(twice, nurma):
    elsewhere = cases.family_in(people.SALIDO, nik="1301994506850011", kk="1301990506109011").head
    with pytest.raises(NotPermitted, match="luar wilayah"):
        propose((twice[0], elsewhere), nurma)
    assert not Merge.objects.exists()


def test_a_proposal_wants_its_reason(twice, rina):
    with pytest.raises(GuardFailed, match="mengapa"):
        propose(twice, rina, reason="  ")
    assert not Merge.objects.exists()


def test_one_entry_waits_in_one_proposal(twice, rina, lestari):
    propose(twice, rina)
    with pytest.raises(TransitionNotAllowed, match="sudah ada"):
        propose((twice[1], twice[0]), lestari)
    assert Merge.objects.count() == 1


def test_an_entry_that_changed_since_is_compared_again_first(twice, rina, lestari):
    row = propose(twice, rina)
    Person.objects.filter(pk=twice[1].pk).update(name="Rosni", version=2)
    before = everything()
    with pytest.raises(GuardFailed, match="berubah sejak diusulkan"):
        engine.apply("confirm", row, by=lestari)
    assert everything() == before
