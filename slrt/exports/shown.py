"""What a preview showed of the stored rows: what others saved between preview and confirmation is not overwritten unseen.

The stored cells of each row are kept, sealed, beside the file. Confirming locks a row before it is read, and refuses it by name
when it is no longer the one that was shown; one refused row holds back the file.
"""

import json
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export import resources

from slrt.audit import changes

CHANGED = "changed_since_preview"
Cells = dict[str, str]
Shown = dict[str, Cells | None]  # by row of the sheet; None of a row that was not stored


class AsShown(resources.ModelResource):
    """A register that knows what was shown: `shown` among the arguments of an import that was confirmed, none in a preview."""

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Begin to remember what is stored."""
        super().before_import(dataset, **kwargs)
        self._shown: Shown | None = kwargs.get("shown")
        self._stored: Shown = {}

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Hold the stored row fast before it is read, so that nothing is saved between comparing and writing."""
        found = super().get_instance(instance_loader, row)
        return changes.locked(found) if found and self._shown is not None else found

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        """Compare with what was shown. Raises ValidationError that says, column by column, what is stored now."""
        super().after_init_instance(instance, new, row, **kwargs)
        number = str(kwargs["row_number"])
        now = None if new else self._cells(instance)
        self._stored[number] = now
        if self._shown is not None and now != self._shown.get(number):
            raise _changed(self._shown.get(number), now)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Hand on what was stored."""
        super().after_import(dataset, result, **kwargs)
        result.stored = self._stored

    def _cells(self, instance: Any) -> Cells:
        """The stored values as the register's sheet writes them, whatever language is read."""
        return {name: str(field.export(instance) or "") for name, field in self.fields.items()}


def _changed(shown: Cells | None, now: Cells | None) -> ValidationError:
    if now is None:
        gone = _("Baris ini sudah dihapus orang lain sejak pratinjau.")
        return ValidationError({NON_FIELD_ERRORS: [ValidationError(gone, code=CHANGED)]})
    if shown is None:
        made = _("Baris ini sudah ditambahkan orang lain sejak pratinjau.")
        return ValidationError({NON_FIELD_ERRORS: [ValidationError(made, code=CHANGED)]})
    other = _("Diubah orang lain sejak pratinjau. Yang tersimpan sekarang: %(value)s")
    return ValidationError(
        {
            name: [ValidationError(other % {"value": value or "–"}, code=CHANGED)]
            for name, value in now.items()
            if value != shown.get(name)
        }
    )


def written(shown: Shown) -> bytes:
    """Return what was shown as it is kept between preview and confirmation."""
    return json.dumps(shown).encode()


def read(kept: bytes) -> Shown:
    """Return what `written` wrote."""
    found: Shown = json.loads(kept)
    return found
