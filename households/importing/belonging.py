"""What a run writes or leads to beside people, families and households, as the apps that own it say; taken back with the run."""

from django.db import models

# Models of apps above that a kind of file writes: kind -> models with a version and a row history (see `also_takes_back`).
ALSO: dict[str, tuple[type[models.Model], ...]] = {}

# Rows that jobs derive from what a run made: they go with it, and jobs make them anew. (model, column)
DERIVED: list[tuple[str, str]] = [("households.personkeys", "person_id")]
DERIVED.append(("households.familydigest", "family_id"))
DERIVED += [("households.duplicatecandidate", column) for column in ("first_id", "second_id")]


def forgets(model: str, column: str) -> None:
    """Let an app above name derived rows (`app.model`, column) that point at a person (`person_id`) or a family (`family_id`)."""
    DERIVED.append((model, column))


def also_takes_back(kind: str, *others: type[models.Model]) -> None:
    """Let an app above say which of its models a kind of file writes."""
    ALSO[kind] = others
