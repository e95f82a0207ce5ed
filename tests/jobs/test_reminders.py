"""Deadlines that passed remind those who have to act, once, and settle by themselves; the program climbs no ladder of its own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import gettext_noop

from complaints import holidays
from complaints import reminding as complaints
from complaints.models import Complaint, Holiday
from complaints.workflow import COMPLAINT
from referrals import reminding as referrals
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import NotPermitted
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import Wanted, handle, keep
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


def test_a_late_complaint_reminds_who_is_next_and_who_may_escalate(late, fitri, rina, joko, sari, lestari, agus, tomo):
    counts = complaints.remind()
    assert counts == {"late": 1, "raised": 2, "escalated": 0}
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


def test_the_program_escalates_only_where_the_table_lets_it(late, monkeypatch):
    complaints.remind()
    late.refresh_from_db()
    assert late.escalation == "village"
    monkeypatch.setitem(
        COMPLAINT.by_name, "escalate", replace(COMPLAINT.by_name["escalate"], permission="", needs_note=False)
    )
    assert complaints.remind()["escalated"] == 1
    late.refresh_from_db()
    assert late.escalation != "village"
    assert AuditEntry.objects.get(verb="escalate").actor is None


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


def test_one_that_ran_out_reminds_those_who_may_redirect_it(unanswered, agus, lestari):
    Referral.objects.update(due_at=clock.now() - timedelta(days=30))
    assert referrals.remind() == {"late": 1, "raised": 2, "expired": 0}
    assert _codes(lestari) == ["referral.expired"]
    Referral.objects.update(state="accepted", due_at=clock.now() + timedelta(days=1))
    referrals.remind()
    assert _codes(lestari) == _codes(agus) == []


def test_the_jobs_tell_what_they_did(do, late, unanswered):
    assert do("complaints.remind").sentence == "1 keluhan terlambat, 2 pengingat baru, 0 dinaikkan."
    assert do("referrals.remind").sentence == "1 rujukan terlambat, 1 pengingat baru, 0 kedaluwarsa."


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
