"""Reminders as people see and close them, and the holidays that deadlines leave out."""

from datetime import date

import pytest
from django.utils.translation import gettext_noop

from complaints import holidays
from complaints import reminding as complaints
from complaints.models import Holiday
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted
from slrt.core.sentence import Sentence
from slrt.jobs.models import Reminder
from slrt.jobs.reminding import Wanted, handle, keep
from tests.jobs.reminders import codes


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
    assert codes(joko) == ["complaint.escalate"], "what was handled is not raised again"
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
    wanted = [Wanted(1, date(2026, 11, 1), Sentence(gettext_noop("Selesai.")), owner=sari.pk)]
    assert keep("x", "y", wanted) == 1
    keep("x", "y", [])
    assert codes(sari) == []
    assert keep("x", "y", wanted) == 0
    assert codes(sari) == ["x"]


def test_what_is_closed_for_good_is_not_read_again_every_day(sari, monkeypatch):
    said = Sentence(gettext_noop("Selesai."))
    keep("x", "y", [Wanted(n, date(2026, 11, 1), said, owner=sari.pk) for n in range(20)])
    keep("x", "y", [])
    read = []
    from_db = Reminder.from_db.__func__
    monkeypatch.setattr(Reminder, "from_db", classmethod(lambda cls, *row: read.append(row) or from_db(cls, *row)))
    wanted = [Wanted(n, date(2026, 11, 1), said, owner=sari.pk) for n in (3, 30)]
    assert keep("x", "y", wanted) == 1
    assert len(read) == 1, "number 3 alone, which opens again"
    assert sorted(Reminder.objects.open().values_list("subject_id", flat=True)) == [3, 30]


def test_fixed_holidays_are_filled_for_two_years_and_entered_ones_stay(db):
    Holiday.objects.create(on=date(2027, 5, 1), name="May Day")
    assert holidays.fill(date(2026, 11, 28)) == 9
    assert holidays.fill(date(2026, 11, 28)) == 0
    assert Holiday.objects.get(on=date(2027, 5, 1)).name == "May Day"
    assert Holiday.objects.filter(on__year=2027).count() == 5
    assert AuditEntry.objects.filter(verb="add_holiday", actor=None).count() == 9


def test_next_years_moving_holidays_are_asked_for_from_october_on(db):
    holidays.fill(date(2026, 9, 30))
    Holiday.objects.create(on=date(2026, 3, 20), name="Idul Fitri")
    assert holidays.remind(date(2026, 9, 30)) == 0
    assert holidays.remind(date(2026, 10, 1)) == 1, "the fixed days of 2027 are there and no others"
    assert Reminder.objects.open().get().subject_id == 2027
    assert holidays.remind(date(2027, 1, 1)) == 1, "over the turn of the year it is the same reminder"
    assert Reminder.objects.get().subject_id == 2027


def test_moving_holidays_are_a_persons_to_enter(adi, sari):
    holidays.fill(date(2026, 11, 28))
    assert holidays.remind(date(2026, 9, 30)) == 1
    assert holidays.remind(date(2026, 11, 28)) == 2
    assert any("Hari libur 2027 yang" in row.sentence for row in Reminder.objects.all())
    assert codes(adi) == ["holidays", "holidays"]
    assert codes(sari) == []
    Holiday.objects.create(on=date(2026, 3, 20), name="Idulfitri")
    Holiday.objects.create(on=date(2027, 3, 10), name="Idulfitri")
    assert holidays.remind(date(2026, 11, 28)) == 0
    assert codes(adi) == []
