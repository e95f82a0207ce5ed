"""Deadlines that passed remind those who have to act, once; the program climbs and hands back, and decides nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import gettext_noop

from complaints import holidays
from complaints import reminding as complaints
from complaints.models import Complaint, Holiday
from referrals import reminding as referrals
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import Wanted, handle, keep
from slrt.workflow import engine
from tests import cases, people


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


@pytest.fixture
def late(family, sari):
    """A complaint in triage whose deadline was yesterday."""
    row = cases.complaint(family, sari, "triaged")
    Complaint.objects.update(due_at=clock.now() - timedelta(days=1), responded_at=clock.now())
    row.refresh_from_db()
    return row


def _codes(user):
    return sorted(Reminder.objects.visible_to(user).open().values_list("code", flat=True))


def test_a_late_complaint_reminds_who_is_next_and_who_answers_for_its_rung(
    late, fitri, rina, joko, sari, lestari, agus, tomo
):
    counts = complaints.remind()
    assert counts == {"late": 1, "raised": 2, "escalated": 1}
    assert _codes(fitri) == ["complaint.late"], "sorts and answers"
    assert _codes(joko) == ["complaint.escalate", "complaint.late"]
    assert _codes(lestari) == ["complaint.escalate"]
    assert _codes(sari) == _codes(agus) == _codes(tomo) == []


def test_a_second_run_raises_nothing_anew(late):
    complaints.remind()
    assert complaints.remind() == {"late": 1, "raised": 0, "escalated": 0}
    assert Reminder.objects.count() == 2


def test_a_complaint_that_moved_on_reminds_the_next_one(late, rina, fitri):
    complaints.remind()
    Complaint.objects.update(state="data_check")
    complaints.remind()
    assert _codes(rina) == ["complaint.late"]
    assert _codes(fitri) == []


@pytest.mark.parametrize(
    "settled",
    [
        {"state": "closed"},
        {"paused_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"due_at": datetime(2100, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_is_closed_paused_or_in_time_again_settles(late, joko, settled):
    complaints.remind()
    Complaint.objects.update(**settled)
    complaints.remind()
    assert _codes(joko) == []


def test_a_complaint_nobody_answered_reminds_those_who_sort(family, sari, fitri):
    cases.complaint(family, sari, "recorded")
    Complaint.objects.update(response_due_at=clock.now() - timedelta(hours=1))
    complaints.remind()
    assert _codes(fitri) == ["complaint.silent"]
    Complaint.objects.update(responded_at=clock.now())
    complaints.remind()
    assert _codes(fitri) == []


def test_the_neighbouring_area_is_not_reminded(late, places):
    complaints.remind()
    assert _codes(people.make_user("joko2", people.Part("supervisor", "13.71"))) == []


def _on_day(days):
    """A working day's morning so many days after Monday, 2 November 2026."""
    return clock.told(datetime(2026, 11, 2, 1, tzinfo=UTC) + timedelta(days=days))


def _late_since(day):
    Complaint.objects.update(due_at=day, responded_at=day)


def _rung():
    return Complaint.objects.get().escalation


def test_the_program_hands_a_late_complaint_to_the_next_rung_and_says_so(late, joko, lestari):
    before = Complaint.objects.get()
    assert complaints.remind()["escalated"] == 1
    row, entry = Complaint.objects.get(), AuditEntry.objects.get(verb="escalate_late")
    assert (row.escalation, row.state, row.version) == ("subdistrict", before.state, before.version + 1)
    assert (entry.actor, entry.subject_id, entry.place) == (None, row.pk, people.SAGO)
    for person in (joko, lestari):
        told = Reminder.objects.visible_to(person).get(code="complaint.escalate")
        assert "naik ke jenjang kecamatan" in told.sentence
        assert row.number in told.sentence


def test_a_second_run_climbs_no_further(late):
    complaints.remind()
    assert complaints.remind() == {"late": 1, "raised": 0, "escalated": 0}
    assert _rung() == "subdistrict"
    assert AuditEntry.objects.filter(verb="escalate_late").count() == 1


