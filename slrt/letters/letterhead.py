"""Who writes a letter, as it stands on paper: the office's head of the page, and the block above a signature.

From the register of organisations (the active social office nearest above the place), the tree of regions and the account of
whoever signs. What nobody filled in is left out. The order follows the official letters of regional governments
(Permendagri 1/2023): government and office in capitals, address, a double line; date and place, title, name and NIP.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image as Picture
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Image, KeepTogether, Spacer, Table

from slrt.accounts.models import Organisation, User
from slrt.letters.paper import BODY, SMALL, paragraph
from slrt.regions.models import Region

_GOVERNMENT = ParagraphStyle("government", parent=BODY, fontSize=12, leading=15, alignment=1)
_OFFICE = ParagraphStyle("office", parent=BODY, fontName="Helvetica-Bold", fontSize=14, leading=18, alignment=1)
_REACHED = ParagraphStyle("reached", parent=SMALL, alignment=1)
_LOGO = 20 * mm
_WIDTH = 170 * mm


@dataclass(frozen=True)
class Letterhead:
    """Plain text, not escaped; empty where nobody filled it in. `town` is where letters are dated, `copies` who gets one too."""

    government: str = ""
    office: str = ""
    address: str = ""
    reached: str = ""
    town: str = ""
    copies: tuple[str, ...] = ()


def letterhead(place: str) -> Letterhead:
    """Return the head of letters about a place (code of a region): the nearest social office's and its regency's."""
    regency = Region.objects.filter(code=".".join(place.split(".")[:2])).first()
    government = _("Pemerintah %(regency)s") % {"regency": regency.name} if regency else ""
    office = Organisation.objects.social_office(place)
    if office is None:
        return Letterhead(government.upper())
    ways = ((_("Telepon %(number)s"), "number", office.phone), (_("Surel %(email)s"), "email", office.email))
    return Letterhead(
        government=government.upper(),
        office=office.name.upper(),
        address=office.address,
        reached=" · ".join(said % {name: value} for said, name, value in ways if value),
        town=office.town,
        copies=tuple(line.strip() for line in office.copies.splitlines() if line.strip()),
    )


def emblem_file() -> Path | None:
    """Return where the emblem lies; None where there is none, or what lies there is no whole picture: letters go out without it."""
    if not settings.LETTER_LOGO:
        return None
    path = Path(settings.LETTER_LOGO)
    try:
        return path if _is_picture(path, path.stat().st_mtime_ns) else None
    except OSError:
        return None


@lru_cache(maxsize=4)
def _is_picture(path: Path, written: int) -> bool:
    """Whether a file, as it was `written`, is a whole picture. Looked at once, not for every letter."""
    try:
        with Picture.open(path) as picture:
            picture.load()
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        return False
    return True


def head(of: Letterhead) -> list[Flowable]:
    """Head of the page over a double line, with the office's emblem where there is one; nothing when nothing is known."""
    said = ((of.government, _GOVERNMENT), (of.office, _OFFICE), (of.address, _REACHED), (of.reached, _REACHED))
    words = [paragraph(text, style) for text, style in said if text]
    if not words:
        return []
    emblem = emblem_file()
    picture = Image(emblem, _LOGO, _LOGO, kind="proportional") if emblem else ""
    side = _LOGO + 4 * mm if picture else 0
    # As much room on the right as the emblem takes on the left keeps the words in the middle of the page.
    table = Table(
        [[picture, words, ""]],
        colWidths=(side, _WIDTH - 2 * side, side),
        style=[("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
    )
    return [
        table,
        HRFlowable(width="100%", thickness=1.6, color="black", spaceBefore=1.5 * mm, spaceAfter=0.7 * mm),
        HRFlowable(width="100%", thickness=0.5, color="black", spaceBefore=0, spaceAfter=4 * mm),
    ]


def signature(by: User | None, place_and_date: str = "") -> list[Flowable]:
    """Room to sign, on the right: place and date, title of office, then name and NIP. Nothing is printed for what is not known."""
    below = [by and str(by), by and by.nip and f"NIP {by.nip}"]
    above = [place_and_date, by and by.position and f"{by.position},"]
    block = [
        *(paragraph(text) for text in above if text),
        Spacer(1, 18 * mm),
        *(paragraph(text) for text in below if text),
    ]
    return [KeepTogether([Spacer(1, 4 * mm), Table([["", block]], colWidths=(95 * mm, 75 * mm))])]


def copies(of: Letterhead) -> list[Flowable]:
    """Who gets a copy, numbered; nothing when nobody does."""
    if not of.copies:
        return []
    numbered = (f"{n}. {line}" for n, line in enumerate(of.copies, start=1))
    return [Spacer(1, 4 * mm), paragraph(_("Tembusan:"), SMALL), *(paragraph(line, SMALL) for line in numbered)]
