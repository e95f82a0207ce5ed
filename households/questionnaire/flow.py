"""Which screens a visit has, given its answers; where one goes next; what is done. The counter and the screens cannot disagree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.questionnaire.structure import BY_KEY, SCREENS, SECTIONS, TICKS, Answers, Question, Screen, age


@dataclass(frozen=True)
class Step:
    """A screen, for one member when it is a per-member screen."""

    screen: Screen
    member: str | None = None

    @property
    def id(self) -> str:
        return f"{self.screen.key}:{self.member}" if self.member else self.screen.key


def empty_answers() -> Answers:
    """Return the answers of a visit that has just begun."""
    return {"household": {}, "members": {}, "order": [], "saved": []}


def asked(screen: Screen, answers: Answers, member: str | None, today: date) -> list[Question]:
    """Return the questions of a screen that are put now."""
    own = answers["members"].get(member, {}) if member else {}
    return [question for question in screen.questions if question.is_asked(answers, own, today)]


def steps(answers: Answers, today: date) -> list[Step]:
    """Return every screen that will be shown, in order. Screens without a question to ask are left out."""
    return list(_steps(answers, today))


def _steps(answers: Answers, today: date) -> Iterator[Step]:
    for section in SECTIONS:
        screens = [screen for screen in SCREENS if screen.section == section.key]
        for screen in screens:
            if not screen.per_member and asked(screen, answers, None, today):
                yield Step(screen)
        for member in answers["order"]:
            for screen in screens:
                if screen.per_member and asked(screen, answers, member, today):
                    yield Step(screen, member)


def find_step(key: str, member: str | None) -> Step | None:
    """Return the step of an address, or None when there is no such screen."""
    screen = BY_KEY.get(key)
    return None if screen is None or screen.per_member != bool(member) else Step(screen, member or None)


def next_step(answers: Answers, after: Step, today: date) -> Step | None:
    """Return the step that follows within the section; None when the section is through."""
    flow = [step for step in steps(answers, today) if step.screen.section == after.screen.section]
    ids = [step.id for step in flow]
    if after.id in ids:
        position = ids.index(after.id) + 1
        return flow[position] if position < len(flow) else None
    return next((step for step in flow if step.id not in answers["saved"]), None)


def progress(answers: Answers, today: date) -> list[dict[str, Any]]:
    """Return the task list: per section its title, screens saved and to show, and the first that waits."""
    flow = steps(answers, today)
    found = []
    for section in SECTIONS:
        own = [step for step in flow if step.screen.section == section.key]
        waiting = [step for step in own if step.id not in answers["saved"]]
        done = not waiting and (bool(own) and (section.key != "members" or bool(answers["order"])))
        found.append(
            {
                "key": section.key,
                "title": section.title,
                "saved": len(own) - len(waiting),
                "total": len(own),
                "done": done,
                "first": next(iter(waiting or own), None),
            }
        )
    return found


def relevant_answers(answers: Answers, today: date) -> tuple[Answers, dict[str, Answers]]:
    """Return household and member answers as they will be kept: skipped questions left out, ticks turned into codes."""
    household: Answers = {}
    members: dict[str, Answers] = {key: {} for key in answers["order"]}
    for step in steps(answers, today):
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        kept = members[step.member] if step.member else household
        for question in asked(step.screen, answers, step.member, today):
            if question.kind == "members":
                for key in answers["order"]:
                    if question.whom and question.whom(answers["members"][key], today):
                        members[key][question.name] = answers["members"][key].get(question.name, "2")
            elif own.get(question.name) not in (None, ""):
                kept[question.name] = own[question.name]
    for key, kept in members.items():
        _codes_of_ticks(kept, age(answers["members"][key], today))
    return household, members


def _codes_of_ticks(kept: Answers, years: int | None) -> None:
    ticks = {name: kept.pop(name) for name in TICKS if name in kept and name not in ("hamil", "bekerja")}
    if ticks.get("ada_disabilitas") == "2":
        kept["disabilitas"] = "00"
    if ticks.get("ada_penyakit") == "2":
        kept["penyakit"] = "0"
    if "masih_sekolah" in ticks:
        kept["sekolah"] = "1" if ticks["masih_sekolah"] == "1" else "0" if ticks.get("belum_sekolah") == "1" else "2"
