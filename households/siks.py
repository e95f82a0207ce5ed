"""What goes to SIKS-NG: a workbook with one row per member, numbers as text, and the status words SIKS-NG itself uses."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Membership, Registration
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted

# Our states in the words of SIKS-NG; states before the list is published there have no word of their own.
STATUS: dict[str, str] = {
    S.DRAFT: "UNPUBLISHED",
    S.IDENTITY_CHECK: "UNPUBLISHED",
    S.IDENTITY_FIX: "UNPUBLISHED",
    S.INITIAL_LIST: "MUSDES-PUBLISHED",
    S.MEETING: "MUSDES-SURVEY",
    S.REJECTED_BY_MEETING: "MUSDES-NOT-FOUND",
    S.FINAL_LIST: "MUSDES-SUBMITTED",
    S.FIELD_VERIFICATION: "VERIVALI-SURVEY",
    S.VERIFIED: "VERIVALI-SUBMITTED",
    S.NOT_FOUND: "VERIVALI-SUBMITTED",
    S.MOVED: "VERIVALI-SUBMITTED",
    S.PART_OF_OTHER: "VERIVALI-SUBMITTED",
    S.REFUSED: "VERIVALI-SUBMITTED",
    S.DUPLICATE: "VERIVALI-SUBMITTED",
    S.RETURNED: "VERIVALI-SUBMITTED-REJECT",
    S.SUPERVISOR_APPROVED: "VERIVALI-SUPERVISOR-APPROVED",
    S.RETURNED_TO_VILLAGE: "VERIVALI-KORKAB-REJECTED",
    S.OFFICE_VERIFIED: "VERIVALI-KORKAB-APPROVED",
    S.ENDORSED: "VERIVALI-KORKAB-APPROVED",
    S.SENT_TO_MINISTRY: "VERIVALI-PENDING-QC-PUSAT",
    S.RANKED: "VERIVALI-PENDING-QC-PUSAT",
    S.DETERMINED: "VERIVALI-FINAL",
    S.NOT_DETERMINED: "VERIVALI-KORWIL-REJECTED",
    S.UPDATE_DUE: "VERIVALI-FINAL",
    S.EXIT_PROPOSED: "VERIVALI-FINAL",
    S.EXITED: "VERIVALI-REVOKED",
}
COLUMNS = (
    *("NO_USULAN", "ID_KELUARGA", "NO_KK", "NIK", "NAMA", "TGL_LAHIR", "JENIS_KELAMIN", "HUB_KELUARGA"),
    *("KODE_DESA", "DESA", "ALAMAT", "HASIL_VERIVALI", "NO_BERITA_ACARA", "TGL_MUSYAWARAH", "TGL_SPTJM"),
    *("NO_SK", "TGL_SK", "STATUS"),
)
# The ministry's words in plain ones, for pages.
PLAIN: dict[str, Any] = {
    "UNPUBLISHED": gettext_lazy("Belum diterbitkan"),
    "MUSDES-PUBLISHED": gettext_lazy("Diterbitkan untuk musyawarah"),
    "MUSDES-SURVEY": gettext_lazy("Sedang dimusyawarahkan"),
    "MUSDES-NOT-FOUND": gettext_lazy("Ditolak musyawarah"),
    "MUSDES-SUBMITTED": gettext_lazy("Hasil musyawarah dikirim"),
    "VERIVALI-SURVEY": gettext_lazy("Sedang diverifikasi di lapangan"),
    "VERIVALI-SUBMITTED": gettext_lazy("Hasil verifikasi dikirim"),
    "VERIVALI-SUBMITTED-REJECT": gettext_lazy("Hasil verifikasi dikembalikan"),
    "VERIVALI-SUPERVISOR-APPROVED": gettext_lazy("Disetujui supervisor"),
    "VERIVALI-KORKAB-REJECTED": gettext_lazy("Dikembalikan kabupaten"),
    "VERIVALI-KORKAB-APPROVED": gettext_lazy("Disetujui kabupaten"),
    "VERIVALI-PENDING-QC-PUSAT": gettext_lazy("Menunggu pemeriksaan pusat"),
    "VERIVALI-KORWIL-REJECTED": gettext_lazy("Ditolak koordinator wilayah"),
    "VERIVALI-REVOKED": gettext_lazy("Dicabut dari daftar"),
    "VERIVALI-FINAL": gettext_lazy("Selesai di SIKS-NG"),
}
PURPOSES = {
    "siks_ng": gettext_lazy("Diunggah ke SIKS-NG"),
    "governor": gettext_lazy("Tembusan kepada gubernur"),
    "archive": gettext_lazy("Arsip pengesahan dinas"),
}


def said(state: str) -> str:
    """Return what SIKS-NG says of a state: in plain words, with the ministry's own behind."""
    word = STATUS[state]
    return f"{PLAIN[word]} ({word})"


def sendable(user: User) -> Any:
    """Return the endorsed registrations that the person may send."""
    area = within(user.areas_for(Permission.REGISTRATION_SEND), "family__household__village__code")
    return Registration.objects.visible_to(user).filter(area, state=S.ENDORSED)


def export(*, by: User, purpose: str) -> bytes:
    """Return the workbook of every endorsed registration in the person's area and note it in the trail with its purpose.

    One row per member, head first; every cell is text, so that no spreadsheet shortens a number or runs a formula. Raises
    NotPermitted, or GuardFailed for an unknown purpose or when nothing is endorsed.
    """
    decision = may(by, Permission.REGISTRATION_SEND)
    if not decision:
        raise NotPermitted(decision.reason)
    if purpose not in PURPOSES:
        raise GuardFailed("purpose", _("Pilih untuk apa data ini dikeluarkan."))
    members = Membership.objects.open().select_related("person").order_by("relation", "pk")
    rows = list(
        sendable(by)
        .for_page()
        .order_by("family__household__village_id", "pk")
        .prefetch_related(Prefetch("family__memberships", queryset=members, to_attr="members"))
    )
    if not rows:
        raise GuardFailed("", _("Belum ada usulan yang disahkan. Tidak ada yang dikeluarkan."))
    lines = [line for row in rows for line in _lines(row)]
    area = by.areas_for(Permission.REGISTRATION_SEND)[0]
    trail.write(
        "export",
        rows[0] if len(rows) == 1 else None,
        by=by,
        entry_kind=AuditEntry.Kind.EXPORT,
        place=area,
        what="siks",
        purpose=purpose,
        registrations=len(rows),
        rows=len(lines),
    )
    return workbook(COLUMNS, lines)


def _lines(row: Registration) -> list[list[str]]:
    family, house = row.family, row.family.household
    before = [str(row), family.official_id or "", family.kk_encrypted or ""]
    after = [
        *(house.village_id, house.village.name, house.address, row.result_code, row.minutes_number),
        *(_day(row.meeting_on), _day(row.sptjm_on), row.decree_number, _day(row.decree_on), STATUS[row.state]),
    ]
    found = []
    for membership in family.members:  # type: ignore[attr-defined]
        person = membership.person
        about = [person.nik_encrypted or "", person.name, _day(person.birth_date), person.sex, membership.relation]
        found.append([*before, *about, *after])
    return found


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def workbook(columns: Iterable[str], lines: Iterable[Iterable[str]]) -> bytes:
    """Return an XLSX file whose every cell is text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, text = book.add_worksheet("SIKS-NG"), book.add_format({"num_format": "@"})
        for column, title in enumerate(columns):
            sheet.write_string(0, column, title)
        for line, cells in enumerate(lines, start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell, text)
    return buffer.getvalue()
