"""Whatever a screen accepts can be sent: what the registry cannot keep is refused where it is typed, with a sentence."""

import pytest

from households import visiting
from households.models import Household, Visit
from households.names import fold
from tests import people
from tests.entry.homes import enter

PLACE = {"hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002", "rw": "001"}
HERE = {"latitude": "-1.351234", "longitude": "100.571234", "accuracy": "8"}


@pytest.fixture
def visit(places, sari):
    return enter(visiting.begin(by=sari, village_id=people.SAGO), sari)


@pytest.fixture
def save(browse, sari, visit):
    """Return a function that saves a screen and returns its status and page."""
    client = browse(sari)

    def post(screen, values):
        answer = client.post(f"/kunjungan/{visit.pk}/isi/{screen}/", values)
        return answer.status_code, answer.content.decode()

    return post


def sent(visit, sari):
    visiting.send(Visit.objects.get(pk=visit.pk), by=sari, attested=True)
    return Household.objects.get()


@pytest.mark.parametrize(("typed", "kept"), [("RT 02", "02"), ("rt.002", "002"), ("RT: 2", "2"), ("012", "012")])
def test_an_rt_is_kept_without_the_word_before_it(save, visit, sari, typed, kept):
    assert save("place", {**PLACE, "rt": typed, "rw": typed.lower().replace("rt", "rw")})[0] == 302
    house = sent(visit, sari)
    assert (house.rt, house.rw) == (kept, kept)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("rt", "002/001", "paling banyak 3"),
        ("rw", "RW 0010", "paling banyak 3"),
        ("hamlet", "J" * 81, "paling banyak 80"),
        ("address", "A" * 201, "paling banyak 200"),
    ],
)
def test_an_address_too_long_for_the_registry_is_told_where_it_is_typed(save, visit, sari, name, typed, sentence):
    status, page = save("place", {**PLACE, name: typed})
    assert (status, sentence in page) == (422, True)
    assert typed[:80] in page, "still there to be shortened"
    assert Visit.objects.get().answers["household"][name] != typed


def test_a_long_address_is_kept_whole(save, visit, sari):
    assert save("place", {**PLACE, "address": "A" * 200})[0] == 302
    assert sent(visit, sari).address == "A" * 200


@pytest.mark.parametrize("typed", [HERE, {**HERE, "latitude": "-1,351234", "longitude": "100,571234"}])
def test_a_position_is_kept_with_a_point_or_a_comma(save, visit, sari, typed):
    assert save("position", typed)[0] == 302
    house = sent(visit, sari)
    assert (str(house.latitude), str(house.longitude), house.position_accuracy) == ("-1.351234", "100.571234", 8)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"latitude": "9999"}, "di luar Indonesia"),
        ({"latitude": "1e400"}, "di luar Indonesia"),
        ({"latitude": "100.57", "longitude": "-1.35"}, "di luar Indonesia"),
        ({"latitude": "48.85", "longitude": "2.35"}, "di luar Indonesia"),
        ({"longitude": ""}, "Isi lintang dan bujur"),
        ({"latitude": ""}, "Isi lintang dan bujur"),
        ({"latitude": "sini"}, "Tulis dengan angka"),
        ({"accuracy": "-5"}, "dalam meter"),
        ({"accuracy": "1e400"}, "dalam meter"),
        ({"accuracy": "999999999999"}, "dalam meter"),
    ],
)
def test_a_position_that_can_not_be_is_refused_and_the_visit_can_still_be_sent(save, visit, sari, typed, sentence):
    status, page = save("position", {**HERE, **typed})
    assert (status, sentence in page) == (422, True)
    assert save("position", {"latitude": "", "longitude": "", "accuracy": ""})[0] == 302
    assert sent(visit, sari).latitude is None


def test_a_number_that_is_none_is_answered_in_plain_words(save):
    assert "Tulis dengan angka" in save("card", {"kk": "", "jumlah_art": "dua"})[1]
    assert "paling sedikit" in save("card", {"kk": "", "jumlah_art": "-1"})[1]


def test_a_name_of_many_short_titles_still_fits_its_search_key(save, visit, sari):
    name = "M " * 58 + "Ali"
    assert len(fold(name)) <= 140
    member = {"nik": "1301994506850001", "name": name, "birth_date": "05/06/1985", "sex": "2", "relation": "1"}
    assert save("person/m1", member)[0] == 302
    sent(visit, sari)
