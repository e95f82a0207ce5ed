"""What stands in the cells of a register's sheet, and the sentence when it cannot be read.

Each of these raises ValueError with a sentence that says what is wrong with a cell and what to write instead, and says of itself
in `takes` what a cell may hold.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from import_export import widgets

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")  # as written out, and as an Indonesian spreadsheet saves it again
LISTED = 13  # codes in one sentence
YES = frozenset({"1", "true", "ya", "yes", "y"})
NO = frozenset({"0", "false", "tidak", "no", "t", "n"})


def _unknown(value: Any, widget: Any) -> ValueError:
    sentence = _('"%(value)s" tidak dikenal. Tulis %(field)s yang ada di daftar %(table)s.')
    return ValueError(sentence % {"value": value, **_of(widget)})


def _of(widget: Any) -> dict[str, Any]:
    table = widget.model._meta
    return {"field": table.get_field(widget.field).verbose_name, "table": table.verbose_name_plural}


class Known(widgets.ForeignKeyWidget):
    """A row of another table, named by a code; an unknown code is a fault of its column."""

    @property
    def takes(self) -> str:
        return _("Satu %(field)s dari daftar %(table)s") % _of(self)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist:
            raise _unknown(value, self) from None


class KnownMany(widgets.ManyToManyWidget):
    """Rows of another table, their codes separated by commas; an unknown code is a fault of its column."""

    @property
    def takes(self) -> str:
        return _("Beberapa %(field)s dari daftar %(table)s, dipisah koma") % _of(self)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        asked = {code.strip() for code in str(value or "").split(self.separator)} - {""}
        found = self.model._default_manager.filter(**{f"{self.field}__in": asked})
        unknown = asked - set(found.values_list(self.field, flat=True))
        if unknown:
            raise _unknown(", ".join(sorted(unknown)), self)
        return found


class Listed(widgets.JSONWidget):
    """A list as JSON; anything else is a fault of its column."""

    @property
    def takes(self) -> str:
        return _("Daftar JSON, misalnya [] atau [{...}]. Paling aman: unduh dulu, lalu ubah isinya.")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        try:
            made = json.loads(value) if value else []
        except ValueError:
            made = None
        if not isinstance(made, list):
            raise ValueError(_("Harus berupa daftar JSON, misalnya [] atau [{...}]."))
        return made

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return json.dumps(value or [], ensure_ascii=False)


class Coded(widgets.CharWidget):
    """One of some codes; its label is understood as well. `choices`: pairs of code and label."""

    def __init__(self, choices: Iterable[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.codes = {str(code): label for code, label in choices if code not in ("", None)}

    @property
    def takes(self) -> str:
        return _("Salah satu kode:")

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip()
        meant = {str(label).casefold(): code for code, label in self.codes.items()}
        meant.update({code.casefold(): code for code in self.codes})
        if text and text.casefold() not in meant:
            if len(self.codes) > LISTED:
                raise ValueError(
                    _('"%(value)s" tidak dikenal. Pilih salah satu kode dari daftar kolom.') % {"value": text}
                )
            codes = ", ".join(self.codes)
            raise ValueError(
                _('"%(value)s" tidak dikenal. Pilih salah satu: %(codes)s.') % {"value": text, "codes": codes}
            )
        return meant.get(text.casefold(), "")


class Day(widgets.DateWidget):
    """A date: 2026-11-28, 28/11/2026, or a date of the spreadsheet."""

    takes = property(lambda self: _("Tanggal, seperti 2026-11-28"))

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        for pattern in DAYS:
            try:
                return datetime.strptime(str(value), pattern).date()
            except ValueError:
                continue
        raise ValueError(_('Tanggal "%(value)s" tidak terbaca. Tulis seperti 2026-11-28.') % {"value": value})


class Whole(widgets.IntegerWidget):
    """A whole number."""

    takes = property(lambda self: _("Angka bulat"))

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("0.5")
        if not number.is_finite() or number != int(number):
            raise ValueError(_('"%(value)s" bukan angka bulat. Tulis angkanya saja, misalnya 1500.') % {"value": value})
        return int(number)


class YesNo(widgets.BooleanWidget):
    """Yes or no; a word that is neither is a fault, never a no."""

    takes = property(lambda self: _("1 untuk ya, 0 untuk tidak"))

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool | None:
        text = str("" if value is None else value).strip().casefold()
        if text in YES or text in NO:
            return text in YES
        if not text:
            return None
        raise ValueError(_('"%(value)s" tidak terbaca. Tulis 1 untuk ya atau 0 untuk tidak.') % {"value": value})
