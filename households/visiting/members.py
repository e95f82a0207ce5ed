"""Members are taken out of a visit and brought back; a new one gets a key."""

from typing import Any

from django.db import transaction

from households.models import Visit
from households.visiting.draft import agreed_draft
from slrt.accounts.models import User


def remove_member(visit: Visit, key: str, *, by: User) -> Visit:
    """Take a member out of the visit; `restore_member` brings them back with everything entered."""
    with transaction.atomic():
        row = agreed_draft(visit, by)
        answers = row.answers
        if key in answers["order"]:
            answers["order"].remove(key)
            answers.setdefault("removed", []).append(key)
        row.answers, row.version = answers, row.version + 1
        row.save()
    return row


def restore_member(visit: Visit, key: str, *, by: User) -> Visit:
    """Undo `remove_member`."""
    with transaction.atomic():
        row = agreed_draft(visit, by)
        answers = row.answers
        if key in answers["members"] and key not in answers["order"]:
            answers["order"].append(key)
            answers["removed"] = [k for k in answers.get("removed", []) if k != key]
        row.answers, row.version = answers, row.version + 1
        row.save()
    return row


def new_member_key(answers: dict[str, Any]) -> str:
    """Return a key for the next new member."""
    taken = [int(key[1:]) for key in answers["members"] if key.startswith("m")]
    return f"m{max(taken, default=0) + 1}"
