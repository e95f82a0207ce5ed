"""One row as an event wrote it down: what it was before and after, whether it is still so, and how it is put back."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from households.models import Family, Household, Membership

HOUSE, FAMILY, MEMBERSHIP = (model._meta.label for model in (Household, Family, Membership))


def _model(entry: dict[str, Any]) -> Any:
    return apps.get_model(entry["model"])


def moved_on(entry: dict[str, Any]) -> bool:
    """Whether a row is no longer as the event left it: changed, gone, or a membership that has ended."""
    row = _model(entry)._base_manager.filter(pk=entry["pk"]).first()
    if row is None or ("version" in entry and row.version != entry["version"]):
        return True
    if entry["model"] == MEMBERSHIP and "ended_on" not in entry["after"] and row.ended_on is not None:
        return True
    return any(plain(getattr(row, name)) != value for name, value in entry["after"].items())


def strangers_would_lead(entries: list[dict[str, Any]], houses: Iterable[int]) -> bool:
    """Whether one of these houses, with people in it, would be led by somebody who does not live there once all is put back."""
    rows = {label: [e for e in entries if e["model"] == label] for label in (HOUSE, FAMILY, MEMBERSHIP)}
    heads = {e["pk"]: e["before"]["head"] for e in rows[HOUSE] if "head" in e["before"]}
    homes = {e["pk"]: e["before"]["household"] for e in rows[FAMILY] if "household" in e["before"]}
    ends = {e["pk"]: e["before"]["ended_on"] for e in rows[MEMBERSHIP] if "ended_on" in e["before"]}
    again = [pk for pk, ended_on in ends.items() if ended_on is None]
    not_any_more = [pk for pk, ended_on in ends.items() if ended_on] + [
        e["pk"] for e in rows[MEMBERSHIP] if "made" in e
    ]
    living = Membership.objects.filter(Q(ended_on=None) | Q(pk__in=again)).exclude(pk__in=not_any_more)
    for house in Household.objects.filter(pk__in={*houses, *heads, *homes.values()}):
        back = Q(family__in=[pk for pk, home in homes.items() if home == house.pk])
        inside = living.filter(back | Q(family__household=house) & ~Q(family__in=list(homes)))
        head = heads.get(house.pk, house.head_id)
        if head is not None and inside.exists() and not inside.filter(person=head).exists():
            return True
    return False


def put_back(entry: dict[str, Any]) -> None:
    """Give a row back what it was before the event; a row that the event made goes."""
    row = _model(entry)._base_manager.get(pk=entry["pk"])
    if entry.get("made"):
        row.delete()
        return
    for name, value in entry["before"].items():
        setattr(row, name, _value(row._meta.get_field(name), value))
    if "version" in entry:
        row.version += 1
    row.save()


def plain(value: Any) -> Any:
    """Return a field's value as JSON holds it."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, date | datetime | Decimal):
        return str(value)
    return value


def _value(field: Any, kept: Any) -> Any:
    """Return what `plain` made of a field's value as the field takes it."""
    if kept is None:
        return None
    if isinstance(field, models.ForeignKey):
        return field.remote_field.model._base_manager.get(pk=kept)
    if type(field).__name__ == "BlindIndex":
        return bytes.fromhex(kept)
    return field.to_python(kept)
