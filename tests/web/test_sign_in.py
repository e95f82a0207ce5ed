"""The front door: a slip is forgiven, a guesser is held back, and nothing stays on the screen of who has left."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import F
from django.test import Client

from households import visiting
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests import cases, people
from tests.entry.homes import agreed

PASSWORD = "rahasia-sekali-2026"
WRONG = "Nama pengguna atau kata sandi salah."
HELD = "ditahan 30 menit"
HOME, ELSEWHERE = "10.0.0.1", "10.0.0.2"


def sign_in(client, name="sari", password=PASSWORD, address=HOME, **more):
    return client.post("/masuk/", {"username": name, "password": password, **more}, REMOTE_ADDR=address)


def is_inside(client):
    return client.get("/dasbor/").status_code == 200


def guess(client, times, name="sari", address=HOME):
    return [sign_in(client, name, f"tebakan-{n}", address) for n in range(times)]


@pytest.fixture
def held(tamu, sari):
    """Somebody guessed sari's password as often as the limit says."""
    return guess(tamu, settings.AXES_FAILURE_LIMIT)[-1]


def half_an_hour_passes(minutes=31):
    """What was tried lies that much further back."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


def test_a_wrong_password_says_so_and_keeps_the_name(tamu, sari):
    answer = sign_in(tamu, password="salah-ketik")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert WRONG in page
    assert re.search(r'<input[^>]*name="username"[^>]*value="sari"|<input[^>]*value="sari"[^>]*name="username"', page)
    assert "salah-ketik" not in page
    assert not is_inside(tamu)


def test_a_slip_or_two_are_forgiven(tamu, sari):
    guess(tamu, settings.AXES_FAILURE_LIMIT - 1)
    assert sign_in(tamu)["Location"] == "/dasbor/"
    assert is_inside(tamu)
    guess(Client(), settings.AXES_FAILURE_LIMIT - 1)
    assert sign_in(Client()).status_code == 302, "the count begins anew after the right password"


def test_at_the_limit_the_page_says_how_long_to_wait(held):
    assert held.status_code == 429
    page = held.content.decode()
    assert "Terlalu banyak percobaan" in page
    assert HELD in page
    assert "administrator SLRT" in page
    assert settings.AXES_COOLOFF_TIME == 0.5, "the sentence says thirty minutes"


def test_while_held_the_right_password_does_not_help(tamu, sari, held):
    for client in (tamu, Client()):
        answer = sign_in(client)
        assert answer.status_code == 429
        assert HELD in answer.content.decode()
        assert not is_inside(client)
    assert not AuditEntry.objects.filter(verb="sign_in").exists()


def test_shortly_before_the_time_is_over_the_door_is_still_shut(tamu, sari, held):
    half_an_hour_passes(minutes=28)
    assert sign_in(tamu).status_code == 429


def test_when_the_time_is_over_the_right_password_opens(tamu, sari, held):
    half_an_hour_passes()
    assert sign_in(tamu)["Location"] == "/dasbor/"
    assert is_inside(tamu)


def test_nobody_else_is_held_with_sari(sari, budi, held):
    assert sign_in(Client(), "budi", address=ELSEWHERE).status_code == 302
    assert sign_in(Client(), "budi", address=HOME).status_code == 302, "a neighbour behind the same address"
    assert sign_in(Client(), "sari", address=ELSEWHERE).status_code == 302, "sari herself, away from the guesser"


def test_an_inactive_account_stays_outside_and_is_told_whom_to_ask(tamu, sari):
    sari.is_active = False
    sari.save()
    page = sign_in(tamu).content.decode()
    assert not is_inside(tamu)
    assert "Akun ini tidak aktif. Hubungi administrator SLRT" in page


def test_a_guesser_does_not_learn_that_an_account_is_inactive(tamu, sari):
    sari.is_active = False
    sari.save()
    page = sign_in(tamu, password="tebakan").content.decode()
    assert WRONG in page
    assert "tidak aktif" not in page


def test_an_account_made_inactive_is_out_with_the_next_click(tamu, sari):
    sign_in(tamu)
    assert is_inside(tamu)
    sari.is_active = False
    sari.save()
    answer = tamu.get("/keluarga/")
    assert (answer.status_code, answer["Location"]) == (302, "/masuk/?next=/keluarga/")


def test_whose_assignment_has_ended_comes_in_and_sees_nobodys_data(tamu, sari):
    family = cases.family_in(people.SAGO)
    complaint = cases.complaint(family, sari)
    paths = (f"/keluarga/{family.pk}/", f"/keluhan/{complaint.pk}/")
    sign_in(tamu)
    assert [tamu.get(path).status_code for path in paths] == [200, 200]
    sari.assignments.update(ended_on=clock.today() - timedelta(days=1))
    sign_in(tamu)
    home = tamu.get("/dasbor/")
    assert home.status_code == 200
    assert "Kunjungan baru" not in home.content.decode()
    assert [tamu.get(path).status_code for path in paths] == [404, 404]
    for path in ("/keluarga/", "/keluhan/", "/kunjungan/", "/rujukan/", "/registrasi/"):
        assert "Rosna" not in tamu.get(path).content.decode(), path
    assert tamu.get("/kunjungan/").status_code == 403


def test_the_last_day_of_an_assignment_still_counts(tamu, sari):
    sari.assignments.update(ended_on=clock.today())
    sign_in(tamu)
    assert "Kunjungan baru" in tamu.get("/dasbor/").content.decode()


def test_after_signing_in_one_goes_on_to_the_page_asked_for(tamu, sari):
    asked = tamu.get("/keluhan/")["Location"]
    assert asked == "/masuk/?next=/keluhan/"
    assert 'name="next" value="/keluhan/"' in tamu.get(asked).content.decode()
    assert sign_in(tamu, next="/keluhan/")["Location"] == "/keluhan/"


OUTSIDE = [
    "https://jahat.example/",
    "//jahat.example/",
    "/\\jahat.example/",
    "http:///jahat.example",
    "javascript:alert(1)",
    "https://testserver@jahat.example/",
    "\thttps://jahat.example/",
    "////jahat.example/",
]


@pytest.mark.parametrize("target", OUTSIDE)
def test_nobody_is_led_outside(tamu, sari, target):
    assert sign_in(tamu, next=target)["Location"] == "/dasbor/"
    again = tamu.get("/masuk/", {"next": target})
    assert (again.status_code, again["Location"]) == (302, "/dasbor/")


@pytest.mark.parametrize("target", OUTSIDE)
def test_choosing_the_language_leads_nobody_outside(tamu, target):
    answer = tamu.post("/bahasa/", {"language": "en", "next": target})
    assert answer.status_code == 302
    assert re.match(r"/($|[^/\\])", answer["Location"]), "an address of this house"


def test_signing_out_ends_it_and_says_so(tamu, sari):
    sign_in(tamu)
    page = tamu.post("/keluar/", follow=True).content.decode()
    assert "Anda sudah keluar." in page
    assert not is_inside(tamu)
    assert tamu.get("/keluar/").status_code == 405, "a link on somebody's page signs nobody out"
    assert AuditEntry.objects.filter(verb="sign_out", actor=sari).count() == 1


@pytest.fixture
def pages_with_people(sari):
    family = cases.family_in(people.SAGO)
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO, family=family), sari)
    complaint = cases.complaint(family, sari)
    return (
        *("/dasbor/", "/keluarga/", "/keluhan/?tab=new", f"/keluarga/{family.pk}/", f"/keluhan/{complaint.pk}/"),
        *("/kunjungan/", f"/kunjungan/{visit.pk}/", f"/kunjungan/{visit.pk}/isi/card/"),
        *(f"/kunjungan/{visit.pk}/periksa/", f"/keluhan/{complaint.pk}/bukti/"),
    )


def test_after_signing_out_the_back_button_shows_no_kept_page(tamu, sari, pages_with_people):
    sign_in(tamu)
    kept = []
    for path in pages_with_people:
        answer = tamu.get(path)
        assert answer.status_code == 200, path
        if "no-store" not in answer.get("Cache-Control", ""):
            kept.append(path)
    assert not kept, "a browser keeps these pages for the back button"
    tamu.post("/keluar/")
    assert [tamu.get(path).status_code for path in pages_with_people] == [302] * len(pages_with_people)


def test_what_is_sent_after_the_session_ended_is_said_not_to_have_arrived(tamu, sari):
    sign_in(tamu)
    tamu.session.flush()
    asked = tamu.post("/impor/", {"kind": "deciles"})
    assert asked.url == "/masuk/?next=/impor/"
    assert "Kiriman tadi tidak diterima" in tamu.get(asked.url).content.decode()
    assert "Kiriman tadi" not in tamu.get(asked.url).content.decode()


def test_who_only_opens_a_page_or_leaves_is_told_of_nothing_sent(tamu, sari):
    assert "Kiriman tadi" not in tamu.get("/impor/", follow=True).content.decode()
    sign_in(tamu)
    assert "Kiriman tadi" not in tamu.post("/keluar/", follow=True).content.decode()
