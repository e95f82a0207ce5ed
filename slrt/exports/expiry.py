"""Files do not stay: after their time they go, and with them what nobody finished."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from slrt.core import clock
from slrt.exports import building
from slrt.exports.choices import ExportState
from slrt.exports.models import Export

STUCK_AFTER = timedelta(hours=24)
SUFFIXES = {".sealed", ".part"}


def clear_expired() -> int:
    """End exports past their time and remove their files, and files that belong to no export. Return how many exports ended.

    Runs any number of times with the same effect: the rows stay, as the record of what left and when.
    """
    now = clock.now()
    cleared = 0
    for export in Export.objects.outlived(now, now - STUCK_AFTER).order_by("pk"):
        ready = export.state == ExportState.READY
        values: dict[str, str] = (
            {"state": ExportState.EXPIRED} if ready else {"state": ExportState.FAILED, "problem": _stuck()}
        )
        with transaction.atomic():
            cleared += Export.objects.filter(pk=export.pk, state=export.state, moved_at=export.moved_at).update(
                **values
            )
            transaction.on_commit(lambda export=export: building.remove_file(export), robust=True)  # type: ignore[misc]
    _remove_strays()
    return cleared


def _stuck() -> str:
    return _("Penyusunan berkas tidak pernah selesai. Unduh lagi dari daftarnya.")


def _remove_strays() -> None:
    """Files whose export is not alive: a killed worker's draft, or a file whose transaction was rolled back."""
    folder = building.folder()
    if not folder.is_dir():
        return
    alive = {
        building.path_of(export).name
        for export in Export.objects.filter(state__in=(*building.OPEN_STATES, ExportState.READY)).only("pk")
    }
    before = (clock.now() - STUCK_AFTER).timestamp()
    for path in folder.iterdir():
        if path.suffix in SUFFIXES and path.name.removesuffix(".part") not in alive and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
