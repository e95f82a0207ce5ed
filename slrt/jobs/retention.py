"""What the program itself no longer needs: done promises, ended sessions, old sign-in attempts, old runs."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session

from slrt.core import clock
from slrt.core.models import IdempotencyKey, OutboxJob, RateBucket
from slrt.jobs.models import JobRun, Reminder

RUNS_KEPT = timedelta(days=400)  # a full year and the audit after it
MINUTES = 60


def clear_promises() -> int:
    """Delete promises done more than OUTBOX_KEEP_DAYS ago, with the form keys of that age; return how many promises.

    Failed ones stay until a person has looked at them.
    """
    oldest = clock.now() - timedelta(days=settings.OUTBOX_KEEP_DAYS)
    IdempotencyKey.objects.filter(created_at__lt=oldest).delete()
    return OutboxJob.objects.filter(state=OutboxJob.State.DONE, done_at__lt=oldest).delete()[0]


def clear_sign_ins() -> int:
    """Delete ended sessions, sign-in records past SIGN_IN_KEEP_DAYS and yesterday's counts of tries; return how many."""
    now = clock.now()
    oldest = now - timedelta(days=settings.SIGN_IN_KEEP_DAYS)
    ended = Session.objects.filter(expire_date__lt=now).delete()[0]
    ended += sum(
        model.objects.filter(attempt_time__lt=oldest).delete()[0]
        for model in (AccessAttempt, AccessLog, AccessFailureLog)
    )
    RateBucket.objects.filter(window__lt=int((now - timedelta(days=1)).timestamp()) // MINUTES).delete()
    return ended


def clear_runs() -> int:
    """Delete runs and closed reminders older than RUNS_KEPT, never a job's last done run; return how many runs."""
    oldest = clock.now() - RUNS_KEPT
    Reminder.objects.filter(closed_at__lt=oldest).delete()
    kept = JobRun.objects.filter(state="done").newest_of_each().values("pk")
    return JobRun.objects.filter(ended_at__lt=oldest).exclude(pk__in=kept).delete()[0]
