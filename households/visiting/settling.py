"""Somebody else changed the family meanwhile: the facilitator's choice between both values is kept."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from households.models import Visit
from households.visiting.draft import agreed_draft
from slrt.accounts.models import User


def accept_stored_version(
    visit: Visit, *, by: User, versions: dict[str, Any], stored: Collection[tuple[str, str, Any]] = ()
) -> Visit:
    """Settle a clash: the facilitator saw what changed meanwhile, and the next sending is measured against it.

    `stored` lists (member key or "", field, value) for each value of the registry that is taken over into the draft. An empty
    field stands for the whole member: the answers of one who came into the family, None for one who left it.
    """
    with transaction.atomic():
        row = agreed_draft(visit, by)
        answers = {**row.answers, "versions": versions}
        for key, name, value in stored:
            if name:
                own = answers["members"][key] if key else answers["household"]
                own[name] = value
            elif value is None:
                answers["order"] = [other for other in answers["order"] if other != key]
                answers["removed"] = [*answers.get("removed", []), key]
            else:
                answers["members"][key] = value
                answers["order"] = [*answers["order"], key]
        row.answers = answers
        row.version += 1
        row.save()
    return row
