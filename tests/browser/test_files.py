"""Choosing a file: a button in the page's language, for the keyboard too; without scripts the browser's own control."""

from datetime import date

import pytest

from complaints.models import Holiday
from programs.loading import load as load_programmes
from tests import cases, people
from tests.browser.conftest import PHONE
from tests.browser.test_photos import picture, uploads  # noqa: F401

# What a finger has to meet in the administration and is lower than 40 pixels.
SMALL = """[...document.querySelectorAll(
  "#content input:not([type=hidden]):not([type=checkbox]):not([type=radio]), #content select, #content .object-tools a, " +
  "#content .submit-row a, #result_list th.field-__str__ a, #result_list tbody th a, #changelist-filter a")]
  .filter((item) => item.offsetParent && item.getBoundingClientRect().height < 40)
  .map((item) => `${item.tagName} ${item.name || item.className || item.textContent.trim()} ${item.getBoundingClientRect().height}`)"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_keyboard_opens_the_chooser_and_the_name_is_told(seat, sari, places):
    family = cases.family_in(people.SAGO)
    place = seat(sari, PHONE).open(f"/keluarga/{family.pk}/foto/")
    button = place.page.get_by_role("button", name="Pilih atau ambil foto")
    assert button.bounding_box()["height"] >= 44
    assert place.page.get_by_role("status").filter(has_text="Belum ada berkas dipilih").count() == 1
    button.focus()
    with place.page.expect_file_chooser() as opened:
        place.page.keyboard.press("Enter")
    opened.value.set_files(picture(40, 30))
    place.page.get_by_role("status").filter(has_text="Dipilih: rumah.jpg").wait_for()
    place.is_accessible()
    place.fits()


def test_without_script_the_browsers_own_control_stays(seat, sari, places):
    family = cases.family_in(people.SAGO)
    place = seat(sari, PHONE, script=False).open(f"/keluarga/{family.pk}/foto/")
    assert place.page.locator("input[type=file]").bounding_box()["height"] >= 40
    assert place.page.locator(".choose-file").count() == 0


def test_a_registers_sheet_is_chosen_the_same_way(seat, adi):
    adi.is_staff = adi.is_superuser = True
    adi.save()
    place = seat(adi, PHONE).open("/admin/complaints/holiday/import/")
    with place.page.expect_file_chooser():
        place.page.get_by_role("button", name="Pilih berkas").press("Enter")


@pytest.mark.parametrize(
    "model",
    ["accounts/user", "accounts/assignment", "programs/programme", "programs/programmerule", "complaints/holiday"],
)
@pytest.mark.parametrize("page", ["", "add/"])
def test_the_administration_fits_a_phone_and_a_finger(seat, adi, model, page):
    adi.is_staff = adi.is_superuser = True
    adi.save()
    Holiday.objects.create(on=date(2026, 8, 17), name="Hari Kemerdekaan")
    load_programmes()
    place = seat(adi, PHONE).open(f"/admin/{model}/{page}")
    small = place.page.evaluate(SMALL)
    assert small == []
    assert place.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
