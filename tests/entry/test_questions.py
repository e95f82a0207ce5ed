"""Every question says why it is asked, allows "not known", and together they are the code books."""

import pytest

from households.choices.person import MaritalStatus, Relation, Sex
from households.codebook import BOOKS
from households.forms.visit.kinds import NEVER_UNKNOWN, kind_of, may_be_unknown, variable_of
from households.forms.visit.screen import ScreenForm
from households.questionnaire import QUESTIONNAIRES
from households.questionnaire.common import REGISTRY_VARIABLES
from households.questionnaire.flow import Step, empty_answers
from households.questionnaire.reasons import WHY
from programs.selectors import SHARED

QUESTIONS = [
    (book, screen, question)
    for book, made in QUESTIONNAIRES.items()
    for screen in made.screens
    for question in screen.questions
]
# Variables that nobody asks on a visit: found out otherwise, or written from other answers.
_WRITTEN = {
    **{"sekolah": "from who goes to school", "status_art_usaha": "from who has a business"},
    "usaha": "from the businesses of the members",
}
NOT_ASKED = {
    "bdt2015": {**_WRITTEN, "flag_pemadanan": "the match with Dukcapil", "sembako": "import", "pip": "import"},
    "regsosek2022k": _WRITTEN,
}


@pytest.mark.parametrize(
    ("book", "screen", "question"), QUESTIONS, ids=[f"{book}-{question.name}" for book, _screen, question in QUESTIONS]
)
def test_every_question_has_a_reason_and_allows_not_known(book, screen, question):
    assert str(WHY[question.name])
    answers = {**empty_answers(book), "order": ["m1"]}
    answers["members"]["m1"] = {"name": "Rosna", "birth_date": "1985-06-05", "sex": "2", "marital": "2"}
    form = ScreenForm(None, step=Step(screen, "m1" if screen.per_member else None), answers=answers)
    form.fields[question.name] = form._field(question)
    form.questions = [question]
    shown = form.shown[0]
    if question.name in NEVER_UNKNOWN:
        assert not may_be_unknown(question)
        return
    codes = [str(code) for code, _word in getattr(form.fields[question.name], "choices", [])]
    variable = variable_of(question)
    own = variable.not_known if variable else ""
    assert shown.unknown or (own or "?") in codes, f"{question.name} ({kind_of(question)}) can not be 'not known'"
    assert not (own and "?" in codes), "asked twice whether it is known"


@pytest.mark.parametrize("book", QUESTIONNAIRES)
def test_every_variable_of_a_book_is_asked_or_known_otherwise(book):
    names = {name for of, _screen, question in QUESTIONS if of == book for name in question.names}
    asked = names | set(REGISTRY_VARIABLES.values())
    assert set(BOOKS[book]) - asked == set(NOT_ASKED[book])


@pytest.mark.parametrize("book", QUESTIONNAIRES)
def test_every_question_of_a_book_is_asked_in_its_own_words(book):
    for _of, _screen, question in (row for row in QUESTIONS if row[0] == book):
        if question.kind == "book":
            assert question.variable is not None, question.name
            assert question.book == book, question.name


def test_no_reason_is_left_over():
    assert set(WHY) == {question.name for _book, _screen, question in QUESTIONS}


def test_a_screen_is_a_small_group_and_has_one_address():
    for made in QUESTIONNAIRES.values():
        assert max(len(screen.questions) for screen in made.screens) <= 6
        assert len(made.by_key) == len(made.screens)
        assert {screen.section for screen in made.screens} == {section.key for section in made.sections}


@pytest.mark.parametrize(("choices", "name"), [(Sex, "jenis_kelamin"), (MaritalStatus, "status_kawin")])
def test_fields_of_the_registry_mean_the_same_in_both_books(choices, name):
    for book in BOOKS.values():
        assert {code: str(word) for code, word in book[name].codes.items()} == {c: str(w) for c, w in choices.choices}


def test_relations_have_the_same_codes_in_both_books():
    for book in BOOKS.values():
        assert list(book["hub_keluarga"].codes) == [code for code, _word in Relation.choices]


@pytest.mark.parametrize("name", SHARED)
def test_what_rules_read_from_either_book_means_the_same_in_both(name):
    bdt, regsosek = (book[name] for book in BOOKS.values())
    assert (bdt.kind, bdt.codes) == (regsosek.kind, regsosek.codes) == ("boolean", {})
