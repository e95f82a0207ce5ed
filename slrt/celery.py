"""Celery: shells around the outbox and the periodic jobs. The broker is only a bell (see slrt/core/outbox.py)."""

import os

from celery import Celery
from celery.signals import setup_logging

from slrt import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slrt.settings.production")

app = Celery("slrt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["slrt.core", "slrt.jobs"])
SWEEP_SECONDS = env.number("SLRT_OUTBOX_SWEEP", 30)
# What keeps everything else going stands in the code; the jobs' own timetable is in the database (slrt/jobs/schedule.py).
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "slrt.core.tasks.sweep_outbox", "schedule": SWEEP_SECONDS, "options": {"expires": 60}},
    "end-abandoned-jobs": {"task": "slrt.jobs.tasks.end_abandoned", "schedule": 60.0, "options": {"expires": 120}},
}


@setup_logging.connect
def keep_django_logging(**kwargs: object) -> None:
    """Leave logging as Django configured it: one JSON object a line, no personal data."""
