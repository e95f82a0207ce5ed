"""The main job from end to end: an extract and a visit bring a family in, a referral ends in aid received.

Everybody does their own part in a real browser, the facilitator on a phone of 360 pixels.
"""

import re

import pytest

from complaints.models import Complaint
from households.models import Family, Person, Registration
from programs.loading import load as load_programmes
from programs.models import Enrolment
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.local.places import BASE_DIR
from tests import people
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_photos import picture, uploads  # noqa: F401  files of this story lie in a folder of their own

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAD = {"nik": "1301994506850001", "name": "Rosna Tanjung"}
CHILD = {"no_nik_reason": "newborn", "name": "Anisa Tanjung", "birth_date": "01/11/2026", "sex": "2"}
KK = "1301990506109001"
# Screen by screen; the last answer of a screen is a button that leads on.
HOUSE = {
    "house": {"luas_lantai": "24", "status_bangunan": "1", "status_lahan": "1"},
    "materials": {"lantai": "8", "dinding": "3", "atap": "9"},
    "condition": {"jumlah_kamar": "1", "kondisi_dinding": "2"},
    "supply": {"sumber_air": "7", "penerangan": "1", "bb_masak": "8"},
    "power": {"daya": "1", "fasbab": "4"},
    "toilet": {"buang_tinja": "4"},
}
NEEDS = {"kepala_tidak_bekerja": "1", "takut_lapar": "1", "belanja_makan": "1", "tidak_beli_baju": "1"}


def _enter(sari, answers):
    """Fill a screen by field name: radio, tick, text, or the button that answers the last question and leads on."""
    for name, value in answers.items():
        field = sari.page.locator(f"[name={name}]").first
        button = sari.page.locator(f"button[name={name}][value='{value}']")
        if button.count():
            _leads_on(sari, button)
            continue
        folded = sari.page.locator(f"details:not([open]):has([name={name}]) > summary")
        if folded.count():
            folded.click()
        kind = field.get_attribute("type")
        if kind in ("radio", "checkbox"):
            sari.page.locator(f"[name={name}][value='{value}']").check()
        elif field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _leads_on(sari, button):
    before = sari.page.url
    button.click()
    sari.page.wait_for_url(lambda url: url != before)
    sari.fits()


def _next(sari):
    _leads_on(sari, sari.page.get_by_role("button", name="Simpan dan lanjut", exact=True))


def _import_the_extract(seat, lestari):
    desk = seat(lestari, DESK)
    desk.open("/impor/")
    desk.page.set_input_files("input[type=file]", str(BASE_DIR / "samples" / "dtks_sago_salido.csv"))
    desk.press("Unggah dan periksa")
    outbox.sweep()
    desk.page.reload()
    desk.sees("385")
    assert Family.objects.count() == 0, "a preview changes nothing"
    desk.press("Terapkan")
    outbox.sweep()
    assert (Family.objects.count(), Person.objects.count()) == (385, 1500)
    assert not Family.objects.filter(decile=None).exists()
    assert set(Family.objects.values_list("decile_period", flat=True)) == {"2026-Q3"}
    desk.page.reload()
    desk.sees("Diterapkan")


def _visit_a_family(seat, sari):
    phone = seat(sari)
    phone.follow("Kunjungan baru")
    phone.page.locator("#cari").fill(HEAD["nik"])
    phone.press("Cari")
    assert HEAD["nik"] not in phone.page.url, "a number stands in no address"
    phone.sees("Belum ada di wilayah Anda")
    phone.press("Mulai, nomor tadi NIK kepala keluarga")
    phone.sees("Minta persetujuan keluarga")
    phone.follow("Lanjutkan")
    phone.sees("Anda boleh menolak")
    _leads_on(phone, phone.page.get_by_role("button", name="Keluarga setuju, lanjut"))
    _enter(phone, {"hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002"})
    _next(phone)
    _enter(phone, {"kk": KK, "jumlah_art": "2"})
    _next(phone)
    _members(phone)
    _house_and_needs(phone)
    _check_and_send(phone)
    return phone


