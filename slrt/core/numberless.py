"""The administration keeps what belongs to the office: no NIK and no KK number is typed into its boxes or searched for in its lists.

What stands there is read by everybody, in lists, sheets and letters; what is searched for stands in the address
(`slrt.core.addresses`). A number that was kept before this rule is read masked everywhere but in the box where it is mended
(`slrt.core.readable`).
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.translation import gettext as _

from slrt.core.numbers import holds_one, masked, stands_in
from slrt.core.row_pages import only_rows_ticked

KEPT_AS_DIGEST = ("password",)  # how the names of fields begin that are kept as a digest only


def refusal() -> str:
    """Return the sentence for a box or a cell that holds a number."""
    return _("Jangan tulis NIK atau nomor KK di sini: isinya dibaca banyak orang.")


class NumberlessForm(forms.ModelForm):
    """Refuses a number in any of its words."""

    def clean(self) -> Any:
        data = super().clean()
        for name, value in list(self.cleaned_data.items()):
            if stands_in(value) and not name.startswith(KEPT_AS_DIGEST):
                self.add_error(name, refusal())
        return data


def numberless(form: Any) -> Any:
    """Return a form class of the administration as one that refuses numbers."""
    return type(form)(form.__name__, (NumberlessForm, form), {})


def unnumbered(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """Mask in the administration's own history what rows were called."""
    kept = list(entries)
    for entry in kept:
        if holds_one(entry.object_repr):
            entry.object_repr = masked(entry.object_repr)
            entry.save(update_fields=["object_repr"])
    return kept


class NumberlessAdmin(admin.ModelAdmin):
    """A table of the administration whose forms, search box (templates/admin/search_form.html) and history take no such number."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form of a row."""
        return numberless(super().get_form(request, obj, change=change, **kwargs))

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:
        """What is done with the rows that are ticked; nothing when something is ticked that is no row."""
        return super().response_action(request, queryset) if only_rows_ticked(request, self.opts.pk) else None

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of a new row."""
        return unnumbered([super().log_addition(request, obj, message)])[0]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The history of a changed row."""
        return unnumbered([super().log_change(request, obj, message)])[0]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The history of removed rows."""
        return unnumbered(super().log_deletions(request, queryset))
