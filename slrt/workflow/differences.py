"""What the administrator changed, in sentences: the fields of a line of the trail (`slrt.audit.changes`) by their names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from slrt.accounts.models import Assignment
from slrt.audit.models import AuditEntry

LONGEST = 80  # characters of a value that are shown
Names = dict[type[models.Model], dict[Any, str]]
READINGS: dict[tuple[str, str], Callable[[Any], str]] = {}


def reads_as(subject: str, field: str, words: Callable[[Any], str]) -> None:
    """Let an app say a field's stored value in words of its own, in whole. `subject`: the model's label in small letters."""
    READINGS[subject, field] = words


def told(entries: Sequence[AuditEntry]) -> list[list[str]]:
    """Return for each line its sentences, none for lines without fields. A query for each table that is referred to."""
    names = _names(entries)
    return [list(_sentences(entry, names)) for entry in entries]


def _changed(entry: AuditEntry) -> Iterator[tuple[str, Any, Any, Any]]:
    """Yield name, the model's field (None when there is none any more), before and after."""
    pairs = entry.details.get("fields")
    if not isinstance(pairs, dict):
        return  # an edit's own list of names
    for name, (before, after) in pairs.items():
        yield name, _field(entry.subject, name), before, after


def _field(subject: str, name: str) -> Any:
    try:
        return apps.get_model(subject)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _names(entries: Iterable[AuditEntry]) -> Names:
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for entry in entries:
        for _name, field, *values in _changed(entry):
            if getattr(field, "is_relation", False):
                wanted[field.related_model].update(*(_listed(value) for value in values))
        wanted[Assignment].update([entry.subject_id] if entry.subject == Assignment._meta.label_lower else [])
    # What is still there: a changed assignment names its person, role and area from the row itself.
    rows = {model: model._base_manager.in_bulk(list(keys)) for model, keys in wanted.items() if model is not Assignment}
    held = Assignment._base_manager.select_related("user", "area", "organisation").in_bulk(list(wanted[Assignment]))
    found = {model: {key: str(row) for key, row in by_key.items()} for model, by_key in rows.items()}
    return {**found, Assignment: {key: _role_of(row) for key, row in held.items()}}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _role_of(row: Assignment) -> str:
    place = row.organisation or row.area.name
    return _period(f"{row.user}: {row.get_role_display()}", str(place), row.started_on, row.ended_on)


def _period(role: str, place: str, first: date | None, last: date | None) -> str:
    values = {"role": role, "place": place, "first": _day(first), "last": _day(last)}
    if last:
        return _("%(role)s di %(place)s, mulai %(first)s sampai %(last)s") % values
    return _("%(role)s di %(place)s, mulai %(first)s") % values


def _day(value: date | None) -> str:
    return date_format(value, "j F Y") if value else "–"


def _sentences(entry: AuditEntry, names: Names) -> Iterator[str]:
    whole = entry.subject == Assignment._meta.label_lower
    if whole and (said := _role(entry, names)):
        yield said
    if not whole or entry.verb == "role_change":
        for name, field, before, after in _changed(entry):
            label = capfirst(str(getattr(field, "verbose_name", name)))
            old, new = (_word(field, value, names) for value in (before, after))
            yield f"{label}: {new if before is None else f'{old} → {new}'}"
    for name in entry.details.get("hidden", []):
        label = capfirst(str(getattr(_field(entry.subject, name), "verbose_name", name)))
        yield _("%(field)s: diubah, isinya tidak dicatat") % {"field": label}


def _role(entry: AuditEntry, names: Names) -> str:
    """Return who got or lost which role where and when; of a changed one as it is now."""
    if entry.verb == "role_change":
        return names[Assignment].get(entry.subject_id, "")
    side = 1 if entry.verb == "role_give" else 0
    values = {name: pair[side] for name, pair in entry.details.get("fields", {}).items()}
    words = {name: _word(Assignment._meta.get_field(name), value, names) for name, value in values.items()}
    days = [date.fromisoformat(values[name]) if values.get(name) else None for name in ("started_on", "ended_on")]
    place = words["organisation"] if values.get("organisation") else words.get("area", "–")
    return _period(f"{words.get('user', '–')}: {words.get('role', '–')}", place, *days)


def _word(field: Any, value: Any, names: Names) -> str:
    """Return one value as people read it."""
    if value in (None, "", []):
        return "–"
    if words := field and READINGS.get((field.model._meta.label_lower, field.name)):
        return words(value)
    if getattr(field, "is_relation", False):
        known = names.get(field.related_model, {})
        return ", ".join(known.get(key, str(key)) for key in _listed(value))
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return _day(datetime.fromisoformat(value).date())
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
