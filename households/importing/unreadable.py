"""Why a file cannot be read at all, each in one sentence that says what to do."""

from typing import Any

from django.utils.translation import gettext_noop

from slrt.core.sentence import Sentence

EMPTY = gettext_noop("Berkas ini kosong. Unduh lagi dari asalnya, lalu unggah.")
NO_TABLE = gettext_noop("Berkas ini bukan CSV atau XLSX. Simpan sebagai salah satunya, lalu unggah.")
WEB_PAGE = gettext_noop(
    "Berkas ini halaman web (HTML) atau XML, apa pun nama berkasnya. Buka di aplikasi lembar kerja, simpan sebagai XLSX, lalu unggah."
)


class Unreadable(ValueError):
    """The file is not what it should be; `str()` says what is wrong and what to do, in the language of whoever reads it.

    `message` is marked with gettext_noop, `values` stand in it.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.sentence = Sentence(message, values)

    def __str__(self) -> str:
        return str(self.sentence)


class NoRows(Unreadable):
    """The file holds headings and nothing below them."""

    def __init__(self) -> None:
        super().__init__(
            gettext_noop("Berkas ini hanya berisi judul kolom. Isi barisnya atau unduh lagi dari asalnya, lalu unggah.")
        )


class HeadingsMissing(Unreadable):
    """The first row holds people already: their data are no headings to choose among."""

    def __init__(self) -> None:
        super().__init__(
            gettext_noop(
                "Berkas ini tidak punya judul kolom: baris pertamanya sudah berisi data. Tambahkan baris judul."
            )
        )


class ColumnsMissing(Unreadable):
    """Required columns have no heading of their own. A person may say which of the file's headings they are.

    `row` is where the headings were looked for; `merged` tells that cells of that sheet are merged.
    """

    def __init__(self, missing: list[str], headers: list[str], row: int = 1, merged: bool = False) -> None:
        self.missing, self.headers, self.row, self.merged = missing, headers, row, merged
        said = which_are_missing(missing, merged)
        super().__init__(said.message, **said.values)


def which_are_missing(missing: list[str], merged: bool) -> Sentence:
    """Which they are, and what to do about it."""
    said = Sentence(
        gettext_noop(
            "Kolom wajib tidak ada: %(columns)s. Cocokkan dengan judul di berkas yang isinya sama, "
            "atau tambahkan kolomnya lalu unggah lagi."
        ),
        {"columns": ", ".join(missing)},
    )
    if not merged:
        return said
    also = gettext_noop("Lembar ini memakai sel gabungan (merge): pisahkan selnya, lalu isi satu judul tiap kolom.")
    return Sentence("%(missing)s %(merged)s", {"missing": said, "merged": Sentence(also)})


def empty_file() -> Unreadable:
    """Nothing came at all."""
    return Unreadable(EMPTY)
