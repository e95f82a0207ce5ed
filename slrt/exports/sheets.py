"""The file of a register as it was uploaded: an XLSX or a CSV, told apart by what is in it and not by its name.

Whatever cannot be read is answered with a sentence (`Unreadable`). Row 1 holds the columns' words or codes; empty rows keep their place, so
that a row's number is the one the spreadsheet shows.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

import openpyxl
import tablib
from django.conf import settings
from django.utils.translation import gettext as _
from import_export.formats import base_formats

UNZIPPED = 40  # times its size, that an honest workbook may grow to
SEPARATORS = (",", ";", "\t")
OLE = b"\xd0\xcf\x11\xe0"
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"<", b"{\\rtf")


class Unreadable(ValueError):
    """A file that is no sheet; the text says why and what to do."""


class TooLong(Unreadable):
    """More rows than a sheet may have: each is looked at one by one while somebody waits."""


def is_workbook(data: bytes) -> bool:
    """Whether a file is an XLSX rather than a CSV.

    Raises Unreadable when it is neither, when it is empty, or larger than a register may be.
    """
    if not data.strip():
        raise Unreadable(_("Berkas ini kosong. Unduh dulu daftarnya sebagai berkas, isi, lalu unggah."))
    if len(data) > settings.REGISTER_MAX_BYTES:
        most = settings.REGISTER_MAX_BYTES // 1024 // 1024
        raise Unreadable(
            _("Berkas ini terlalu besar, paling besar %(most)s MB. Bagi menjadi beberapa berkas.") % {"most": most}
        )
    if data[:4] == b"PK\x03\x04":
        _check_workbook(data)
        return True
    if data.startswith(OLE):
        raise Unreadable(
            _("Berkas ini berkata sandi atau bentuk lama (.xls). Simpan sebagai XLSX tanpa sandi, lalu unggah lagi.")
        )
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(OTHER_KINDS):
        raise Unreadable(
            _("Berkas ini bukan XLSX atau CSV. Buka di aplikasi lembar kerja, simpan sebagai XLSX, lalu unggah lagi.")
        )
    return False


def _check_workbook(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(_("Berkas ini terpotong atau rusak. Simpan ulang sebagai XLSX, lalu unggah lagi.")) from None
    if "xl/workbook.xml" not in names:
        raise Unreadable(
            _("Berkas ini bukan XLSX atau CSV. Buka di aplikasi lembar kerja, simpan sebagai XLSX, lalu unggah lagi.")
        )
    if size > UNZIPPED * settings.REGISTER_MAX_BYTES:
        raise Unreadable(
            _("Isi berkas ini jauh lebih besar dari ukurannya, jadi tidak dibuka. Simpan ulang sebagai CSV.")
        )


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Unreadable(
            _("Huruf di berkas ini tidak terbaca. Simpan ulang sebagai XLSX atau CSV UTF-8, lalu unggah lagi.")
        )
    return text


def _table(rows: Iterator[Iterable[Any]]) -> tablib.Dataset:
    heading = [str(cell if cell is not None else "").strip() for cell in next(rows, [])]
    while heading and not heading[-1]:
        heading.pop()
    if not heading:
        raise Unreadable(_("Baris pertama kosong. Tulis nama kolom di baris pertama, seperti di daftar kolom."))
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise Unreadable(_("Kolom %(names)s ada dua kali. Hapus salah satunya.") % {"names": ", ".join(twice)})
    found = [_fitted(list(row), len(heading), number) for number, row in enumerate(islice(rows, _most() + 1), 2)]
    if len(found) > _most():
        raise TooLong(_("Berkas ini lebih dari %(most)s baris. Bagi menjadi beberapa berkas.") % {"most": _most()})
    while found and blank(found[-1]):
        found.pop()
    if not found:
        raise Unreadable(_("Berkas ini hanya berisi judul kolom. Isi barisnya, lalu unggah lagi."))
    return tablib.Dataset(*found, headers=heading)


def _most() -> int:
    return settings.REGISTER_MAX_ROWS


def blank(cells: Iterable[Any]) -> bool:
    """Whether nothing is written in a row."""
    return not any(str(cell).strip() for cell in cells if cell is not None)


def _fitted(cells: list[Any], width: int, number: int) -> list[Any]:
    if not blank(cells[width:]):
        raise Unreadable(
            _("Baris %(number)s punya lebih banyak kolom daripada baris judul. Periksa pemisah dan tanda kutipnya.")
            % {"number": number}
        )
    return (cells + [""] * width)[:width]


class Workbook(base_formats.XLSX):
    """An XLSX; the first sheet that is open in it counts."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        """Raises Unreadable."""
        is_workbook(in_stream)
        try:
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            rows = book.active.iter_rows(values_only=True)
            first = next(rows, ())
        except Exception:
            raise Unreadable(_("Lembar kerja ini tidak bisa dibuka. Simpan ulang sebagai XLSX atau CSV.")) from None
        return _table(chain([first], rows))


class Separated(base_formats.CSV):
    """A CSV in UTF-8, separated by commas, semicolons or tabs: an Indonesian spreadsheet saves with semicolons."""

    def get_read_mode(self) -> str:
        return "rb"

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> Any:
        """With semicolons, as every list leaves: such a spreadsheet opens commas as one column."""
        return super().export_data(dataset, delimiter=";", **kwargs)

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """Raises Unreadable."""
        is_workbook(in_stream)
        text = _decoded(in_stream)
        separator = max(SEPARATORS, key=text.partition("\n")[0].count)
        try:
            return _table(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        except csv.Error:
            raise Unreadable(_("Isi berkas ini tidak terbaca. Simpan ulang sebagai XLSX, lalu unggah lagi.")) from None
