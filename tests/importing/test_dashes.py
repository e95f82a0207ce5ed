"""A dash is how many offices write an empty cell; pipes are one more way to part the cells."""

import pytest

from households.importing.columns import Columns
from households.importing.reading import read
from households.models import Family, Person
from tests.importing.families import BUDI, ROSNA, bring, file_of
from tests.importing.rows import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.mark.parametrize("dash", ["-", "–", "'-"])
def test_a_dash_in_a_cell_that_may_be_empty_is_an_empty_cell(manager, dash):
    bring(manager, BUDI)
    empty = {
        "DESIL": dash,
        "PERIODE_DESIL": dash,
        "LANTAI": dash,
        "SEKOLAH": dash,
        "NIK": dash.strip("'").replace("–", ""),
    }
    started = bring(manager, {**ROSNA, **empty, "ID_KELUARGA": dash}, {**BUDI, "DESIL": dash, "PERIODE_DESIL": dash})
    assert (started.counts["refused"], started.counts["warnings"]) == (0, {"nik_empty": 1})
    assert (Family.objects.get(official_id=None).decile, Family.objects.get(official_id="K1").decile) == (None, 2)


@pytest.mark.parametrize("column", ["NAMA", "TGL_LAHIR", "NO_KK", "KODE_DESA", "HUB_KELUARGA", "JENIS_KELAMIN"])
def test_a_dash_where_a_word_is_needed_is_refused_as_before(manager, column):
    started = imported(manager, file_of({**ROSNA, column: "-"}, BUDI))
    assert started.counts["refused"] == 1
    assert set(Person.objects.values_list("name", flat=True)) == {"Budi"}


def test_a_dash_within_a_text_stays(manager):
    table = read([b"A,B\n1,Koto - Baru\n2,-5\n"], Columns(("A",), ("B",)))
    assert [row["B"] for part in table.parts for row in part.to_dicts()] == ["Koto - Baru", "-5"]


def test_a_file_parted_by_pipes_is_read_like_any_other(manager):
    started = imported(manager, file_of(ROSNA, BUDI).replace(b",", b"|"), "berkas.txt")
    assert (started.state, started.counts["people"]["new"], started.counts["refused"]) == ("applied", 2, 0)
