"""What goes to SIKS-NG: a workbook with one row per member, numbers as text, and the status words SIKS-NG itself uses."""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import xlsxwriter
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.choices.siks import SiksPurpose
from households.models import Registration, SiksRow, SiksWorkbook
from households.registry.presence import living, nobody_to_propose, with_members
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock, crypto
from slrt.core.errors import GuardFailed, NotPermitted

# The titles of a sheet and its lines.
Sheet = tuple[Iterable[str], Iterable[Iterable[str]]]

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
    S.END_PROPOSED: "VERIVALI-SUBMITTED",
    S.NOT_FOUND: "VERIVALI-SUPERVISOR-APPROVED",
    S.MOVED: "VERIVALI-SUPERVISOR-APPROVED",
    S.PART_OF_OTHER: "VERIVALI-SUPERVISOR-APPROVED",
    S.REFUSED: "VERIVALI-SUPERVISOR-APPROVED",
    S.DUPLICATE: "VERIVALI-SUPERVISOR-APPROVED",
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
LEFT_OUT_COLUMNS = ("NO_USULAN", "ID_KELUARGA", "KODE_DESA", "DESA", "SEBAB")


@dataclass(frozen=True)
class Sorted:
    """What a workbook holds and what it has to leave out, each with the reason in one sentence."""

    rows: list[Registration]
    left_out: list[tuple[Registration, str]]

    @property
    def unrelated(self) -> list[tuple[Registration, int]]:
        """Which registrations of the workbook have members whose HUB_KELUARGA is an empty cell, and how many each."""
        counted = ((row, sum(not member.relation for member in living(row.family))) for row in self.rows)
        return [(row, count) for row, count in counted if count]


def said(state: str) -> str:
    """Return what SIKS-NG says of a state: in plain words, with the ministry's own behind."""
    word = STATUS[state]
    return f"{PLAIN[word]} ({word})"


def sendable(user: User) -> Any:
    """Return the endorsed registrations that the person may send."""
    area = within(user.areas_for(Permission.REGISTRATION_SEND), "family__household__village__code")
    return Registration.objects.visible_to(user).filter(area, state=S.ENDORSED)


def sort_out(user: User) -> Sorted:
    """Return the endorsed registrations that the person may send, apart from those in whose family nobody is there."""
    found = Sorted([], [])
    every = sendable(user).for_page().order_by("family__household__village_id", "pk")
    for row in every.prefetch_related(with_members("family__")):
        if missing := nobody_to_propose(row.family):
            found.left_out.append((row, missing))
        else:
            found.rows.append(row)
    return found


def workbooks_of(user: User) -> Any:
    """Return the workbooks of the person's area, newest first, each with `held`, the number of its registrations."""
    return SiksWorkbook.objects.visible_to(user).select_related("made_by").annotate(held=Count("rows")).order_by("-pk")


def export(*, by: User, purpose: str) -> bytes:
    """Return the workbook of every endorsed registration in the person's area and note it in the trail with its purpose.

    One row per member, head first; every cell is text, so that no spreadsheet shortens a number or runs a formula. A second
    sheet names what was left out and why. Raises NotPermitted, or GuardFailed for an unknown purpose or when there is
    nothing to put in.
    """
    decision = may(by, Permission.REGISTRATION_SEND)
    if not decision:
        raise NotPermitted(decision.reason)
    if purpose not in SiksPurpose.values:
        raise GuardFailed("purpose", _("Pilih untuk apa data ini dikeluarkan."))
    found = sort_out(by)
    if not found.rows and found.left_out:
        raise GuardFailed("", _("Semua usulan yang disahkan tidak bisa ikut. Lihat sebabnya di bawah."))
    if not found.rows:
        raise GuardFailed("", _("Belum ada usulan yang disahkan. Tidak ada yang dikeluarkan."))
    lines = {row.pk: _lines(row) for row in found.rows}
    left_out = (LEFT_OUT_COLUMNS, [_left_out(row, why) for row, why in found.left_out])
    every = [line for row in found.rows for line in lines[row.pk]]
    data = workbook(COLUMNS, every, {"TIDAK IKUT": left_out} if found.left_out else {})
    kept = _keep(found.rows, lines, data, by=by, purpose=purpose)
    trail.write(
        "export",
        found.rows[0] if len(found.rows) == 1 else None,
        by=by,
        entry_kind=AuditEntry.Kind.EXPORT,
        place=kept.area_id,
        what="siks",
        purpose=purpose,
        workbook=kept.pk,
        registrations=len(found.rows),
        rows=len(every),
        left_out=len(found.left_out),
        unknown_relations=sum(count for _row, count in found.unrelated),
    )
    return data


def _keep(
    rows: list[Registration], lines: dict[int, list[list[str]]], data: bytes, *, by: User, purpose: str
) -> SiksWorkbook:
    """Keep which registrations a workbook holds and what it says of each."""
    now = clock.now()
    kept = SiksWorkbook.objects.create(
        area_id=by.areas_for(Permission.REGISTRATION_SEND)[0],
        made_by=by,
        made_at=now,
        purpose=purpose,
        file_hash=hashlib.sha256(data).hexdigest(),
    )
    SiksRow.objects.bulk_create(
        (
            SiksRow(
                workbook=kept,
                registration=row,
                registration_version=row.version,
                digest=digest(lines[row.pk]),
                recorded_by=by,
                recorded_at=now,
            )
            for row in rows
        ),
        batch_size=1000,
    )
    return kept


def digest(lines: list[list[str]]) -> bytes:
    """Return the keyed digest of a registration's lines as the workbook holds them."""
    return crypto.blind_index(json.dumps(lines, ensure_ascii=False))


def _left_out(row: Registration, why: str) -> list[str]:
    house = row.family.household
    return [str(row), row.family.official_id or "", house.village_id, house.village.name, why]


def _lines(row: Registration) -> list[list[str]]:
    family, house = row.family, row.family.household
    before = [str(row), family.official_id or "", family.kk_encrypted or ""]
    after = [
        *(house.village_id, house.village.name, house.address, row.result_code, row.minutes_number),
        *(_day(row.meeting_on), _day(row.sptjm_on), row.decree_number, _day(row.decree_on), STATUS[row.state]),
    ]
    found = []
    for membership in living(family):
        person = membership.person
        about = [person.nik_encrypted or "", person.name, _day(person.birth_date), person.sex, membership.relation]
        found.append([*before, *about, *after])
    return found


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def workbook(
    columns: Iterable[str], lines: Iterable[Iterable[str]], beside: Mapping[str, Sheet] = MappingProxyType({})
) -> bytes:
    """Return an XLSX file whose every cell is text; `beside` are further sheets by name, each columns and lines."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        for name, (titles, rows) in {"SIKS-NG": (columns, lines), **beside}.items():
            sheet = book.add_worksheet(name)
            for column, title in enumerate(titles):
                sheet.write_string(0, column, title)
            for line, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells):
                    sheet.write_string(line, column, cell, text)
    return buffer.getvalue()
