"""The transition engine: the only door through which a row with a life cycle changes its state.

Each app's `workflow` has a `Workflow` for each row with a life cycle: a table of `Transition`s. `apply` takes a step in one
transaction: lock the row, compare the version the person saw, check source state, permission and guards, write state and
stamps, write the audit entry. Buttons come from `available`, so button, page and rule cannot disagree.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed, denied
from slrt.core.numbers import masked

# Looks at the locked row and what the person entered; raises GuardFailed(field, sentence) when the step may not be taken.
Guard = Callable[[Any, dict[str, Any]], None]
# Looks at the row and the person beyond the permission (own data, own case); returns a Decision.
Condition = Callable[[Any, User], Decision]
# Does what belongs to the step in the same transaction, after the state was set and before the row is saved.
Effect = Callable[[Any, "Step"], None]


@dataclass(frozen=True)
class Transition:
    """One allowed move. `target` None keeps the state (a step that only records something).

    `returns_to` names what on the row (a column, a property) holds the state it goes to, such as the one it came from; `target`
    is where it goes when that is empty.
    """

    name: str
    sources: frozenset[str]
    target: str | None
    permission: str
    label: Any
    tone: str = "neutral"
    needs_note: bool = False
    guards: tuple[Guard, ...] = ()
    condition: Condition | None = None
    effect: Effect | None = None
    # Fields of the row that the step takes from what the person entered.
    writes: tuple[str, ...] = ()
    returns_to: str = ""
    # Keys of the entered data that may stand in the audit entry (codes, dates, never names or numbers of persons).
    tells: tuple[str, ...] = ()
    done: Any = ""
    # The step as a story tells it afterwards, where the words of its button would not read well before "oleh".
    told: Any = ""

    def leads_to(self, row: Any) -> str | None:
        """Return the state the row will be in, None when it stays in its own."""
        return (getattr(row, self.returns_to) if self.returns_to else "") or self.target


@dataclass(frozen=True)
class Step:
    """What is known while a step is taken."""

    transition: Transition
    by: User | None
    at: datetime
    note: str
    data: dict[str, Any]
    from_state: str
    in_name_of: User | None = None


@dataclass(frozen=True)
class Option:
    """A step as a button: possible now, or shown with the reason why not."""

    transition: Transition
    decision: Decision

    @property
    def name(self) -> str:
        return self.transition.name


@dataclass(frozen=True)
class Workflow:
    """The table of a model's transitions. `initial` is the state of a new row, `final` those where nothing waits."""

    name: str
    model: str
    states: Any
    transitions: tuple[Transition, ...]
    initial: str
    final: frozenset[str]
    state_field: str = "state"
    by_name: dict[str, Transition] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        known: set[str | None] = {None, *self.states.values}
        for transition in self.transitions:
            if transition.name in self.by_name:
                raise ValueError(f"{self.name}: two transitions named {transition.name}")
            unknown = {*transition.sources, transition.target} - known
            if unknown:
                raise ValueError(f"{self.name}.{transition.name}: unknown states {unknown}")
            self.by_name[transition.name] = transition
        WORKFLOWS[self.model] = self

    def leaving(self, state: str) -> Iterable[Transition]:
        """Return the transitions that leave a state, in table order."""
        return (t for t in self.transitions if state in t.sources)


WORKFLOWS: dict[str, Workflow] = {}


def workflow_of(obj: models.Model) -> Workflow:
    """Return the workflow of a row's model; raise KeyError when it has none."""
    return WORKFLOWS[obj._meta.label_lower]


def decide(transition: Transition, obj: Any, user: User) -> Decision:
    """Whether a person may take a step on a row in its present state; the reason when not."""
    flow = workflow_of(obj)
    if getattr(obj, flow.state_field) not in transition.sources:
        return denied(_wrong_state(flow, obj, transition))
    if not transition.permission:
        return denied(_("Langkah ini dilakukan oleh program, bukan oleh orang."))
    decision = may(user, transition.permission, obj)
    if decision and transition.condition is not None:
        decision = transition.condition(obj, user)
    return decision


