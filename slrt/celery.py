"""Celery: shells around the outbox and the periodic jobs. The broker is only a bell (see slrt/core/outbox.py)."""

import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slrt.settings.production")

app = Celery("slrt")


def _broker() -> dict[str, object]:
    """Redis when REDIS_URL is set, else files under var/broker (one machine)."""
    from django.conf import settings

    if settings.REDIS_URL:
        return {"broker_url": settings.REDIS_URL, "broker_transport_options": {"visibility_timeout": 3600}}
    folder = Path(settings.VAR_DIR) / "broker"
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {
        "broker_url": "filesystem://",
        "broker_transport_options": {
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "processed_folder": str(folder / "processed"),
            "control_folder": str(folder / "control"),
            "store_processed": False,
        },
    }


@setup_logging.connect
def keep_django_logging(**kwargs: object) -> None:
    """Leave logging as Django configured it: one JSON object a line, no personal data."""


app.conf.update(
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    timezone="Asia/Jakarta",
    enable_utc=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    beat_schedule={
        "sweep-outbox": {"task": "slrt.core.tasks.sweep_outbox", "schedule": 30.0, "options": {"expires": 60}},
        "flag-outdated-data": {"task": "slrt.dashboard.tasks.promise_daily", "schedule": crontab(hour=2, minute=10)},
    },
    imports=("slrt.core.tasks", "slrt.dashboard.tasks"),
)
app.conf.update(**_broker())
