"""One box: numbers first by their index, names from the own area, never more than can be read."""

from datetime import date

import pytest

from households import search as searching
from households.registry import members
from households.search import search
from tests import cases, people
from tests.registry import homes


@pytest.fixture
def family(places):
    return homes.rosnas()


def found(text, user):
    return [row.pk for row in search(text, user).families]


def test_numbers_lead_to_the_family_also_of_the_dead_and_the_gone(family, sari):
    other = homes.neighbours()
    ali, siti = homes.named(family, "Ali").pk, homes.named(family, "Siti").pk
    members.death(family, by=sari, version=family.version, person=ali, on=date(2026, 1, 10))
    family.refresh_from_db()
    members.move(family, by=sari, version=family.version, person=siti, target=other, relation="8", on=date(2026, 1, 10))
    assert found(homes.KK, sari) == [family.pk]
    assert found(homes.ALI, sari) == [family.pk]
    assert found(homes.SITI, sari) == [other.pk]
    assert found("1301994506859999", sari) == []


def test_a_number_elsewhere_is_known_and_no_more(browse, family, sari, budi, rina):
    answer = search(homes.ROSNA, budi)
    page = browse(budi).post("/keluarga/", {"q": homes.ROSNA}).content.decode()
    assert "Hubungi Rina" in page
    assert "Rosna" not in page
    assert not answer.families.exists()
    assert answer.elsewhere
    assert not search("1301994506859999", budi).elsewhere


def test_names_come_from_the_own_area(family, sari, budi):
    assert found("Rosna Tandjung", sari) == [family.pk]
    assert found("siti tanjung", sari) == [family.pk]
    assert found("Rosna", budi) == []
    assert found("...", sari) == []


def test_a_common_name_is_cut_and_says_so(browse, family, sari, monkeypatch):
    monkeypatch.setattr(searching, "NAMES_SHOWN", 2)
    for n in range(3):
        cases.family_in(people.SAGO, "Rosna Koto", f"130199450670{n:04d}1"[:16].ljust(16, "1"))
    answer = search("rosna", sari)
    assert answer.capped
    assert answer.families.count() == 2
    assert "hanya sebagian" in browse(sari).post("/keluarga/", {"q": "rosna"}).content.decode()
    assert not search("rosna tanjung", sari).capped


def test_the_list_has_one_order_from_page_to_page(browse, sari, places):
    rows = [cases.family_in(people.SAGO, "Sama", f"13019945067{n:05d}").pk for n in range(1, 31)]
    client = browse(sari)
    for sort in ("", "&sort=head", "&sort=-decile"):
        shown = []
        for page in (1, 2):
            table = client.get(f"/keluarga/?page={page}{sort}").context["table"]
            shown += [row.record.pk for row in table.paginated_rows]
        assert shown == rows[::-1]


def test_before_a_visit_a_list_says_known_only_of_families_that_are(browse, sari, places):
    cases.family_in(people.SAGO, "Zainal Rosid", "1301994506850001")
    client = browse(sari)
    found = client.post("/kunjungan/baru/", {"q": "zainal"}).content.decode()
    assert "<h2>Sudah terdata</h2>" in found
    assert "Zainal Rosid" in found
    nobody = client.post("/kunjungan/baru/", {"q": "hasan"}).content.decode()
    assert "Sudah terdata" not in nobody
    assert "<h2>Hasil pencarian</h2>" in nobody
    assert "Belum ada di wilayah Anda" in nobody


@pytest.mark.parametrize("text", ["z", "zzzz", "Z z", "r", "'", "-", "5"])
def test_a_single_letter_however_often_is_no_name(browse, sari, places, text):
    cases.family_in(people.SAGO, "Zainal Rosid", "1301994506850001")
    answer = search(text, sari)
    assert answer.short
    assert not answer.families.exists()
    client = browse(sari)
    page = client.post("/keluarga/", {"q": text}).content.decode()
    assert "sedikitnya dua huruf yang berbeda" in page
    assert "Zainal" not in page
    page = client.post("/kunjungan/baru/", {"q": text}).content.decode()
    assert "sedikitnya dua huruf yang berbeda" in page
    assert "Belum ada di wilayah Anda" not in page, "nothing was looked for"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("za", ["Zainal Abidin"]),
        ("zaaaa", ["Zainal Abidin"]),
        ("zainal a", []),
        ("zainal aaaa", []),
        ("a rahman", ["A Rahman"]),
        ("m jufri", ["Moch. Djoefri"]),
    ],
)
def test_a_letter_beside_a_name_is_a_whole_word(sari, places, text, who):
    names = ("Zainal Abidin", "A Rahman", "Abdul Rahman", "Moch. Djoefri")
    for n, name in enumerate(names):
        cases.family_in(people.SAGO, name, f"130199450685000{n}")
    assert [row.head.name for row in search(text, sari).families] == who
    assert not search(text, sari).short
