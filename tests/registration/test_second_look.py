"""The second look comes round with every round of verification, in every area of the supervisor's, and once for two draws at once."""

from datetime import date, timedelta

import pytest

from households.models import FieldCheck, Revisit, RevisitSample
from households.workflow import revisit
from slrt.accounts.models import Assignment, User
from slrt.accounts.roles import Role
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people
from tests.registry.races import at_once


def verified(village, n, **more):
    family = cases.family_in(village, f"Warga {n}", f"13019945068500{n:02d}")
    return cases.registration(family, "verified", **more)


def also_in(user, area):
    """The same supervisor with a second area."""
    Assignment.objects.create(user=user, role=Role.SUPERVISOR, area_id=area, started_on=date(2020, 1, 1))
    return User.objects.get(pk=user.pk)


@pytest.fixture(autouse=True)
def all_of_them(settings):
    settings.REVISIT_SHARE = 100


def test_a_later_round_is_drawn_again(browse, places, joko):
    row = verified(people.SAGO, 10, verification_from=clock.now() - timedelta(days=400))
    with clock.told(clock.now() - timedelta(days=390)):
        revisit.draw(by=joko)
    engine.apply("agrees", Revisit.objects.get(), by=joko, revisited_on=clock.today())
    assert revisit.waiting(("13.01.05",)) == [], "once in one round"
    row.verification_from = clock.now() - timedelta(days=3)
    row.save()
    assert revisit.waiting(("13.01.05",)) == [row.pk]
    revisit.draw(by=joko)
    assert list(row.revisits.order_by("pk").values_list("state", flat=True)) == ["agrees", "drawn"]
    FieldCheck.objects.create(
        registration=row, result_code="1", visited_on=clock.today(), surveyor=joko, recorded_at=clock.now()
    )
    assert "Perlu ditinjau ulang" in browse(joko).get(f"/registrasi/{row.pk}/").content.decode(), "the newest is shown"
    with pytest.raises(GuardFailed):
        revisit.draw(by=joko)


def test_every_area_of_the_supervisor_is_drawn(browse, places, joko):
    rows = [verified(people.SAGO, 10), verified(people.INDERAPURA, 11), verified(people.PADANG, 12)]
    both = also_in(joko, "13.01.01")
    desk = browse(both)
    assert "2 verifikasi belum diundi" in desk.get("/tinjau/").content.decode()
    page = desk.post("/tinjau/undi/", {"idempotency_key": new_key()}, follow=True).content.decode()
    assert "2 keluarga terundi" in page
    assert set(RevisitSample.objects.values_list("area_id", flat=True)) == {"13.01.05", "13.01.01"}
    assert set(Revisit.objects.values_list("registration_id", flat=True)) == {rows[0].pk, rows[1].pk}


def test_an_area_within_another_is_drawn_once(places, joko):
    row = verified(people.SAGO, 10)
    revisit.draw(by=also_in(joko, people.SAGO))
    assert Revisit.objects.get().registration == row


@pytest.mark.django_db(transaction=True)
def test_of_two_draws_at_once_the_second_is_told_that_nothing_is_left(db):
    people.make_places()
    joko, dina = people.make_user("joko"), people.make_user("dina", people.CAST["joko"])
    row = verified(people.SAGO, 10)
    first, second = at_once(lambda: revisit.draw(by=joko), lambda: revisit.draw(by=dina))
    assert isinstance(second, GuardFailed), second
    assert "Belum ada verifikasi baru" in str(second)
    assert [sample.population for sample in first] == [[row.pk]]
    assert (RevisitSample.objects.count(), Revisit.objects.count()) == (1, 1)
