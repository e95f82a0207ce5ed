"""What is the same for brothers and sisters is taken from the member before."""

from typing import Any

from households.codebook.variable import UNKNOWN
from households.forms.visit.kinds import SUFFIX, TYPED, kind_of
from households.questionnaire.flow import Step


def copied(data: Any, step: Step, answers: dict[str, Any]) -> Any:
    """Return the posted values with those of the member before in their place; nothing is kept until it is saved."""
    order = answers["order"]
    place = order.index(step.member)
    source = answers["members"][order[place - 1]] if place else {}
    filled = data.copy()
    for question in step.screen.questions:
        value = source.get(question.name)
        if question.name not in step.screen.copies or not value:
            continue
        if value == UNKNOWN and kind_of(question) in TYPED:
            filled[question.name + SUFFIX] = "1"
        else:
            filled[question.name] = value
    return filled
