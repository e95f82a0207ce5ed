"""The columns of a register's sheet, named as people name them and as the sheet names them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override


@dataclass(frozen=True)
class Column:
    """One column: `label` is its word, which heads it in the sheet, `code` what a file may say instead, a `key` says which row is meant."""

    code: str
    label: str
    key: bool
    required: bool
    takes: str
    codes: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.label} ({self.code})"


def columns(resource: Any) -> list[Column]:
    """Return the columns of a register (`slrt.exports.registers.RegisterResource`), in the order of its sheet."""
    return list(_columns(resource))


def named(resource: Any, code: str) -> str:
    """Return a column's label and code; a code that is none of its columns stays as it is."""
    return next((str(column) for column in _columns(resource) if column.code == code), code)


def words_of(resource: Any) -> list[tuple[str, str]]:
    """Return code and Indonesian word of every column: the word heads it in a sheet."""
    with override(settings.LANGUAGE_CODE):
        return [(column.code, column.label) for column in _columns(resource)]


def headings(resource: Any) -> dict[str, str]:
    """Return which column is meant by a heading (casefolded): its code, its word, or both as the pages write them."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for column in _columns(resource):
                known.setdefault(column.label.casefold(), column.code)
                known.setdefault(str(column).casefold(), column.code)
    return {**known, **{code.casefold(): code for code, _word in words_of(resource)}}


def _columns(resource: Any) -> Iterator[Column]:
    for field in resource.get_import_fields():
        name = resource.get_field_name(field)
        try:
            own = resource._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            own = None
        key = name in resource.get_import_id_fields()
        blank = own is None or own.blank or own.has_default()
        codes = getattr(field.widget, "codes", {})
        yield Column(
            code=field.column_name,
            label=capfirst(str(resource.labels.get(name) or getattr(own, "verbose_name", name))),
            key=key,
            required=not blank,
            takes=getattr(field.widget, "takes", "") or _text(own),
            codes=tuple((code, str(label)) for code, label in codes.items()),
        )


def _text(own: Any) -> str:
    most = getattr(own, "max_length", None)
    return _("Teks, paling panjang %(most)s huruf") % {"most": most} if most else _("Teks")
