"""The home visit's questions as data: sections, short screens, skip rules. Forms and pages are made from this."""

from households.questionnaire.flow import (
    Step,
    find_step,
    is_done,
    next_step,
    progress,
    relevant_answers,
    steps,
    waiting,
)
from households.questionnaire.structure import SCREENS, SECTIONS, VERSION, Question, Screen, Section

__all__ = [
    "SCREENS",
    "SECTIONS",
    "VERSION",
    "Question",
    "Screen",
    "Section",
    "Step",
    "find_step",
    "is_done",
    "next_step",
    "progress",
    "relevant_answers",
    "steps",
    "waiting",
]
