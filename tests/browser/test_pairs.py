"""Pairs on a phone and at a desk: they fit, they are accessible, a letter leads on, and a name is asked about while it is typed."""

from datetime import date

import pytest

from households.duplicates.search import search
from households.models import DuplicateCandidate, Membership, Person
from tests import cases, people
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pairs(places):
    """Two people stand there twice."""
    for name, nik in (("Rosna Tanjung", "1301994506850001"), ("Hasan Basri", "1301990506700001")):
        cases.family_in(people.SAGO, name=name, nik=nik, kk=f"{nik[:12]}9001")
        cases.family_in(people.SAGO, name=name, nik=f"{nik[:15]}7", kk=f"{nik[:12]}9007")
    search()
    return list(DuplicateCandidate.objects.order_by("-score", "pk"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_of_a_pair_and_of_a_merge(seat, rina, pairs, size):
    place = seat(rina, size)
    paths = ["/ganda/", f"/ganda/{pairs[0].pk}/", f"/ganda/{pairs[0].pk}/gabung/", f"/ganda/{pairs[0].pk}/dismiss/"]
    for path in paths:
        place.open(path)
        place.fits()
        place.is_accessible()
    place.open(paths[2])
    place.page.locator("input[name=nik]").first.check()
    place.write("Mengapa ini orang yang sama", "KTP dan KK sama.")
    place.press("Usulkan digabung")
    place.sees("Menunggu orang kedua")
    place.fits()
    place.is_accessible()


def test_letters_lead_from_pair_to_pair(seat, rina, pairs):
    place = seat(rina, DESK).open(f"/ganda/{pairs[0].pk}/")
    place.page.keyboard.press("j")
    place.page.wait_for_url(f"**/ganda/{pairs[1].pk}/")
    place.page.keyboard.press("k")
    place.page.wait_for_url(f"**/ganda/{pairs[0].pk}/")
    place.page.keyboard.press("u")
    place.page.wait_for_url("**/ganda/")


def test_somebody_who_is_registered_is_shown_while_the_name_is_typed(seat, sari):
    cases.family_in(people.SAGO)
    Membership.objects.update(started_on=date(2020, 1, 1))
    assert Person.objects.count() == 1
    place = seat(sari)
    place.open("/kunjungan/baru/")
    place.page.locator("input[type=search]").fill("Hasan")
    place.press("Cari")
    place.press("Mulai keluarga baru")
    place.page.wait_for_url("**/kunjungan/*/")
    visit = place.page.url.removeprefix(place.base)
    place.follow("Lanjutkan")
    place.press("Keluarga setuju, lanjut")
    place.page.wait_for_url("**/isi/place/")
    place.open(visit + "isi/person/m1/")
    place.write("Nama lengkap", "Tandjoeng Rosna")
    place.sees("Mungkin sudah terdata")
    place.sees("Rosna Tanjung")
    place.fits()
    place.is_accessible()
    place.page.get_by_role("button", name="Buka yang sudah ada").first.click()
    place.page.wait_for_url("**/kunjungan/*/")
    place.sees("Rosna Tanjung")
