"""The timetable: made once from the register, then the administrator's; a time in Asia/Jakarta comes once a day."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django_celery_beat import schedulers
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from slrt.celery import app
from slrt.core import outbox
from slrt.jobs import schedule, tasks
from slrt.jobs.models import JobRun
from slrt.jobs.register import JOBS, Job, job
from slrt.jobs.timekeeper import Timekeeper

JAKARTA = ZoneInfo("Asia/Jakarta")
NAME = "households.flag_outdated"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def timetable(db):
    """As after a migration."""
    schedule.install()


def test_every_scheduled_job_has_its_row_in_the_office_time():
    rows = {row.name: row for row in PeriodicTask.objects.filter(task=schedule.TASK)}
    assert set(rows) == {name for name, job in JOBS.items() if job.schedule}
    for row in rows.values():
        assert str(row.crontab.timezone) == "Asia/Jakarta"
        assert json.loads(row.args) == [row.name]
        assert row.enabled


def test_what_the_administrator_changed_survives_an_update():
    late = CrontabSchedule.objects.create(minute="5", hour="23", timezone="Asia/Jakarta")
    PeriodicTask.objects.filter(name=NAME).update(crontab=late, enabled=False)
    call_command("migrate", verbosity=0, interactive=False)
    assert schedule.install() == 0
    row = PeriodicTask.objects.get(name=NAME)
    assert (row.crontab, row.enabled) == (late, False)
    assert NAME not in schedule.next_runs(datetime.now(UTC))


def test_a_job_that_left_the_program_leaves_the_timetable(monkeypatch):
    monkeypatch.setitem(JOBS, "test.gone", Job("test.gone", "", "", "1 1 * * *", (), lambda progress: None))
    assert schedule.install() == 1
    monkeypatch.delitem(JOBS, "test.gone")
    schedule.install()
    assert not PeriodicTask.objects.filter(name="test.gone").exists()


def test_two_jobs_of_one_name_and_a_schedule_of_four_fields_are_refused(monkeypatch):
    monkeypatch.setitem(JOBS, "test.once", Job("test.once", "", "", None, (), len))
    with pytest.raises(ValueError):
        job("test.once", label="", explain="")(max)
    with pytest.raises(ValueError):
        job("test.bad", label="", explain="", schedule="10 2 * *")


def test_the_page_says_when_a_job_comes_next():
    PeriodicTask.objects.filter(name=NAME).update(crontab=_at(2, 10))
    with time_machine.travel(datetime(2026, 11, 28, 20, 0, tzinfo=UTC), tick=False):  # 03.00 in Jakarta
        assert schedule.next_runs(datetime.now(UTC))[NAME] == datetime(2026, 11, 30, 2, 10, tzinfo=JAKARTA)
    with time_machine.travel(datetime(2026, 11, 28, 19, 0, tzinfo=UTC), tick=False):  # 02.00 in Jakarta
        assert schedule.next_runs(datetime.now(UTC))[NAME] == datetime(2026, 11, 29, 2, 10, tzinfo=JAKARTA)


def _at(hour, minute):
    return CrontabSchedule.objects.create(minute=str(minute), hour=str(hour), timezone="Asia/Jakarta")


SWEEPS = ("slrt.core.tasks.sweep_outbox", "slrt.jobs.tasks.end_abandoned")


class Beat:
    """celery beat's own scheduler, with the broker cut off: what it sends is noted."""

    def __init__(self, monkeypatch):
        self.sent = []
        monkeypatch.setattr(schedulers, "close_old_connections", lambda: None)  # the story's own transaction stays open
        app.loader.import_default_modules()
        for name in (schedule.TASK, *SWEEPS):
            monkeypatch.setattr(app.tasks[name], "apply_async", partial(self._note, name))
        self.start()

    def _note(self, task, args, kwargs, **more):
        self.sent.append((args[0] if args else task, datetime.now(UTC)))

    def start(self):
        """Begin, or begin again: everything is read from the database."""
        self.scheduler = Timekeeper(app=app, lazy=True)
        self.scheduler.producer = None
        self.scheduler.setup_schedule()

    def stop(self):
        self.scheduler.sync()

    def kill(self):
        """It dies without writing what it still has in mind."""
        self.scheduler._finalize.cancel()
        self.scheduler._dirty.clear()

    def work(self):
        """What is due now is sent, as by the running program."""
        while self.scheduler.tick() == 0:
            pass

    def sent_since(self, moment):
        return {name for name, at in self.sent if at >= moment}

    def tick(self):
        entry = self.scheduler.schedule[NAME]
        if entry.is_due().is_due:
            self.scheduler.reserve(entry)
            self.scheduler.apply_entry(entry)


