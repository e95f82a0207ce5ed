"""What was entered on one screen is kept in the draft; a screen filled in two places is noticed."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Visit
from households.questionnaire import Step, consent
from households.visiting.draft import agreed_draft, open_draft
from slrt.accounts.models import User
from slrt.core import crypto
from slrt.core.errors import StaleVersion


def mark(answers: dict[str, Any], step: Step) -> str:
    """Return a short sign of what a screen's answers are now. A page carries it back, so that a change meanwhile is noticed."""
    own = answers["members"].get(step.member, {}) if step.member else answers["household"]
    values: dict[str, Any] = {}
    for question in step.screen.questions:
        if question.kind == "members":
            ticks = {key: answers["members"][key].get(question.name, "") for key in answers["order"]}
            values[question.name] = {key: tick for key, tick in ticks.items() if tick}
        for name in question.names:
            values[name] = values.get(name) or own.get(name) or ""
    return crypto.blind_index(json.dumps(values, sort_keys=True)).hex()[:16]


@dataclass(frozen=True)
class Seen:
    """What a page knew when it was shown: the mark of its screen, and its own number."""

    step: Step
    mark: str
    page: str


def save_screen(
    visit: Visit,
    *,
    by: User,
    household: dict[str, Any],
    members: dict[str, dict[str, Any]],
    step_id: str,
    complete: bool,
    typed: dict[str, str] | None = None,
    seen: Seen | None = None,
) -> Visit:
    """Keep what was entered on one screen. `complete` False (autosave) keeps it without counting the screen as done.

    `typed` holds texts that are not valid yet; they are shown again and never become answers. With `seen`, raises StaleVersion
    when another page changed the screen meanwhile and the two differ; raises GuardFailed for every screen but the consent while
    the family has not agreed. Then nothing changed.
    """
    with transaction.atomic():
        row = open_draft(visit, by) if step_id == consent.STEP else agreed_draft(visit, by)
        answers = row.answers
        if seen is not None:
            _demand_unchanged(row, seen, household, members)
            answers.setdefault("writers", {})[step_id] = seen.page
        answers["household"].update(household)
        for key, values in members.items():
            answers["members"].setdefault(key, {}).update(values)
            if key not in answers["order"]:
                answers["order"].append(key)
        answers.setdefault("typed", {})[step_id] = typed or {}
        begun = answers.setdefault("begun", [])
        if complete:
            answers.setdefault("asked", {})[step_id] = list(answers["order"])
            answers["saved"] = [*answers["saved"], *([] if step_id in answers["saved"] else [step_id])]
            answers["begun"] = [other for other in begun if other != step_id]
        elif step_id not in begun:
            begun.append(step_id)
        if step_id == consent.STEP and complete:
            answers["consent_version"] = consent.VERSION
        row.answers, row.screen, row.version = answers, step_id, row.version + 1
        row.save()
    return row


def _demand_unchanged(row: Visit, seen: Seen, household: dict[str, Any], members: dict[str, dict[str, Any]]) -> None:
    answers = row.answers
    if seen.mark == mark(answers, seen.step) or answers.get("writers", {}).get(seen.step.id) == seen.page:
        return
    differing = [
        name
        for own, entered in (
            (answers["household"], household),
            *((answers["members"].get(key, {}), values) for key, values in members.items()),
        )
        for name, value in entered.items()
        if (own.get(name) or "") != (value or "")
    ]
    if differing:
        raise StaleVersion(_("Layar ini juga diisi di tempat lain sesudah Anda membukanya."), current=row)
