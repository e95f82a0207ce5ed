"""What pages show of exports."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import override

from slrt.core import clock
from slrt.exports.choices import OPEN_STATES, ExportState
from slrt.exports.models import UNCOUNTED, Export
from slrt.exports.registry import LISTINGS, Listing


@dataclass(frozen=True)
class Line:
    """One export as its owner sees it."""

    export: Export
    title: Any
    busy: bool
    ready: bool
    minutes_left: int | None = None
    seconds_left: int | None = None  # besides the minutes
    rows_per_second: int | None = None
    letters: bool = False
    sheet: bool = False  # made whole: how far it is counts in percent
    chosen: bool = False  # row by row
    uncounted: bool = False  # nobody knows yet how many rows there are
    again: str = ""  # where a file that is gone can be made anew


def file_name(export: Export) -> str:
    """What a downloaded file is called: the list in the language it was asked for in, the day, the export's number."""
    listing = LISTINGS.get(export.listing)
    with override(export.language):
        what = slugify(str(listing.title) if listing else export.listing)
    return f"{what}-{timezone.localdate(export.asked_at).isoformat()}-{export.number}.{export.format}"


def line(export: Export) -> Line:
    """Return an export with what its page says of it; a ready one whose time is over is not ready any more."""
    listing = LISTINGS.get(export.listing)
    alive = export.expires_at is not None and export.expires_at > clock.now()
    if export.state == ExportState.READY and not alive:
        export.state = ExportState.EXPIRED
    speed = _rows_per_second(export)
    left = round(max(export.total - export.done, 0) / speed) if speed and export.total else None
    return Line(
        export,
        listing.title if listing else export.listing,
        busy=export.state in OPEN_STATES,
        ready=export.state == ExportState.READY,
        minutes_left=None if left is None else left // 60,
        seconds_left=None if left is None else left % 60,
        rows_per_second=round(speed) if speed else None,
        letters=listing is not None and listing.letters is not None and not listing.sheet,
        sheet=listing is not None and listing.sheet,
        chosen=listing is not None and listing.chosen is not None,
        uncounted=export.total == UNCOUNTED and not export.done,
        again=_address(listing, export) if listing and export.state == ExportState.EXPIRED else "",
    )


def _address(listing: Listing, export: Export) -> str:
    """Where the list stands; of what was chosen then only codes, since a filter may hold a name."""
    params = QueryDict(mutable=True)
    for name, values in export.params.items():
        if name in listing.tells:
            params.setlist(name, values)
    return listing.url(params)


def _rows_per_second(export: Export) -> float | None:
    """Rows a second since the present attempt began; None before the first chunk."""
    if export.state != ExportState.RUNNING or not export.done or export.started_at is None:
        return None
    seconds = (export.moved_at - export.started_at).total_seconds()
    return export.done / seconds if seconds > 0 else None


def lines(exports: Any) -> list[Line]:
    """Return exports as their owner sees them."""
    return [line(export) for export in exports]
