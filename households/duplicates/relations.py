"""Every reference to a person, a family or a household, and what a merge does with it.

Each app names its own when it starts: `declare("programs.enrolment", "person", MOVES)`. A reference that nobody named fails
tests/duplicates/test_relations.py, because a merge would leave its rows with an entry that nobody sees any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pghistory.models
from django.apps import apps
from django.db.models import Q

# The rows follow to the entry that stays; the rows stay (say why); `merging` itself does it, with its own rules.
MOVES, STAYS, BY_HAND = "moves", "stays", "by_hand"


@dataclass(frozen=True)
class Relation:
    """One foreign key. `taken`: rows that would meet one like it at the entry that stays (same values there) stay behind.

    `identity` is the column that tells the rows apart when the reference is part of their primary key.
    """

    model: str
    column: str
    how: str
    why: str = ""
    taken: tuple[str, ...] = ()
    taken_among: Q = field(default_factory=Q)
    identity: str = "pk"

    @property
    def name(self) -> str:
        """As the audit trail and the undo call it."""
        return f"{self.model}.{self.column}"

    @property
    def rows(self) -> Any:
        """All rows of the referring table."""
        return apps.get_model(self.model)._base_manager.all()

    @property
    def target(self) -> Any:
        """The model that is referred to."""
        return apps.get_model(self.model)._meta.get_field(self.column).related_model


_declared: dict[str, Relation] = {}


def declare(model: str, column: str, how: str, why: str = "", **more: Any) -> None:
    """Name a reference (`app.model` in lower case). Raises ValueError for a second, different word on the same one."""
    relation = Relation(model, column, how, why, **more)
    if how == STAYS and not why:
        raise ValueError(f"{relation.name} stays: say why.")
    if _declared.setdefault(relation.name, relation) != relation:
        raise ValueError(f"{relation.name} is declared twice.")


def to(target: Any) -> list[Relation]:
    """Return the declared references to a model, in the order of their names."""
    return [relation for _name, relation in sorted(_declared.items()) if relation.target is target]


def undeclared(target: Any) -> list[str]:
    """Return the references to a model that nobody named. Events of the row history are past and need no name."""
    return [name for name in _references(target) if name not in _declared]


def _references(target: Any) -> Iterator[str]:
    for found in target._meta.get_fields(include_hidden=True):
        if not found.auto_created or found.concrete or issubclass(found.related_model, pghistory.models.Event):
            continue
        yield f"{found.related_model._meta.label_lower}.{found.field.name}"


_DERIVED = "derived by the search, which looks again at the entry that stays"
_HISTORY = "tells of this very merge or of another"
for _model, _field in (
    *(("household", "head"), ("family", "head"), ("membership", "person"), ("membership", "family")),
    ("family", "household"),
):
    declare(f"households.{_model}", _field, BY_HAND)
for _model, _field in (("personkeys", "person"), ("duplicatecandidate", "first"), ("duplicatecandidate", "second")):
    declare(f"households.{_model}", _field, STAYS, _DERIVED)
declare(
    "households.familydigest",
    "family",
    STAYS,
    "of an extract's rows as this entry stood; dropped when anything is written of it",
)
for _model, _field in (
    *(("merge", "kept"), ("merge", "gone"), ("merge", "family")),
    *(("formernik", "person"), ("formerentry", "person")),
    *(("person", "merged_into"), ("family", "merged_into"), ("household", "merged_into")),
):
    declare(f"households.{_model}", _field, STAYS, _HISTORY)
declare("households.personanswers", "person", MOVES, taken=("round_id",), identity="round_id")
declare("households.formerfamilycard", "family", MOVES)
declare("households.decilerecord", "family", MOVES, taken=("period", "source"))
declare("households.registration", "family", MOVES)
declare("households.registration", "other_family", MOVES)
declare("households.visit", "family", MOVES)
declare("households.surveyround", "household", MOVES)
for _model, _field in (
    *(("registryevent", "family"), ("registryevent", "other_family"), ("objection", "family"), ("nikcheck", "person")),
    *(("photo", "family"), ("photo", "household"), ("photo", "person")),
):
    declare(f"households.{_model}", _field, MOVES)
declare(
    "households.civiltask", "person", STAYS, "is about the entry without NIK; the one that stays has a way of its own"
)
