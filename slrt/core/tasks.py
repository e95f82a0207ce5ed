"""Celery shells of the outbox."""

from celery import shared_task

from slrt.core import outbox


@shared_task(name=outbox.BELL, ignore_result=True)
def run_job(job_id: int) -> None:
    """Do one promised job."""
    outbox.run(job_id)


@shared_task(name="slrt.core.tasks.sweep_outbox", ignore_result=True)
def sweep_outbox() -> int:
    """Find promised jobs whose bell was not heard or whose worker died; leave long ones to whoever is free."""
    return outbox.sweep(long_here=False)
