"""Why a file cannot be read at all, each in one sentence that says what to do."""

from django.utils.translation import gettext as _


class Unreadable(ValueError):
    """The file is not what it should be; the message says what is wrong and what to do."""


class NoRows(Unreadable):
    """The file holds headings and nothing below them."""

    def __init__(self) -> None:
        super().__init__(_("Berkas ini hanya berisi judul kolom. Unduh lagi dari SIKS-NG, lalu unggah."))


class HeadingsMissing(Unreadable):
    """The first row holds people already: their data are no headings to choose among."""

    def __init__(self) -> None:
        super().__init__(
            _("Berkas ini tidak punya judul kolom: baris pertamanya sudah berisi data. Tambahkan baris judul.")
        )


class ColumnsMissing(Unreadable):
    """Required columns have no heading of their own. A person may say which of the file's headings they are.

    `row` is where the headings were looked for; `merged` tells that cells of that sheet are merged.
    """

    def __init__(self, missing: list[str], headers: list[str], row: int = 1, merged: bool = False) -> None:
        self.missing, self.headers, self.row, self.merged = missing, headers, row, merged
        super().__init__(which_are_missing(missing, merged))


def which_are_missing(missing: list[str], merged: bool) -> str:
    """Say it in the language of whoever reads it now."""
    said = _("Kolom wajib tidak ada: %(columns)s. Tambahkan kolom itu dengan judul yang sama.") % {
        "columns": ", ".join(missing)
    }
    if merged:
        said += " " + _("Lembar ini memakai sel gabungan (merge): pisahkan selnya, lalu isi satu judul tiap kolom.")
    return said


def empty_file() -> Unreadable:
    """Nothing came at all."""
    return Unreadable(_("Berkas ini kosong. Unduh lagi dari SIKS-NG, lalu unggah."))
