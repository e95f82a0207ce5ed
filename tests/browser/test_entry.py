"""Nothing that was entered is lost: by the back button, a double tap, two tabs, an ended session, a server that is away."""

import contextlib
import gc
import socket

import pytest
from django.contrib.sessions.models import Session
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread
from pytest_django.live_server_helper import LiveServer

from households import visiting
from households.models import Visit
from tests import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KK = "1301990506109001"


@pytest.fixture
def visit(sari):
    """Sari has begun a visit, and the family agrees."""
    made = visiting.begin(by=sari, village_id=people.SAGO)
    return visiting.save_screen(made, by=sari, household={"consent": "1"}, members={}, step_id="consent", complete=True)


@pytest.fixture
def phone(seat, sari, visit):
    """Her phone shows the address screen."""
    return seat(sari).open(f"/kunjungan/{visit.pk}/isi/place/")


def save(phone):
    before = phone.page.url
    phone.press("Simpan dan lanjut")
    phone.page.wait_for_url(lambda url: url != before)


def address(page):
    return page.locator("[name=address]").input_value()


def stored():
    return Visit.objects.get().answers["household"].get("address", "")


def test_the_back_button_shows_what_was_entered(phone):
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    save(phone)
    phone.page.locator("[name=kk]").fill(KK)
    phone.page.go_back()
    phone.page.wait_for_url("**/isi/place/")
    assert address(phone.page) == "Jl. Pasar 3"
    for _look in range(100):  # the page that was left sends what it had by itself
        if Visit.objects.get().answers["household"].get("kk") == KK:
            break
        phone.page.wait_for_timeout(100)
    phone.page.go_forward()
    phone.page.wait_for_url("**/isi/card/")
    assert phone.page.locator("[name=kk]").input_value() == KK, "left without saving, still there"


def test_a_double_tap_saves_once(phone):
    sent = []
    phone.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.page.get_by_role("button", name="Simpan dan lanjut").dblclick()
    phone.page.wait_for_url("**/isi/card/")
    assert len(sent) == 1
    assert stored() == "Jl. Pasar 3"


def test_two_tabs_show_both_values_and_overwrite_nothing(phone):
    other = phone.page.context.new_page()
    other.goto(phone.page.url)
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    save(phone)
    with other.expect_response(lambda answer: answer.request.headers.get("x-autosave") == "1") as autosaved:
        other.locator("[name=address]").fill("Jl. Pantai 9")
    assert autosaved.value.status == 409
    assert stored() == "Jl. Pasar 3"
    other.get_by_role("button", name="Simpan dan lanjut").click()
    other.get_by_text("Belum ada yang tertimpa").wait_for()
    assert other.get_by_text("Jl. Pasar 3").count() == 1
    assert address(other) == "Jl. Pantai 9"
    assert stored() == "Jl. Pasar 3"
    other.get_by_role("button", name="Pakai isian di layar ini").click()
    other.wait_for_url("**/isi/card/")
    assert stored() == "Jl. Pantai 9"


def sign_in_again(page):
    page.wait_for_url("**/masuk/**")
    page.get_by_label("Nama pengguna").fill("sari")
    page.get_by_label("Kata sandi").fill("rahasia-sekali-2026")
    page.get_by_role("button", name="Masuk", exact=True).click()


def test_after_the_session_ended_the_entries_are_there_again(phone):
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.page.locator("[name=rt-tt]").check()
    Session.objects.all().delete()
    phone.press("Simpan dan lanjut")
    sign_in_again(phone.page)
    phone.page.wait_for_url("**/isi/place/")
    phone.sees("Isian Anda masih di sini")
    assert address(phone.page) == "Jl. Pasar 3"
    assert phone.page.locator("[name=rt-tt]").is_checked()
    save(phone)
    assert (stored(), Visit.objects.get().answers["household"]["rt"]) == ("Jl. Pasar 3", "?")


def test_signing_in_again_in_another_tab_loses_nothing_in_the_first(phone):
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    Session.objects.all().delete()
    other = phone.page.context.new_page()
    other.goto(f"{phone.base}/kunjungan/")
    sign_in_again(other)
    other.wait_for_url("**/kunjungan/")
    phone.press("Simpan dan lanjut")
    phone.page.wait_for_url("**/isi/**")
    if "/isi/place/" in phone.page.url:
        phone.sees("Isian Anda masih di sini")
        save(phone)
    assert stored() == "Jl. Pasar 3"


def test_a_server_that_is_away_for_a_while_loses_nothing(phone):
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.page.context.set_offline(True)
    phone.press("Simpan dan lanjut")
    phone.sees("Server belum menjawab")
    assert address(phone.page) == "Jl. Pasar 3"
    phone.page.context.set_offline(False)
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    save(phone)
    assert stored() == "Jl. Pasar 3"


def answer_of(page, key):
    return page.evaluate("key => document.querySelector(`button.chosen[name=${key}]`)?.value", key)


