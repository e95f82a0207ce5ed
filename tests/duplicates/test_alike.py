"""Sari enters a member on her phone: whoever is registered already is shown before a second entry is made."""

from datetime import date
from uuid import uuid4

import pytest

from households.alike import look
from households.models import Household, Person, Visit
from slrt.core.models import OutboxJob
from tests import cases, people

ROSNA = "1301994506850001"
ABOUT = {"birth_date": "05/06/1985", "sex": "2", "relation": "1"}


@pytest.fixture
def rosna(places):
    """Rosna Tanjung is registered in Sago Salido."""
    return cases.family_in(people.SAGO, nik=ROSNA)


@pytest.fixture
def visit(browse, sari):
    """Sari has begun a visit to a new family."""
    client = browse(sari)
    path = client.post("/kunjungan/mulai/", {"village": people.SAGO, "idempotency_key": str(uuid4())})["Location"]
    client.post(f"{path}isi/consent/", {"consent": "1"})
    return client, path


def screen(name, nik="", about=None, **more):
    """What stands on the screen that tells who a member is."""
    return {"nik": nik, "no_nik_reason": "" if nik else "lost", "name": name, **(about or ABOUT), **more}


def enter(visit, name, nik="", about=None, **more):
    client, path = visit
    return client.post(f"{path}isi/person/m1/", screen(name, nik, about, **more))


def test_the_same_name_written_in_the_old_way_is_shown_before_it_is_accepted(visit, rosna):
    answer = enter(visit, "Tandjoeng Rosna")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.index("Buka yang sudah ada") < page.index("Bukan mereka, simpan sebagai orang baru")
    assert "Rosna Tanjung" in page
    assert ROSNA not in page
    assert "person:m1" not in Visit.objects.get().answers["saved"], "not accepted yet, and nothing typed is lost"
    assert Visit.objects.get().answers["members"]["m1"]["birth_date"] == "1985-06-05"


def test_whoever_says_it_is_somebody_else_goes_on_and_is_not_asked_again(visit, rosna):
    enter(visit, "Rosna Tanjung")
    answer = enter(visit, "Rosna Tanjung", different=str(rosna.head_id))
    assert answer.status_code == 302
    assert enter(visit, "Rosna Tanjung").status_code == 302
    assert Visit.objects.get().answers["members"]["m1"]["not_same"] == [rosna.head_id]


def test_opening_the_existing_one_begins_a_visit_to_that_family(visit, rosna):
    client, _path = visit
    enter(visit, "Rosna Tanjung")
    answer = client.post("/kunjungan/mulai/", {**ABOUT, "family": str(rosna.pk), "idempotency_key": ""})
    assert answer.status_code == 302
    assert Visit.objects.filter(family=rosna).exists()
    assert Visit.objects.filter(family=None).get().answers["members"]["m1"]["name"] == "Rosna Tanjung"


def test_a_new_person_is_accepted_without_a_question(visit, rosna):
    assert enter(visit, "Hasan Basri", about={**ABOUT, "birth_date": "17/08/1970", "sex": "1"}).status_code == 302


def test_day_and_month_swapped_or_one_letter_off(visit, rosna):
    assert "Rosna Tanjung" in enter(visit, "Rosnah Tanjong", birth_date="06/05/1985").content.decode()


def test_at_most_three_the_likeliest_first(sari, rosna):
    for n, name in enumerate(("Rosna Tanjung", "Rosni Tanjung", "Rosna Tandjung", "Rosna Tanjungg")):
        cases.family_in(people.SAGO, name=name, nik=f"130199450685010{n}", kk=f"130199050610910{n}")
    found = look(by=sari, village=people.SAGO, name="Rosna Tanjung", born=date(1985, 6, 5))
    assert len(found.known) == 3
    assert [k.score for k in found.known] == sorted((k.score for k in found.known), reverse=True)
    assert found.known[0].person == rosna.head


def test_no_name_from_outside_the_own_area(visit, rosna):
    Household.objects.update(village_id=people.SALIDO)
    answer = enter(visit, "Rosna Tanjung")
    assert answer.status_code == 302, "nothing to say of somebody elsewhere"


def test_a_number_of_another_district_tells_the_district_and_whom_to_ask(visit, rosna, joko):
    Household.objects.update(village_id=people.PADANG)
    Person.objects.update(name="Rahasia Sekali")
    client, path = visit
    answer = enter(visit, "Rosna", ROSNA)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kota Padang" in page
    assert "petugas back office kabupaten" in page
    assert "Joko" not in page, "a supervisor changes no family"
    assert "Rahasia" not in page
    answer = client.post(_typing(path, "person"), {"nik": ROSNA, "name": "Rosna"})
    assert "Kota Padang" in answer.content.decode()
    assert "Rahasia" not in answer.content.decode()


def _typing(path, screen):
    return f"{path}mirip/{screen}/m1/"


def test_while_typing_the_name_is_enough(visit, rosna):
    client, path = visit
    answer = client.post(_typing(path, "person"), {"name": "Tandjoeng Rosn", "nik": ""})
    assert "Rosna Tanjung" in answer.content.decode()
    assert "m1" not in Visit.objects.get().answers["members"], "typing keeps nothing"
    assert client.post(_typing(path, "person"), {"name": "Ha", "nik": ""}).content.decode().strip() == ""


def test_while_typing_a_known_number_names_its_bearer(visit, rosna):
    client, path = visit
    answer = client.post(_typing(path, "person"), {"name": "", "nik": ROSNA})
    assert "Rosna Tanjung" in answer.content.decode()


def test_typing_on_a_visit_of_somebody_else_or_on_no_screen_is_not_there(visit, browse, budi, rosna):
    client, path = visit
    assert browse(budi).post(_typing(path, "person"), {"name": "Rosna"}).status_code == 404
    assert client.post(_typing(path, "house"), {"name": "Rosna"}).status_code == 404
    assert client.get(_typing(path, "person")).status_code == 405


def test_members_of_the_visited_family_are_not_compared_with_themselves(browse, sari, rosna):
    client = browse(sari)
    path = client.post("/kunjungan/mulai/", {"family": str(rosna.pk), "idempotency_key": str(uuid4())})["Location"]
    client.post(f"{path}isi/consent/", {"consent": "1"})
    key = f"p{rosna.head_id}"
    answer = client.post(f"{path}isi/person/{key}/", screen("Rosna Tanjung", ROSNA))
    assert answer.status_code == 302
    found = look(by=sari, village=people.SAGO, name="Rosna Tanjung", born=date(1985, 6, 5), own=rosna)
    assert not found


def test_a_sent_visit_promises_to_look_for_duplicates(visit, rosna, sari):
    from tests.web.test_visit_resumed import KK, PLACE, go_on_to_the_end

    client, path = visit
    client.post(f"{path}isi/place/", PLACE)
    client.post(f"{path}isi/card/", {"kk": KK})
    new = {"birth_date": "17/08/1970", "sex": "1", "relation": "1"}
    assert enter(visit, "Hasan Basri", "1301991708700003", about=new).status_code == 302
    go_on_to_the_end(client, path)
    client.post(f"{path}periksa/", {"attested": "on", "idempotency_key": str(uuid4())})
    assert Visit.objects.get().state == "sent"
    job = OutboxJob.objects.get(name="households.search_duplicates")
    assert job.args == {"persons": [Person.objects.get(name="Hasan Basri").pk]}
