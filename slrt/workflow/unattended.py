"""Steps the program takes by itself, where the table lets it: those whose permission is empty."""

from typing import Any

from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.workflow import engine


def take_if_allowed(name: str, row: Any) -> bool:
    """Take a step for the program; False when the table knows no such step for it, or a guard keeps it back."""
    step = engine.workflow_of(row).by_name.get(name)
    if step is None or step.permission:
        return False
    try:
        engine.apply(name, row, by=None)
    except (TransitionNotAllowed, GuardFailed):
        return False
    return True


def who_is_next(row: Any, unless: tuple[str, ...] = ()) -> str:
    """Return the permission of the first step of a person that leads on from the row's state; empty when none does."""
    flow = engine.workflow_of(row)
    steps = flow.leaving(getattr(row, flow.state_field))
    return next((str(step.permission) for step in steps if step.permission and step.name not in unless), "")
