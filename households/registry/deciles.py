"""The official decile of a family: which one counts, and how one is kept.

BPS ranks the families, period by period (Inpres 4/2025); this program keeps what official files say and never decides one.
A family shows the decile of the newest period, whatever the order in which the files came; of one period, what was stated
last.
"""

from datetime import datetime
from typing import Any

from django.apps import apps

from households.models import DecileRecord, Family


def newest(family_id: int) -> DecileRecord | None:
    """Return the official decile that counts for a family, None when nobody stated one.

    Periods are compared as text, as they are written: 2026-Q3 before 2026-Q4. A decile without a period is the oldest.
    """
    return DecileRecord.objects.filter(family=family_id).order_by("-period", "-recorded_at", "-pk").first()


def keep(family_id: int, *, decile: int, period: str, source: str, at: datetime) -> DecileRecord:
    """Keep what an official file states of a family and let the family show what counts now. Call in a transaction.

    `source` is a DecileSource. Another value for the same period and source replaces the older one, which stays in the
    row's history; the same value changes nothing.
    """
    family = Family.objects.select_for_update().get(pk=family_id)
    record, is_new = DecileRecord.objects.get_or_create(
        family=family, period=period, source=source, defaults={"decile": decile, "recorded_at": at}
    )
    if not is_new and record.decile != decile:
        record.decile, record.recorded_at = decile, at
        record.save()
    _show(family)
    return record


def show_newest(family_id: int) -> None:
    """Let a family show the decile that counts. Call in a transaction."""
    _show(Family.objects.select_for_update().get(pk=family_id))


def take_back(family_id: int, *, decile: int, period: str, source: str, recorded_at: datetime) -> None:
    """Forget a decile that was stated by mistake at that moment; what it replaced stands again. Call in a transaction.

    One that was stated before already, or otherwise since, stays.
    """
    said = {"decile": decile, "period": period}
    record = DecileRecord.objects.filter(family=family_id, source=source, recorded_at=recorded_at, **said).first()
    if record is None:
        return
    history = apps.get_model("households", "DecileRecordEvent")._default_manager
    earlier = history.filter(pgh_obj_id=record.pk).order_by("-pgh_id").first()
    if earlier is None:
        record.delete()
    else:
        record.decile, record.recorded_at = earlier.decile, earlier.recorded_at
        record.save()
    family = Family.objects.select_for_update().get(pk=family_id)
    if newest(family_id) is None and (family.decile, family.decile_period) == (decile, period):
        _show_as_before(family, said)
    else:
        _show(family)


def _show_as_before(family: Family, said: dict[str, Any]) -> None:
    """Show what the family showed before, which stood in no record."""
    history = apps.get_model("households", "FamilyEvent")._default_manager
    other = history.filter(pgh_obj_id=family.pk).exclude(decile=said["decile"], decile_period=said["period"])
    before = other.order_by("-pgh_id").first()
    family.decile, family.decile_period = (before.decile, before.decile_period) if before else (None, "")
    family.version += 1
    family.save()


def _show(family: Family) -> None:
    record = newest(family.pk)
    if record is None or (family.decile, family.decile_period) == (record.decile, record.period):
        return
    family.decile, family.decile_period, family.version = record.decile, record.period, family.version + 1
    family.save()
