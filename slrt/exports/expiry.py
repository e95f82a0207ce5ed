"""Files do not stay: after their time they go, and with them what nobody finished."""

from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from slrt.core import clock
from slrt.exports import building
from slrt.exports.choices import ExportState
from slrt.exports.models import Export

STUCK_AFTER = timedelta(hours=24)
SUFFIXES = {".sealed", ".part"}


class Cleared(NamedTuple):
    """How many exports ended, and how many files went that belonged to none."""

    ended: int
    strays: int


def clear_expired() -> Cleared:
    """End exports past their time and remove their files, and files that belong to no export. Return how many of each.

    Runs any number of times with the same effect: the rows stay, as the record of what left and when.
    """
    now = clock.now()
    cleared, own = 0, set()
    for export in Export.objects.outlived(now, now - STUCK_AFTER).order_by("pk"):
        ready = export.state == ExportState.READY
        values: dict[str, str] = (
            {"state": ExportState.EXPIRED} if ready else {"state": ExportState.FAILED, "problem": _stuck()}
        )
        own.add(building.path_of(export).name)
        with transaction.atomic():
            cleared += Export.objects.filter(pk=export.pk, state=export.state, moved_at=export.moved_at).update(
                **values
            )
            transaction.on_commit(lambda export=export: building.remove_file(export), robust=True)  # type: ignore[misc]
    return Cleared(cleared, _remove_strays(own))


def _stuck() -> str:
    return _("Penyusunan berkas tidak pernah selesai. Unduh lagi dari daftarnya.")


def _remove_strays(but: set[str]) -> int:
    """Files whose export is not alive: a killed worker's draft, or a file whose transaction was rolled back."""
    folder = building.folder()
    if not folder.is_dir():
        return 0
    alive = but | {
        building.path_of(export).name
        for export in Export.objects.filter(state__in=(*building.OPEN_STATES, ExportState.READY)).only("pk")
    }
    before = (clock.now() - STUCK_AFTER).timestamp()
    removed = 0
    for path in list(folder.iterdir()):
        if path.suffix not in SUFFIXES or path.name.removesuffix(".part") in alive:
            continue
        with suppress(FileNotFoundError):  # somebody threw it away meanwhile
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed
