"""What is promised, and what travels through the broker, are ids: no NIK, no name, no text that somebody typed."""

import inspect
import json

import pytest
from django_celery_beat.models import PeriodicTask

from slrt.celery import app
from slrt.core import outbox
from slrt.core.models import OutboxJob
from slrt.jobs import schedule
from slrt.jobs.register import JOBS

NIK = "1301994506850007"
IDS = (int, list[int] | None)


@pytest.mark.parametrize("name", sorted(outbox._handlers))
def test_every_promised_job_takes_ids_only(name):
    taken = inspect.signature(outbox._handlers[name]).parameters.values()
    assert [str(one) for one in taken if one.annotation not in IDS] == []


@pytest.mark.parametrize("name", sorted(outbox._handlers))
@pytest.mark.parametrize("wrong", [NIK, int(NIK), -int(NIK), int(NIK) // 10, [1, int(NIK)], {"nik": NIK}, "Rosna", 1.5])
def test_no_job_is_promised_with_a_number_or_a_text(db, name, wrong):
    for key in (*inspect.signature(outbox._handlers[name]).parameters, "nik"):
        with pytest.raises(TypeError) as refused:
            outbox.promise(name, **{key: wrong})
        assert NIK[:12] not in str(refused.value), "nor does the refusal say it"
    assert not OutboxJob.objects.exists()


def test_ids_are_promised(db):
    promised = [{"persons": [1_000_001, 1_000_002]}, {"persons": None}, {}]
    for args in promised:
        outbox.promise("households.search_duplicates", **args)
    assert list(OutboxJob.objects.order_by("pk").values_list("args", flat=True)) == promised


def test_the_broker_carries_ids_and_names_of_jobs():
    app.loader.import_default_modules()
    ours = {name: task for name, task in app.tasks.items() if name.startswith("slrt.")}
    taken = {name: list(inspect.signature(task.run).parameters) for name, task in ours.items()}
    assert taken == {
        outbox.BELL: ["job_id"],
        "slrt.core.tasks.sweep_outbox": [],
        "slrt.jobs.tasks.ask": ["name"],
        "slrt.jobs.tasks.end_abandoned": [],
    }


def test_the_bell_is_rung_with_the_number_of_the_job(db, monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(outbox.current_app, "send_task", lambda *args, **kwargs: sent.append((args, kwargs)))
    with django_capture_on_commit_callbacks(execute=True):
        job = outbox.promise("exports.build", export_id=7)
    assert sent == [((outbox.BELL,), {"args": [job.pk], "retry": False, "ignore_result": True})]


def test_the_timetable_names_jobs(db):
    schedule.install()
    told = [json.loads(task.args or "[]") for task in PeriodicTask.objects.filter(task="slrt.jobs.tasks.ask")]
    assert told
    assert {one for args in told for one in args} <= set(JOBS)
    assert {task.kwargs for task in PeriodicTask.objects.all()} == {"{}"}
