"""Referrals that nobody answers: the receiver is reminded, then the office gets them back and decides."""

from datetime import UTC, date, datetime, timedelta

import pytest

from referrals import reminding as referrals
from referrals.deadline import run_out_at
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.jobs.models import Reminder
from slrt.workflow import engine
from tests import cases
from tests.jobs.reminders import codes


def test_an_unanswered_referral_reminds_its_receiver(unanswered, agus, maya, lestari):
    assert referrals.remind() == {"late": 1, "raised": 1, "expired": 0}
    assert codes(agus) == ["referral.late"]
    assert codes(maya) == codes(lestari) == []
    assert referrals.remind()["raised"] == 0


def _ran_out():
    Referral.objects.update(due_at=clock.now() - timedelta(days=30))


def test_one_that_nobody_answered_goes_back_and_its_sender_and_reviewer_are_told(unanswered, agus, rina, lestari, sari):
    _ran_out()
    assert referrals.remind() == {"late": 1, "raised": 2, "expired": 1}
    row, entry = Referral.objects.get(), AuditEntry.objects.get(verb="expire")
    assert (row.state, row.enrolment, row.reject_reason) == ("expired", None, "")
    assert (entry.actor, entry.from_state, entry.to_state) == (None, "sent", "expired")
    assert (codes(lestari), codes(rina), codes(agus), codes(sari)) == (
        ["referral.expired"],
        ["referral.back"],
        [],
        [],
    )
    assert "kembali ke pengirim" in Reminder.objects.visible_to(rina).get().sentence


def test_a_second_run_hands_back_nothing_twice_and_the_reminders_stand(unanswered, rina):
    _ran_out()
    referrals.remind()
    assert referrals.remind() == {"late": 0, "raised": 0, "expired": 0}
    assert AuditEntry.objects.filter(verb="expire").count() == 1
    assert codes(rina) == ["referral.back"]


def test_the_sender_opens_it_again_with_a_new_deadline_and_the_reminders_settle(unanswered, rina, lestari, agus):
    _ran_out()
    referrals.remind()
    row = engine.apply("send_again", Referral.objects.get(), by=rina, note="Lembaga sudah ditelepon.")
    assert (row.state, row.received_at) == ("sent", None)
    assert row.due_at > clock.now()
    assert Referral.objects.visible_to(agus).filter(state="sent").exists()
    referrals.remind()
    assert codes(rina) == codes(lestari) == []
    assert engine.apply("accept", row, by=agus).state == "accepted"


@pytest.mark.parametrize(("verb", "state"), [("re_refer", "re_referred"), ("close_unserved", "closed_unserved")])
def test_what_becomes_of_it_is_the_managers_to_say(unanswered, lestari, rina, verb, state):
    _ran_out()
    referrals.remind()
    with pytest.raises(NotPermitted):
        engine.apply(verb, Referral.objects.get(), by=rina, note="x")
    assert Referral.objects.get().state == "expired"
    assert engine.apply(verb, Referral.objects.get(), by=lestari, note="Tidak dijawab.").state == state


@pytest.mark.parametrize("state", ["accepted", "waitlisted", "need_info"])
def test_what_the_receiver_works_on_stays_there_and_its_reviewer_is_reminded(unanswered, lestari, agus, state):
    Referral.objects.update(state=state)
    _ran_out()
    assert referrals.remind() == {"late": 1, "raised": 2, "expired": 0}
    assert Referral.objects.get().state == state
    assert (codes(lestari), codes(agus)) == (["referral.expired"], ["referral.late"])
    Referral.objects.update(due_at=clock.now() + timedelta(days=1))
    referrals.remind()
    assert codes(lestari) == codes(agus) == []


def test_it_runs_out_as_many_working_days_after_its_deadline_as_it_had(unanswered):
    unanswered.due_at = datetime(2026, 12, 23, 9, 0, tzinfo=UTC)  # a Wednesday, 16.00 in Jakarta
    christmas, new_year = date(2026, 12, 25), date(2027, 1, 1)
    assert run_out_at(unanswered, set()) == datetime(2026, 12, 30, 9, 0, tzinfo=UTC)
    assert run_out_at(unanswered, {christmas, new_year}) == datetime(2026, 12, 31, 9, 0, tzinfo=UTC)
    assert run_out_at(unanswered, {christmas, date(2026, 12, 31), new_year}) == datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_before_it_ran_out_the_program_may_not_hand_it_back(unanswered, lestari):
    with pytest.raises(GuardFailed):
        engine.apply("expire", unanswered, by=None)
    with pytest.raises(NotPermitted):
        engine.apply("expire", unanswered, by=lestari)
    assert Referral.objects.get().state == "sent"


def test_a_complaint_behind_it_stays_referred(unanswered, family, sari):
    complaint = cases.complaint(family, sari, "referred")
    Referral.objects.update(complaint=complaint)
    _ran_out()
    referrals.remind()
    complaint.refresh_from_db()
    assert complaint.state == "referred"