def _members(phone):
    assert phone.page.locator("[name=nik]").input_value() == HEAD["nik"], "typed in the search already"
    assert phone.page.locator("[name=birth_date]").input_value() == "05/06/1985", "the number tells it"
    _enter(phone, {"name": HEAD["name"], "relation": "1"})
    _enter(phone, {"marital": "4"})
    _enter(phone, {**CHILD, "relation": "3"})


def _house_and_needs(phone):
    for screen, answers in HOUSE.items():
        assert f"/isi/{screen}/" in phone.page.url
        _enter(phone, answers)
    _enter(phone, {"aset": "telepon"})
    _next(phone)
    phone.page.locator("[name=ada_disabilitas]").first.check()  # whoever is ticked is asked about
    phone.page.locator("[name=bekerja]").first.check()
    _next(phone)
    _enter(phone, {"disabilitas": "02", "lapangan_kerja": "04", "status_kerja": "1"})
    _enter(phone, {"kebutuhan": "KIS"})
    _next(phone)
    _enter(phone, NEEDS)


def _check_and_send(phone):
    phone.sees("Rosna Tanjung")
    phone.sees("tanda")
    assert KK not in phone.page.content(), "the number is masked on the check page"
    phone.is_accessible()
    phone.page.locator("[name=attested]").check()
    phone.press("Kirim data keluarga")
    phone.sees("Data keluarga sudah terkirim")
    phone.is_accessible()


def _take(seat, user, row, verb, note="", **fields):
    """One step by whoever's job it is, on their own screen."""
    place = seat(user, DESK)
    place.open(f"{row}{verb}/")
    _enter(place, fields)
    if note:
        place.page.locator("[name=note]").fill(note)
    place.page.locator("main form button").last.click()
    place.page.wait_for_url(lambda url: url.endswith(row))
    return place


def _today():
    return clock.today().strftime("%d/%m/%Y")


def _hold_the_meeting(seat, nurma, registration):
    """The coordinator's record of the village meeting, from who came to what follows for the family."""
    desk = seat(nurma, DESK)
    desk.open("/musyawarah/baru/")
    _enter(desk, {"held_on": _today(), "place": "Kantor nagari", "chair": "Wali Nagari"})
    desk.press("Simpan dan lanjut")
    desk.press("Panggil yang dicentang")
    desk.sees("1 dipanggil, 0 dilewati, 0 gagal dari 1 yang dipilih.")
    desk.page.locator("[name=names]").fill("Ketua Bamus\nKepala Jorong Pasar")
    desk.page.locator("[name=role][value=figure]").check()
    desk.press("Tambah peserta")
    desk.page.locator(f"[name=d{registration.pk}]").select_option("accept")
    desk.press("Simpan keputusan")
    desk.sees("Keputusan dicatat")
    desk.is_accessible()
    meeting = desk.page.url.removeprefix(desk.base)
    desk.follow("Unggah berita acara")
    _enter(desk, {"minutes_number": "BA-1/2026"})
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    desk.page.set_input_files("input[type=file]", files=[scan])
    desk.page.locator("main form button").last.click()
    desk.page.wait_for_url(lambda url: url.endswith(meeting))
    _take(seat, nurma, meeting, "close").sees("Hasil dari 1 yang dipilih")
    registration.refresh_from_db()
    assert registration.state == "final_list"


def _export_for_siks(seat, rina):
    """The workbook for SIKS-NG; what never stood in one is not written down as sent."""
    desk = seat(rina, DESK)
    desk.open("/registrasi/siks/")
    desk.page.locator("[name=purpose][value=siks_ng]").check()
    with desk.page.expect_download():
        desk.page.get_by_role("button", name="Unduh XLSX").click()