def available(obj: Any, user: User) -> list[Option]:
    """Return every step for people that leaves the row's state, each with whether this person may take it."""
    flow = workflow_of(obj)
    steps = (t for t in flow.leaving(getattr(obj, flow.state_field)) if t.permission)
    return [Option(t, decide(t, obj, user)) for t in steps]


def _wrong_state(flow: Workflow, obj: Any, transition: Transition) -> str:
    state = flow.states(getattr(obj, flow.state_field)).label
    return _('Langkah "%(step)s" tidak bisa dilakukan: statusnya sekarang "%(state)s".') % {
        "step": transition.label,
        "state": state,
    }


def apply(
    name: str,
    obj: Any,
    *,
    by: User | None,
    note: str = "",
    version: int | None = None,
    at: datetime | None = None,
    in_name_of: User | None = None,
    **data: Any,
) -> Any:
    """Take a step and return the row as it now stands.

    `by` None is the program itself and may only take steps whose permission is empty. `version` is the one the person
    saw. `in_name_of`: whose permission it is, where `by` decides about somebody else's work; the trail names both.
    Raises TransitionNotAllowed, NotPermitted, StaleVersion or GuardFailed; then nothing was changed.
    """
    flow = workflow_of(obj)
    transition = flow.by_name[name]
    with transaction.atomic():
        row = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
        step = Step(
            transition, by, at or clock.now(), masked(note.strip()), data, getattr(row, flow.state_field), in_name_of
        )
        _check(flow, row, step, version)
        for column in transition.writes:
            if column in data:
                setattr(row, column, data[column])
        target = transition.leads_to(row)
        if target is not None:
            setattr(row, flow.state_field, target)
            if hasattr(row, "state_since"):
                row.state_since = step.at
        row.version += 1
        if transition.effect is not None:
            transition.effect(row, step)
        row.save()
        trail.write(
            name,
            row,
            by=by,
            from_state=step.from_state,
            to_state=getattr(row, flow.state_field),
            note=step.note,
            at=step.at,
            **_told(step),
        )
    return row


def _check(flow: Workflow, row: Any, step: Step, version: int | None) -> None:
    transition = step.transition
    if version is not None and version != row.version:
        raise StaleVersion(
            _("Data ini sudah diubah orang lain sejak Anda membukanya. Periksa isinya, lalu ulangi."), current=row
        )
    if step.from_state not in transition.sources:
        raise TransitionNotAllowed(_wrong_state(flow, row, transition))
    if step.by is not None:
        _demand(decide(transition, row, step.in_name_of or step.by))
    elif transition.permission:
        _demand(denied(_("Langkah ini harus dilakukan oleh orang, bukan oleh program.")))
    if transition.needs_note and not step.note:
        raise GuardFailed("note", _("Catatan wajib diisi untuk langkah ini."))
    for guard in transition.guards:
        guard(row, step.data)


def _demand(decision: Decision) -> None:
    if not decision:
        raise NotPermitted(decision.reason)


def _told(step: Step) -> dict[str, Any]:
    """What the trail keeps of a step besides its states and its note."""
    told = {key: _plain(step.data[key]) for key in step.transition.tells if key in step.data}
    return told | ({"in_name_of": step.in_name_of.pk} if step.in_name_of else {})


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, str | int | float | bool | type(None)):
        return value
    return str(value)


def create(
    obj: Any,
    *,
    by: User,
    permission: str,
    note: str = "",
    verb: str = "create",
    at: datetime | None = None,
    then: Callable[[Any], None] | None = None,
    **details: Any,
) -> Any:
    """Save a new row in its first state and open its trail, in one transaction; `then` adds what belongs to the row.

    Raises NotPermitted when the person may not make such a row at its place.
    """
    flow = WORKFLOWS.get(obj._meta.label_lower)
    _demand(may(by, permission, obj))
    with transaction.atomic():
        obj.save(force_insert=True)
        trail.write(
            verb,
            obj,
            by=by,
            to_state=getattr(obj, flow.state_field) if flow else "",
            note=note.strip(),
            at=at,
            **details,
        )
        if then is not None:
            then(obj)
    return obj


__all__ = [
    "ALLOWED",
    "WORKFLOWS",
    "Option",
    "Step",
    "Transition",
    "Workflow",
    "apply",
    "available",
    "create",
    "decide",
    "workflow_of",
]
