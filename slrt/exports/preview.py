"""What a looked-at sheet would do, as its page tells it: counts, the refused rows with their sentences, the rows that would be saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.results import Result, RowResult

from slrt.core.numbers import masked
from slrt.exports.columns import columns, named
from slrt.exports.shown import Shown

FIRST = 2  # the row of a spreadsheet that follows the heading
SHOWN = 200  # rows of a kind; a page of thousands helps nobody
UPDATE = RowResult.IMPORT_TYPE_UPDATE
WORDS = {
    RowResult.IMPORT_TYPE_NEW: gettext_lazy("Baru"),
    UPDATE: gettext_lazy("Berubah"),
    RowResult.IMPORT_TYPE_SKIP: gettext_lazy("Tetap"),
}


class Read(Result):
    """The result of a sheet, which of its columns the register does not know, and what was stored of its rows."""

    def __init__(self) -> None:
        super().__init__()
        self.unknown: list[str] = []
        self.stored: Shown = {}


@dataclass(frozen=True)
class Refusal:
    """A row that is refused, with its number in the sheet, and what is said of it: column (or nothing) and sentence."""

    number: int
    said: list[tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """A row that would be saved or is there already; its cells each with what the column is called, as a phone shows them."""

    number: int
    kind: str
    word: Any
    cells: list[tuple[str, Any]]

    @property
    def changed(self) -> list[str]:
        """Which columns of a stored row change: the cells themselves may stand far to the right."""
        marked = ("<ins>", "<del>")  # what an unchanged cell says is escaped
        return [label for label, cell in self.cells if self.kind == UPDATE and str(cell).startswith(marked)]


@dataclass(frozen=True)
class Preview:
    """What the page shows. `whole`: what is wrong with the file as such."""

    headings: list[Any]
    whole: list[str]
    refusals: list[Refusal]
    rows: list[Row]
    hidden: int
    counts: dict[str, int]
    unknown: list[str]

    @property
    def refused(self) -> bool:
        """Whether the file cannot be saved."""
        return bool(self.whole or self.refusals)

    @property
    def changes(self) -> int:
        """How many rows would be written."""
        return self.counts["new"] + self.counts["changed"]


def preview(resource: Any, result: Read) -> Preview:
    """Return what to show of a sheet that was read without saving it. Refused rows and changes come first."""
    headings = columns(resource)
    rows = [
        Row(number, row.import_type, WORDS[row.import_type], _named(headings, row.diff))
        for number, row in enumerate(result.rows, FIRST)
        if row.import_type in WORDS
    ]
    rows.sort(key=lambda row: row.kind == RowResult.IMPORT_TYPE_SKIP)
    whole = [masked(str(fault.error)) for fault in result.base_errors]
    refusals = [] if whole else sorted(_refusals(resource, result), key=lambda refusal: refusal.number)
    return Preview(
        headings=headings,
        whole=whole,
        refusals=refusals[:SHOWN],
        rows=rows[:SHOWN],
        hidden=max(len(rows) - SHOWN, 0) + max(len(refusals) - SHOWN, 0),
        counts={
            "new": result.totals[RowResult.IMPORT_TYPE_NEW],
            "changed": result.totals[RowResult.IMPORT_TYPE_UPDATE],
            "unchanged": result.totals[RowResult.IMPORT_TYPE_SKIP],
            "refused": len(refusals),
        },
        unknown=[masked(str(heading)) for heading in result.unknown],
    )


def changed_since(resource: Any, result: Read) -> list[Refusal]:
    """Return why a confirmed sheet was not saved, row by row."""
    whole = [Refusal(1, [("", masked(str(fault.error)))]) for fault in result.base_errors]
    return [*whole, *sorted(_refusals(resource, result), key=lambda refusal: refusal.number)]


def _named(headings: list[Any], cells: list[Any]) -> list[tuple[str, Any]]:
    return [(str(heading.label), cell) for heading, cell in zip(headings, cells, strict=False)]


def _refusals(resource: Any, result: Read) -> Iterator[Refusal]:
    for row in result.error_rows:
        yield Refusal(row.number + FIRST - 1, [("", masked(str(fault.error))) for fault in row.errors])
    for row in result.invalid_rows:
        said = [
            (named(resource, name), masked(str(sentence)))
            for name, sentences in row.field_specific_errors.items()
            for sentence in sentences
        ]
        yield Refusal(
            row.number + FIRST - 1, [*said, *(("", masked(str(text))) for text in row.non_field_specific_errors)]
        )


def finished(result: Any) -> str:
    """Return the sentence for a file that was saved."""
    return _("Tersimpan: %(new)s baris baru, %(changed)s berubah, %(unchanged)s tetap.") % {
        "new": result.totals[RowResult.IMPORT_TYPE_NEW],
        "changed": result.totals[RowResult.IMPORT_TYPE_UPDATE],
        "unchanged": result.totals[RowResult.IMPORT_TYPE_SKIP],
    }
