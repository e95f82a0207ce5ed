"""Where a field verification took place: typed or told by the phone, with how exact it is; else the house's own position."""

import pytest

from households.models import FieldCheck
from slrt.core import clock
from slrt.core.idempotency import new_key
from tests import cases, people


@pytest.fixture
def row(places):
    family = cases.family_in(people.SAGO)
    house = family.household
    house.latitude, house.longitude, house.position_accuracy = "-1.350000", "100.570000", 12
    house.save()
    return cases.registration(family, "field_verification")


def sent(row, **more):
    said = {"version": row.version, "idempotency_key": new_key(), "visited_on": clock.today().isoformat()}
    return {**said, "note": "Rumah kosong.", **more}


def test_position_and_accuracy_are_kept_as_entered(browse, sari, row):
    path = f"/registrasi/{row.pk}/not_found/"
    page = browse(sari).get(path).content.decode()
    assert "Ambil posisi ponsel" in page
    assert "js/position.js" in page
    entered = {"latitude": "-1.312345", "longitude": "100.512345", "accuracy": "8"}
    assert browse(sari).post(path, sent(row, **entered)).status_code == 302
    check = FieldCheck.objects.get()
    assert (str(check.latitude), str(check.longitude)) == ("-1.312345", "100.512345")
    assert check.position_accuracy == 8
    assert "±8 m" in browse(sari).get(f"/registrasi/{row.pk}/").content.decode()


@pytest.mark.parametrize("entered", [{}, {"accuracy": "8"}])
def test_without_a_whole_position_that_of_the_house_stands_with_its_own_accuracy(browse, sari, row, entered):
    assert browse(sari).post(f"/registrasi/{row.pk}/not_found/", sent(row, **entered)).status_code == 302
    check = FieldCheck.objects.get()
    assert (str(check.latitude), str(check.longitude), check.position_accuracy) == ("-1.350000", "100.570000", 12)


@pytest.mark.parametrize(("name", "value"), [("accuracy", "-1"), ("accuracy", "dekat"), ("latitude", "61")])
def test_what_can_not_be_is_refused_and_nothing_changes(browse, sari, row, name, value):
    answer = browse(sari).post(f"/registrasi/{row.pk}/not_found/", sent(row, **{name: value}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [name]
    row.refresh_from_db()
    assert (row.state, FieldCheck.objects.count()) == ("field_verification", 0)


def test_a_step_without_a_position_does_not_ask_the_phone(browse, joko, places):
    row = cases.registration(cases.family_in(people.SAGO), "verified")
    for verb in ("approve", "return"):
        answer = browse(joko).get(f"/registrasi/{row.pk}/{verb}/")
        assert answer.status_code == 200
        assert "position.js" not in answer.content.decode()
