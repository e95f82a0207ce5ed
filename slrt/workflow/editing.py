"""Edits of plain fields: compare the version, keep both values when they clash, leave an audit entry."""

from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core.errors import NotPermitted, StaleVersion


@dataclass(frozen=True)
class Clash:
    """One field of a stale edit: what the person entered and what is stored."""

    field: str
    label: str
    mine: Any
    stored: Any


def edit(obj: Any, values: dict[str, Any], *, by: User, permission: str, version: int, verb: str = "edit") -> Any:
    """Write changed fields of a row and return it; unchanged values leave no trace.

    Raises NotPermitted, or StaleVersion whose `current` is the stored row: `clashes` then lists both values.
    """
    decision = may(by, permission, obj)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        row = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        if row.version != version:
            raise StaleVersion(_("Data ini sudah diubah orang lain sejak Anda membukanya."), current=row)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, values[name])
        row.version += 1
        row.save()
        trail.write(verb, row, by=by, fields=changed)
    return row


def clashes(row: models.Model, values: dict[str, Any]) -> list[Clash]:
    """Return the fields in which a stale edit and the stored row differ."""
    found = []
    for name, mine in values.items():
        stored = getattr(row, name)
        if stored != mine:
            label = str(getattr(row._meta.get_field(name), "verbose_name", name))
            found.append(Clash(name, label[:1].upper() + label[1:], mine, stored))
    return found
