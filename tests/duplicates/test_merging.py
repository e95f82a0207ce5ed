"""Rosna stands in the registry twice. Rina proposes, Lestari confirms, and what hangs on the second entry follows."""

import pytest
from django.db import connection

from households.duplicates import merging
from households.duplicates.search import search
from households.duplicates.workflow import propose_merge
from households.models import (
    DuplicateCandidate,
    Family,
    FormerFamilyCard,
    Merge,
)
from programs.models import Enrolment
from slrt.audit.models import AuditEntry
from slrt.core import crypto
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.models import OutboxJob
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND, everything, propose


def test_what_hangs_on_the_second_entry_follows_to_the_first(twice, rina, lestari):
    kept, gone = twice
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.occupation, kept.mother_name, kept.name) == ("Petani", "Mariam", "Rosna Tanjung")
    assert kept.nik_index == crypto.blind_index(FIRST)
    assert gone.survivor() == kept
    assert gone.nik_index is None
    assert gone.nik_encrypted is None
    family = kept.memberships.open().get().family
    assert family.complaints.count() == family.referrals.count() == family.enrolments.count() == 1
    assert family.registrations.get().state == "draft"
    assert Enrolment.objects.get().person == kept
    assert kept.memberships.count() == 2
    assert kept.answers.count() == 2
    assert family.household.rounds.count() == 2
    assert row.moved["complaints.complaint.family"] == 1
    assert row.moved["households.membership.person"] == 1


def test_the_empty_family_goes_along_and_its_card_is_remembered(twice, rina, lestari):
    old = twice[1].memberships.get().family
    engine.apply("confirm", propose(twice, rina), by=lestari)
    old.refresh_from_db()
    into = twice[0].memberships.open().get().family
    assert (old.merged_into, old.household.merged_into) == (into, into.household)
    assert old.kk_index is None
    assert FormerFamilyCard.objects.get().family == into
    assert FormerFamilyCard.objects.get().kk_encrypted == CARD
    assert old not in Family.objects.visible_to(lestari)


def test_an_open_need_that_is_there_twice_stays_once(twice, rina, lestari):
    engine.apply("confirm", propose(twice, rina), by=lestari)
    assert twice[0].memberships.open().get().family.needs.count() == 1


def test_the_number_of_the_second_entry_may_be_the_right_one(twice, rina, lestari):
    engine.apply("confirm", propose(twice, rina, choices={"nik": "gone"}), by=lestari)
    twice[0].refresh_from_db()
    assert (twice[0].nik_encrypted, twice[0].nik_index) == (SECOND, crypto.blind_index(SECOND))


def test_of_two_numbers_a_person_chooses(twice, rina):
    before = everything()
    with pytest.raises(GuardFailed, match="Pilih NIK") as refused:
        propose_merge(*twice, {}, by=rina, reason="Sama.", versions=(1, 1))
    assert refused.value.field == "nik"
    assert everything() == before
    assert not Merge.objects.exists()


def test_the_trail_names_what_moved_and_no_person(twice, rina, lestari):
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    lines = AuditEntry.objects.filter(verb="moved", subject="households.person", subject_id=twice[0].pk)
    assert {line.details["relation"]: line.details["rows"] for line in lines} == row.moved
    merged = AuditEntry.objects.get(verb="merged", subject="households.person", subject_id=twice[0].pk)
    assert merged.details["gone"] == twice[1].pk
    told = " ".join(str(entry.details) for entry in AuditEntry.objects.all())
    assert "Rosna" not in told
    assert FIRST not in told


def test_two_running_registrations_are_settled_first(twice, rina, lestari):
    row = propose(twice, rina)
    cases.registration(twice[0].memberships.get().family, "meeting")
    before = everything()
    with pytest.raises(GuardFailed, match="Selesaikan"):
        engine.apply("confirm", row, by=lestari)
    assert everything() == before


def test_a_merge_that_breaks_half_way_leaves_nothing(twice, rina, lestari, monkeypatch):
    row = propose(twice, rina)
    before, lines = everything(), AuditEntry.objects.count()

    def breaks(*args):
        raise RuntimeError("the plug was pulled")

    monkeypatch.setattr(merging, "digest", breaks)
    with pytest.raises(RuntimeError):
        engine.apply("confirm", row, by=lestari)
    assert everything() == before
    assert AuditEntry.objects.count() == lines
    assert Merge.objects.get().state == "proposed"


def test_the_pair_is_forgotten_and_the_kept_entry_is_looked_at_again(twice, rina, lestari):
    search()
    assert DuplicateCandidate.objects.count() == 1
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    assert not DuplicateCandidate.objects.exists()
    assert OutboxJob.objects.filter(name="households.search_duplicates", args={"persons": [twice[0].pk]}).exists()
    search()
    assert not DuplicateCandidate.objects.exists()
    engine.apply("undo", row, by=lestari, note="Salah.")
    search()
    assert DuplicateCandidate.objects.count() == 1


def test_what_was_kept_for_the_undo_is_encrypted(twice, rina, lestari):
    row = engine.apply("confirm", propose(twice, rina), by=lestari)
    with connection.cursor() as cursor:
        cursor.execute("SELECT before FROM households_merge WHERE id = %s", [row.pk])
        stored = bytes(cursor.fetchone()[0])
    assert b"Rosna" not in stored
    assert SECOND.encode() not in stored


def test_dismissing_wants_right_area_and_reason(twice, rina, sari, nurma):
    search()
    row = DuplicateCandidate.objects.get()
    with pytest.raises(NotPermitted):
        engine.apply("dismiss", row, by=sari, note="Bukan.")
    with pytest.raises(GuardFailed):
        engine.apply("dismiss", row, by=rina, note="")
    twice[1].memberships.get().family.household.__class__.objects.filter(families__memberships__person=twice[1]).update(
        village_id=people.SALIDO
    )
    with pytest.raises(NotPermitted, match="luar wilayah"):
        engine.apply("dismiss", row, by=nurma, note="Bukan.")
    row.refresh_from_db()
    assert row.state == "open"
    engine.apply("dismiss", row, by=rina, note="Dua orang.")
    assert engine.apply("reopen", row, by=rina).state == "open"
