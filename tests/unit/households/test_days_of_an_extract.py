"""A part's days of birth are read in the usual ways first; nothing is read otherwise than if every way had been tried at once."""

from datetime import date

import polars as pl
import pytest

from households.importing import checking

WRITTEN = {
    "2020-01-02": date(2020, 1, 2),
    "2/1/2020": date(2020, 1, 2),
    "02-01-2020": date(2020, 1, 2),
    "02.01.2020": date(2020, 1, 2),
    "2020-01-02T00:00:00": date(2020, 1, 2),
    "2020-01-02 00:00": date(2020, 1, 2),
    "\u200b2020-01-02": date(2020, 1, 2),
    "43832": date(2020, 1, 2),
    "43832.0": date(2020, 1, 2),
    "1990": None,
    "1990.0": None,
    "0999-12-31": None,
    "31/12/0999": None,
    "31/02/2020": None,
    "12/31/1999": None,
    "02/01/20": None,
    "tidak tahu": None,
    "": None,
}


def _read(texts):
    return checking._born(pl.DataFrame({"TGL_LAHIR": texts}, schema={"TGL_LAHIR": pl.String})).to_list()


@pytest.mark.parametrize(("text", "day"), WRITTEN.items())
def test_a_day_alone(text, day):
    assert _read([text]) == [day]


def test_days_written_in_every_way_stay_in_their_rows():
    texts = [*WRITTEN, *reversed(WRITTEN)]
    assert _read(texts) == [WRITTEN[text] for text in texts]
    cleaned = pl.DataFrame({"TGL_LAHIR": texts}).select(checking.cleaned_date(pl.col("TGL_LAHIR"))).to_series()
    assert _read(texts) == cleaned.to_list()


def test_a_part_without_rows():
    assert _read([]) == []
