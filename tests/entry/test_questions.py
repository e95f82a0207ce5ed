"""Every question says why it is asked, allows "not known", and together they are the code book."""

import pytest

from households.codebook import BOOKS
from households.forms.visit import NEVER_UNKNOWN, ScreenForm, kind_of, may_be_unknown
from households.questionnaire import SCREENS
from households.questionnaire.flow import Step, empty_answers
from households.questionnaire.reasons import WHY
from households.questionnaire.structure import OWNED, REGISTRY_VARIABLES

QUESTIONS = [(screen, question) for screen in SCREENS for question in screen.questions]
# Variables that nobody asks on a visit: found out otherwise, or written from other answers.
NOT_ASKED = {
    **{"kondisi": "", "sekolah": "from who goes to school", "status_art_usaha": "from who has a business"},
    **{"usaha": "from the businesses of the members", "flag_pemadanan": "the match with Dukcapil"},
    **{"sembako": "import", "pip": "import"},
}


@pytest.mark.parametrize(("screen", "question"), QUESTIONS, ids=[question.name for _screen, question in QUESTIONS])
def test_every_question_has_a_reason_and_allows_not_known(screen, question):
    assert str(WHY[question.name])
    answers = {**empty_answers(), "order": ["m1"]}
    answers["members"]["m1"] = {"name": "Rosna", "birth_date": "1985-06-05", "sex": "2", "marital": "2"}
    form = ScreenForm(None, step=Step(screen, "m1" if screen.per_member else None), answers=answers)
    form.fields[question.name] = form._field(question)
    form.questions = [question]
    shown = form.shown[0]
    if question.name in NEVER_UNKNOWN:
        assert not may_be_unknown(question)
        return
    codes = [str(code) for code, _word in getattr(form.fields[question.name], "choices", [])]
    assert shown.unknown or "?" in codes, f"{question.name} ({kind_of(question)}) can not be 'not known'"


def test_every_variable_of_bdt_is_asked_or_known_otherwise():
    names = {question.name for _screen, question in QUESTIONS} | set(OWNED)
    asked = names | set(REGISTRY_VARIABLES.values())
    assert set(BOOKS["bdt2015"]) - asked - set(NOT_ASKED) == set()


def test_no_reason_is_left_over():
    assert set(WHY) == {question.name for _screen, question in QUESTIONS}


def test_a_screen_is_a_small_group():
    assert max(len(screen.questions) for screen in SCREENS) <= 6
