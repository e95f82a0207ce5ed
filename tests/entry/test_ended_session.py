"""A screen sent after the session ended: the entries wait, encrypted, for whoever began the visit, and for nobody else."""

import re
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client

from households import visiting
from households.models import Visit
from households.views import kept
from slrt.core import clock
from tests import people
from tests.entry.homes import agreed
from tests.web.test_visit_resumed import stands_in

ENTERED = {"address": "Jl. Rahasia 3", "hamlet": "Jorong Pasar", "rt": "002", "rw": "001"}


@pytest.fixture
def path(sari):
    return f"/kunjungan/{agreed(visiting.begin(by=sari, village_id=people.SAGO), sari).pk}/isi/place/"


def sign_in(phone, name):
    assert phone.post("/masuk/", {"username": name, "password": "rahasia-sekali-2026"}).status_code == 302


def test_the_entries_are_there_after_signing_in(path):
    phone = Client()
    answer = phone.post(path, ENTERED)
    assert (answer.status_code, answer["Location"]) == (302, f"/masuk/?next={path}")
    cookie = phone.cookies[kept.COOKIE]
    assert "Rahasia" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/kunjungan/")
    assert 0 < int(cookie["max-age"]) <= 1800
    assert Visit.objects.get().answers["household"] == {"consent": "1"}, "nobody is signed in: nothing is written"
    sign_in(phone, "sari")
    page = phone.get(path)
    assert stands_in(page, *ENTERED) == ENTERED
    assert "Isian Anda masih di sini" in page.content.decode()
    assert phone.cookies[kept.COOKIE].value == "", "shown once"
    assert Visit.objects.get().answers["household"] == {"consent": "1"}, "only a press saves it"


def test_somebody_else_on_the_same_phone_sees_nothing(path, nurma, budi):
    for name in ("nurma", "budi"):
        phone = Client()
        phone.post(path, ENTERED)
        sign_in(phone, name)
        answer = phone.get(path)
        assert answer.status_code == 404
        assert "Rahasia" not in answer.content.decode()


@pytest.mark.parametrize("value", ["", "x", "bm90aGluZw==", "dDE6AAAA"])
def test_a_cookie_that_is_not_ours_is_no_entry(browse, path, sari, value):
    phone = browse(sari)
    phone.cookies[kept.COOKIE] = value
    assert stands_in(phone.get(path), "address") == {"address": ""}


def test_entries_of_another_screen_do_not_show_up_here(path):
    phone = Client()
    phone.post(path, ENTERED)
    sign_in(phone, "sari")
    assert stands_in(phone.get(path.replace("place", "card")), "kk") == {"kk": ""}


def test_what_is_too_long_for_a_cookie_is_not_cut(path):
    phone = Client()
    noise = "".join(sha256(str(n).encode()).hexdigest() for n in range(200))  # does not get shorter by packing
    assert phone.post(path, {**ENTERED, "hamlet": noise}).status_code == 302
    assert kept.COOKIE not in phone.cookies


def test_autosave_without_a_session_is_told_so(path):
    answer = Client().post(path, ENTERED, headers={"X-Autosave": "1"})
    assert answer.status_code == 401


def test_a_form_older_than_the_last_signing_in_is_shown_again_with_its_entries(path):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(Visit.objects.get().facilitator, backend="django.contrib.auth.backends.ModelBackend")
    own = phone.post(path, ENTERED, headers={"Origin": "http://testserver"})
    assert (own.status_code, own["Location"]) == (302, path)
    assert stands_in(phone.get(path), "address") == {"address": "Jl. Rahasia 3"}
    assert Visit.objects.get().answers["household"] == {"consent": "1"}


def test_a_strange_pages_form_is_refused_as_everywhere(path):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(Visit.objects.get().facilitator, backend="django.contrib.auth.backends.ModelBackend")
    for headers in ({"Origin": "https://jahat.example"}, {}):
        assert phone.post(path, ENTERED, headers=headers).status_code == 403
        assert kept.COOKIE not in phone.cookies
    assert phone.post("/kunjungan/baru/", {"q": "x"}, headers={"Origin": "http://testserver"}).status_code == 403


def test_entries_are_forgotten_after_half_an_hour(path):
    phone = Client()
    with clock.told(clock.now() - timedelta(minutes=31)):
        phone.post(path, ENTERED)
    sign_in(phone, "sari")
    assert stands_in(phone.get(path), "address") == {"address": ""}


def key_on(answer):
    found = re.search(r'data-key="([^"]+)"', answer.content.decode())
    return found and found.group(1)


def test_the_key_of_what_the_phone_keeps_is_of_one_person_and_one_visit(browse, path, sari, nurma):
    key = key_on(browse(sari).get(path))
    assert len(b64decode(key)) == 32
    assert key_on(browse(sari).get(path.replace("place", "card"))) == key, "the same whenever she opens it"
    assert key_on(browse(nurma).get(path)) is None
    other = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    assert key_on(browse(sari).get(f"/kunjungan/{other.pk}/isi/place/")) not in (None, key)


def mark_on(answer):
    return re.search(r'data-leaves="([^"]+)"', answer.content.decode()).group(1)


def test_every_page_tells_the_phone_whose_entries_go_on_signing_out(browse, sari, nurma):
    mark = mark_on(browse(sari).get("/kunjungan/"))
    assert (len(mark), mark_on(browse(sari).get("/dasbor/"))) == (16, mark)
    assert mark_on(browse(nurma).get("/kunjungan/")) != mark
    assert "Clear-Site-Data" not in browse(sari).post("/keluar/"), "that would take the others' entries too"
    assert "left.js" in browse(sari).post("/keluar/", follow=True).content.decode()
