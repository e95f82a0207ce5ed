"""Celery: shells around the outbox and the periodic jobs. The broker is only a bell (see slrt/core/outbox.py)."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

from slrt import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slrt.settings.production")

app = Celery("slrt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["slrt.core", "slrt.dashboard"])
SWEEP_SECONDS = env.number("SLRT_OUTBOX_SWEEP", 30)
app.conf.beat_schedule = {
    "sweep-outbox": {"task": "slrt.core.tasks.sweep_outbox", "schedule": SWEEP_SECONDS, "options": {"expires": 60}},
    "daily-updates": {"task": "slrt.dashboard.tasks.promise_daily", "schedule": crontab(hour=2, minute=10)},
}


@setup_logging.connect
def keep_django_logging(**kwargs: object) -> None:
    """Leave logging as Django configured it: one JSON object a line, no personal data."""
