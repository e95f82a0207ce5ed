"""Late complaints remind those who have to act, and climb the office's ladder rung by rung; the program decides nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints import reminding as complaints
from complaints.models import Complaint
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import handle
from slrt.workflow import engine
from tests import cases, people
from tests.jobs.reminders import codes


def test_a_late_complaint_reminds_who_is_next_and_who_answers_for_its_rung(
    late, fitri, rina, joko, sari, lestari, agus, tomo
):
    counts = complaints.remind()
    assert counts == {"late": 1, "raised": 2, "escalated": 1}
    assert codes(fitri) == ["complaint.late"], "sorts and answers"
    assert codes(joko) == ["complaint.escalate", "complaint.late"]
    assert codes(lestari) == ["complaint.escalate"]
    assert codes(sari) == codes(agus) == codes(tomo) == []


def test_a_second_run_raises_nothing_anew(late):
    complaints.remind()
    assert complaints.remind() == {"late": 1, "raised": 0, "escalated": 0}
    assert Reminder.objects.count() == 2


def test_a_complaint_that_moved_on_reminds_the_next_one(late, rina, fitri):
    complaints.remind()
    Complaint.objects.update(state="data_check")
    complaints.remind()
    assert codes(rina) == ["complaint.late"]
    assert codes(fitri) == []


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
    assert codes(joko) == []


def test_a_complaint_nobody_answered_reminds_those_who_sort(family, sari, fitri):
    cases.complaint(family, sari, "recorded")
    Complaint.objects.update(response_due_at=clock.now() - timedelta(hours=1))
    complaints.remind()
    assert codes(fitri) == ["complaint.silent"]
    Complaint.objects.update(responded_at=clock.now())
    complaints.remind()
    assert codes(fitri) == []


def test_what_waits_for_the_citizen_reminds_nobody_to_answer(family, sari, fitri):
    cases.complaint(family, sari, "recorded")
    Complaint.objects.update(response_due_at=clock.now() - timedelta(hours=1), paused_at=clock.now())
    assert complaints.remind()["raised"] == 0
    assert codes(fitri) == []


def test_the_neighbouring_area_is_not_reminded(late, places):
    complaints.remind()
    assert codes(people.make_user("joko2", people.Part("supervisor", "13.71"))) == []


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
    assert codes(joko) == ["complaint.late"], "the kecamatan is no longer asked for this rung"
    assert "complaint.escalate" in codes(lestari)


def test_who_handled_the_reminder_of_one_rung_is_told_of_the_next(late, lestari):
    _late_since(datetime(2026, 10, 30, 9, tzinfo=UTC))
    with _on_day(0):
        complaints.remind()
        handle(Reminder.objects.visible_to(lestari).get(code="complaint.escalate"), lestari)
    with _on_day(8):
        complaints.remind()
        assert "complaint.escalate" in codes(lestari)


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