def _take_in_the_answer(seat, lestari):
    """BPS ranks the family; nobody types the decile."""
    desk = seat(lestari, DESK)
    desk.open("/jawaban/")
    rows = f"NIK,STATUS,KODE_ALASAN,DESIL,PERIODE\n{HEAD['nik']},BERDESIL,,1,2026-Q4\n".encode()
    desk.page.set_input_files("input[type=file]", files=[{"name": "bps.csv", "mimeType": "text/csv", "buffer": rows}])
    desk.press("Unggah dan periksa")
    desk.page.wait_for_url(re.compile(r"/impor/\d+/$"))
    outbox.sweep()
    desk.page.reload()
    desk.press("Terapkan")
    outbox.sweep()
    desk.page.reload()
    desk.sees("Diterapkan")


def _compare_numbers(seat, cast, family):
    """The head's number agrees; the baby without one is on the way to civil registration."""
    ways = {
        HEAD["name"]: ("rina", DESK, {"result": "matched", "source": "dukcapil"}),
        CHILD["name"]: ("sari", PHONE, {"state": "handed"}),
    }
    for row in family.memberships.select_related("person"):
        name, size, answers = ways[row.person.name]
        place = seat(cast[name], size)
        place.open(f"/keluarga/{family.pk}/orang/{row.person_id}/nik/")
        _enter(place, answers)
        place.press("Simpan")
        place.sees("Tersimpan.")


def _photograph(seat, sari, family):
    """The two photos that a field verification asks for."""
    phone = seat(sari)
    for kind in ("front", "inside"):
        phone.open(f"/keluarga/{family.pk}/foto/")
        phone.page.set_input_files("input[type=file]", picture(400, 300))
        phone.page.locator(f"input[name=kind][value={kind}]").check()
        phone.press("Simpan foto")
        phone.sees("Foto tersimpan")


def _register(seat, cast):
    """The family's way into DTSEN: twelve steps by seven people, two of them in the village meeting."""
    family = Family.objects.get(head__name=HEAD["name"])
    registration = Registration.objects.get(family=family)
    row = f"/registrasi/{registration.pk}/"
    steps = [
        ("sari", "ask_identity", {}),
        ("rina", "compare", {}),
        ("rina", "match", {}),
        ("nurma", "meeting", {}),
        ("sari", "begin_verification", {}),
        ("sari", "photos", {}),
        ("sari", "found_complete", {"no_position_reason": "Tidak ada sinyal."}),
        ("joko", "approve", {}),
        ("rina", "verify_office", {}),
        ("hendra", "endorse", {"decree_number": "460/1/2026", "decree_on": _today()}),
        ("rina", "export", {}),
        ("rina", "send", {"sent_on": _today()}),
        ("lestari", "answer", {}),
        ("lestari", "determine", {}),
    ]
    for name, verb, fields in steps:
        if verb == "meeting":
            _hold_the_meeting(seat, cast[name], registration)
        elif verb == "export":
            _export_for_siks(seat, cast[name])
        elif verb == "answer":
            _take_in_the_answer(seat, cast[name])
        elif verb == "compare":
            _compare_numbers(seat, cast, family)
        elif verb == "photos":
            _photograph(seat, cast[name], family)
        else:
            _take(seat, cast[name], row, verb, **fields)
    registration.refresh_from_db()
    family.refresh_from_db()
    assert (registration.state, family.decile, family.decile_period) == ("determined", 1, "2026-Q4")
    assert AuditEntry.objects.about(registration).count() == len(steps)
    return family


def _complain(seat, sari, family):
    phone = seat(sari)
    phone.open(f"/keluhan/baru/?keluarga={family.pk}")
    _enter(
        phone,
        {
            **{"kind": "grievance", "sector": "health", "issue": "nothing_received", "channel": "home_visit"},
            **{"description": "Anak sakit, belum punya KIS.", "urgency": "normal"},
        },
    )
    phone.press("Simpan keluhan")
    phone.page.wait_for_url(re.compile(r"/keluhan/\d+/"))
    code = re.search(r"SLRT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", phone.page.content())
    assert code, "the slip shows the tracking code"
    phone.is_accessible()
    return Complaint.objects.get(), code.group(0)


