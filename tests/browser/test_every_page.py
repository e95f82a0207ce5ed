"""Every list and home of every role on a phone and at a desk: fits, is accessible, complains of nothing."""

import pytest

from programs.loading import load as load_programmes
from tests import cases, people
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "sari": ["/dasbor/", "/keluarga/", "/kunjungan/", "/kunjungan/baru/", "/keluhan/", "/keluhan/baru/", "/program/"],
    "lestari": ["/dasbor/", "/impor/", "/rujukan/", "/registrasi/"],
    "joko": ["/dasbor/", "/keluhan/", "/ganda/"],
    "agus": ["/dasbor/", "/rujukan/"],
    "tomo": ["/dasbor/"],
    "dewi": ["/jejak/"],
}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", PAGES)
def test_pages_of(request, seat, sari, who, size):
    load_programmes()
    family = cases.family_in(people.SAGO)
    rows = [
        f"/keluarga/{family.pk}/",
        f"/registrasi/{cases.registration(family).pk}/",
        f"/keluhan/{cases.complaint(family, sari).pk}/",
        f"/rujukan/{cases.referral(family, sari, 'sent').pk}/",
    ]
    user = sari if who == "sari" else request.getfixturevalue(who)
    place = seat(user, size)
    for path in PAGES[who] + (rows if who in ("sari", "lestari") else rows[3:] if who == "agus" else []):
        place.open(path)
        place.fits()
        place.is_accessible()


@pytest.mark.parametrize("path", ["/masuk/", "/lacak/", "/bantuan/", "/komponen/"])
def test_open_pages(seat, places, path):
    place = seat(script=False).open(path)
    place.fits()
    seat().open(path).is_accessible()
