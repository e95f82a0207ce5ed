"""Celery shells: beat asks for runs by the timetable and looks after abandoned ones."""

from celery import shared_task

from slrt.jobs import running


@shared_task(name="slrt.jobs.tasks.ask", ignore_result=True)
def ask(name: str) -> None:
    """Promise the timetable's run of a job; a name the program no longer knows is left alone."""
    if name in running.JOBS:
        running.ask(name, None)


@shared_task(name="slrt.jobs.tasks.end_abandoned", ignore_result=True)
def end_abandoned() -> int:
    """Mark runs that nobody works on any more."""
    return running.end_abandoned()