def _refer_until_served(seat, cast, complaint):
    row = f"/keluhan/{complaint.pk}/"
    _take(seat, cast["fitri"], row, "triage")
    _take(seat, cast["rina"], row, "check")
    desk = seat(cast["rina"], DESK)
    desk.open(row)
    desk.follow("Rujuk ke program dan dinas")
    desk.sees("Rujuk ke program mana?")
    desk.is_accessible()
    desk.page.locator("a", has_text="KIS").first.click()
    desk.page.get_by_label("Dinas Kesehatan").check()
    for box in desk.page.locator("[name=met]").all():
        box.check()
    desk.page.locator("[name=consent]").check()
    override = desk.page.locator("[name=override_reason]")
    if override.count():
        override.fill("Keadaan darurat.")
    desk.page.locator("main form button").last.click()
    desk.page.wait_for_url(re.compile(r"/rujukan/\d+/$"))
    referral = Referral.objects.get()
    row = f"/rujukan/{referral.pk}/"
    _take(seat, cast["rina"], row, "submit")
    _take(seat, cast["lestari"], row, "approve_and_send")
    _take(seat, cast["agus"], row, "accept")
    _take(seat, cast["agus"], row, "serve", served_on="24/11/2026", benefit="Kartu KIS aktif")
    assert Enrolment.objects.get().programme.code == "KIS"
    return referral


def _tell_and_close(seat, cast, complaint, referral):
    _take(
        seat, cast["sari"], f"/keluhan/{complaint.pk}/", "tell", told_how="visit", told_on="25/11/2026", satisfied="1"
    )
    _take(seat, cast["sari"], f"/rujukan/{referral.pk}/", "confirm", confirmed_on="25/11/2026")
    _take(seat, cast["joko"], f"/rujukan/{referral.pk}/", "close")
    _take(seat, cast["joko"], f"/keluhan/{complaint.pk}/", "close")
    complaint.refresh_from_db()
    assert complaint.state == "closed"


def _the_supervisor_sees_it(seat, joko):
    desk = seat(joko, DESK)
    desk.sees("Dari terdata sampai bantuan diterima")
    numbers = desk.page.locator(".funnel a")
    assert numbers.count() >= 5
    for n in range(numbers.count()):
        link = numbers.nth(n)
        said = re.sub(r"\D", "", link.locator("b").inner_text())
        link.click()
        counted = re.search(r"([\d.]+)\s+baris", desk.page.inner_text("main"))
        assert counted, desk.page.url
        assert counted.group(1).replace(".", "") == said, desk.page.url
        desk.open("/dasbor/")


def _anyone_tracks_it(seat, code):
    guest = seat(script=False)
    guest.open("/lacak/")
    guest.page.locator("[name=kode]").fill(code.lower().replace("-", " "))
    guest.page.locator("main form button").click()
    text = guest.page.inner_text("main")
    assert "Keluhan ini selesai" in text
    for secret in ("Rosna", "Anisa", "Sari", "Sago", HEAD["nik"], KK):
        assert secret not in text


def test_from_an_unknown_family_to_aid_received(seat, sari, fitri, rina, nurma, joko, lestari, hendra, agus):
    people.make_places()
    load_programmes()
    cast = {user.username: user for user in (sari, fitri, rina, nurma, joko, lestari, hendra, agus)}
    _import_the_extract(seat, lestari)
    _visit_a_family(seat, sari)
    family = _register(seat, cast)
    complaint, code = _complain(seat, sari, family)
    referral = _refer_until_served(seat, cast, complaint)
    _tell_and_close(seat, cast, complaint, referral)
    _the_supervisor_sees_it(seat, joko)
    _anyone_tracks_it(seat, code)
