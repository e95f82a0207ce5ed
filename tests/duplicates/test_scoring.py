"""What speaks for one person and what for two."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.duplicates.folding import key
from households.duplicates.likeness import alike_names
from households.duplicates.scoring import REASONS, Record, compare, could_be

SAGO, SALIDO = "13.01.05.2006", "13.01.05.2003"


def entry(name="Rosna Tanjung", born=date(1985, 6, 5), nik="1301994506850001", **more):
    values = {"name": key(name), "mother": "", "born": born, "sex": "2", "village": SAGO, "family": 1}
    return Record(**{**values, "has_nik": nik is not None, "nik": nik, **more})


def test_the_same_name_and_birthday_without_a_number_is_looked_at():
    verdict = compare(entry(), entry(nik=None, family=2))
    assert verdict.alike
    assert verdict.reasons[:2] == ("name_same", "born_same")
    assert "nik_missing" in verdict.reasons


def test_day_and_month_swapped_in_one_village_or_with_one_mother():
    swapped = entry(born=date(1985, 5, 6), nik=None, family=2)
    elsewhere = swapped._replace(village=SALIDO)
    assert compare(entry(), swapped).alike
    assert not compare(entry(), elsewhere).alike, "in a million people that happens by chance"
    assert compare(entry(mother="mariam"), elsewhere._replace(mother="mariam")).alike


def test_a_number_that_is_one_digit_off_counts_a_lot():
    verdict = compare(entry(), entry(name="Rosna Tanjong", nik="1301994506850007", family=2))
    assert "nik_digit" in verdict.reasons
    assert verdict.score >= 95


def test_two_people_of_one_common_name_are_two():
    assert not compare(entry(), entry(nik="1371011212700003", born=date(1970, 12, 12), family=2)).alike


def test_two_numbers_that_have_nothing_in_common_outweigh_a_name_and_a_birthday():
    assert not compare(entry(), entry(nik="1371014506850123", family=2, village=SALIDO)).alike


def test_twins_are_two():
    one = entry(name="Hasan Basri", mother="rosna", sex="1", nik="1301990506100001")
    assert not compare(
        one, entry(name="Husin Basri", mother="rosna", sex="1", nik="1301990506100002", born=one.born)
    ).alike
    assert "twins" in compare(one, entry(name="Hasan Basra", mother="rosna", sex="1", nik="1301990506100002")).reasons


def test_father_and_son_of_one_name_are_two():
    father = entry(name="Yusuf Koto", born=date(1960, 3, 1), sex="1", nik="1301990103600001")
    assert not compare(father, entry(name="Yusuf Koto", born=date(1990, 8, 17), sex="1", nik="1301991708900001")).alike


RARE_NAMES = {"rosna": 0.001, "tanyung": 0.002, "mariam": 0.003}.get


def shares(word):
    return RARE_NAMES(word, 0.05)


def test_a_rare_name_says_more_than_a_common_one():
    elsewhere = entry(nik=None, family=2, village=SALIDO, born=date(1985, 5, 6))
    assert "name_rare" in compare(entry(), elsewhere, shares).reasons
    assert compare(entry(), elsewhere, shares).alike
    common = entry(name="Sri Wahyuni")
    also = elsewhere._replace(name=key("Sri Wahyuni"))
    assert "name_common" in compare(common, also, shares).reasons
    assert not compare(common, also, shares).alike


def test_a_slip_makes_no_common_name_rare():
    slip = entry(name="Sri Wahyunni", nik=None, family=2)._replace(name="sri wahyunii")
    known = {"sri": 0.05, "wahyuni": 0.05}
    reasons = compare(entry(name="Sri Wahyuni"), slip, lambda word: known.get(word, 0.000001)).reasons
    assert "name_near" in reasons
    assert "name_rare" not in reasons


@pytest.mark.parametrize(("one", "other"), [("Andi", "Ani"), ("Adi", "Andi"), ("Dewi", "Dwi"), ("Al", "Ali")])
def test_of_a_short_name_one_letter_is_another_name(one, other):
    assert not alike_names(key(one), key(other))
    both = entry(name=one, sex="1", nik=None, family=1), entry(name=other, sex="1", nik=None, family=2)
    assert "name_short" in compare(*both).reasons
    assert not compare(*both).alike, "one village and one birthday are not enough"
    mothers = [row._replace(mother="mariam koto") for row in both]
    assert compare(mothers[0], mothers[1]._replace(born=date(1985, 5, 6))).alike, (
        "with their mother they are worth a look"
    )


@pytest.mark.parametrize(("one", "other"), [("Rosnam", "Rosna"), ("Rosna", "Rosma"), ("Budi", "Boedi")])
def test_of_a_longer_name_one_letter_is_a_slip_and_a_spelling_is_none(one, other):
    assert alike_names(key(one), key(other))


def test_a_family_hands_its_names_and_its_mother_on():
    one, other = entry(mother="mariam koto"), entry(mother="mariam koto", born=date(1985, 7, 5))
    found = compare(one, other, shares).reasons
    assert not {"name_rare", "mother_rare", "mother_full", "mother_same"} & set(found)
    assert "mother_full" in compare(one, other._replace(family=2)).reasons


def test_twins_who_live_in_two_families_are_two():
    one = entry(name="Hasan Basri", mother="rosna koto", sex="1", nik="1301990506100001")
    other = entry(name="Ridwan Basri", mother="rosna koto", sex="1", nik="1301990506100002", family=2)
    verdict = compare(one, other, shares)
    assert "twins_apart" in verdict.reasons
    assert not verdict.alike


def test_brothers_and_sisters_are_two():
    one = entry(name="Hasan Basri", mother="rosna koto", sex="1")
    for nik in ("1301992010870003", None):
        other = entry(name="Ridwan Basri", mother="rosna koto", sex="1", born=date(1987, 10, 20), nik=nik)
        for family in (1, 2):
            assert not compare(one, other._replace(family=family), shares).alike


def test_a_day_on_which_unknown_birthdays_are_put_says_less():
    for day in (date(1950, 1, 1), date(1950, 7, 1), date(1950, 12, 31)):
        assert "born_guessed" in compare(entry(born=day), entry(born=day, family=2)).reasons
    known = compare(entry(), entry(nik=None, family=2)).score
    assert compare(entry(born=date(1985, 1, 1)), entry(born=date(1985, 1, 1), nik=None, family=2)).score < known


def test_what_is_missing_says_nothing_against_one_person():
    whole = compare(entry(mother="mariam koto"), entry(mother="mariam koto", nik=None, family=2))
    for missing in ({"mother": ""}, {"born": None}, {"sex": ""}, {"village": ""}):
        reasons = compare(entry(), entry(nik=None, family=2)._replace(**missing)).reasons
        assert all(REASONS[code][0] >= 0 for code in reasons), missing
    assert all(REASONS[code][0] >= 0 for code in whole.reasons)


def test_every_reason_has_words():
    assert all(str(words) for _points, words in REASONS.values())


NAMES = st.lists(
    st.sampled_from(["siti", "aminah", "rosna", "tanjung", "hasan", "husin", "nur", "hayati", "nurhayati"]), max_size=3
).map(lambda words: key(" ".join(words)))
RECORDS = st.builds(
    Record,
    name=NAMES,
    mother=NAMES,
    born=st.none() | st.integers(0, 800).map(lambda days: date(1985, 1, 1) + timedelta(days)),
    sex=st.sampled_from(["1", "2", ""]),
    village=st.sampled_from([SAGO, SALIDO, ""]),
    family=st.none() | st.integers(1, 2),
    has_nik=st.just(True),
    nik=st.sampled_from(["1301994506850001", "1301994506850007", "1301994506850010", "1371011212700003"]),
) | st.builds(
    Record,
    name=NAMES,
    mother=NAMES,
    born=st.none() | st.just(date(1985, 6, 5)),
    sex=st.sampled_from(["1", "2"]),
    village=st.just(SAGO),
    family=st.integers(1, 2),
    has_nik=st.just(False),
    nik=st.none(),
)


# How long it takes to draw examples tells of the machine, not of the scores.
under_load = settings(suppress_health_check=[HealthCheck.too_slow])
SHARES = st.sampled_from([0.0, 0.00001, 0.001, 0.2]).map(lambda share: lambda word: share)


@under_load
@given(RECORDS, RECORDS, SHARES)
def test_the_order_of_the_two_makes_no_difference(one, other, share):
    assert compare(one, other, share) == compare(other, one, share)


@under_load
@given(RECORDS, RECORDS, SHARES)
def test_a_score_lies_between_nothing_and_a_hundred_and_is_the_sum_of_its_reasons(one, other, share):
    verdict = compare(one, other, share)
    assert verdict.score == max(0, min(100, sum(REASONS[code][0] for code in verdict.reasons)))


@under_load
@given(RECORDS, RECORDS, SHARES)
def test_no_pair_that_its_numbers_would_decide_is_left_out_before_they_are_read(one, other, share):
    if compare(one, other, share).alike:
        assert could_be(one._replace(nik=None), other._replace(nik=None), share)
