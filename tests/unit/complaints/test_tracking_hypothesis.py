"""The code on the slip, over codes nobody chose: it reads back however it is typed, and a slip of the pen is noticed."""

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from complaints import tracking

SIGNS = st.sampled_from(tracking.ALPHABET)
BODIES = st.text(SIGNS, min_size=tracking.LENGTH, max_size=tracking.LENGTH)
FORM = re.compile(r"SLRT-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{3}")
ALIKE = {"0": "oO0", "1": "iIlL1"}


def code_of(body):
    """The eleven signs of a code, its check sign found by trying: exactly one of the thirty-two fits."""
    fitting = [sign for sign in tracking.ALPHABET if tracking.normalise(body + sign)]
    assert len(fitting) == 1, (body, fitting)
    return body + fitting[0]


CODES = BODIES.map(code_of)


def test_a_new_code_has_the_printed_form_and_reads_back():
    printed = {tracking.new_code() for _ in range(300)}
    assert len(printed) == 300
    for code in printed:
        assert FORM.fullmatch(code)
        assert tracking.shown(tracking.normalise(code)) == code


@given(CODES)
def test_every_code_that_can_be_printed_reads_back(code):
    assert tracking.normalise(tracking.shown(code)) == code


@given(CODES, st.integers(0, tracking.LENGTH), SIGNS)
def test_one_wrong_sign_is_noticed_wherever_it_stands(code, place, wrong):
    assume(code[place] != wrong)
    assert tracking.normalise(code[:place] + wrong + code[place + 1 :]) == ""


@given(CODES, st.integers(0, tracking.LENGTH - 1))
@example(code_of("0G00000000"), 0)
@example(code_of("7K3M9QXD4P"), 9)
def test_two_neighbours_in_the_wrong_order_are_noticed(code, place):
    one, other = code[place : place + 2]
    assume(one != other)
    assert tracking.normalise(code[:place] + other + one + code[place + 2 :]) == ""


def test_no_pair_of_signs_can_change_places_unnoticed():
    missed = set()
    for one in tracking.ALPHABET:
        for other in tracking.ALPHABET:
            code = code_of(f"7K{one}{other}9QXD4P")
            if one != other and tracking.normalise(f"7K{other}{one}{code[4:]}"):
                missed.add(f"{one}{other}")
    assert not missed


def test_the_last_sign_and_the_check_sign_cannot_change_places_unnoticed():
    missed = set()
    for one in tracking.ALPHABET:
        for last in tracking.ALPHABET:
            code = code_of(f"7K3M9QXD{one}{last}")
            if code[-1] != last and tracking.normalise(code[:-2] + code[-1] + last):
                missed.add(code[-2:])
    assert not missed


@given(CODES, st.data())
def test_a_code_reads_back_however_it_is_typed(code, data):
    prefix = data.draw(st.sampled_from(["", "SLRT", "slrt", "SLRT-", "Slrt "]))
    typed = [prefix]
    for sign in code:
        typed.append(data.draw(st.sampled_from(["", "", "", " ", "-", "  ", " - ", "–", "."])))
        typed.append(data.draw(st.sampled_from(ALIKE.get(sign, sign.lower() + sign))))
    assert tracking.normalise("".join(typed) + data.draw(st.sampled_from(["", " ", "\n"]))) == code


def test_a_code_that_looks_like_the_prefix_reads_back_without_it():
    code = code_of("S1RT9QXD4P")
    assert tracking.normalise(f"SLRT-{code[4:]}") == code


@given(st.text(max_size=60))
@example("ßßßßßßßßßßß")
@example("１２３４５６７８９０１")
@example("SLRT")
def test_whatever_else_is_typed_is_no_code_and_no_fault(text):
    letters = tracking.normalise(text)
    assert letters == "" or (len(letters) == tracking.LENGTH + 1 and set(letters) <= set(tracking.ALPHABET))


@given(CODES, st.sampled_from("Uu!ÄЖ９"), st.integers(0, tracking.LENGTH))
def test_a_sign_that_no_code_has_is_not_guessed(code, foreign, place):
    assert tracking.normalise(code[:place] + foreign + code[place + 1 :]) == ""