def test_without_signal_the_answer_pressed_last_stands_and_is_saved_when_the_signal_is_back(seat, sari, visit):
    visiting.save_screen(
        visit,
        by=sari,
        household={},
        members={"m1": {"name": "Rosna Tanjung", "birth_date": "1985-06-05", "sex": "2", "relation": "1"}},
        step_id="person:m1",
        complete=True,
    )
    phone = seat(sari).open(f"/kunjungan/{visit.pk}/isi/about/m1/")
    phone.page.context.set_offline(True)
    phone.press("Cerai mati")
    phone.sees("Server belum menjawab")
    assert phone.page.locator(".saved").bounding_box()["y"] < 640, "said where she looks, without scrolling"
    phone.press("Kawin")
    # What is said stands there already: the second answer is waited for by itself.
    phone.page.locator("button.chosen[name=marital][value='2']").wait_for()
    phone.sees("Server belum menjawab")
    assert (answer_of(phone.page, "marital"), phone.page.locator("button.chosen").count()) == ("2", 1)
    phone.page.context.set_offline(False)
    phone.sees("Sekarang tersimpan")
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    draft = Visit.objects.get()
    assert draft.answers["members"]["m1"]["marital"] == "2"
    assert "about:m1" not in draft.answers["saved"], "kept, and still to be confirmed by her"
    save(phone)
    assert "about:m1" in Visit.objects.get().answers["saved"]


def test_leaving_a_screen_that_could_not_be_saved_is_asked_about_first(phone):
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.page.context.set_offline(True)
    phone.press("Simpan dan lanjut")
    phone.sees("Server belum menjawab")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    phone.page.once("dialog", stay)
    phone.follow("Ke daftar bagian")
    phone.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert address(phone.page) == "Jl. Pasar 3"
    phone.page.context.set_offline(False)
    phone.sees("Sekarang tersimpan")
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    assert stored() == "Jl. Pasar 3"
    phone.follow("Ke daftar bagian")
    phone.page.wait_for_url(f"**/kunjungan/{Visit.objects.get().pk}/")


def test_a_server_that_can_not_save_at_the_moment_leaves_the_screen_as_it_is(phone):
    phone.page.route("**/isi/place/", lambda route: route.fulfill(status=503, body="<h1>503</h1>"))
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.press("Simpan dan lanjut")
    phone.sees("Server belum menjawab")
    assert address(phone.page) == "Jl. Pasar 3"
    phone.page.unroute("**/isi/place/")
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    save(phone)
    assert stored() == "Jl. Pasar 3"


def stop(server):
    """End a server as the end of its process would: nobody listens, and the connections it held are cut."""
    port = int(server.url.rpartition(":")[2])
    server.stop()
    for held in [thing for thing in gc.get_objects() if issubclass(type(thing), socket.socket)]:
        with contextlib.suppress(OSError):
            if held.family == socket.AF_INET and held.getsockname()[1] == port:
                held.shutdown(socket.SHUT_RDWR)


class SamePort(ThreadedWSGIServer):
    """A server that may take the port of one that ended a moment ago, as a real one does."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "allow_reuse_address": True})


def test_a_server_that_starts_anew_in_between_loses_nothing(seat, sari, visit, monkeypatch):
    monkeypatch.setattr(LiveServerThread, "server_class", SamePort)
    server = LiveServer("localhost:0")
    phone = seat()
    phone.base = server.url
    phone.sign_in(sari).open(f"/kunjungan/{visit.pk}/isi/place/")
    phone.page.locator("[name=address]").fill("Jl. Pasar 3")
    phone.page.locator("[name=rt]").fill("002")
    stop(server)
    phone.press("Simpan dan lanjut")
    phone.sees("Server belum menjawab")
    assert address(phone.page) == "Jl. Pasar 3"
    again = LiveServer(server.url.removeprefix("http://"))
    try:
        phone.complaints.clear()  # the browser reports the failed request as an error, rightly
        save(phone)
        assert stored() == "Jl. Pasar 3"
    finally:
        again.stop()


def test_what_is_typed_is_saved_while_typing_and_questions_come_and_go(seat, sari, visit):
    phone = seat(sari).open(f"/kunjungan/{visit.pk}/isi/found/")
    reason = phone.page.locator("[name=alasan_tidak_ditemukan]").first
    assert not reason.is_visible()
    phone.page.locator("[name=status_rumahtangga][value='2']").check()
    assert reason.is_visible()
    with phone.page.expect_response(lambda answer: answer.request.headers.get("x-autosave") == "1") as autosaved:
        phone.page.locator("[name=alasan_tidak_ditemukan][value='1']").check()
    assert autosaved.value.ok
    assert Visit.objects.get().answers["household"]["alasan_tidak_ditemukan"] == "1"
    phone.is_accessible()
    phone.fits()


def test_a_family_that_refuses(seat, sari, visit):
    phone = seat(sari).open(f"/kunjungan/{visit.pk}/isi/consent/")
    phone.is_accessible()
    phone.follow("Keluarga menolak")
    phone.fits()
    phone.is_accessible()
    phone.page.locator("[name=reason][value=no_trust]").check()
    phone.press("Catat penolakan")
    phone.sees("Penolakan sudah dicatat")
    phone.is_accessible()
    assert Visit.objects.get().state == "refused"
