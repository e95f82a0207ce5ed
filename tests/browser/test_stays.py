"""Events and photos without a server: what was entered, the photo too, is still on the screen, and sent once by the next press."""

import pytest
from django.contrib.sessions.models import Session

from households import visiting
from households.models import Person, Photo, RegistryEvent, SurveyRound
from tests import cases, people
from tests.browser.conftest import PASSWORD
from tests.browser.test_photos import picture
from tests.entry.homes import enter
from tests.registry import homes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def family(sari):
    return homes.rosnas()


@pytest.fixture
def birth(seat, sari, family):
    """Sari's phone, a birth filled in."""
    phone = seat(sari).open(f"/keluarga/{family.pk}/ubah/lahir/")
    phone.write("Nama bayi", "Bayu Tanjung")
    phone.write("Tanggal lahir", "20/11/2026")
    phone.choose("Laki-laki")
    return phone


def test_an_event_without_signal_stays_and_is_recorded_once_when_it_is_back(birth, family):
    birth.page.context.set_offline(True)
    birth.press("Catat kelahiran")
    birth.sees("Server belum menjawab")
    birth.fits()
    assert birth.page.get_by_label("Nama bayi").input_value() == "Bayu Tanjung"
    assert not RegistryEvent.objects.exists()
    birth.page.context.set_offline(False)
    birth.complaints.clear()  # the browser reports the failed request as an error, rightly
    birth.press("Catat kelahiran")
    birth.page.wait_for_url(f"**/keluarga/{family.pk}/")
    birth.sees("Tersimpan")
    assert Person.objects.filter(name="Bayu Tanjung").count() == 1


def test_an_event_that_is_refused_says_why_and_keeps_what_was_typed(birth):
    birth.write("Tanggal lahir", "20/11/2031")
    birth.press("Catat kelahiran")
    birth.sees("Tanggal lahir ini belum terjadi")
    assert birth.page.get_by_label("Nama bayi").input_value() == "Bayu Tanjung"
    assert not RegistryEvent.objects.exists()


def test_after_the_session_ended_an_event_waits_until_she_has_signed_in_again(birth, family):
    Session.objects.all().delete()
    birth.press("Catat kelahiran")
    birth.sees("Anda sudah keluar")
    assert birth.page.get_by_label("Nama bayi").input_value() == "Bayu Tanjung"
    with birth.page.context.expect_page() as opened:
        birth.follow("Masuk di tab lain")
    other = opened.value
    other.get_by_label("Nama pengguna").fill("sari")
    other.get_by_label("Kata sandi").fill(PASSWORD)
    other.get_by_role("button", name="Masuk", exact=True).click()
    other.wait_for_url(lambda url: "/masuk/" not in url)
    birth.press("Catat kelahiran")
    birth.page.wait_for_url(f"**/keluarga/{family.pk}/")
    assert Person.objects.filter(name="Bayu Tanjung").count() == 1


def test_signing_in_again_in_another_tab_makes_no_form_too_old(birth, family):
    Session.objects.all().delete()
    other = birth.page.context.new_page()
    other.goto(f"{birth.base}/masuk/")
    other.get_by_label("Nama pengguna").fill("sari")
    other.get_by_label("Kata sandi").fill(PASSWORD)
    other.get_by_role("button", name="Masuk", exact=True).click()
    other.wait_for_url("**/dasbor/")
    birth.press("Catat kelahiran")
    birth.page.wait_for_url(f"**/keluarga/{family.pk}/")
    assert Person.objects.filter(name="Bayu Tanjung").count() == 1


def test_a_photo_taken_without_signal_is_not_lost(seat, sari, family):
    phone = seat(sari).open(f"/keluarga/{family.pk}/foto/")
    phone.page.set_input_files("input[type=file]", picture(1200, 900))
    phone.page.locator("input[name=kind][value=house]").check()
    phone.page.context.set_offline(True)
    phone.press("Simpan foto")
    phone.sees("Server belum menjawab")
    assert phone.page.evaluate("document.querySelector('input[type=file]').files.length") == 1
    phone.page.context.set_offline(False)
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    phone.press("Simpan foto")
    phone.sees("Foto tersimpan")
    assert Photo.objects.count() == 1


def test_a_double_tap_on_a_photo_keeps_it_once(seat, sari, family):
    phone = seat(sari).open(f"/keluarga/{family.pk}/foto/")
    phone.page.set_input_files("input[type=file]", picture(1200, 900))
    phone.page.locator("input[name=kind][value=house]").check()
    phone.page.get_by_role("button", name="Simpan foto").dblclick()
    phone.sees("Foto tersimpan")
    assert Photo.objects.count() == 1


def test_a_visit_whose_answer_got_lost_is_sent_once_and_leads_to_its_receipt(seat, sari, places):
    draft = enter(visiting.begin(by=sari, village_id=people.SAGO), sari)
    phone = seat(sari).open(f"/kunjungan/{draft.pk}/periksa/")
    phone.page.get_by_label("Data ini benar menurut yang saya lihat dan dengar sendiri.").check()

    def lose(route):
        if route.request.method == "POST":
            route.fetch()  # it arrives, and the answer does not
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/periksa/", lose)
    phone.press("Kirim data keluarga")
    phone.sees("Server belum menjawab")
    phone.page.unroute("**/periksa/")
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    phone.press("Kirim data keluarga")
    phone.page.wait_for_url(f"**/kunjungan/{draft.pk}/bukti/")
    assert SurveyRound.objects.count() == 1


def test_the_note_of_a_step_stays_too_and_the_step_is_taken_once(seat, sari, family):
    row = cases.registration(family, "field_verification")
    phone = seat(sari).open(f"/registrasi/{row.pk}/not_found/")
    note = "Rumahnya kosong tiap siang; tetangga bilang pindah ke pasar sejak bulan lalu."
    phone.page.locator("[name=note]").fill(note)
    phone.page.locator("[name=no_position_reason]").fill("Tidak ada sinyal.")
    phone.page.context.set_offline(True)
    phone.press("Tidak ditemukan")
    phone.sees("Server belum menjawab")
    phone.fits()
    assert phone.page.locator("[name=note]").input_value() == note
    row.refresh_from_db()
    assert row.state == "field_verification"
    phone.page.context.set_offline(False)
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    phone.press("Tidak ditemukan")
    phone.page.wait_for_url(f"**/registrasi/{row.pk}/")
    phone.sees("Tersimpan")
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("end_proposed", 1)


def test_a_step_that_is_refused_says_why_and_keeps_the_note(seat, sari, family):
    row = cases.registration(family, "field_verification")
    phone = seat(sari).open(f"/registrasi/{row.pk}/not_found/")
    phone.page.locator("[name=note]").fill("Rumahnya kosong.")
    phone.page.locator("[name=visited_on]").fill("20/11/2031")
    phone.press("Tidak ditemukan")
    phone.sees("belum terjadi")
    assert phone.page.locator("[name=note]").input_value() == "Rumahnya kosong."
    row.refresh_from_db()
    assert row.state == "field_verification"
