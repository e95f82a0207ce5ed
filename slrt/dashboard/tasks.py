"""Celery shells of the periodic data updates."""

from celery import shared_task

from slrt.core import outbox


@shared_task(name="slrt.dashboard.tasks.promise_daily", ignore_result=True)
def promise_daily() -> None:
    """Promise the day's jobs; the outbox does them once each, also when the worker dies in between."""
    outbox.promise("households.flag_outdated")
    outbox.promise("households.put_old_previews_aside")
    outbox.promise("households.clear_photos")
