"""Guards and the short form of a table line that every `workflow.py` uses."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Guard, Transition


def move(name: str, sources: Iterable[str], target: str | None, permission: str, label: Any, **more: Any) -> Transition:
    """Return one line of a transition table."""
    return Transition(name, frozenset(sources), target, permission, label, **more)


def filled(field: str, sentence: Any) -> Guard:
    """Return a guard that refuses the step with a sentence while a field is empty."""

    def guard(row: Any, data: dict[str, Any]) -> None:
        if not data.get(field):
            raise GuardFailed(field, sentence)

    return guard


def not_future(field: str) -> Guard:
    """Return a guard that refuses a date that lies ahead."""

    def guard(row: Any, data: dict[str, Any]) -> None:
        if data.get(field) and data[field] > clock.today():
            raise GuardFailed(field, _("Tanggal ini belum terjadi. Isi tanggal hari ini atau sebelumnya."))

    return guard
