"""What the fields of a screen are filled with: earlier answers, the search before the visit, what a NIK tells."""

from datetime import date
from typing import Any

from django.http import QueryDict

from households.choices.person import Relation
from households.codebook.variable import UNKNOWN, bits_of
from households.forms.visit.kinds import SUFFIX, kind_of
from households.questionnaire.flow import Step
from households.questionnaire.structure import Answers, Question
from households.validators import birth_dates_of, clean_digits
from slrt.core import clock


def initial_of(step: Step, answers: Answers, own: Answers) -> dict[str, Any]:
    """Return the values that the fields of a screen begin with; `own` are the answers of its member or of the household."""
    values = dict(own)
    first = step.member is not None and (answers["order"][:1] or [step.member]) == [step.member]
    if first:
        values = {**answers.get("first", {}), **values}
        values["relation"] = values.get("relation") or Relation.HEAD
    for name in ("birth_date", "tanggal_wawancara"):
        if values.get(name) and values[name] != UNKNOWN:
            values[name] = f"{date.fromisoformat(values[name]):%d/%m/%Y}"
    if not values.get("birth_date"):
        values.update({name: value for name, value in _told_by(values.get("nik")).items() if not values.get(name)})
    for question in step.screen.questions:
        _spread(question, answers, own, values)
    values.update(answers.get("typed", {}).get(step.id, {}))
    return values


def _spread(question: Question, answers: Answers, own: Answers, values: dict[str, Any]) -> None:
    """Turn an answer kept as one code, or under several names, into the boxes it is ticked by."""
    name, kind = question.name, kind_of(question)
    if question.kind == "members":
        said = {key: answers["members"][key].get(name) for key in answers["order"]}
        values[name] = [key for key, tick in said.items() if tick == "1"]
        values[name] += [UNKNOWN] if UNKNOWN in said.values() else []
    elif kind == "owned":
        values[name] = [part for part in question.parts if own.get(part) == "1"]
        values[name] += [UNKNOWN] if UNKNOWN in [own.get(part) for part in question.parts] else []
    elif kind in ("set", "bitmask") and values.get(name) == UNKNOWN:
        values[name] = [UNKNOWN]
    elif kind == "bitmask" and values.get(name):
        values[name] = bits_of(values[name])
    elif kind == "cards" and isinstance(values.get(name), list):
        values[name] = "\n".join(row["nomor_kk"] for row in values[name])


def with_dates_of_nik(step: Step, data: QueryDict | None) -> QueryDict | None:
    """Return what was sent, with birth date and sex from the NIK when a page without script left the date empty."""
    if data is None or step.screen.key != "person" or data.get("birth_date") or data.get(f"birth_date{SUFFIX}"):
        return data
    told = _told_by(clean_digits(data.get("nik")))
    if not told:
        return data
    filled = data.copy()
    filled["birth_date"] = told["birth_date"]
    if not filled.get("sex"):
        filled["sex"] = told["sex"]
    return filled


def _told_by(nik: Any) -> dict[str, str]:
    """Return birth date (as typed) and sex that a NIK tells; a thing less to type, still to be confirmed by the card."""
    number = str(nik or "")
    if len(number) != 16 or not number.isdecimal():
        return {}
    dates = [day for day in birth_dates_of(number) if day <= clock.today()]
    return {"birth_date": f"{dates[-1]:%d/%m/%Y}", "sex": "2" if int(number[6:8]) > 40 else "1"} if dates else {}
