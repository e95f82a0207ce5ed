"""Papers that are printed, signed and scanned: the attendance list and the minutes of a village meeting, as PDF."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from households.models import VillageMeeting
from slrt.core.numbers import masked, masked_whole
from slrt.core.templatetags.ui import tanggal
from slrt.letters.choices import LetterKind
from slrt.letters.letterhead import head, letterhead
from slrt.letters.paper import SMALL, TITLE, document, facts, lines, paragraph
from slrt.letters.wording import wording

BLANK = "." * 24  # to be filled in by hand
BLANK_LINES = 12  # for people who came and were not on the list
_GRID = [
    ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("FONTNAME", (0, 0), (-1, 0), "Helvetica-Bold"),
    ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
]


def attendance(meeting: VillageMeeting) -> bytes:
    """Return the attendance list: who took part, in what function, room for signatures and for more people."""
    rows = [
        (str(n), masked(a.name), str(a.get_role_display()), "") for n, a in enumerate(meeting.attendees.all(), start=1)
    ]
    rows += [(str(n), "", "", "") for n in range(len(rows) + 1, len(rows) + BLANK_LINES + 1)]
    head = (_("No."), _("Nama"), _("Sebagai"), _("Tanda tangan"))
    table = _table(head, rows, (12 * mm, 65 * mm, 55 * mm, 38 * mm), row_height=9 * mm)
    said = wording(LetterKind.ATTENDANCE, _values(meeting))
    body = [*_heading(meeting, _("Daftar hadir musyawarah")), *lines(said.opening), table, *lines(said.closing)]
    return document(_("Daftar hadir musyawarah"), body)


def minutes(meeting: VillageMeeting, decisions: Iterable[Any]) -> bytes:
    """Return the minutes: what was decided on every family (`told_to` whoever prints), with room for signatures.

    Of a family that is not theirs any more only its registration's number stands there.
    """
    rows = []
    for n, decision in enumerate(decisions, start=1):
        said = (
            _("Disepakati") if decision.accepted else _("Tidak: %(reason)s") % {"reason": decision.get_reason_display()}
        )
        rows.append((str(n), f"{decision.registration} · {_name(decision)}", _address(decision), said))
    head = (_("No."), _("Keluarga"), _("Alamat"), _("Keputusan"))
    present = meeting.attendees.count()
    words = wording(LetterKind.MINUTES, {**_values(meeting), "nomor": _number(meeting), "hadir": present})
    opening = words.opening or _(
        "Musyawarah dihadiri %(n)d orang (daftar hadir terlampir) dan memutuskan sebagai berikut."
    ) % {"n": present}
    body: list[Flowable] = [
        *_heading(meeting, _("Berita acara musyawarah")),
        paragraph(_("Nomor: %(number)s") % {"number": _number(meeting)}),
        *lines(opening),
        Spacer(1, 3 * mm),
        _table(head, rows, (12 * mm, 62 * mm, 50 * mm, 46 * mm)),
        *lines(words.closing),
        Spacer(1, 10 * mm),
        Table(
            [
                [paragraph(_("Pemimpin musyawarah")), paragraph(_("Wakil peserta"))],
                ["", ""],
                [paragraph(masked(meeting.chair)), paragraph(BLANK)],
            ],
            colWidths=(85 * mm, 85 * mm),
            rowHeights=[None, 20 * mm, None],
        ),
    ]
    return document(_("Berita acara musyawarah"), body)


def _number(meeting: VillageMeeting) -> str:
    return masked_whole(meeting.minutes_number) or BLANK


def _name(decision: Any) -> str:
    if not decision.family_here:
        return _("Keluarga ini sudah pindah ke luar wilayah Anda.")
    return decision.head_here or _("Tanpa kepala keluarga")


def _address(decision: Any) -> str:
    return masked(decision.registration.family.household.address) if decision.family_here else "–"


def _values(meeting: VillageMeeting) -> dict[str, str]:
    """What the office's text of a meeting's papers may ask for (slrt.letters.choices)."""
    return {
        "desa": meeting.village.name,
        "tanggal": tanggal(meeting.held_on),
        "tempat": masked(meeting.place),
        "pemimpin": masked(meeting.chair),
    }


def _heading(meeting: VillageMeeting, title: str) -> list[Flowable]:
    about = facts(
        (
            (_("Desa"), meeting.village.name),
            (_("Tanggal"), tanggal(meeting.held_on)),
            (_("Tempat"), masked(meeting.place)),
            (_("Pemimpin musyawarah"), masked(meeting.chair)),
        )
    )
    return [
        *head(letterhead(meeting.village_id)),
        paragraph(title, TITLE),
        Spacer(1, 3 * mm),
        about,
        Spacer(1, 4 * mm),
    ]


def _table(
    head: tuple[str, ...], rows: Sequence[tuple[str, ...]], widths: tuple[float, ...], row_height: Any = None
) -> Table:
    cells = [[paragraph(cell, SMALL) for cell in line] for line in (head, *rows)]
    heights = [None, *[row_height] * len(rows)] if row_height else None
    return Table(cells, colWidths=widths, rowHeights=heights, repeatRows=1, style=_GRID)
