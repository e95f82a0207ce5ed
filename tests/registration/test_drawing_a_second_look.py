"""The supervisors' second look: the draw, what was in the pot, what is written down."""

import pytest

from households.models import (
    Household,
    Revisit,
    RevisitSample,
)
from households.workflow import revisit
from slrt.core import clock
from slrt.core.errors import NotPermitted
from slrt.core.idempotency import new_key
from tests import cases, people


@pytest.fixture
def verified(places):
    """Twelve verified families of the supervisor's district and one of another."""
    made = [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}"), "verified")
        for n in range(10, 22)
    ]
    cases.registration(cases.family_in(people.INDERAPURA, "Jauh", "1301994506850030"), "verified")
    return made


def test_a_draw_can_be_repeated(verified, joko, settings):
    settings.REVISIT_SHARE = 30
    (sample,) = revisit.draw(by=joko, seed=7)
    drawn = sorted(sample.revisits.values_list("registration_id", flat=True))
    assert len(drawn) == 4, "thirty per cent of twelve, rounded up"
    assert drawn == revisit.chosen(sample.population, sample.seed, sample.share)
    assert drawn == revisit.chosen(sample.population[::-1], 7, 30)
    assert sample.population == [row.pk for row in verified]


def test_the_list_says_where_to_go_and_how_the_draw_was_made(browse, verified, joko, settings):
    settings.REVISIT_SHARE = 30
    Household.objects.update(address="Jl. Pasar Gadang No. 2")
    revisit.draw(by=joko, seed=7)
    page = browse(joko).get("/tinjau/").content.decode()
    assert page.count("Jl. Pasar Gadang No. 2 · Sago Salido") == 4
    assert "30% dari 12 verifikasi · bilangan undian 7" in page


def test_what_was_in_the_pot_is_not_drawn_again(browse, verified, joko):
    desk = browse(joko)
    key = new_key()
    desk.post("/tinjau/undi/", {"idempotency_key": key})
    desk.post("/tinjau/undi/", {"idempotency_key": key})
    assert RevisitSample.objects.count() == 1
    desk.post("/tinjau/undi/", {"idempotency_key": new_key()})
    assert (RevisitSample.objects.count(), Revisit.objects.count()) == (1, 2)


def test_the_second_look_is_written_down(browse, verified, joko):
    revisit.draw(by=joko, seed=7)
    row = Revisit.objects.first()
    desk = browse(joko)
    said = {"version": row.version, "idempotency_key": new_key(), "revisited_on": clock.today().isoformat()}
    assert desk.post(f"/tinjau/{row.pk}/differs/", said).status_code == 422, "what differs has to be said"
    desk.post(f"/tinjau/{row.pk}/differs/", {**said, "note": "Lantai keramik, bukan tanah."})
    row.refresh_from_db()
    assert row.state == "differs"
    assert row.registration.state == "verified", "the second look moves nothing by itself"


def test_only_supervisors_draw(verified, sari):
    with pytest.raises(NotPermitted):
        revisit.draw(by=sari)
    assert not RevisitSample.objects.exists()
