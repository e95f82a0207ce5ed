"""What somebody saw of a row when its form was opened in the administration: what others saved since is not overwritten unseen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models, transaction
from django.forms.models import _get_foreign_key  # type: ignore[attr-defined]
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from slrt.audit import changes

FIELD = "seen"
CHANGED = "seen_changed"


def mark(row: models.Model, below: Iterable[models.Model] = ()) -> str:
    """Return what tells a stored row, with the rows below it, from the same row after somebody changed it."""
    said = [_said(one) for one in (row, *below)]
    return salted_hmac("slrt.audit.seen", repr(said)).hexdigest()


def _said(row: models.Model) -> list[str]:
    fields = [field for field in row._meta.concrete_fields if field.name not in changes.UNTOLD]
    many = (sorted(getattr(row, field.name).values_list("pk", flat=True)) for field in row._meta.many_to_many)
    return [str(row.pk), *(repr(getattr(row, field.attname)) for field in fields), *map(str, many)]


def rows_below(row: models.Model, inlines: Iterable[Any]) -> list[models.Model]:
    """Return the rows that a form shows below its own, as they are stored."""
    found: list[models.Model] = []
    for inline in inlines:
        key = _get_foreign_key(type(row), inline.model, fk_name=inline.fk_name)
        found += inline.model._base_manager.filter(**{key.name: row}).order_by("pk")
    return found


class AsSeen(forms.ModelForm):
    """Refuses what was filled in over an older row, says what is stored now, and keeps everything that was typed."""

    seen = ""  # the mark that the page carried
    inlines: Iterable[Any] = ()
    now = ""  # the mark of the row as it is stored, when it is another

    def clean(self) -> Any:
        """Compare with the stored row, held fast until the save is over."""
        data = super().clean()
        with transaction.atomic():
            stored = changes.locked(self.instance)
            now = mark(stored, rows_below(stored, self.inlines)) if stored else ""
        if stored and now != self.seen:
            self.now = now
            fault = _("Data ini sudah diubah orang lain sejak Anda membukanya. Periksa isinya, lalu ulangi.")
            said = [forms.ValidationError(fault, code=CHANGED)]
            self.add_error(None, [*said, *(self._stored(stored, name) for name in self.changed_data)])
        return data

    def _stored(self, row: models.Model, name: str) -> str:
        words = {"label": self[name].label, "value": _in_words(row, name)}
        return _("%(label)s yang tersimpan sekarang: %(value)s") % words


def _in_words(row: models.Model, name: str) -> str:
    value = getattr(row, f"get_{name}_display", getattr(row, name, ""))
    if isinstance(value, list | dict):
        return _("lain dari yang Anda isi")
    if hasattr(value, "all"):
        return ", ".join(map(str, value.all())) or "–"
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    value = value() if callable(value) else value
    return "–" if value in (None, "") else str(value)
