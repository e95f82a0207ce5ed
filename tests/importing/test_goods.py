"""The paper form's block of goods in an extract: codes 1/2 and 3/4 row by row, a list only when no row is missing."""

import pytest

from households.codebook.yes_no import ROWS, codes_of
from households.importing import reading
from households.importing.columns import GOODS
from households.models import SurveyRound
from tests.importing.rows import GOOD, HEAD, imported

FORM = [[*codes_of(row)] for row in range(len(ROWS))]  # (yes, no) of each row
NOTHING = {good: no for good, (_yes, no) in zip(ROWS, FORM, strict=True)}


def extract(said, headings=tuple(GOODS)):
    """A file of one person whose household says this of its goods."""
    cells = [said[GOODS.get(heading, heading.lower())] for heading in headings]
    return f"{HEAD},LANTAI,{','.join(headings)}\n{GOOD},2,{','.join(cells)}\n".encode()


def goods():
    return SurveyRound.objects.latest("pk").answers.get("aset")


@pytest.mark.parametrize("row", range(len(ROWS)), ids=ROWS)
def test_each_row_is_read_with_the_pair_that_the_form_prints(manager, row):
    assert FORM[row] == (["1", "2"] if row % 2 == 0 else ["3", "4"])
    started = imported(manager, extract({**NOTHING, ROWS[row]: FORM[row][0]}))
    assert (started.state, goods()) == ("applied", [ROWS[row]])
    assert not [code for code in started.counts["warnings"] if code.startswith(("code_", "goods_"))]


@pytest.mark.parametrize(("yes", "no"), [("1", "2"), ("YA", "TIDAK"), ("ya", "0")])
def test_words_and_an_extract_that_was_normalised_before_are_taken_too(manager, yes, no):
    said = {**dict.fromkeys(ROWS, no), "kulkas": yes, "tv": yes}
    imported(manager, extract(said))
    assert goods() == ["kulkas", "tv"]


def test_the_books_own_names_head_the_columns_as_well(manager):
    imported(manager, extract({**NOTHING, "motor_tempel": "1", "kulkas": "3"}, [name.upper() for name in ROWS]))
    assert goods() == ["kulkas", "motor_tempel"]


def test_nothing_owned_is_an_answer_and_nothing_said_is_none(manager):
    imported(manager, extract(NOTHING))
    assert goods() == []
    said = imported(manager, extract(dict.fromkeys(ROWS, "")).replace(b",2,,", b",3,,"))
    assert (goods(), SurveyRound.objects.latest("pk").answers["lantai"]) == ([], "3")
    assert "goods_gap" not in said.counts["warnings"]


@pytest.mark.parametrize(("good", "cell"), [("gas", "3"), ("gas", "4"), ("kulkas", "5"), ("tv", "")])
def test_a_list_with_a_gap_leaves_the_old_one_alone_and_is_counted(manager, good, cell):
    imported(manager, extract({**NOTHING, "motor": "3"}))
    second = imported(manager, extract({**NOTHING, good: cell}))
    assert goods() == ["motor"], "a row that was not read is no 'no'"
    assert second.counts["warnings"]["goods_gap"] == 1
    heading = next(heading for heading, name in GOODS.items() if name == good)
    assert second.counts["warnings"].get(f"code_{heading.lower()}", 0) == bool(cell)


def test_a_file_with_some_of_the_columns_says_nothing_of_the_others(manager):
    started = imported(manager, extract(NOTHING | {"tv": "3"}, ["ADA_TV", "ADA_AC"]))
    assert goods() is None
    assert started.counts["warnings"]["goods_gap"] == 1


def test_goods_that_are_gone_or_came_are_a_change_and_the_same_again_is_none(manager):
    imported(manager, extract({**NOTHING, "tv": "3", "motor": "3"}))
    again = imported(manager, extract({**NOTHING, "tv": "3", "motor": "3"}))
    assert (again.counts["households"]["changed"], SurveyRound.objects.count()) == (0, 1)
    sold = imported(manager, extract({**NOTHING, "tv": "3"}))
    assert (sold.counts["households"]["changed"], goods()) == (1, ["tv"])


def test_rows_that_differ_in_their_goods_alone_are_not_repeated(manager):
    first, second = extract(NOTHING), extract({**NOTHING, "tv": "3"})
    started = imported(manager, first + second.split(b"\n", 1)[1])
    assert (started.counts["repeated"], started.counts["refused"]) == (0, 2)


def test_a_table_has_the_columns_of_goods_only_when_its_file_has_them():
    with_goods, without = extract(NOTHING), f"{HEAD}\n{GOOD}\n".encode()
    assert set(GOODS) <= set(next(reading.read([with_goods]).parts).columns)
    assert not set(GOODS) & set(next(reading.read([without]).parts).columns)
