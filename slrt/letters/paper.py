"""Papers as PDF: text as paragraphs, facts as a table of two columns, one document.

The standard fonts of PDF know the signs of Western European languages; a sign beyond them is printed as "?".
"""

import io
import unicodedata
from collections.abc import Iterable
from html import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=14)
TITLE = ParagraphStyle("title", parent=BODY, fontName="Helvetica-Bold", fontSize=13, leading=18, alignment=1)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=9, leading=12)
WIDTHS = (50 * mm, 120 * mm)
# The frame of a page keeps 6 points free inside its margins: so the text, and the line under the head, is as wide as the tables.
_SIDE = 20 * mm - 6


def plain(text: object) -> str:
    """Return text without markup, in signs the standard fonts have."""
    return escape(unicodedata.normalize("NFC", str(text)).encode("cp1252", "replace").decode("cp1252"))


def paragraph(text: object, style: ParagraphStyle = BODY) -> Paragraph:
    """Text as it is: what looks like markup in it is printed, not obeyed."""
    return Paragraph(plain(text), style)


def lines(text: str) -> list[Flowable]:
    """Text line by line, with room around it; nothing for an empty text."""
    if not text:
        return []
    return [Spacer(1, 2 * mm), *(paragraph(line) for line in text.splitlines()), Spacer(1, 2 * mm)]


def facts(rows: Iterable[tuple[object, object]], widths: tuple[float, float] = WIDTHS) -> Table:
    """What is said about what, in two columns."""
    return Table([[paragraph(label), paragraph(value)] for label, value in rows], colWidths=widths, hAlign="LEFT")


def document(title: str, body: list[Flowable]) -> bytes:
    """Return the PDF of A4 pages."""
    buffer = io.BytesIO()
    page = SimpleDocTemplate(
        buffer, pagesize=A4, title=title, author="SLRT", leftMargin=_SIDE, rightMargin=_SIDE, topMargin=18 * mm
    )
    page.build(body)
    return buffer.getvalue()
