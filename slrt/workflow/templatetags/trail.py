"""Lines of the trail in words: the step, the row it was taken on, and the states it led from and to."""

from collections.abc import Iterable

from django import template
from django.apps import apps
from django.utils.text import capfirst

from slrt.accounts.models import User
from slrt.audit.models import AuditEntry
from slrt.audit.principals import principals
from slrt.workflow import differences, outgoing, sentences

register = template.Library()


@register.filter
def step(entry: AuditEntry) -> str:
    """The step as its button says it, or the verb itself."""
    return sentences.verb(entry)


@register.filter
def subject(entry: AuditEntry) -> str:
    """What the row is, in words, with its number; the stored name of a kind of row that is no more."""
    try:
        kind = capfirst(str(apps.get_model(entry.subject)._meta.verbose_name))
    except (LookupError, ValueError):
        kind = entry.subject
    return f"{kind} {entry.subject_id}" if entry.subject_id else kind


@register.filter
def states(entry: AuditEntry) -> str:
    """From which state to which, in words; nothing when no state changed."""
    if not entry.to_state:
        return ""
    left, reached = (sentences.state(entry, code) if code else "–" for code in (entry.from_state, entry.to_state))
    return f"{left} → {reached}"


@register.filter
def in_full(entries: Iterable[AuditEntry]) -> list[tuple[AuditEntry, User | None, list[str]]]:
    """Each line with in whose name it was done, and in sentences what changed in the administration, or what left and why."""
    lines = list(entries)
    names = principals(lines)
    changed = zip(lines, differences.told(lines), strict=True)
    return [(line, names.get(line.pk), [*outgoing.told(line), *said]) for line, said in changed]
