"""What a row of a sheet changes, cell by cell, as people read it."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export import resources

from slrt.core.numbers import masked
from slrt.exports.values import YesNo


def _told(field: Any, instance: Any) -> str:
    """A cell as people read it: a code with its label, yes or no in words."""
    value = field.export(instance)
    if isinstance(field.widget, YesNo):
        return {True: _("Ya"), False: _("Tidak")}.get(field.get_value(instance), "")
    label = getattr(field.widget, "codes", {}).get(value)
    return f"{label} ({value})" if label else value


def _all_told(resource: Any, instance: Any) -> list[str]:
    return [_told(field, instance) for field in resource.get_import_fields()]


class Compared(resources.Diff):
    """What a row changes, field by field: the old value struck out, the new one marked. No inline style (the content policy)."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        self.left, self.right, self.new = _all_told(resource, instance), [], new

    def compare_with(self, resource: Any, instance: Any) -> None:
        self.right = _all_told(resource, instance)

    def as_html(self) -> list[SafeString]:
        return [self._cell(str(old or ""), str(new or "")) for old, new in zip(self.left, self.right, strict=False)]

    def _cell(self, old: str, new: str) -> SafeString:
        if self.new or not old:
            return format_html("<ins>{}</ins>", masked(new)) if new else SafeString("")
        if old == new:
            return format_html("{}", masked(old))
        return format_html("<del>{}</del> <ins>{}</ins>", masked(old), masked(new))
