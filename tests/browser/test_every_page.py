"""Every list and home of every role on a phone and at a desk: fits, is accessible, complains of nothing."""

import pytest

from households import visiting
from households.views.events import PAGES as EVENTS
from programs.loading import load as load_programmes
from tests import cases, people
from tests.browser.conftest import DESK, PHONE
from tests.entry.homes import agreed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "sari": [
        "/dasbor/",
        "/pengingat/",
        "/keluarga/",
        "/keluarga/tanpa-nik/",
        "/kunjungan/",
        "/kunjungan/baru/",
        "/keluhan/",
        "/keluhan/baru/",
        "/program/",
    ],
    "lestari": [
        "/dasbor/",
        "/pekerjaan/",
        "/pekerjaan/households.flag_outdated/",
        "/impor/",
        "/rujukan/",
        "/registrasi/",
        "/ekspor/",
        "/ekspor/baru/anggota/",
        "/jawaban/",
    ],
    "joko": ["/dasbor/", "/kunjungan/", "/keluhan/", "/tinjau/", "/ganda/"],
    "nurma": ["/musyawarah/", "/musyawarah/baru/", "/registrasi/desa/", "/registrasi/banyak/match/"],
    "rina": ["/registrasi/siks/", "/registrasi/banyak/send/", "/rujukan/", "/ekspor/baru/surat-rujukan/"],
    "agus": ["/dasbor/", "/rujukan/"],
    "tomo": ["/dasbor/"],
    "dewi": ["/jejak/", "/ekspor/baru/jejak/"],
    "adi": ["/dasbor/", "/pekerjaan/"],
}
VISIT_PAGES = ("isi/consent/", "isi/goods/", "isi/record/", "anggota/", "periksa/", "menolak/")


def changes(who, family):
    """Pages of a family for whoever records what happens to it."""
    if who != "sari":
        return []
    events = [f"ubah/{kind}" for kind in EVENTS]
    person = f"orang/{family.head_id}"
    return ["ubah", *events, person, f"{person}/nik", "riwayat", "foto"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", PAGES)
def test_pages_of(request, seat, sari, who, size):
    load_programmes()
    family = cases.family_in(people.SAGO)
    revisit = cases.revisit(cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002"), sari)
    meeting = cases.decided_meeting(people.SAGO, sari)
    answer = cases.answer_file(cases.family_in(people.SAGO, "Syafri Koto", "1301994506850005"), sari)
    registry = [
        f"/registrasi/{revisit.registration_id}/",
        f"/registrasi/{revisit.registration_id}/tanda/",
        f"/registrasi/desa/{people.SAGO}/awal/",
        f"/musyawarah/{meeting.pk}/",
        f"/keluarga/{family.pk}/sanggah/",
        f"/sanggah/{cases.objection(family, sari).pk}/",
    ]
    rows = [
        f"/keluarga/{family.pk}/",
        *(f"/keluarga/{family.pk}/{page}/" for page in changes(who, family)),
        f"/registrasi/{cases.registration(family).pk}/",
        f"/keluhan/{cases.complaint(family, sari).pk}/",
        f"/rujukan/{cases.referral(family, sari, 'sent').pk}/",
    ]
    if who == "sari":
        visit = agreed(visiting.begin(by=sari, village_id=people.SAGO, family=family), sari)
        rows += [f"/kunjungan/{visit.pk}/{part}" for part in ("", *VISIT_PAGES)]
    user = sari if who == "sari" else request.getfixturevalue(who)
    place = seat(user, size)
    own = {
        "sari": rows,
        "lestari": [*rows, f"/jawaban/{answer.pk}/"],
        "agus": rows[3:],
        "nurma": [*registry, f"/musyawarah/{meeting.pk}/attach_minutes/"],
        "joko": [f"/tinjau/{revisit.pk}/differs/"],
    }
    for path in PAGES[who] + own.get(who, []):
        place.open(path)
        place.fits()
        place.is_accessible()


@pytest.mark.parametrize("path", ["/masuk/", "/lacak/", "/bantuan/", "/komponen/"])
def test_open_pages(seat, places, path):
    place = seat(script=False).open(path)
    place.fits()
    seat().open(path).is_accessible()
