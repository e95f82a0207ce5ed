"""Numbers nobody chose by hand: what can be a NIK or a KK number is taken, what cannot is refused in words."""

from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from households.validators import PROVINCES, NumberCheck, birth_dates_of, check_kk, check_nik, clean_digits
from slrt.core import crypto

MAN, WOMAN = "1", "2"
REGIONS = st.builds(lambda province, n: f"{province}{n:04d}", st.sampled_from(sorted(PROVINCES)), st.integers(0, 9999))
NO_PROVINCES = st.integers(0, 99).map(lambda n: f"{n:02d}").filter(lambda code: code not in PROVINCES)
SERIALS = st.integers(1, 9999).map(lambda n: f"{n:04d}")
BIRTHS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
SEXES = st.sampled_from([MAN, WOMAN])
DIGITS = st.text("0123456789", min_size=1, max_size=40)
SIXTEEN = st.text("0123456789", min_size=16, max_size=16)
CHECKS = [pytest.param(check_nik, "nik", "NIK", id="nik"), pytest.param(check_kk, "kk", "Nomor KK", id="kk")]


def nik_of(region, born, sex, serial):
    """A NIK as Dukcapil gives it: forty is added to a woman's day of birth."""
    day = born.day + (40 if sex == WOMAN else 0)
    return f"{region}{day:02d}{born:%m}{born.year % 100:02d}{serial}"


NIKS = st.builds(nik_of, REGIONS, BIRTHS, SEXES, SERIALS)


def codes(said):
    return [code for code, _sentence in said]


@given(REGIONS, BIRTHS, SEXES, SERIALS)
@example("130199", date(2000, 2, 29), WOMAN, "0001")
@example("110000", date(1900, 12, 31), MAN, "9999")
def test_a_possible_nik_is_taken_and_tells_birth_and_sex(region, born, sex, serial):
    nik = nik_of(region, born, sex, serial)
    check = check_nik(nik, born=born, sex=sex)
    assert (check.ok, check.number, check.errors, check.warnings) == (True, nik, [], [])
    assert born in birth_dates_of(nik)
    assert {d.year % 100 for d in birth_dates_of(nik)} == {born.year % 100}


@given(REGIONS, BIRTHS, SEXES, SERIALS, BIRTHS)
def test_another_birth_or_sex_is_a_warning_and_never_a_refusal(region, born, sex, serial, other):
    nik = nik_of(region, born, sex, serial)
    assume(other not in birth_dates_of(nik))
    check = check_nik(nik, born=other, sex=MAN if sex == WOMAN else WOMAN)
    assert (check.ok, codes(check.warnings)) == (True, ["nik_birth", "nik_sex"])
    shown = f"{born:%d-%m}-{born.year % 100:02d}"
    assert shown in check.warnings[0][1]


