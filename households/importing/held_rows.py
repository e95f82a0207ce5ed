"""The rows that a file does not write as files like the refused rows, with why and what to do: those that it leaves out (`left_out`),
and those about which a person is asked (`asking`)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from households.choices.imports import ImportKind, ImportState
from households.importing import asking, left_out, staging
from households.importing.examining import Tell, examine
from households.importing.previewing import compared
from households.importing.rejects import sheet
from households.importing.staging import Stager, looking_into
from households.models import ImportRun
from households.refusals import REFUSALS, WHOLE_ROW, Refusal
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry

WHOLE_FAMILY = gettext_noop("(seluruh keluarga)")
REASONS = {
    "older": Refusal(
        "PERIODE_DESIL",
        gettext_noop(
            "Data keluarga ini di berkas lebih lama daripada yang sudah tercatat; hanya desilnya masuk riwayat."
        ),
        gettext_noop("Unduh data terbaru keluarga ini, lalu unggah lagi."),
    ),
    "outside": Refusal(
        WHOLE_FAMILY,
        gettext_noop("Keluarga ini tercatat di luar wilayah Anda."),
        gettext_noop("Minta petugas wilayah itu mencatat kepindahannya, lalu unggah lagi."),
    ),
    "old_card": Refusal(
        "ID_KELUARGA",
        gettext_noop("Baris ini memakai nomor KK lama tanpa ID_KELUARGA."),
        gettext_noop("Isi ID_KELUARGA atau nomor KK yang sekarang, lalu unggah lagi."),
    ),
    "edited": Refusal(
        WHOLE_FAMILY,
        gettext_noop("Data keluarga ini diubah sesudah berkas diperiksa, oleh orang atau berkas lain."),
        gettext_noop("Lihat data keluarga ini sekarang. Bila berkasnya yang benar, unggah lagi."),
    ),
    "nik_former": REFUSALS["nik_former"],
    "entry_former": Refusal(
        WHOLE_ROW,
        gettext_noop(
            "Data tanpa NIK ini sudah digabung dengan data lain dari orang yang sama, jadi barisnya tidak ditulis."
        ),
        gettext_noop(
            "Minta sumber berkas mengisi NIK-nya atau mencoret baris ganda ini. Bila ternyata dua orang, minta penggabungannya dibatalkan."
        ),
    ),
    "nik_differs": Refusal(
        "NIK",
        gettext_noop("Di keluarga ini orang dengan nama dan tanggal lahir yang sama tercatat dengan NIK lain."),
        gettext_noop(
            "Cocokkan dengan KTP. Bila NIK di berkas yang benar, betulkan NIK di halaman anggotanya; bila yang tercatat yang benar, "
            "kirim pembetulan ke Kementerian. Bila ternyata dua orang, catat yang belum ada di halaman keluarganya."
        ),
    ),
    "departed": Refusal(
        WHOLE_ROW,
        gettext_noop(
            "Orang dengan nama dan tanggal lahir ini tercatat meninggal atau sudah keluar dari keluarga ini, dan beberapa baris "
            "bisa berarti dia."
        ),
        gettext_noop(
            "Cocokkan dengan KTP. Bila memang orang itu, kirim kematian atau kepindahannya ke Kementerian. Bila orang lain, catat di "
            "halaman keluarganya."
        ),
    ),
}
# Of runs that were applied before the lines of all such families were noted.
EDITED_LINES = "edited_lines"
Lines = list[tuple[int, str]]


def are_offered(run: ImportRun) -> bool:
    """Whether a run has rows that it leaves out: one that waits or was applied, and not one of which nothing stands."""
    rows = run.counts.get(left_out.COUNT)
    if rows is None:  # a run from before they were counted
        rows = any(code in run.counts.get("warned", {}) for code in REASONS)
    return _stands(run) and bool(rows)


def asked_are_offered(run: ImportRun) -> bool:
    """The same of rows about which a person is asked."""
    return _stands(run) and bool(run.counts.get("conflicts"))


def _stands(run: ImportRun) -> bool:
    return run.kind == ImportKind.EXTRACT and run.state in (
        ImportState.PREVIEWED,
        ImportState.APPLYING,
        ImportState.APPLIED,
    )


def build(run: ImportRun, *, by: User, form: str = "xlsx", tell: Tell | None = None) -> bytes:
    """Return the rows that are left out as "xlsx" or "csv" with the file's own headings; none but headings when nobody is any more.

    `tell` hears how far the file is read, as of `examining.examine`.
    Writes an audit entry: the file holds personal data. Raises Unreadable.
    """
    earlier = dict.fromkeys(run.counts.get(EDITED_LINES, ()), "edited")
    return _build(run, "held_rows", REASONS, _noted(run), left_out.ROWS, earlier, by=by, form=form, tell=tell)


def build_asked(run: ImportRun, *, by: User, form: str = "xlsx", tell: Tell | None = None) -> bytes:
    """The same of the rows about which a person is asked, whatever was decided since."""
    reasons = {**asking.REASONS, "nik_differs": REASONS["nik_differs"]}
    lines = asking.lines_of(run) if run.state == ImportState.APPLIED else None
    return _build(run, "asked_rows", reasons, lines, asking.ROWS, {}, by=by, form=form, tell=tell)


def _build(
    run: ImportRun,
    verb: str,
    reasons: Mapping[str, Refusal],
    lines: Lines | None,
    find: str,
    besides: Mapping[int, str],
    *,
    by: User,
    form: str,
    tell: Tell | None,
) -> bytes:
    """A sheet of these lines; where they are not known yet, of those that the statement `find` finds as it is now, and some `besides`."""
    still = tell
    if lines is None:
        with _compared(run, tell), connection.cursor() as cursor:
            cursor.execute(find)
            lines = sorted({**dict(cursor.fetchall()), **besides}.items())
        still = None  # the file was read to find them
    frame = pl.DataFrame(lines, schema={"line": pl.UInt32, "reason": pl.String}, orient="row")
    data, rows = sheet(run, frame, reasons, form, still)
    trail.write(verb, run, by=by, entry_kind=AuditEntry.Kind.EXPORT, rows=rows)
    return data


def _noted(run: ImportRun) -> Lines | None:
    """Line and why of the rows that an applied run left out; None where it is not known yet, or was not noted."""
    noted = run.counts.get(left_out.LINES) if run.state == ImportState.APPLIED else None
    return None if noted is None else left_out.lines_in(noted)


@contextmanager
def _compared(run: ImportRun, tell: Tell | None) -> Iterator[None]:
    """The run's rows beside the registry: those that wait to be applied, else made anew for this moment and gone after it."""
    if run.state == ImportState.PREVIEWED and staging.is_kept(run.pk, run.counts["accepted"]):
        with looking_into(run.pk):
            yield
        return
    with transaction.atomic():
        examined = examine(run, tell, stager=Stager(run.pk))
        with looking_into(run.pk):
            compared(run, part=examined.returned)
            yield
        transaction.set_rollback(True)
