"""Turns an uploaded file into a table of texts, or says in one sentence why it cannot."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import python_calamine
from django.conf import settings
from django.utils.translation import gettext as _

from households.importing.columns import ALL, KNOWN, REQUIRED, plain

UNZIPPED_LIMIT = 600 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0"


class Unreadable(ValueError):
    """The file is not an extract; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Extract:
    """The table as text: our columns (absent ones empty) and `line`, the row's number in the spreadsheet."""

    frame: pl.DataFrame
    headers: list[str]
    kind: str


def read(data: bytes) -> Extract:
    """Read an extract: CSV (comma or semicolon, UTF-8 or Windows-1252) or XLSX (first sheet); raise Unreadable."""
    return _table(*grid(data))


def grid(data: bytes) -> tuple[pl.DataFrame, list[str], str]:
    """Return a table of any columns as texts, its headers as they stand in the file, and "csv" or "xlsx"; raise Unreadable."""
    if not data:
        raise Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
    check_size(len(data))
    if data[:4] == OLE:
        raise Unreadable(
            _("Berkas ini berkata sandi atau bentuk lama (.xls). Simpan sebagai .xlsx tanpa sandi atau CSV.")
        )
    if data[:2] == b"PK":
        return *_workbook(data), "xlsx"
    if b"\x00" in data[:4096] or data[:4] == b"%PDF":
        raise Unreadable(_("Berkas ini bukan CSV atau XLSX. Unggah hasil unduhan DTSEN dalam bentuk itu."))
    return *_csv(data), "csv"


def check_size(size: int) -> None:
    """Raise Unreadable for a file of more bytes than one import takes; asked before the file is read into memory."""
    if size > settings.IMPORT_MAX_BYTES:
        raise Unreadable(
            _("Berkas ini %(size)d MB, batasnya %(limit)d MB. Bagi per kecamatan, lalu unggah satu per satu.")
            % {"size": size // 1_048_576, "limit": settings.IMPORT_MAX_BYTES // 1_048_576}
        )


def _csv(data: bytes) -> tuple[pl.DataFrame, list[str]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()),
            separator=separator,
            infer_schema=False,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        raise Unreadable(
            _("Ada baris yang jumlah kolomnya lain dari baris judul. Simpan ulang sebagai CSV dari lembar kerja.")
        ) from None
    return frame, list(frame.columns)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("Tulisan berkas ini berbentuk UTF-16. Simpan ulang sebagai CSV UTF-8."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            raise Unreadable(_("Tulisan berkas ini tidak terbaca. Simpan ulang sebagai CSV UTF-8.")) from None


def _workbook(data: bytes) -> tuple[pl.DataFrame, list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {info.filename for info in archive.infolist()}
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(_("Berkas ini terpotong atau rusak. Unduh lagi, lalu unggah.")) from None
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("Berkas ini bukan CSV atau XLSX. Unggah hasil unduhan DTSEN dalam bentuk itu."))
    if size > UNZIPPED_LIMIT or size > 200 * len(data):
        raise Unreadable(
            _("Isi berkas ini jauh lebih besar dari ukurannya, jadi tidak dibuka. Simpan ulang sebagai CSV.")
        )
    try:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except Exception:
        raise Unreadable(_("Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai .xlsx atau CSV.")) from None
    while rows and not any(str(cell).strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise Unreadable(_("Lembar pertama kosong. Pindahkan datanya ke lembar pertama."))
    headers = [str(cell).strip() for cell in rows[0]]
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [() for _header in headers]
    series = [pl.Series(str(n), _texts(column), dtype=pl.String) for n, column in enumerate(columns)]
    return pl.DataFrame(series), headers


def _texts(cells: Iterable[Any]) -> list[str]:
    return [cell if type(cell) is str else _text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """A cell as text; a number of sixteen digits has lost its last ones already and stays recognisable as such."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if float(cell).is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell or "")


def _table(frame: pl.DataFrame, headers: list[str], kind: str) -> Extract:
    found: dict[str, str] = {}
    for column, header in zip(frame.columns, headers, strict=True):
        name = KNOWN.get(plain(re.sub(r"_duplicated_\d+$", "", header)))
        if name and name not in found:
            found[name] = column
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        raise Unreadable(
            _("Kolom wajib tidak ada: %(columns)s. Tambahkan kolom itu dengan judul yang sama.")
            % {"columns": ", ".join(missing)}
        )
    texts = [
        pl.col(found[name]).fill_null("").str.strip_chars().alias(name) if name in found else pl.lit("").alias(name)
        for name in ALL
    ]
    table = frame.with_row_index("line", offset=2).select(pl.col("line"), *texts)
    table = table.filter(pl.any_horizontal(pl.col(name) != "" for name in found))
    if table.is_empty():
        raise Unreadable(_("Berkas ini hanya berisi judul kolom. Unduh lagi dari SIKS-NG, lalu unggah."))
    return Extract(table, headers, kind)
