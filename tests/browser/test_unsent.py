"""A phone throws a page away while there is no signal: what was typed is kept on it, unreadable, and offered again."""

import pytest

from households import visiting
from households.models import Visit
from slrt.core import clock
from tests import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECRET = "Jl. Rahasia 3"
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('isian:')).map(([, value]) => value)"


@pytest.fixture
def visit(sari):
    """Sari has begun a visit, and the family agrees."""
    made = visiting.begin(by=sari, village_id=people.SAGO)
    return visiting.save_screen(made, by=sari, household={"consent": "1"}, members={}, step_id="consent", complete=True)


@pytest.fixture
def phone(seat, sari, visit):
    """Her phone shows the address screen."""
    return seat(sari).open(f"/kunjungan/{visit.pk}/isi/place/")


def stored():
    return Visit.objects.get().answers["household"].get("address", "")


def kept_on(phone, count=1):
    """What the phone keeps; waits until it is as much as it should be."""
    for _look in range(50):
        if len(found := phone.page.evaluate(KEPT)) == count:
            return found
        phone.page.wait_for_timeout(100)
    raise AssertionError(f"{len(found)} entries on the phone, not {count}")


def close(phone):
    """The phone throws the page away, which it does without asking the page; the next one comes when the signal is back."""
    # A browser that closes a page lets it send what is left, and no longer holds it to be without signal.
    phone.page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    # Closing takes a moment, in which the signal may be back already: what the old page would send by then is not sent.
    phone.page.evaluate("fetch = () => new Promise(() => {}); navigator.sendBeacon = () => false; undefined")
    page = phone.page.context.new_page()
    phone.page.close(run_before_unload=False)
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    page.context.set_offline(False)
    phone.page = page


def thrown_away(phone):
    """Without signal she types, and the phone closes the page."""
    phone.page.context.set_offline(True)
    phone.page.locator("[name=address]").fill(SECRET)
    phone.page.locator("[name=rt-tt]").check()
    values = kept_on(phone)
    address = phone.page.url
    close(phone)
    return address, values


def test_what_was_typed_without_signal_is_there_when_the_page_is_opened_again(phone):
    address, _values = thrown_away(phone)
    assert stored() == "", "the server never saw it"
    phone.page.goto(address)
    phone.sees("dipasang kembali dari ponsel ini")
    assert phone.page.locator("[name=address]").input_value() == SECRET
    assert phone.page.locator("[name=rt-tt]").is_checked()
    phone.press("Simpan dan lanjut")
    phone.page.wait_for_url("**/isi/card/")
    assert (stored(), Visit.objects.get().answers["household"]["rt"]) == (SECRET, "?")
    kept_on(phone, 0)


def test_a_button_pressed_without_signal_stands_when_the_page_is_opened_again(seat, sari, visit):
    about = {"name": "Rosna Tanjung", "birth_date": "1985-06-05", "sex": "2", "relation": "1"}
    visiting.save_screen(visit, by=sari, household={}, members={"m1": about}, step_id="person:m1", complete=True)
    phone = seat(sari).open(f"/kunjungan/{visit.pk}/isi/about/m1/")
    phone.page.context.set_offline(True)
    phone.press("Kawin")
    kept_on(phone)
    address = phone.page.url
    close(phone)
    phone.page.goto(address)
    phone.sees("dipasang kembali dari ponsel ini")
    assert phone.page.locator("button.chosen").get_attribute("value") == "2"


def test_the_list_of_visits_says_that_something_was_not_sent(phone):
    address, _values = thrown_away(phone)
    own = f"/kunjungan/{Visit.objects.get().pk}/"
    for path in ("/kunjungan/", own, f"{own}periksa/"):
        phone.open(path)
        phone.sees("belum terkirim dari ponsel ini")
        phone.is_accessible()
        phone.fits()
    phone.follow("Buka isian itu")
    phone.page.wait_for_url(address)
    assert phone.page.locator("[name=address]").input_value() == SECRET


