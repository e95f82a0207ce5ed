"""The home visit's questions as data: sections, short screens, skip rules. Forms and pages are made from this.

Where to change what:

    bdt2015         the screens of code book BDT 2015     regsosek2022k   those of Regsosek 2022-K
    common          what both ask                         rules           whom a question concerns, when it is put
    flow            what comes next, what is done         reasons         why each question is asked
    consent         what the family is told first         structure       what a question, a screen, a section is
    books           which questionnaire a visit has
"""

from households.questionnaire.books import QUESTIONNAIRES, questionnaire_of
from households.questionnaire.flow import (
    Step,
    find_step,
    head_count,
    is_done,
    is_known,
    next_step,
    progress,
    relevant_answers,
    steps,
    waiting,
)
from households.questionnaire.structure import Question, Questionnaire, Screen, Section

__all__ = [
    "QUESTIONNAIRES",
    "Question",
    "Questionnaire",
    "Screen",
    "Section",
    "Step",
    "find_step",
    "head_count",
    "is_done",
    "is_known",
    "next_step",
    "progress",
    "questionnaire_of",
    "relevant_answers",
    "steps",
    "waiting",
]
