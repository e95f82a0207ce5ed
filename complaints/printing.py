"""Receipts of complaints as PDF, many in one file: what the page of one receipt says, a page each."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from complaints.models import Complaint
from complaints.selectors import receipt_values
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed
from slrt.core.templatetags.ui import tanggal, waktu
from slrt.letters.choices import LetterKind
from slrt.letters.counting import Counted
from slrt.letters.letterhead import head, letterhead
from slrt.letters.paper import TITLE, document, lines, paragraph
from slrt.letters.wording import wording

CODE = ParagraphStyle("code", parent=TITLE, fontSize=26, leading=36)
QR = 45 * mm
# Nothing that a receipt does not say is read for it.
UNSAID = ("reporter_name", "reporter_phone", "description", "findings", "answer")

log = logging.getLogger(__name__)


def receipts(rows: QuerySet, by: User, moved: Callable[[int], None]) -> tuple[int, bytes]:
    """Return how many receipts there are and one PDF of them, in the rows' order; each is noted in the trail.

    A complaint whose code cannot be read is left out, so that it keeps no other from its receipt. `moved` is told how many are
    laid out and may raise to end it. Raises GuardFailed when none is left. Call it inside a transaction.
    """
    body: list[Flowable] = []
    done = 0
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            row = Complaint.objects.select_related("village").defer(*UNSAID).get(pk=pk)
            with override(settings.LANGUAGE_CODE):
                page = _receipt(row)
        except ValueError:
            log.warning("receipt not laid out", extra={"complaint": pk})
            continue
        trail.write("receipt", row, by=by, entry_kind=AuditEntry.Kind.EXPORT)
        done += 1
        body += [*([PageBreak()] if body else []), *page, Counted(done, moved)]
    if not done:
        raise GuardFailed("", _("Tidak satu pun bukti bisa disusun. Beri tahu administrator."))
    return done, document(_("Bukti keluhan"), body)


def _receipt(row: Complaint) -> list[Flowable]:
    """One receipt; `templates/complaints/receipt.html` says the same on the screen."""
    said = wording(LetterKind.COMPLAINT, receipt_values(row))
    address = settings.PUBLIC_ADDRESS + reverse("dashboard:tracking")
    closing = said.closing or _("Tanggapan pertama paling lambat %(day)s. Layanan ini gratis.") % {
        "day": tanggal(row.response_due_at)
    }
    return [
        *head(letterhead(row.village_id)),
        paragraph(_("Bukti keluhan"), TITLE),
        *lines(said.opening),
        Spacer(1, 6 * mm),
        paragraph(_("Kode lacak"), TITLE),
        paragraph(row.tracking_code, CODE),
        _picture(f"{address}?kode={row.tracking_code}"),
        *lines(_("Buka %(address)s lalu isi kode ini. Tidak perlu masuk.") % {"address": address}),
        paragraph(f"{_('Diterima')} {waktu(row.received_at)} · {row.get_kind_display()} · {row.get_sector_display()}"),
        *lines(closing),
    ]


def _picture(text: str) -> Drawing:
    picture = Drawing(QR, QR)
    picture.hAlign = "CENTER"
    picture.add(QrCodeWidget(text, barWidth=QR, barHeight=QR, barLevel="M"))
    return picture
