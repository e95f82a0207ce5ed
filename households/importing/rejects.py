"""The refused rows as a file like the one that came, with what is wrong and how to mend it; mended, it can be uploaded again."""

import io

import polars as pl
from django.utils.translation import gettext as _

from households.choices.imports import ImportKind
from households.importing import examining, listing
from households.importing.kinds import refusal
from households.models import ImportRun
from households.refusals import REFUSALS
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry


def build(run: ImportRun, *, by: User) -> tuple[bytes, str]:
    """Return the file and its name's ending. Writes an audit entry: the file holds personal data. Raises Unreadable."""
    if run.kind == ImportKind.EXTRACT:
        examined, table_of = examining.examine(run), examining.table_of
    else:
        examined, table_of = listing.refused_rows(run), listing.table_of
    table = table_of(run)
    sheet = table.sheet
    rows = examining.rows_at(table, examined.refused)
    words = {code: refusal(run.kind, code) for code in REFUSALS}
    said = {code: (str(r.column), str(r.reason), str(r.mend)) for code, r in words.items()}
    titles = (_("LEMBAR"), _("BARIS"), _("KOLOM BERMASALAH"), _("ALASAN"), _("CARA MEMPERBAIKI"))
    texts = [
        pl.col("reason")
        .replace_strict({code: told[n] for code, told in said.items()}, return_dtype=pl.String)
        .alias(title)
        for n, title in enumerate(titles[2:])
    ]
    place = [pl.lit(sheet).alias(titles[0])] if sheet else []
    back = rows.select(pl.exclude("line", "reason"), *place, pl.col("line").alias(titles[1]), *texts)
    trail.write("rejects", run, by=by, entry_kind=AuditEntry.Kind.EXPORT, rows=back.height)
    defused = back.with_columns(_defused(pl.col(pl.String)))
    if examined.kind == "xlsx":
        buffer = io.BytesIO()
        defused.write_excel(buffer, autofilter=False)
        return buffer.getvalue(), "xlsx"
    return b"\xef\xbb\xbf" + defused.write_csv(separator=";").encode(), "csv"


def _defused(column: pl.Expr) -> pl.Expr:
    """A leading apostrophe keeps a spreadsheet from running a cell as a formula."""
    return column.str.replace(r"^([=+@\t-])", "'${1}")