@given(REGIONS, SERIALS, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
@example("130199", "0001", 29, 2, 1)
@example("130199", "0001", 71, 4, 85)
def test_a_nik_whose_date_no_calendar_has_is_refused(region, serial, day, month, year):
    real = day - 40 if day > 40 else day

    def exists(century):
        try:
            return date(century + year, month, real) is not None
        except ValueError:
            return False

    check = check_nik(f"{region}{day:02d}{month:02d}{year:02d}{serial}")
    assert codes(check.errors) == ([] if exists(1900) or exists(2000) else ["nik_bad_date"])


@given(NIKS)
def test_a_nik_never_ends_in_four_zeros(nik):
    assert codes(check_nik(nik[:12] + "0000").errors) == ["nik_serial_zero"]


@given(SIXTEEN)
@example("0000000000000001")
def test_any_sixteen_digits_but_zeros_can_be_a_family_card(number):
    assume(number.strip("0"))
    check = check_kk(number)
    assert (check.number, check.errors) == (number, [])
    assert codes(check.warnings) == ([] if number[:2] in PROVINCES else ["kk_region"])


def test_a_family_card_of_zeros_is_refused():
    assert codes(check_kk("0" * 16).errors) == ["kk_zero"]
    assert codes(check_kk("0000-0000 0000.0000").errors) == ["kk_zero"]


@given(NO_PROVINCES, NIKS)
@example("00", "1301994506850001")
@example("99", "1301994506850001")
def test_a_province_that_does_not_exist_is_a_warning_and_never_a_refusal(province, nik):
    for check in (check_nik(province + nik[2:]), check_kk(province + nik[2:])):
        assert check.ok
        ((code, sentence),) = check.warnings
        assert code.endswith("_region")
        assert province in sentence


@pytest.mark.parametrize(("check", "kind", "label"), CHECKS)
@given(number=DIGITS)
def test_a_wrong_length_is_said_with_the_count(check, kind, label, number):
    assume(len(number) != 16)
    (code, sentence), *more = check(number).errors
    assert (code, more) == (f"{kind}_short", [])
    assert sentence.startswith(f"{label} harus 16 angka.")
    assert f" {len(number)}" in sentence
    assert ("kelebihan" in sentence) == (len(number) > 16)


@pytest.mark.parametrize("check", [check_nik, check_kk])
@given(number=NIKS, data=st.data())
def test_spaces_dots_dashes_and_a_spreadsheets_apostrophe_do_not_count(check, number, data):
    gaps = [data.draw(st.sampled_from(["", "", " ", "-", ".", "  ", "\t"])) for _sign in number]
    typed = data.draw(st.sampled_from(["", "'"])) + "".join(gap + sign for gap, sign in zip(gaps, number, strict=True))
    assert check(typed) == NumberCheck(number)


@pytest.mark.parametrize(("check", "kind", "label"), CHECKS)
@given(number=NIKS, place=st.integers(0, 15), foreign=st.characters(exclude_characters="0123456789"))
@example(number="1301994506850001", place=3, foreign="O")
@example(number="1301994506850001", place=0, foreign="１")
@example(number="1301994506850001", place=15, foreign="٣")
@example(number="1301994506850001", place=15, foreign="²")
def test_a_sign_that_is_no_digit_is_refused_in_words(check, kind, label, number, place, foreign):
    assume(clean_digits(foreign))
    spoilt = number[:place] + foreign + number[place + 1 :]
    (code, sentence), *more = check(spoilt).errors
    assert more == []
    if foreign in "eE" and place > 0 and place < 15:
        assert code == f"{kind}_float"
    else:
        assert (code, sentence) == (f"{kind}_letters", f"{label} hanya boleh berisi angka.")


@pytest.mark.parametrize(("check", "kind", "label"), CHECKS)
@given(number=SIXTEEN)
def test_full_width_digits_are_not_taken_for_digits(check, kind, label, number):
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    assert codes(check(wide).errors) == [f"{kind}_letters"]


ANYTHING = st.one_of(st.text(), st.none(), st.integers(), st.floats(), st.booleans(), st.binary(), st.dates())


@pytest.mark.parametrize("check", [check_nik, check_kk])
@given(entered=ANYTHING)
@example(entered="")
@example(entered=1.3019945068e15)
@example(entered="1,30199E+15")
def test_whatever_is_entered_is_answered_and_never_a_fault(check, entered):
    answer = check(entered)
    assert answer.ok == (not answer.errors)
    if answer.ok:
        assert len(answer.number) == 16
        assert answer.number.isascii()
        assert answer.number.isdigit()
    else:
        assert all(sentence and code.partition("_")[0] in ("nik", "kk") for code, sentence in answer.errors)


@given(SIXTEEN, st.text("0123456789", min_size=8, max_size=8))
def test_the_mask_tells_nothing_of_the_middle_eight(number, other):
    shown = crypto.mask(number)
    assert (len(shown), shown[:4], shown[-4:]) == (16, number[:4], number[-4:])
    assert not any(sign.isdigit() for sign in shown[4:12])
    assert crypto.mask(number[:4] + other + number[12:]) == shown


@given(SIXTEEN)
def test_what_is_refused_does_not_repeat_the_number(number):
    for check in (check_nik(number), check_nik(number + "0"), check_kk(number[:15])):
        assert not any(number[4:12] in sentence for _code, sentence in check.errors)
