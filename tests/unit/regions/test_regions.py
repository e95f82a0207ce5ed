"""All of Indonesia by code, loaded as often as one likes; a newer list changes names and deletes nothing."""

from pathlib import Path

import pytest

from slrt.regions.loading import UnreadableRegions, dotted, load, read
from slrt.regions.models import Region
from slrt.regions.terms import hamlet_term, term

DATA = Path(__file__).resolve().parents[2] / "data"


def test_the_shipped_list_holds_all_of_indonesia():
    from slrt.regions.loading import SHIPPED

    levels = [code.count(".") + 1 for code, _parent, _name in read(SHIPPED)]
    assert [levels.count(n) for n in (1, 2, 3, 4)] == [38, 514, 7285, 83762]


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_a_newer_list_is_taken(tmp_path):
    first = tmp_path / "a.csv"
    first.write_text(
        "code,parent,name\n13,,Sumatera Barat\n1301,13,Pesisir\n130105,1301,IV Jurai\n1301052006,130105,Sago\n"
    )
    assert load(first).new == 4
    assert load(first).unchanged == 4
    assert Region.objects.get(code="13.01.05.2006").parent_id == "13.01.05"
    newer = tmp_path / "b.csv"
    newer.write_text("kode,kode_induk,nama\n13.01.05.2001,13.01.05,Painan\n")
    report = load(newer)
    assert (report.new, report.gone) == (1, 1)
    assert Region.objects.get(code="13.01.05.2006").active is False
    newer.write_text("kode,kode_induk,nama\n13.01.05.2001,13.01.05,Painan Raya\n13.01.05.2006,13.01.05,Sago\n")
    assert load(newer).changed == 2
    assert Region.objects.get(code="13.01.05.2001").name == "Painan Raya"


@pytest.mark.django_db
def test_the_regencys_own_list_of_villages_is_read(places):
    report = load(DATA / "villages_1301.csv") if _districts() else None
    assert report is not None
    assert Region.objects.get(code="13.01.05.2006").name == "Sago Salido"
    assert Region.objects.in_area("13.01").filter(level=4).count() == 182


def _districts():
    """The list names districts only as parents; they have to be there."""
    for _code, parent, _name in read(DATA / "villages_1301.csv"):
        Region.objects.get_or_create(code=parent, defaults={"name": parent, "level": 3, "parent_id": "13.01"})
    return True


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "code,name\nxx,Sago\n", "code,name\n13,\n", "code,name\n"])
def test_a_file_that_is_no_region_list_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(UnreadableRegions):
        load(path)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("13", "provinsi"),
        ("13.01", "kabupaten"),
        ("13.71", "kota"),
        ("13.01.05", "kecamatan"),
        ("13.01.05.2006", "nagari"),
        ("13.71.01.1001", "kelurahan"),
        ("32.01.01.2001", "desa"),
        ("11.01.01.2001", "gampong"),
    ],
)
def test_terms_follow_the_place(code, word):
    assert term(code) == word


def test_hamlets_and_dots():
    assert (hamlet_term("13.01"), hamlet_term("32.01")) == ("jorong", "dusun")
    assert dotted("1301052006") == dotted("13.01.05.2006") == "13.01.05.2006"
