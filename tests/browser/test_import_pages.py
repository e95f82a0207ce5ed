"""Pages of imports without a mouse and on a phone: every place that Tab comes to is marked, and nothing sticks out in English."""

import pytest

from tests.browser.conftest import DESK
from tests.importing import families as files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A ring of the page's own around it, drawn as an outline or as a shadow that somebody sees.
MARKED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const ring = style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
  const shadow = style.boxShadow !== "none";
  return [at.tagName + " " + (at.innerText || at.name || "").slice(0, 30), ring || shadow];
}"""
TABS = 24


def test_tab_leads_to_nothing_that_does_not_show_it(seat, lestari, places):
    place = seat(lestari, DESK).open("/impor/")
    steps = []
    for _step in range(TABS):
        place.page.keyboard.press("Tab")
        steps.append(place.page.evaluate(MARKED))
    assert any("Unggah dan periksa" in name for name, _marked in steps)
    assert any("Unduh daftar" in name for name, _marked in steps)
    assert [name for name, marked in steps if not marked] == []


def test_the_page_of_a_file_fits_a_phone_in_english(seat, lestari, places):
    run = files.preview(lestari, files.ROSNA)
    place = seat(lestari)
    place.page.context.add_cookies([{"name": "django_language", "value": "en", "url": place.base}])
    place.open(f"/impor/{run.pk}/").sees("Download the numbers by village")
    place.sees("Will be written all at once: 1 person, 1 family.")
    place.fits()
