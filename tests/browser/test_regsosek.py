"""A visit with code book Regsosek 2022-K on a phone of 360 x 640, from the choice of the book to the receipt."""

import pytest

from households import visiting
from households.models import SurveyRound, Visit
from tests import people
from tests.entry import regsosek

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pick(phone, name, value):
    phone.page.locator(f"input[name={name}][value='{value}']").check()


def save(phone, name="Simpan dan lanjut"):
    before = phone.page.url
    phone.press(name)
    phone.page.wait_for_url(lambda url: url != before)


def looks_right(phone):
    phone.fits()
    phone.is_accessible()


def test_from_the_choice_of_the_book_to_the_receipt(seat, sari):
    visit = visiting.begin(by=sari, village_id=people.SAGO)
    phone = seat(sari).open(f"/kunjungan/{visit.pk}/")
    looks_right(phone)
    phone.press("Pakai Regsosek 2022-K")
    phone.sees("Kunjungan ini memakai buku kode Regsosek 2022-K.")
    phone.follow("Lanjutkan")
    save(phone, "Keluarga setuju, lanjut")
    assert "/isi/place/" in phone.page.url
    phone.open(f"/kunjungan/{visit.pk}/isi/house/")
    proof = phone.page.locator("[data-shown-if='status_bangunan:1']")
    assert not proof.is_visible(), "nobody is asked for the papers of a house that is not theirs"
    phone.page.locator("[name=luas_lantai]").fill("24")
    pick(phone, "status_bangunan", "1")
    assert proof.is_visible()
    pick(phone, "bukti_lahan", "5")
    height = phone.page.evaluate("document.documentElement.scrollHeight")
    phone.page.locator(".reason summary").first.click()
    phone.sees("Keadaan rumah adalah bagian dari ukuran kesejahteraan")
    assert phone.page.evaluate("document.documentElement.scrollHeight") == height, "nothing jumps"
    assert min(phone.page.locator(".reason summary").first.bounding_box()[side] for side in ("width", "height")) >= 44
    looks_right(phone)
    save(phone)
    regsosek.enter(Visit.objects.get(), sari, without=("light", "body:m2"))
    phone.open(f"/kunjungan/{visit.pk}/isi/light/")
    pick(phone, "penerangan", "4")
    assert not phone.page.locator("[data-shown-if='penerangan:1']").is_visible()
    save(phone)
    phone.open(f"/kunjungan/{visit.pk}/isi/body/m2/")
    looks_right(phone)
    pick(phone, "pendengaran", "?")
    pick(phone, "berjalan", "2")
    phone.page.locator("button[name=belajar][value='4']").click()
    phone.page.wait_for_url(lambda url: "/isi/body/" not in url)
    for part in ("isi/aid/", "isi/aid_people/", "isi/mind/m2/", "isi/labour/m1/", "periksa/"):
        phone.open(f"/kunjungan/{visit.pk}/{part}")
        looks_right(phone)
    phone.sees("Buku kode Regsosek 2022-K")
    phone.sees("Girik atau letter C")
    phone.page.locator("input[name=attested]").check()
    phone.press("Kirim data keluarga")
    phone.sees("Data keluarga sudah terkirim")
    phone.sees("Regsosek 2022-K")
    looks_right(phone)
    survey = SurveyRound.objects.get()
    assert survey.codebook == "regsosek2022k"
    assert (survey.answers["penerangan"], survey.answers["bukti_lahan"]) == ("4", "5")
    assert "daya" not in survey.answers, "skipped on the screen, and by the server again"
    about = survey.person_answers.get(person__name="Budi Tanjung").answers
    assert (about["pendengaran"], about["berjalan"], about["belajar"]) == ("?", "2", "4")
    phone.open(f"/keluarga/{Visit.objects.get().family_id}/riwayat/")
    phone.sees("Buku kode Regsosek 2022-K")
    looks_right(phone)
