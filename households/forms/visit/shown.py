"""A question as the page of its screen draws it."""

from dataclasses import dataclass
from typing import Any

from django import forms

from households.codebook.variable import UNKNOWN
from households.forms.visit.kinds import SINGLE, SUFFIX, TYPED, kind_of, may_be_unknown
from households.questionnaire.reasons import WHY
from households.questionnaire.structure import Question


@dataclass(frozen=True)
class Shown:
    """A question as the page draws it. `group`: several boxes under one legend; `short`: they fit beside each other."""

    field: forms.BoundField
    question: Question
    why: Any
    group: bool
    short: bool
    buttons: bool
    unknown: str = ""
    unknown_ticked: bool = False
    value: str = ""

    @property
    def shown_if(self) -> str:
        """The rule for the page's script: field and codes."""
        rule = self.question.shown_if
        return f"{rule[0]}:{','.join(rule[1])}" if rule else ""


def drawn(form: forms.Form, question: Question, *, leads_on: bool) -> Shown:
    """Return a question of a screen's form. `leads_on`: a choice is answered by a button that goes on at once."""
    field, kind = form[question.name], kind_of(question)
    value = field.value()
    typed = kind in TYPED and may_be_unknown(question)
    ticked = bool(form.data.get(question.name + SUFFIX)) if form.is_bound else value == UNKNOWN
    if typed and ticked and value == UNKNOWN:
        field.initial = ""
    single = kind in (*SINGLE, "choice", "boolean") and kind != "no_nik"
    return Shown(
        field=field,
        question=question,
        why=question.why or WHY[question.name],
        group=single or kind in ("set", "bitmask", "members", "owned"),
        short=kind in ("boolean", "yes_no"),
        buttons=leads_on and single and question.shown_if is None,
        unknown=question.name + SUFFIX if typed else "",
        unknown_ticked=typed and ticked,
        value=str(value or ""),
    )
