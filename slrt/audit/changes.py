"""What changed in a row of reference data or of an account: its fields before and after, for one line of the trail.

Values are codes, dates, numbers and row numbers. Of what belongs to a person (`HIDDEN`) only the field's name is kept, and long
runs of digits in texts are masked, so that neither a password nor a NIK nor a telephone number stands in the trail.
"""

from typing import Any

from django.db import models

from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core.logging import LONG_NUMBER
from slrt.regions.models import Region

HIDDEN = frozenset({"password", "full_name", "first_name", "last_name", "email", "phone", "nip"})
# What the program itself keeps beside the data.
UNTOLD = frozenset(
    {"version", "created_at", "updated_at", "last_login", "last_run_at", "date_changed", "total_run_count"}
)
# Verbs of a new, a changed and a removed row.
PLAIN = ("admin_add", "admin_change", "admin_delete")
OF_THEIR_OWN = {
    "accounts.assignment": ("role_give", "role_change", "role_remove"),
    "axes.accessattempt": ("sign_in_hold", "sign_in_hold", "sign_in_free"),
}
WHOLLY_HIDDEN = frozenset({"axes.accessattempt"})  # what was typed into the sign-in page may be a password
Values = dict[str, Any]


def values_of(row: models.Model) -> Values:
    """Return a stored row's fields by name: plain values, references as their keys, many references as sorted keys."""
    found: Values = {}
    for field in row._meta.concrete_fields:
        if field.name not in UNTOLD and not isinstance(field, models.AutoField):
            found[field.name] = _plain(getattr(row, field.attname))
    for many in row._meta.many_to_many:
        if many.name not in UNTOLD:
            found[many.name] = sorted(getattr(row, many.name).order_by().values_list("pk", flat=True))
    return found


def locked(row: models.Model) -> models.Model | None:
    """Return the row as it is stored, locked to the end of the transaction; None when it is gone."""
    return type(row)._base_manager.select_for_update().filter(pk=row.pk).first()


def note(row: models.Model, before: Values, after: Values, *, by: User | None, console: bool = False) -> None:
    """Write one line for a row that is new (`before` empty), changed, or removed (`after` empty); none when nothing differs.

    `by` is None for what was done at the server's `console`, where nobody is signed in.
    """
    names = [name for name in {**before, **after} if _differs(before.get(name), after.get(name))]
    if not names and before and after:
        return
    fields = {name: [before.get(name), after.get(name)] for name in names if name not in HIDDEN}
    hidden = sorted(HIDDEN & set(names))
    if row._meta.label_lower in WHOLLY_HIDDEN:
        fields, hidden = {}, []
    new, changed, removed = OF_THEIR_OWN.get(row._meta.label_lower, PLAIN)
    verb = changed if before and after else new if after else removed
    if hidden == ["password"] and not fields:
        verb = "password_set"
    details: dict[str, Any] = {**({"fields": fields} if fields else {}), **({"hidden": hidden} if hidden else {})}
    if console:
        details["console"] = True
    trail.write(verb, row, by=by, place=_place(row, before, after), **details)


def _differs(old: Any, new: Any) -> bool:
    """An empty value of a row that was not there, or is no more, tells nothing."""
    return old != new and not (old in (None, "", []) and new in (None, "", []))


def _place(row: models.Model, before: Values, after: Values) -> str:
    """Return the area of the row; none when it moved, so that whoever audits either area reads the line."""
    if isinstance(row, Region):
        return row.pk
    areas = {values["area"] for values in (before, after) if values.get("area")}
    return str(areas.pop()) if len(areas) == 1 else ""


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return LONG_NUMBER.sub("[nomor]", value)
    if value is None or isinstance(value, bool | int | float | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