@pytest.mark.parametrize("end", [None, Beat.stop, Beat.kill], ids=["steady", "restarted", "killed"])
def test_a_time_in_jakarta_fires_once_a_day_at_the_right_moment(monkeypatch, end):
    begin = datetime(2026, 11, 28, 18, 55, tzinfo=UTC)  # 01.55 on the 29th in Jakarta
    with time_machine.travel(begin, tick=False) as traveller:
        PeriodicTask.objects.exclude(name=NAME).filter(task=schedule.TASK).delete()
        PeriodicTask.objects.filter(name=NAME).update(crontab=_at(2, 10), date_changed=begin, last_run_at=None)
        beat = Beat(monkeypatch)
        steps = [*range(0, 60, 5), *range(60, 1380, 60), *range(1380, 1560, 5)]  # 26 hours
        for number, minute in enumerate(steps):
            traveller.move_to(begin + timedelta(minutes=minute))
            if end and number % 5 == 4:  # also five minutes after it has fired
                end(beat)
                beat.start()
            beat.tick()
    mine = [at for name, at in beat.sent if name == NAME]
    assert mine == [
        datetime(2026, 11, 28, 19, 10, tzinfo=UTC),  # 02.10 in Jakarta, not 02.10 UTC
        datetime(2026, 11, 29, 19, 10, tzinfo=UTC),
    ]


def _at_night(begin):
    PeriodicTask.objects.exclude(name=NAME).filter(task=schedule.TASK).delete()
    PeriodicTask.objects.filter(name=NAME).update(crontab=_at(2, 10), date_changed=begin, last_run_at=begin)


def test_an_office_whose_machine_is_off_at_night_makes_up_for_it_in_the_morning(monkeypatch):
    begin = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    morning = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)  # 09.00 in Jakarta, three days later
    with time_machine.travel(morning, tick=False) as traveller:
        _at_night(begin)
        beat = Beat(monkeypatch)
        beat.work()
        assert [name for name, _at in beat.sent].count(NAME) == 1, "made up for once, not once a day"
        for hours in range(1, 9):
            traveller.move_to(morning + timedelta(hours=hours))
            beat.work()
    assert [name for name, _at in beat.sent].count(NAME) == 1


def test_a_time_that_is_changed_by_day_counts_from_then_on(monkeypatch):
    day = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # 10.00 in Jakarta
    with time_machine.travel(day, tick=False) as traveller:
        _at_night(day - timedelta(hours=7))
        beat = Beat(monkeypatch)
        row = PeriodicTask.objects.get(name=NAME)
        row.crontab = _at(23, 0)
        row.save()
        beat.stop()
        beat.start()
        beat.work()
        assert NAME not in beat.sent_since(day), "at 23.00 yesterday it was not yet due at that time"
        traveller.move_to(datetime(2026, 11, 28, 16, 0, tzinfo=UTC))
        beat.work()
        assert NAME in beat.sent_since(day)


@pytest.mark.parametrize("again", [False, True], ids=["running", "restarted"])
def test_a_clock_that_stood_a_day_ahead_stops_neither_the_sweep_nor_tomorrows_jobs(monkeypatch, again):
    now = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    with time_machine.travel(now + timedelta(days=1), tick=False) as traveller:
        _at_night(now + timedelta(hours=1))
        beat = Beat(monkeypatch)
        for minutes in range(3):
            traveller.shift(timedelta(minutes=minutes))
            beat.work()
        assert {NAME, *SWEEPS} <= beat.sent_since(now), "they ran by the wrong clock"
        beat.sent.clear()
        traveller.move_to(now)
        if again:
            beat.stop()
            beat.start()
        for seconds in range(0, 180, 5):
            traveller.move_to(now + timedelta(seconds=seconds))
            beat.work()
        assert set(SWEEPS) <= beat.sent_since(now)
        night = datetime(2026, 11, 28, 19, 10, tzinfo=UTC)  # 02.10 in Jakarta
        traveller.move_to(night - timedelta(minutes=1))
        beat.work()
        assert NAME not in beat.sent_since(now)
        traveller.move_to(night)
        beat.work()
        assert NAME in beat.sent_since(night)


def test_what_beat_sends_becomes_one_run(bell):
    tasks.ask(NAME)
    tasks.ask(NAME)
    run = JobRun.objects.get()
    assert (run.job, run.asked_by, run.state) == (NAME, None, "waiting")
    outbox.run(run.outbox_id)
    run.refresh_from_db()
    assert run.state == "done"


def test_a_name_that_left_the_program_is_no_fault(bell):
    tasks.ask("test.gone")
    assert not JobRun.objects.exists()


def test_the_sweep_and_the_look_after_abandoned_runs_stay_in_the_code():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == {
        "slrt.core.tasks.sweep_outbox",
        "slrt.jobs.tasks.end_abandoned",
    }
    app.loader.import_default_modules()
    assert {"slrt.core.tasks.sweep_outbox", "slrt.jobs.tasks.ask", "slrt.jobs.tasks.end_abandoned"} <= set(app.tasks)
