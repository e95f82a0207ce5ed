"""A real Chromium against a live server; jobs are done when the story says so."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import sync_playwright

from slrt.local import browser as chromium

# Playwright's loop runs in this thread; the ORM is used between its calls, never inside one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1366, "height": 768}
PASSWORD = "rahasia-sekali-2026"


@pytest.fixture(autouse=True)
def no_connection_is_kept(monkeypatch):
    """A browser keeps its lines to the live server open, each served by a thread: a dozen people at screens would use up the
    connections that the embedded PostgreSQL has."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)


@pytest.fixture(scope="session")
def engine():
    """The one browser process of the session; fails loudly when no Chromium is there."""
    if os.environ.get("SLRT_SKIP_BROWSER") == "1":
        pytest.skip(
            "SLRT_SKIP_BROWSER=1: NO page was looked at in a browser; run the suite without it before you trust it."
        )
    path = chromium.find()
    assert path, "No Chromium found. Run `make browser`, or set SLRT_SKIP_BROWSER=1 to go without browser tests."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


class Seat:
    """Somebody at a screen: helpers that read like what people do."""

    def __init__(self, page, base):
        self.page, self.base, self.complaints = page, base, []
        page.on("console", self._heard)
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _heard(self, message):
        # A form that is refused answers 4xx on purpose; Chromium reports that as an error of the page.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, path):
        self.page.goto(self.base + path)
        return self

    def sign_in(self, user):
        self.open("/masuk/")
        self.page.get_by_label("Nama pengguna").fill(user.username)
        self.page.get_by_label("Kata sandi").fill(PASSWORD)
        self.press("Masuk")
        self.page.wait_for_url("**/dasbor/")
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def write(self, label, text):
        self.page.get_by_label(label).first.fill(text)

    def choose(self, label):
        self.page.get_by_label(label, exact=True).first.check()

    def sees(self, text):
        self.page.get_by_text(text).first.wait_for(timeout=5000)

    def fits(self):
        """Nothing sticks out to the right."""
        self.page.wait_for_load_state()
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.page.viewport_size["width"], f"{self.page.url} is {wide} px wide"

    def is_accessible(self):
        """No violation of WCAG 2.2 A and AA that axe-core can find."""
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
        told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')}" for v in found]
        assert not told, f"{self.page.url}: " + "; ".join(told)


@pytest.fixture
def seat(engine, live_server):
    """Return a function that seats somebody at a phone (default) or a desk."""
    opened = []

    def take(user=None, size=PHONE, script=True):
        context = engine.new_context(viewport=size, java_script_enabled=script, locale="id-ID")
        context.set_default_timeout(10_000)
        opened.append(context)
        place = Seat(context.new_page(), live_server.url)
        # The browser is told once to hand its file dialogs over: told only in the moment of the key press, it may be too late.
        place.page.on("filechooser", lambda _chooser: None)
        if user is not None:
            place.sign_in(user)
        opened.append(place)
        return place

    yield take
    faults = [fault for item in opened if isinstance(item, Seat) for fault in item.complaints]
    for item in opened:
        if not isinstance(item, Seat):
            item.close()
    assert not faults, faults
