"""Names that offices write in many ways are one name; names that differ stay two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.duplicates.folding import key, skeletons, words


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("Soekarno", "Sukarno"),
        ("Djoefri", "Jufri"),
        ("Tjahjono", "Cahyono"),
        ("Jusuf", "Yusuf"),
        ("Sjafruddin", "Syafrudin"),
        ("Syamsul", "Samsul"),
        ("Chairul", "Khairul"),
        ("Muh. Rizki", "Muhammad Rizky"),
        ("Moch. Jufri", "Mohd Jufri"),
        ("Abd. Rahman", "Abdul Rahman"),
        ("St. Aminah", "Siti Aminah"),
        ("Hj. Siti Aminah", "Siti Aminah"),
        ("Rina Marlina, S.Pd., M.M.", "Rina Marlina"),
        ("Drs. H. Budi Santoso", "Budi Santoso"),
        ("Aminah Siti", "Siti Aminah"),
        ("Fatimah", "Patima"),
        ("Azis", "Asis"),
        ("Suwarno", "Suarno"),
        ("Aliyah", "Alia"),
        ("Ahmad bin Yusuf", "Ahmad Yusuf"),
        ("Soemiati", "Sumijati"),
        ("Ma'ruf", "Maruf"),
        ("ROSNA  TANJUNG", "Rosna-Tanjung"),
    ],
)
def test_one_name_however_it_is_written(written, also):
    assert key(written) == key(also)


@pytest.mark.parametrize(("one", "other"), [("Siti", "Sri"), ("Hasan", "Husin"), ("Ratna", "Rosna"), ("Budi", "Badu")])
def test_different_names_stay_different(one, other):
    assert key(one) != key(other)


def test_somebody_called_like_a_title_keeps_the_name():
    assert words("Ir") == ("ir",)
    assert words("Haji") != ()


def test_the_skeleton_is_that_of_the_words_that_tell():
    assert skeletons(words("Muhammad Rizki")) == ("rsk", "")
    assert skeletons(words("Siti Aminah Tanjung")) == ("tnyng", "amn")
    assert skeletons(words("Siti")) == ("st", "")
    assert skeletons(()) == ("", "")


LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz .,'-éüŚ", max_size=40)


@given(LETTERS)
def test_folding_what_was_folded_changes_nothing(name):
    assert key(key(name)) == key(name)


@given(
    st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9), min_size=1, max_size=4),
    st.randoms(),
)
def test_the_order_of_names_makes_no_difference_after_the_titles(parts, dice):
    front = ["rosna", *parts]
    mixed = parts[:]
    dice.shuffle(mixed)
    assert key(" ".join(front)) == key(" ".join(["rosna", *mixed]))


@given(st.text(max_size=60))
def test_any_text_can_be_folded(name):
    assert all(word and word.isalnum() for word in words(name))


def test_a_name_of_many_short_titles_stays_as_short_as_its_column():
    """One such name would stop the search of a whole night."""
    for name in ("M " * 59 + "Ali", "Moch" * 30, "x" * 120, " ".join(["qx"] * 40)):
        assert len(key(name)) <= 140
        assert key(key(name)) == key(name)