def test_every_rung_has_its_five_working_days_and_the_district_is_the_last(late, joko, lestari):
    _late_since(datetime(2026, 10, 30, 9, tzinfo=UTC))
    seen = []
    for day in (0, 1, 4, 7, 8, 14, 21, 60):
        with _on_day(day):
            complaints.remind()
            seen.append((day, _rung()))
    assert [rung for _day, rung in seen] == ["subdistrict"] * 4 + ["district"] * 4, seen
    [told] = Reminder.objects.open().filter(code="complaint.escalate")
    assert (told.place, "naik ke jenjang kabupaten" in told.sentence) == ("13.01", True)
    assert _codes(joko) == ["complaint.late"], "the kecamatan is no longer asked for this rung"
    assert "complaint.escalate" in _codes(lestari)


def test_who_handled_the_reminder_of_one_rung_is_told_of_the_next(late, lestari):
    _late_since(datetime(2026, 10, 30, 9, tzinfo=UTC))
    with _on_day(0):
        complaints.remind()
        handle(Reminder.objects.visible_to(lestari).get(code="complaint.escalate"), lestari)
    with _on_day(8):
        complaints.remind()
        assert "complaint.escalate" in _codes(lestari)


@pytest.mark.parametrize(
    "not_yet",
    [
        {"due_at": datetime(2100, 1, 1, tzinfo=UTC)},
        {"paused_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"state": "closed"},
        {"state": "rejected"},
        {"escalation": "district"},
        {"escalation": "tkpk"},
        {"escalation": "ministry"},
    ],
)
def test_what_is_in_time_waits_for_the_citizen_is_over_or_lies_high_enough_does_not_climb(late, not_yet):
    Complaint.objects.update(**not_yet)
    assert complaints.remind()["escalated"] == 0
    with pytest.raises((GuardFailed, TransitionNotAllowed)):
        engine.apply("escalate_late", late, by=None)
    assert not AuditEntry.objects.filter(verb="escalate_late").exists()


def test_a_rung_that_a_person_chose_has_its_time_too(late, joko):
    engine.apply("escalate", late, by=joko, note="Genting.")
    assert complaints.remind()["escalated"] == 0
    assert _rung() == "subdistrict"


def test_nobody_takes_the_programs_step(late, joko, lestari):
    for person in (joko, lestari):
        with pytest.raises(NotPermitted):
            engine.apply("escalate_late", late, by=person)
    assert _rung() == "village"


def test_without_its_line_in_the_trail_the_complaint_stays_where_it_was(late, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("no room in the trail")

    monkeypatch.setattr(engine.trail, "write", refuse)
    with pytest.raises(RuntimeError):
        complaints.remind()
    assert _rung() == "village"


@pytest.fixture
def unanswered(family, rina):
    row = cases.referral(family, rina, "sent")
    Referral.objects.update(due_at=clock.now() - timedelta(days=1))
    return row


def test_an_unanswered_referral_reminds_its_receiver(unanswered, agus, maya, lestari):
    assert referrals.remind() == {"late": 1, "raised": 1, "expired": 0}
    assert _codes(agus) == ["referral.late"]
    assert _codes(maya) == _codes(lestari) == []
    assert referrals.remind()["raised"] == 0


def _ran_out():
    Referral.objects.update(due_at=clock.now() - timedelta(days=30))


def test_one_that_nobody_answered_goes_back_and_its_sender_and_reviewer_are_told(unanswered, agus, rina, lestari, sari):
    _ran_out()
    assert referrals.remind() == {"late": 1, "raised": 2, "expired": 1}
    row, entry = Referral.objects.get(), AuditEntry.objects.get(verb="expire")
    assert (row.state, row.enrolment, row.reject_reason) == ("expired", None, "")
    assert (entry.actor, entry.from_state, entry.to_state) == (None, "sent", "expired")
    assert (_codes(lestari), _codes(rina), _codes(agus), _codes(sari)) == (
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
    assert _codes(rina) == ["referral.back"]


def test_the_sender_opens_it_again_with_a_new_deadline_and_the_reminders_settle(unanswered, rina, lestari, agus):
    _ran_out()
    referrals.remind()
    row = engine.apply("send_again", Referral.objects.get(), by=rina, note="Lembaga sudah ditelepon.")
    assert (row.state, row.received_at) == ("sent", None)
    assert row.due_at > clock.now()
    assert Referral.objects.visible_to(agus).filter(state="sent").exists()
    referrals.remind()
    assert _codes(rina) == _codes(lestari) == []
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
    assert (_codes(lestari), _codes(agus)) == (["referral.expired"], ["referral.late"])
    Referral.objects.update(due_at=clock.now() + timedelta(days=1))
    referrals.remind()
    assert _codes(lestari) == _codes(agus) == []


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


def test_the_jobs_tell_what_they_did(do, late, unanswered):
    assert do("complaints.remind").sentence == "1 keluhan terlambat, 2 pengingat baru, 1 dinaikkan."
    assert do("referrals.remind").sentence == "1 rujukan terlambat, 1 pengingat baru, 0 kembali ke pengirim."


def test_the_page_lists_and_closes_what_a_person_has_handled(late, joko, browse):
    complaints.remind()
    seat = browse(joko)
    assert "Keluhan lewat tenggat" in seat.get("/dasbor/").content.decode()
    page = seat.get("/pengingat/?jenis=complaint.late").content.decode()
    assert late.number in page
    assert f"/keluhan/{late.pk}/" in page
    row = Reminder.objects.get(code="complaint.late")
    assert "ditangani" in seat.post(f"/pengingat/{row.pk}/selesai/", follow=True).content.decode()
    row.refresh_from_db()
    assert row.closed_by == joko
    assert complaints.remind()["raised"] == 0
    assert _codes(joko) == ["complaint.escalate"], "what was handled is not raised again"
    assert AuditEntry.objects.get(verb="handle").details == {"code": "complaint.late", "subject_id": late.pk}


def test_another_persons_reminder_is_not_there(late, sari, browse):
    complaints.remind()
    row = Reminder.objects.first()
    assert browse(sari).post(f"/pengingat/{row.pk}/selesai/").status_code == 404
    with pytest.raises(NotPermitted):
        handle(row, sari)
    row.refresh_from_db()
    assert row.closed_at is None


def test_an_empty_page_says_so(sari, browse):
    assert "Tidak ada pengingat" in browse(sari).get("/pengingat/?jenis=tidak-ada").content.decode()


def test_what_settled_and_is_wanted_again_opens_again(sari):
    wanted = [Wanted(1, date(2026, 11, 1), gettext_noop("Selesai."), owner=sari.pk)]
    assert keep("x", "y", wanted) == 1
    keep("x", "y", [])
    assert _codes(sari) == []
    assert keep("x", "y", wanted) == 0
    assert _codes(sari) == ["x"]


def test_fixed_holidays_are_filled_for_two_years_and_entered_ones_stay(db):
    Holiday.objects.create(on=date(2027, 5, 1), name="May Day")
    assert holidays.fill(date(2026, 11, 28)) == 9
    assert holidays.fill(date(2026, 11, 28)) == 0
    assert Holiday.objects.get(on=date(2027, 5, 1)).name == "May Day"
    assert Holiday.objects.filter(on__year=2027).count() == 5
    assert AuditEntry.objects.filter(verb="add_holiday", actor=None).count() == 9


def test_moving_holidays_are_a_persons_to_enter(adi, sari):
    holidays.fill(date(2026, 11, 28))
    assert holidays.remind(date(2026, 9, 30)) == 1
    assert holidays.remind(date(2026, 11, 28)) == 2
    assert _codes(adi) == ["holidays", "holidays"]
    assert _codes(sari) == []
    Holiday.objects.create(on=date(2026, 3, 20), name="Idulfitri")
    Holiday.objects.create(on=date(2027, 3, 10), name="Idulfitri")
    assert holidays.remind(date(2026, 11, 28)) == 0
    assert _codes(adi) == []
