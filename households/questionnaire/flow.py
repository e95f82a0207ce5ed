"""Which screens a visit has, given its answers; where one goes next; what is done. The counter and the screens cannot disagree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.codebook import ASKED, BOOKS
from households.codebook.beside import TAG, VERSION
from households.codebook.variable import UNKNOWN
from households.questionnaire.books import DEFAULT, questionnaire_of
from households.questionnaire.common import REGISTRY_VARIABLES
from households.questionnaire.structure import Answers, Question, Screen


@dataclass(frozen=True)
class Step:
    """A screen, for one member when it is a per-member screen."""

    screen: Screen
    member: str | None = None

    @property
    def id(self) -> str:
        return f"{self.screen.key}:{self.member}" if self.member else self.screen.key


def empty_answers(book: str = DEFAULT) -> Answers:
    """Return the answers of a visit that has just begun with a code book."""
    return {"book": book, "household": {}, "members": {}, "order": [], "saved": []}


def asked(screen: Screen, answers: Answers, member: str | None, today: date) -> list[Question]:
    """Return the questions of a screen that are put now."""
    own = answers["members"].get(member, {}) if member else {}
    return [question for question in screen.questions if question.is_asked(answers, own, today)]


def steps(answers: Answers, today: date) -> list[Step]:
    """Return every screen that will be shown, in order. Screens without a question to ask are left out."""
    return list(_steps(answers, today))


def is_done(step: Step, answers: Answers, today: date) -> bool:
    """Whether a screen was saved, and put to everybody whom it concerns now: a member added later was not asked yet."""
    if step.id not in answers["saved"]:
        return False
    put = answers.get("asked", {}).get(step.id)
    return put is None or concerned(step.screen, answers, today) <= set(put)


def is_known(step: Step, answers: Answers) -> bool:
    """Whether a screen holds what was known before this visit, and nobody has looked at it with the family yet."""
    if "versions" not in answers or step.id in (*answers["saved"], *answers.get("begun", [])):
        return False
    if step.screen.per_member and step.member not in answers["versions"].get("members", ()):
        return False
    if step.screen.per_member:
        sources = [answers["members"].get(step.member or "", {})]
    else:
        sources = [answers["household"], *(answers["members"][key] for key in answers["order"])]
    names = [name for question in step.screen.questions for name in question.names]
    return any(source.get(name) not in (None, "") for source in sources for name in names)


def concerned(screen: Screen, answers: Answers, today: date) -> set[str]:
    """Return the members about whom a screen asks by ticks."""
    return {
        key
        for question in screen.questions
        if question.kind == "members" and question.whom
        for key in answers["order"]
        if question.whom(answers["members"][key], today)
    }


def waiting(answers: Answers, today: date) -> list[Step]:
    """Return the screens that keep the visit from being sent: not saved, and not optional unless begun."""
    begun = answers.get("begun", [])
    return [
        step
        for step in steps(answers, today)
        if not is_done(step, answers, today) and (not step.screen.optional or step.id in begun)
    ]


def _steps(answers: Answers, today: date) -> Iterator[Step]:
    asked_with = questionnaire_of(answers)
    for section in asked_with.sections:
        screens = [screen for screen in asked_with.screens if screen.section == section.key]
        for screen in screens:
            if not screen.per_member and asked(screen, answers, None, today):
                yield Step(screen)
        for member in answers["order"]:
            for screen in screens:
                if screen.per_member and asked(screen, answers, member, today):
                    yield Step(screen, member)


def find_step(answers: Answers, key: str, member: str | None) -> Step | None:
    """Return the step of an address, or None when the visit's code book has no such screen."""
    screen = questionnaire_of(answers).by_key.get(key)
    return None if screen is None or screen.per_member != bool(member) else Step(screen, member or None)


def next_step(answers: Answers, after: Step, today: date) -> Step | None:
    """Return the step that follows within the section; None when the section is through."""
    flow = [step for step in steps(answers, today) if step.screen.section == after.screen.section]
    ids = [step.id for step in flow]
    if after.id in ids:
        position = ids.index(after.id) + 1
        return flow[position] if position < len(flow) else None
    return next((step for step in flow if not is_done(step, answers, today)), None)


def progress(answers: Answers, today: date) -> list[dict[str, Any]]:
    """Return the task list: per section its title, screens saved, known before and to show, and the first that waits."""
    flow = steps(answers, today)
    found = []
    for section in questionnaire_of(answers).sections:
        own = [step for step in flow if step.screen.section == section.key]
        open_ones = [step for step in own if not is_done(step, answers, today)]
        done = not open_ones and (bool(own) and (section.key != "members" or bool(answers["order"])))
        found.append(
            {
                "key": section.key,
                "title": section.title,
                "saved": len(own) - len(open_ones),
                "known": sum(is_known(step, answers) for step in open_ones),
                "total": len(own),
                "done": done,
                "first": next(iter(open_ones or own), None),
                "optional": bool(own) and all(step.screen.optional for step in own),
            }
        )
    return found


def head_count(answers: Answers) -> int | None:
    """Return how many people there should be, None when nobody said."""
    told = str(answers["household"].get("jumlah_art") or "")
    return int(told) if told.isdecimal() else None


def wants_member(answers: Answers) -> bool:
    """Whether more people should be here than were entered."""
    return len(answers["order"]) < (head_count(answers) or 0)


def relevant_answers(answers: Answers, today: date) -> tuple[Answers, dict[str, Answers]]:
    """Return household and member answers as they will be kept: ticks turned into codes, and only what was asked.

    A question that was skipped, hidden or stands on a screen that was never saved leaves no answer: an empty box that nobody
    saw is not a "no".
    """
    household: Answers = {}
    members: dict[str, Answers] = {key: {} for key in answers["order"]}
    for step in steps(answers, today):
        if step.id not in answers["saved"]:
            continue
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        kept = members[step.member] if step.member else household
        for question in asked(step.screen, answers, step.member, today):
            if not question.is_shown(own):
                continue
            if question.kind == "members":
                for key in answers["order"]:
                    said = answers["members"][key].get(question.name)
                    if said and question.whom and question.whom(answers["members"][key], today):
                        members[key][question.name] = said
                continue
            for name in question.names:
                if own.get(name) not in (None, ""):
                    kept[name] = own[name]
    for kept in members.values():
        questionnaire_of(answers).to_codes(kept)
        kept.update({variable: kept[field] for field, variable in REGISTRY_VARIABLES.items() if field in kept})
    _businesses(household, members, answers["order"])
    _tag(questionnaire_of(answers).book, household, members)
    return household, members


def _tag(book: str, household: Answers, members: dict[str, Answers]) -> None:
    """Say under which version anything was asked beside the code book."""
    beside = ASKED[book].keys() - BOOKS[book].keys()
    if any(beside & kept.keys() for kept in (household, *members.values())):
        household[TAG] = VERSION


def _businesses(household: Answers, members: dict[str, Answers], order: list[str]) -> None:
    """The block of businesses: one row for each member who has one, numbered as the members are."""
    told = [kept.pop("punya_usaha", None) for kept in (members[key] for key in order)]
    if any(told):
        household["status_art_usaha"] = "1" if "1" in told else UNKNOWN if UNKNOWN in told else "2"
    rows = []
    for number, key in enumerate(order, start=1):
        row = {
            name.removeprefix("usaha_"): members[key].pop(name)
            for name in list(members[key])
            if name.startswith("usaha_")
        }
        if row:
            rows.append({"art": str(number), **row})
    if rows:
        household["usaha"] = rows
