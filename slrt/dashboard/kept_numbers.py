"""NIK and KK numbers that the registers kept from before their forms refused them: which field of which row.

Nobody mends a row that nobody knows of: each field of a register is asked, and the rows found are named masked.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.core.numberless import KEPT_AS_DIGEST
from slrt.core.numbers import masked, stands_in
from slrt.exports.registers import RegisterAdmin

KIND = "number"  # how the codes of these checks begin
# As many digits as such a number has, with a little between them; `stands_in` says whether it is one.
MANY_DIGITS = r"\d([^0-9]{0,3}\d){14}"
WRITTEN = (models.CharField, models.TextField, models.JSONField)


def fields() -> Iterator[tuple[Any, Any]]:
    """Every field of a register that holds what somebody wrote, with its table."""
    for model, register in admin.site._registry.items():
        if isinstance(register, RegisterAdmin):
            for field in model._meta.concrete_fields:
                if isinstance(field, WRITTEN) and not field.name.startswith(KEPT_AS_DIGEST):
                    yield model, field


def code_of(model: Any, field: Any) -> str:
    """Return the code of the check of a field."""
    return f"{KIND}.{model._meta.label_lower}.{field.name}"


def holding(model: Any, field: Any) -> list[Any]:
    """Return the keys of the rows in which a field holds a number."""
    rows = model._base_manager.alias(as_text=Cast(field.attname, models.TextField())).filter(as_text__regex=MANY_DIGITS)
    return [pk for pk, value in rows.values_list("pk", field.attname) if stands_in(value)]


def rows_of(code: str, keys: list[Any], user: User) -> Iterator[tuple[str, str, str]]:
    """The rows of a finding: register and column, what the row is called, where the person mends it (or nothing)."""
    for model, field in fields():
        if code_of(model, field) == code:
            meta = model._meta
            where = _("%(register)s, kolom %(column)s:") % {
                "register": capfirst(str(meta.verbose_name)),
                "column": field.verbose_name,
            }
            mends = user.is_staff and user.has_perm(f"{meta.app_label}.change_{meta.model_name}")
            for row in model._base_manager.filter(pk__in=keys).order_by("pk"):
                url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk]) if mends else ""
                yield where, masked(str(row)), url
