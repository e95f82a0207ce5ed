"""Every address with every role: who gets in, who is told why not, and that another area is not there at all."""

import pytest
from django.urls import get_resolver

from tests import cases, people

ROLES = list(people.CAST)
STAFF = {"sari", "budi", "fitri", "rina", "nurma", "joko", "lestari", "hendra"}
VISITORS = {"sari", "budi", "nurma"}
# Address -> who may open it; everybody else who is signed in gets 403.
LISTS = {
    "/dasbor/": set(ROLES),
    "/pengingat/": set(ROLES),
    "/keluarga/": STAFF,
    "/keluarga/tanpa-nik/": STAFF,
    "/kunjungan/": STAFF,
    "/kunjungan/baru/": VISITORS,
    "/registrasi/": STAFF,
    "/impor/": {"lestari", "hendra"},
    "/impor/lembar/extract/": {"lestari", "hendra"},
    **dict.fromkeys(("/registrasi/desa/", "/musyawarah/", "/sanggah/"), STAFF),
    "/musyawarah/baru/": {"nurma"},
    "/registrasi/siks/": {"rina"},
    "/tinjau/": {"joko"},
    "/jawaban/": {"lestari"},
    "/ganda/": {"rina", "nurma", "joko", "lestari"},
    "/keluhan/": STAFF,
    "/keluhan/cetak/": STAFF,
    "/keluhan/baru/": {"sari", "budi", "fitri", "rina", "nurma"},
    "/rujukan/": STAFF | {"agus", "maya"},
    "/jejak/": {"dewi"},
    "/pekerjaan/": {"lestari", "adi"},
    "/ekspor/": {*ROLES} - {"adi"},
    "/akun/sandi/": set(ROLES),
}
KINDS = ["family", "registration", "meeting", "objection", "complaint", "referral"]
OPEN = ("/masuk/", "/lacak/", "/bantuan/", "/healthz", "/readyz")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("who", ROLES)
def test_lists(request, browse, path, who):
    answer = browse(request.getfixturevalue(who)).get(path)
    assert answer.status_code == (200 if who in LISTS[path] else 403)


@pytest.mark.parametrize("path", [*LISTS, "/program/"])
def test_a_stranger_is_sent_to_sign_in(tamu, places, path):
    answer = tamu.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/")


@pytest.mark.parametrize("path", OPEN)
def test_open_pages_need_no_sign_in(tamu, places, path):
    assert tamu.get(path).status_code == 200


@pytest.fixture
def rows(places, sari):
    """One row of everything in Sago Salido; the addresses of their pages."""
    family = cases.family_in(people.SAGO)
    return {
        "family": f"/keluarga/{family.pk}/",
        "registration": f"/registrasi/{cases.registration(family).pk}/",
        "meeting": f"/musyawarah/{cases.meeting(people.SAGO, sari).pk}/",
        "objection": f"/sanggah/{cases.objection(family, sari).pk}/",
        "complaint": f"/keluhan/{cases.complaint(family, sari).pk}/",
        "referral": f"/rujukan/{cases.referral(family, sari, 'sent').pk}/",
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ROLES)
def test_a_row_of_the_own_area(request, browse, rows, kind, who):
    allowed = STAFF - {"budi"} | ({"agus"} if kind == "referral" else set())
    answer = browse(request.getfixturevalue(who)).get(rows[kind])
    assert answer.status_code == (200 if who in allowed else 404)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", [name for name in ROLES if not people.CAST[name].organisation])
def test_a_row_of_another_area_is_not_there(browse, rows, kind, who):
    elsewhere = people.make_user(f"{who}2", people.Part(people.CAST[who].role, "13.71"))
    assert browse(elsewhere).get(rows[kind]).status_code == 404


CHANGERS = {"sari", "rina", "nurma"}
# Pages of a family in Sago Salido -> who may open them; whoever sees the family otherwise is told why not.
FAMILY_PAGES = {
    "ubah/": CHANGERS,
    "ubah/lahir/": CHANGERS,
    "orang/{head}/": CHANGERS,
    "orang/{head}/nik/": STAFF - {"budi"},
    "riwayat/": STAFF - {"budi"},
    "foto/": STAFF - {"budi"},
}


@pytest.mark.parametrize("page", FAMILY_PAGES)
@pytest.mark.parametrize("who", ROLES)
def test_the_pages_of_a_family(request, browse, places, page, who):
    family = cases.family_in(people.SAGO)
    path = f"/keluarga/{family.pk}/{page.format(head=family.head_id)}"
    answer = browse(request.getfixturevalue(who)).get(path)
    sees = who in STAFF - {"budi"}
    assert answer.status_code == (200 if who in FAMILY_PAGES[page] else 403 if sees else 404)


def test_the_neighbouring_nagari_is_another_area(browse, rows, budi):
    assert {browse(budi).get(path).status_code for path in rows.values()} == {404}


def test_another_organisations_referral_is_not_there(browse, rows, maya):
    assert browse(maya).get(rows["referral"]).status_code == 404


def test_a_forbidden_verb_is_refused_with_the_reason(browse, rows, sari):
    answer = browse(sari).get(rows["complaint"] + "triage/")
    assert answer.status_code == 403
    assert "Petugas front office" in answer.content.decode()


def test_every_address_is_in_this_table_or_known_to_belong_to_a_row():
    known = {path.strip("/") for path in (*LISTS, *OPEN, "/program/")}
    row_pages = ("<", "admin/", "komponen/", "keluar/", "bahasa/", "kunjungan/mulai/", "tinjau/undi/", "__debug__")
    unknown = [
        route
        for route in _routes(get_resolver().url_patterns)
        if route.strip("/") not in known and route != "" and not any(part in route for part in row_pages)
    ]
    assert unknown == ["rujukan/baru/"], "reached from a family or a complaint"


def _routes(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route
