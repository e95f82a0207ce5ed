"""The phone tells where it is, or says plainly that it does not; without a script the position is typed."""

import pytest

from households import visiting
from households.models import FieldCheck
from tests import cases, people
from tests.entry.homes import agreed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIELDS = ("latitude", "longitude", "accuracy")


@pytest.fixture
def check(places):
    """The address of a field verification."""
    row = cases.registration(cases.family_in(people.SAGO), "field_verification")
    return f"/registrasi/{row.pk}/not_found/"


def position(phone):
    return [phone.page.locator(f"[name={name}]").input_value() for name in FIELDS]


def test_a_verifier_lets_the_phone_fill_the_position(seat, sari, check):
    phone = seat(sari)
    phone.page.context.grant_permissions(["geolocation"])
    phone.page.context.set_geolocation({"latitude": -1.3123456, "longitude": 100.5123456, "accuracy": 8})
    phone.open(check)
    phone.fits()
    phone.is_accessible()
    phone.press("Ambil posisi ponsel")
    phone.sees("Tepat ±8 m")
    assert position(phone) == ["-1.312346", "100.512346", "8"]
    phone.page.locator("[name=note]").fill("Rumah kosong.")
    phone.page.locator("main form button.btn-primary, main form button.btn-warn").first.click()
    phone.page.wait_for_url(lambda url: "not_found" not in url)
    assert FieldCheck.objects.get().position_accuracy == 8


def test_a_refusal_is_said_plainly_and_the_fields_are_still_there(seat, sari, check):
    phone = seat(sari)
    phone.page.context.clear_permissions()
    phone.open(check)
    phone.press("Ambil posisi ponsel")
    phone.sees("Izin lokasi ditolak.")
    assert position(phone) == ["", "", ""]
    phone.fits()
    phone.is_accessible()


def test_on_a_visit_the_same_button_fills_the_same_fields(seat, sari):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    phone = seat(sari)
    phone.page.context.grant_permissions(["geolocation"])
    phone.page.context.set_geolocation({"latitude": -1.3, "longitude": 100.5, "accuracy": 50})
    phone.open(f"/kunjungan/{visit.pk}/isi/position/")
    phone.press("Ambil posisi ponsel")
    phone.sees("Kurang tepat ±50 m")
    assert position(phone) == ["-1.300000", "100.500000", "50"]


def test_without_a_script_the_position_is_typed(seat, sari, check):
    phone = seat(sari, script=False)
    phone.open(check)
    assert not phone.page.get_by_role("button", name="Ambil posisi ponsel").is_visible()
    phone.page.get_by_text("Isi posisi dengan tangan").click()
    for name, value in zip(FIELDS, ("-1.3", "100.5", "20"), strict=True):
        phone.page.locator(f"[name={name}]").fill(value)
    phone.page.locator("[name=note]").fill("Rumah kosong.")
    phone.page.locator("main form button.btn-primary, main form button.btn-warn").first.click()
    assert "not_found" not in phone.page.url
    assert FieldCheck.objects.get().position_accuracy == 20
