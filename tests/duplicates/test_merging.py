"""Rosna stands in the registry twice. Rina proposes, Lestari confirms, and everything can be put back."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from households.duplicates import merging
from households.duplicates.search import search
from households.duplicates.workflow import propose_merge
from households.models import (
    DuplicateCandidate,
    Family,
    FormerFamilyCard,
    Household,
    Membership,
    Merge,
    Person,
    PersonAnswers,
    Registration,
    SurveyRound,
)
from households.registry import families
from programs.models import Enrolment, Need
from slrt.audit.models import AuditEntry
from slrt.core import clock, crypto
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from slrt.workflow import engine
from tests import cases, people

FIRST, SECOND = "1301994506850001", "1301994506850007"
CARD = "1301990506109002"
# What a merge may leave behind: its own row, the trail, promises, what was kept of past rows, numbers of versions.
ASIDE = {
    "households.merge",
    "audit.auditentry",
    "core.outboxjob",
    "households.duplicatecandidate",
    "households.personkeys",
}


@pytest.fixture
def twice(places, sari):
    """The first entry lives in Sago Salido with all that an office knows; the second, too, with a case of its own."""
    first = cases.family_in(people.SAGO, nik=FIRST)
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD)
    Person.objects.filter(pk=second.head_id).update(occupation="Petani", mother_name="Mariam")
    programme = cases.programme()
    for family in (first, second):
        survey = SurveyRound.objects.create(
            household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2026, 1, 5)
        )
        PersonAnswers.objects.create(person=family.head, round=survey, answers={"hamil": "2"})
        Need.objects.create(family=family, programme=programme, recorded_by=sari, recorded_on=date(2026, 1, 5))
    cases.complaint(second, sari)
    cases.registration(second)
    cases.referral(second, sari, "sent")
    Enrolment.objects.create(family=second, person=second.head, programme=programme, started_on=date(2026, 2, 1))
    first.head.refresh_from_db()
    second.head.refresh_from_db()
    return first.head, second.head


def propose(pair, by, *, choices=None, reason="Satu orang: KTP dan KK sama."):
    chosen = {"nik": "kept", "occupation": "gone", "mother_name": "gone", **(choices or {})}
    return propose_merge(*pair, chosen, by=by, reason=reason, versions=(pair[0].version, pair[1].version))


def everything():
    """All rows of the registry and of the cases, without versions and times of writing."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if label.split(".")[0] not in ("households", "programs", "complaints", "referrals") or label in ASIDE:
            continue
        if hasattr(model, "pgh_obj") or label.endswith("event"):
            continue
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("version", "updated_at")]
        found[label] = sorted(map(repr, model._base_manager.values_list(*names)))
    return found


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


@pytest.fixture
def child(twice):
    """Adi lives in the second entry's family, too."""
    child = Person.objects.create(name="Adi", name_folded="adi", birth_date=date(2015, 1, 1), sex="1")
    family = twice[1].memberships.get().family
    Membership.objects.create(person=child, family=family, relation="3", household_relation="3")
    return child


def led_by(child, by, event):
    """Adi becomes the head, as an event records it."""
    family = child.memberships.get().family
    event(family, by=by, version=family.version, new_head=child.pk, on=clock.today())


def test_a_family_in_which_others_live_is_not_left_without_a_head(twice, child, rina):
    for event, said in ((families.change_head, "kepala keluarga"), (families.change_household_head, "kepala rumah")):
        before = everything()
        with pytest.raises(GuardFailed, match=said) as fault:
            propose(twice, rina)
        assert fault.value.field == "place"
        assert everything() == before
        led_by(child, rina, event)
    assert propose(twice, rina).pk


def test_a_family_in_which_others_live_stays_and_is_put_back(twice, child, rina, lestari):
    old = child.memberships.get().family
    led_by(child, rina, families.change_head)
    led_by(child, rina, families.change_household_head)
    row = propose(twice, rina)
    before = everything()
    row = engine.apply("confirm", row, by=lestari)
    old.refresh_from_db()
    assert (old.merged_into, old.head, old.household.head) == (None, child, child)
    assert old.memberships.open().get().relation == "1"
    assert old.complaints.count() == 1
    assert Enrolment.objects.get().person == twice[0]
    engine.apply("undo", row, by=lestari, note="Ternyata dua orang.")
    assert everything() == before


def test_a_head_taken_meanwhile_keeps_the_merge_back(twice, child, rina, lestari):
    led_by(child, rina, families.change_head)
    led_by(child, rina, families.change_household_head)
    row = propose(twice, rina)
    family = child.memberships.get().family
    families.change_head(family, by=rina, version=family.version, new_head=twice[1].pk, on=clock.today())
    with pytest.raises(GuardFailed, match="kepala keluarga"):
        engine.apply("confirm", row, by=lestari)
    assert family.memberships.open().filter(relation="1").count() == 1


def test_the_place_may_be_that_of_the_second_entry(twice, rina, lestari):
    home = twice[1].memberships.get().family
    engine.apply("confirm", propose(twice, rina, choices={"place": "gone"}), by=lestari)
    home.refresh_from_db()
    assert twice[0].memberships.open().get().family == home
    assert (home.head, home.household.head) == (twice[0], twice[0])
    assert home.complaints.count() == 1


def test_twice_on_one_card_the_head_stays_head(twice, rina, lestari):
    head, again = twice
    family = head.memberships.get().family
    again.memberships.update(family=family, relation="8")
    row = engine.apply("confirm", propose((again, head), rina, choices={"nik": "gone"}), by=lestari)
    family.refresh_from_db()
    membership = again.memberships.open().get()
    assert (membership.family, membership.relation) == (family, "1")
    assert family.head == again
    assert row.family_id is None


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
    assert AuditEntry.objects.filter(verb="merged", subject_id=twice[0].pk).get().details["gone"] == twice[1].pk
    told = " ".join(str(entry.details) for entry in AuditEntry.objects.all())
    assert "Rosna" not in told
    assert FIRST not in told


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
    with pytest.raises(GuardFailed, match="berubah sesudah penggabungan"):
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
