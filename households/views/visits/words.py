"""The answers of a visit in words."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.codebook.variable import UNKNOWN
from households.forms.visit.kinds import FIXED, kind_of, label_of, variable_of
from households.models import Visit
from households.questionnaire import progress, steps
from households.questionnaire.flow import Step, asked
from households.questionnaire.structure import Question
from households.views.visits.addresses import screen_url
from slrt.core import clock, crypto
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import tanggal


def said(visit: Visit) -> list[dict[str, Any]]:
    """Return the answers in words by section; what was not asked is not shown."""
    answers, today = visit.answers, clock.today()
    sections: dict[str, dict[str, Any]] = {}
    for task in progress(answers, today):
        sections[task["key"]] = {"title": task["title"], "rows": []}
    for step in steps(answers, today):
        if step.screen.optional and step.id not in answers["saved"] and step.screen.section == "more":
            continue
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        who = own.get("name", "") if step.member else ""
        for question in asked(step.screen, answers, step.member, today):
            if kind_of(question) == "paper" or not question.is_shown(own):
                continue
            if kind_of(question) == "no_nik" and own.get("nik"):
                continue
            value, url = value_of(question, own, answers), screen_url(visit, step) + "?ke=periksa"
            sections[step.screen.section]["rows"].append(
                {"who": who, "label": label_of(question), "value": value, "url": url}
            )
    return list(sections.values())


def value_of(question: Question, own: dict[str, Any], answers: dict[str, Any]) -> str:
    """Return an answer in words."""
    kind = kind_of(question)
    if kind == "members":
        return _people(question, answers)
    if kind == "owned":
        said = [own.get(name) for name in question.parts]
        names = [str(label) for name, label in question.parts.items() if own.get(name) == "1"]
        return ", ".join(names) or (
            _("Tidak tahu") if UNKNOWN in said else _("Tidak ada") if any(said) else _("Tidak diisi")
        )
    value: Any = own.get(question.name, "")
    if value == UNKNOWN:
        return _("Tidak tahu")
    if value in (None, "", []):
        return _("Tidak ada") if value == [] else _("Tidak diisi")
    if kind == "consent":
        return _("Setuju")
    if kind == "cards":
        return ", ".join(crypto.mask(row["nomor_kk"]) for row in value)
    if kind == "digits":
        return crypto.mask(str(value))
    if kind in FIXED:
        return str(dict(FIXED[kind].choices).get(value, value))
    if kind == "date":
        return tanggal(date.fromisoformat(str(value)))
    if kind == "yes_no":
        return _("Ya") if value == "1" else _("Tidak")
    found = variable_of(question)
    return masked(found.say(value) if found else str(value))


def _people(question: Question, answers: dict[str, Any]) -> str:
    said = {key: answers["members"][key].get(question.name) for key in answers["order"]}
    names = [answers["members"][key].get("name", "") for key, tick in said.items() if tick == "1"]
    if names:
        return ", ".join(names)
    return _("Tidak tahu") if UNKNOWN in said.values() else _("Tidak ada") if any(said.values()) else _("Tidak diisi")


def differing(
    step: Step, answers: dict[str, Any], household: dict[str, Any], members: dict[str, dict[str, Any]]
) -> list[dict[str, str]]:
    """Return what this page and the stored draft say differently, in words."""
    stored = answers["members"].get(step.member or "", {}) if step.member else answers["household"]
    entered = members.get(step.member or "", {}) if step.member else household
    rows = []
    for question in step.screen.questions:
        if question.kind == "members":
            theirs = {k: {**answers["members"][k]} for k in answers["order"]}
            mine = {k: {**theirs[k], **members.get(k, {})} for k in answers["order"]}
            pair = [value_of(question, {}, {**answers, "members": side}) for side in (mine, theirs)]
        else:
            pair = [value_of(question, side, answers) for side in ({**stored, **entered}, stored)]
        if pair[0] != pair[1]:
            rows.append({"label": str(label_of(question)), "mine": pair[0], "stored": pair[1]})
    return rows
