"""A merge is taken back, row by row, as long as nothing changed since."""

import pytest

from households.models import (
    Household,
    Merge,
    Person,
    Registration,
    SurveyRound,
)
from programs.models import Need
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.workflow import engine
from tests.duplicates.entries import CARD, everything, propose
from tests.importing.families import BUDI, bring


@pytest.mark.parametrize("place", ["kept", "gone"])
def test_undoing_puts_every_row_back(twice, rina, lestari, joko, place):
    before = everything()
    row = engine.apply("confirm", propose(twice, rina, choices={"nik": "gone", "place": place}), by=lestari)
    assert everything() != before
    engine.apply("undo", row, by=joko, note="Ternyata ibu dan anak.")
    assert everything() == before
    versions = dict(Person.objects.values_list("pk", "version"))
    assert min(versions[p.pk] for p in twice) >= 3, "a page shown meanwhile knows another version"


def test_undoing_within_one_family_puts_every_row_back(twice, rina, lestari):
    head, again = twice
    again.memberships.update(family=head.memberships.get().family, relation="8")
    before = everything()
    row = engine.apply("confirm", propose((again, head), rina, choices={"nik": "gone", "place": "gone"}), by=lestari)
    engine.apply("undo", row, by=lestari, note="Salah.")
    assert everything() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: Person.objects.filter(pk=kept.pk).update(name="Rosna T."),
        lambda kept: kept.memberships.open().get().family.complaints.update(state="triaged"),
        lambda kept: Registration.objects.update(state="meeting"),
        lambda kept: Household.objects.filter(families__memberships__person=kept).update(address="Jl. Baru"),
        lambda kept: Need.objects.all().delete(),
        lambda kept: SurveyRound.objects.create(
            household=kept.memberships.open().get().family.household,
            kind="visit",
            codebook="bdt2015",
            collected_on=clock.today(),
        ),
    ],
    ids=["name", "complaint", "registration", "address", "need gone", "new round"],
)
def test_undo_is_refused_when_something_changed_since(twice, rina, lestari, change):
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    change(twice[0])
    before = everything()
    with pytest.raises(GuardFailed, match="Bila memang dua orang, catat yang satu lagi tanpa NIK"):
        engine.apply("undo", row, by=lestari, note="Salah.")
    assert everything() == before
    assert Merge.objects.get().state == "merged"


def test_undo_wants_a_reason_and_the_right(twice, rina, lestari):
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    before = everything()
    with pytest.raises(NotPermitted):
        engine.apply("undo", row, by=rina, note="Salah.")
    with pytest.raises(GuardFailed):
        engine.apply("undo", row, by=lestari, note="")
    assert everything() == before


def test_a_rejected_or_withdrawn_proposal_changes_nothing(twice, rina, lestari, joko):
    before = everything()
    engine.apply("reject", propose(twice, rina), by=lestari, note="Ibu dan anak.")
    row = propose(twice, rina)
    with pytest.raises(NotPermitted, match="usulan orang lain"):
        engine.apply("withdraw", row, by=lestari)
    engine.apply("withdraw", row, by=rina)
    assert everything() == before


def test_undo_is_refused_when_a_file_gave_the_card_number_to_another_family(twice, rina, lestari):
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    bring(lestari, {**BUDI, "NO_KK": CARD})
    before = everything()
    with pytest.raises(GuardFailed, match="sekarang tercatat pada orang atau keluarga lain"):
        engine.apply("undo", row, by=lestari, note="Salah.")
    assert everything() == before
    assert Merge.objects.get().state == "merged"
