"""An old phone, a page that lost its script on the way: every step of the day's work is done without JavaScript."""

import re

import pytest

from complaints.models import Complaint
from households.models import Visit
from programs.loading import load as load_programmes
from referrals.models import Referral
from tests import cases, people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KK = "1301990506109001"


@pytest.fixture
def old_phone(seat):
    """Return a function that seats somebody at a phone of 360 by 640 pixels that runs no script."""

    def take(user):
        phone = seat(user, script=False)
        assert phone.page.viewport_size == {"width": 360, "height": 640}
        phone.page.set_content("<title>tanpa</title><script>document.title = 'dengan'</script>")
        assert phone.page.title() == "tanpa", "this phone runs no script"
        return phone.open("/dasbor/")

    return take


def enter(phone, **entered):
    """Fill a form by field name: radio, tick, list or text."""
    for name, value in entered.items():
        field = phone.page.locator(f"main [name={name}]").first
        if field.get_attribute("type") in ("radio", "checkbox"):
            phone.page.locator(f"main [name={name}][value='{value}']").check()
        elif phone.page.locator(f"main select[name={name}]").count():
            field.select_option(value)
        else:
            field.fill(value)


def go_on(phone, button="Simpan dan lanjut"):
    before = phone.page.url
    phone.press(button)
    phone.page.wait_for_url(lambda url: url != before)
    phone.fits()


def test_a_visit_is_begun_left_and_found_again(old_phone, sari):
    phone = old_phone(sari)
    phone.follow("Kunjungan baru")
    phone.page.locator("#cari").fill("1301994506850001")
    phone.press("Cari")
    phone.sees("Belum ada di wilayah Anda")
    phone.press("Mulai keluarga baru")
    phone.sees("Minta persetujuan keluarga")
    phone.fits()
    phone.follow("Lanjutkan")
    go_on(phone, "Keluarga setuju, lanjut")
    enter(phone, hamlet="Jorong Pasar", address="Jl. Pasar 3", rt="002")
    go_on(phone)
    enter(phone, kk="13019905061")
    phone.press("Simpan dan lanjut")
    phone.sees("Anda baru mengisi 11")
    assert phone.page.locator("[name=kk]").input_value() == "13019905061"
    enter(phone, kk=KK)
    go_on(phone)
    enter(phone, nik="1301994506850001", name="Rosna Tanjung")
    phone.press("Simpan dan lanjut")
    assert phone.page.locator("[name=birth_date]").input_value() == "05/06/1985", "the number tells it"
    phone.sees("Cocokkan dengan kartunya")
    go_on(phone, "Kepala keluarga ✓")
    go_on(phone, "Cerai mati")
    phone.sees("Rosna Tanjung")

    later = old_phone(sari)
    later.open("/kunjungan/")
    later.page.locator("a", has_text="Rosna Tanjung").first.click()
    later.follow("Lanjutkan")
    assert "/isi/house/" in later.page.url
    answers = Visit.objects.get().answers
    assert (answers["household"]["kk"], answers["household"]["address"]) == (KK, "Jl. Pasar 3")
    assert [answers["members"][key]["name"] for key in answers["order"]] == ["Rosna Tanjung"]


def record_a_complaint(phone, family):
    phone.open(f"/keluarga/{family.pk}/")
    phone.follow("Catat keluhan")
    enter(phone, kind="grievance", sector="health", issue="nothing_received", channel="home_visit", urgency="normal")
    form = phone.page.url
    phone.press("Simpan keluhan")
    phone.page.locator(".errors").wait_for()
    assert phone.page.url == form
    assert phone.page.locator("[name=sector]").input_value() == "health", "what was chosen stays"
    enter(phone, description="Anak sakit, belum punya KIS.")
    go_on(phone, "Simpan keluhan")
    assert re.search(r"SLRT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", phone.page.content()), "the slip shows the code"
    return Complaint.objects.get()


def triage(phone, complaint):
    phone.open(f"/keluhan/{complaint.pk}/")
    phone.page.locator("main a", has_text="Pilah keluhan").first.click()
    phone.page.wait_for_url("**/triage/")
    phone.fits()
    enter(phone, urgency="urgent")
    phone.page.locator("main form button").last.click()
    phone.page.wait_for_url(f"**/keluhan/{complaint.pk}/")
    phone.fits()


def refer(phone, complaint):
    phone.open(f"/keluhan/{complaint.pk}/")
    phone.follow("Rujuk ke program dan dinas")
    phone.sees("Rujuk ke program mana?")
    phone.fits()
    phone.page.locator("main a", has_text="KIS").first.click()
    phone.page.get_by_label("Dinas Kesehatan").check()
    for box in phone.page.locator("[name=met]").all():
        box.check()
    phone.page.locator("[name=consent]").check()
    override = phone.page.locator("[name=override_reason]")
    if override.count():
        override.fill("Keadaan darurat.")
    phone.fits()
    phone.page.locator("main form button").last.click()
    phone.page.wait_for_url(re.compile(r"/rujukan/\d+/$"))
    phone.fits()


def test_a_complaint_is_recorded_triaged_and_referred(old_phone, sari, fitri, rina, agus):
    load_programmes()
    family = cases.family_in(people.SAGO)
    complaint = record_a_complaint(old_phone(sari), family)
    assert (complaint.state, complaint.family, complaint.recorded_by) == ("recorded", family, sari)
    triage(old_phone(fitri), complaint)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.urgency) == ("triaged", "urgent")
    refer(old_phone(rina), complaint)
    complaint.refresh_from_db()
    referral = Referral.objects.get()
    assert (complaint.state, referral.complaint, referral.state) == ("referred", complaint, "draft")
    assert (referral.programme.code, referral.receiver.code, referral.consent) == ("KIS", "dinkes", True)
    assert referral.drafted_by == rina
