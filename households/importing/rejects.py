"""The refused rows as a file like the one that came, with what is wrong and how to mend it; mended, it can be uploaded again."""

import io
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import xlsxwriter
from django.utils.translation import gettext as _

from households.choices.imports import ImportKind
from households.importing import examining, listing
from households.importing.columns import EXTRACT, plain
from households.importing.examining import Examined, Tell
from households.importing.kinds import refusal
from households.importing.reading import RISKY, as_it_came
from households.importing.returned import ADDED, SHEET, WHY_REFUSED, added_headings
from households.models import ImportRun
from households.refusals import REFUSALS, Refusal
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.exports.cells import defuse

FORMS = ("xlsx", "csv")
# A leading apostrophe keeps a spreadsheet from running a cell as a formula. Reading strips it again.
FORMULA = rf"^({RISKY})"
# What a spreadsheet that opens a CSV would round, or rob of its zeros.
LONG_NUMBER = r"^(\d{12,}|0\d+)$"


def build(run: ImportRun, *, by: User, form: str = "xlsx", tell: Tell | None = None) -> bytes:
    """Return the file as "xlsx" or "csv": the refused rows with the file's own headings, and reason and mend beside them.

    `tell` hears how far the file is read, as of `examining.examine`.
    Writes an audit entry: the file holds personal data. Raises Unreadable.
    """
    refusals = {code: refusal(run.kind, code) for code in REFUSALS}
    data, rows = sheet(run, _examined(run, tell).refused, refusals, form)
    trail.write("rejects", run, by=by, entry_kind=AuditEntry.Kind.EXPORT, rows=rows)
    return data


def sheet(
    run: ImportRun, lines: pl.DataFrame, reasons: Mapping[str, Refusal], form: str, tell: Tell | None = None
) -> tuple[bytes, int]:
    """Return some rows of a run's file with why they stand here, as "xlsx" or "csv", and how many they are. Raises Unreadable.

    `lines`: line and reason (a code of `reasons`) of each. `tell` hears how far the file is read.
    """
    columns = EXTRACT if run.kind == ImportKind.EXTRACT else listing.kind_of(run).columns
    file = as_it_came(examining.whole(run), columns, run.mapping)
    rows = examining.rows_at(examining.telling_of(file.parts, tell), lines)
    added_before = added_headings() - set(columns.known)
    own = [n for n, header in enumerate(file.headers) if plain(header) not in added_before]
    said = {code: (_(str(r.column)), _(str(r.reason)), _(str(r.mend))) for code, r in reasons.items()}
    words = [
        pl.col("reason").replace_strict({code: text[n] for code, text in said.items()}, return_dtype=pl.String)
        for n in range(3)
    ]
    titles = [_(title) if plain(_(title)) not in columns.known else _(WHY_REFUSED) for title in ADDED]
    beside = dict(zip(titles, [pl.col("line").cast(pl.String), *words], strict=True))
    if file.sheet:
        beside = {_(SHEET): pl.lit(defuse(file.sheet)), **beside}
    back = rows.select(
        *(pl.col(str(n)).str.replace(FORMULA, "'${1}") for n in own),
        *(column.alias(f"added {n}") for n, column in enumerate(beside.values())),
    )
    headings = [*(defuse(file.headers[n]) for n in own), *beside]
    return workbook(headings, back) if form == "xlsx" else _csv(headings, back), back.height


def _examined(run: ImportRun, tell: Tell | None) -> Examined:
    """Find the refused rows anew. Raises Unreadable."""
    return examining.examine(run, tell) if run.kind == ImportKind.EXTRACT else listing.refused_rows(run, tell)


def workbook(headings: Iterable[str], rows: pl.DataFrame) -> bytes:
    """Every cell is a text, and stays one when it is changed: no number loses its last digits."""
    buffer = io.BytesIO()
    options: dict[str, Any] = {"in_memory": True, "constant_memory": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, rows.width - 1, 18, text)
        for number, row in enumerate([tuple(headings), *rows.iter_rows()]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, text)
    return buffer.getvalue()


def _csv(headings: Iterable[str], rows: pl.DataFrame) -> bytes:
    guarded = rows.with_columns(pl.all().str.replace(LONG_NUMBER, "'${1}"))
    heading = pl.DataFrame([list(headings)], schema=guarded.schema, orient="row")
    return b"\xef\xbb\xbf" + pl.concat([heading, guarded]).write_csv(separator=";", include_header=False).encode()
