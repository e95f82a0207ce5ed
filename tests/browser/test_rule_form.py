"""adi writes a programme's rule in rows: without a script, on a phone and at a desk."""

from datetime import date

import pytest

from programs.models import Programme, ProgrammeRule
from tests.browser.conftest import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rule(places):
    programme = Programme.objects.create(code="PKH", name="Program Keluarga Harapan")
    conditions = [{"kind": "decile", "to": 2}]
    return ProgrammeRule.objects.create(
        programme=programme, valid_from=date(2026, 1, 1), source="SK 1", conditions=conditions
    )


def field(seat, name):
    return seat.page.locator(f"[name='conditions-{name}']")


def look(desk):
    """Axe writes styles of its own into the administration's pages, which their policy forbids; the pages themselves are silent."""
    assert desk.complaints == []
    desk.is_accessible()
    desk.complaints.clear()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_adi_adds_a_condition_tries_it_and_saves_it_without_a_script(seat, chief, rule, size):
    desk = seat(chief, size=size, script=False).open(f"/admin/programs/programmerule/{rule.pk}/change/")
    assert not field(desk, "0-members").first.is_visible(), "a decile takes a number only"
    field(desk, "1-kind").select_option("component")
    assert not field(desk, "1-number").is_visible()
    desk.fits()
    desk.press("Coba ketentuan ini")
    desk.sees("Pilih sedikitnya satu kelompok anggota.")
    desk.fits()
    desk.page.locator("[name='conditions-1-members'][value='old']").check()
    desk.press("Coba ketentuan ini")
    desk.sees("Belum ada yang disimpan.")
    desk.fits()
    rule.refresh_from_db()
    assert len(rule.conditions) == 1
    desk.press("Simpan ketentuan ini")
    desk.page.wait_for_url("**/admin/programs/programmerule/")
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}, {"kind": "component", "any": ["old"]}]


def test_the_rows_and_the_rehearsal_are_accessible(seat, chief, rule):
    desk = seat(chief, size=DESK).open(f"/admin/programs/programmerule/{rule.pk}/change/")
    look(desk)
    field(desk, "1-kind").select_option("has_any")
    desk.press("Coba ketentuan ini")
    desk.sees("Pilih sedikitnya satu program dari daftar.")
    look(desk)
    field(desk, "1-drop").check()
    desk.press("Coba ketentuan ini")
    desk.sees("Belum ada yang disimpan.")
    look(desk)
