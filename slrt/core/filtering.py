"""What the filter sets of all lists have in common."""

from typing import Any

import django_filters
from django import forms
from django.utils.functional import cached_property

# What is typed here goes into the address, and from there into the browser's history and a proxy's log: no field takes a NIK.
ROW_NUMBER = forms.TextInput(attrs={"maxlength": 12})


class NarrowedFilter(django_filters.FilterSet):
    """A filter set that knows whether it narrows anything."""

    @cached_property
    def form(self) -> Any:
        """The form, its fields dressed as Bootstrap wants them."""
        form = super().form
        for field in form.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", kind)
        return form

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(self.data.get(name) for name in self.filters)
