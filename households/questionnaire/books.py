"""The questionnaire of each code book, and the one that a visit is made with."""

from households.questionnaire.bdt2015 import BDT2015
from households.questionnaire.regsosek2022k import REGSOSEK2022K
from households.questionnaire.structure import Answers, Questionnaire

QUESTIONNAIRES: dict[str, Questionnaire] = {made.book: made for made in (BDT2015, REGSOSEK2022K)}
DEFAULT = BDT2015.book


def questionnaire_of(answers: Answers) -> Questionnaire:
    """Return what is asked on the visit with these answers; drafts of before the choice are BDT 2015."""
    return QUESTIONNAIRES[answers.get("book", DEFAULT)]
