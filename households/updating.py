"""Periodic data updates of the registry: what has grown old is handed back to the facilitator."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import Coalesce

from households.choices import RegistrationState
from households.models import Registration
from slrt.core import clock
from slrt.core.errors import TransitionNotAllowed
from slrt.workflow import engine


def flag_outdated() -> int:
    """Move determined registrations whose data are older than DATA_UPDATE_DAYS to "update due"; return how many.

    The age counts from the newest survey round of the household. A second run finds nothing left to do.
    """
    oldest = clock.today() - timedelta(days=settings.DATA_UPDATE_DAYS)
    rows = (
        Registration.objects.filter(state=RegistrationState.DETERMINED)
        .annotate(newest=Coalesce(Max("family__household__rounds__collected_on"), "created_at__date"))
        .filter(newest__lt=oldest)
        .select_related("family__household")
    )
    flagged = 0
    for row in rows.iterator(chunk_size=500):
        try:
            engine.apply("grow_old", row, by=None)
        except TransitionNotAllowed:
            continue
        flagged += 1
    return flagged