def test_nobody_reads_it_on_the_phone(phone, nurma):
    address, values = thrown_away(phone)
    assert not [word for value in values for word in ("Rahasia", "address", "rt-tt") if word in value]
    phone.page.context.clear_cookies()
    phone.sign_in(nurma)
    phone.open("/kunjungan/")
    assert phone.page.get_by_text("belum terkirim dari ponsel ini").count() == 0
    phone.page.goto(address)
    assert SECRET not in phone.page.content()
    assert "data-key" not in phone.page.content()


def test_after_the_session_ended_it_is_offered_to_whoever_began_the_visit(phone, sari):
    address, _values = thrown_away(phone)
    phone.page.context.clear_cookies()
    phone.sign_in(sari)
    phone.page.goto(address)
    phone.sees("dipasang kembali dari ponsel ini")
    assert phone.page.locator("[name=address]").input_value() == SECRET


def test_signing_out_asks_first_and_clears_the_phone(phone):
    thrown_away(phone)
    phone.open("/kunjungan/")
    asked = []
    phone.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    phone.press("Keluar")
    phone.page.wait_for_timeout(300)
    assert "belum terkirim" in asked[0]
    assert len(kept_on(phone)) == 1, "she stayed: nothing is lost"
    phone.page.once("dialog", lambda dialog: dialog.accept())
    phone.press("Keluar")
    phone.page.wait_for_url("**/masuk/**")
    kept_on(phone, 0)


def test_somebody_else_who_signs_out_takes_only_their_own(phone, sari, nurma):
    address, _values = thrown_away(phone)
    phone.page.context.clear_cookies()
    phone.sign_in(nurma)
    asked = []
    phone.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    phone.press("Keluar")
    phone.page.wait_for_url("**/masuk/**")
    assert asked == [], "nothing of hers waits: nothing to warn of"
    kept_on(phone, 1)
    phone.sign_in(sari)
    phone.page.goto(address)
    phone.sees("dipasang kembali dari ponsel ini")
    assert phone.page.locator("[name=address]").input_value() == SECRET


def test_a_sign_out_that_never_arrived_takes_nothing(phone):
    thrown_away(phone)
    phone.open("/kunjungan/")
    phone.page.route("**/keluar/", lambda route: route.abort())
    phone.page.once("dialog", lambda dialog: dialog.accept())
    phone.press("Keluar")
    phone.page.wait_for_timeout(300)
    phone.complaints.clear()  # the browser reports the failed request as an error, rightly
    phone.open("/kunjungan/")
    kept_on(phone, 1)
    phone.sees("belum terkirim dari ponsel ini")


def test_what_was_changed_elsewhere_meanwhile_is_not_overwritten(phone, sari):
    address, _values = thrown_away(phone)
    visiting.save_screen(
        Visit.objects.get(), by=sari, household={"address": "Jl. Pantai 9"}, members={}, step_id="place", complete=True
    )
    phone.page.goto(address)
    phone.sees("dipasang kembali dari ponsel ini")
    phone.press("Simpan dan lanjut")
    phone.sees("Belum ada yang tertimpa")
    assert stored() == "Jl. Pantai 9"
    phone.follow("Pakai yang tersimpan")
    phone.page.wait_for_url(address)
    assert phone.page.locator("[name=address]").input_value() == "Jl. Pantai 9"
    assert phone.page.get_by_text("dipasang kembali").count() == 0


def test_with_signal_nothing_stays_on_the_phone(phone):
    with phone.page.expect_response(lambda answer: answer.request.headers.get("x-autosave") == "1"):
        phone.page.locator("[name=address]").fill(SECRET)
    kept_on(phone, 0)
    assert stored() == SECRET


def test_while_the_server_lets_one_wait_it_is_kept_already(phone):
    """The phone may throw the page away before it is told that nobody answers."""
    phone.page.route("**/isi/place/", lambda route: None)
    phone.page.locator("[name=address]").fill(SECRET)
    kept_on(phone)
    assert stored() == ""
    assert phone.page.get_by_text("Server belum menjawab").count() == 0, "it is still waiting"


def test_of_a_visit_that_was_sent_meanwhile_nothing_stays_on_the_phone(phone):
    thrown_away(phone)
    Visit.objects.update(state="sent", sent_at=clock.now())
    phone.open("/kunjungan/")
    kept_on(phone, 0)
    assert phone.page.get_by_text("belum terkirim dari ponsel ini").count() == 0
