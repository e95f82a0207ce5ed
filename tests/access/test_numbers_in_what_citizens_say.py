"""A citizen says a number in the words of a complaint: the words are kept as they were said, and read with the number masked.

Who may see numbers in full asks for it, and the trail says so.
"""

from uuid import uuid4

import pytest

from complaints.models import Complaint
from households.models import Household
from referrals.models import Referral
from referrals.printing import letters
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.numbers import holds_one
from tests import cases, people
from tests.access.test_every_page import text_of
from tests.reading_pdf import text_of_pdf

NIK, SHOWN = "1301994506850007", "1301••••••••0007"
PARTED, PARTED_SHOWN = "1301 9945 0685 0015", "1301••••••••0015"
SAID = f"Tetangga saya, NIK {NIK}, tidak dapat bantuan.\nKK-nya {PARTED}."
READ = f"Tetangga saya, NIK {SHOWN}, tidak dapat bantuan."
SEE, REVEAL = {"sari", "rina", "fitri", "nurma", "joko", "lestari", "hendra"}, {"sari", "rina", "nurma", "lestari"}


@pytest.fixture
def family(places, sari, rina, fitri):
    return cases.family_in(people.SAGO, "Rosna Tanjung", "1301994506850023")


@pytest.fixture
def row(browse, family, fitri):
    """fitri writes down what was said at her desk."""
    entered = {"kind": "grievance", "sector": "food", "issue": "card", "urgency": "normal", "channel": "walk_in_office"}
    sent = {**entered, "description": SAID, "village": people.SAGO, "idempotency_key": str(uuid4())}
    assert browse(fitri).post(f"/keluhan/baru/?keluarga={family.pk}", sent).status_code == 302
    return Complaint.objects.get()


def test_the_words_are_kept_as_they_were_said(row):
    assert row.description.replace("\r", "") == SAID


@pytest.mark.parametrize("who", people.CAST)
def test_everybody_reads_the_words_with_the_numbers_masked(request, browse, row, who):
    client = browse(request.getfixturevalue(who))
    page = client.get(f"/keluhan/{row.pk}/")
    assert page.status_code == (200 if who in SEE else 404)
    assert not holds_one(page.content.decode())
    if who in SEE:
        assert READ in page.content.decode()
        assert PARTED_SHOWN in page.content.decode()
        assert (f'action="/keluhan/{row.pk}/nomor/"' in page.content.decode()) == (who in REVEAL)


@pytest.mark.parametrize("who", people.CAST)
def test_who_may_see_numbers_asks_for_them_and_is_noted(request, browse, row, who):
    client, user = browse(request.getfixturevalue(who)), request.getfixturevalue(who)
    assert client.get(f"/keluhan/{row.pk}/nomor/").status_code == 405
    assert not AuditEntry.objects.filter(verb="reveal").exists()
    answer = client.post(f"/keluhan/{row.pk}/nomor/")
    lines = AuditEntry.objects.filter(verb="reveal")
    if who not in REVEAL:
        assert answer.status_code == (403 if who in SEE else 404)
        assert not holds_one(answer.content.decode())
        assert not lines.exists()
        return
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert NIK in answer.content.decode()
    assert PARTED in answer.content.decode()
    (line,) = lines
    assert (line.actor, line.kind, line.subject, line.subject_id) == (user, "read", "complaints.complaint", row.pk)
    assert not holds_one(f"{line.note} {line.details}")


@pytest.mark.parametrize("who", sorted(REVEAL))
def test_of_a_family_that_moved_away_no_number_is_shown(request, browse, row, family, who):
    Household.objects.filter(pk=family.household_id).update(village_id=people.PADANG)
    client = browse(request.getfixturevalue(who))
    page = client.get(f"/keluhan/{row.pk}/").content.decode()
    assert READ in page
    assert "/nomor/" not in page
    answer = client.post(f"/keluhan/{row.pk}/nomor/")
    assert answer.status_code == 403
    assert not holds_one(answer.content.decode())
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_without_its_line_nothing_is_shown(browse, row, sari, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("no room in the trail")

    monkeypatch.setattr(trail, "read", refuse)
    client = browse(sari)
    client.raise_request_exception = False
    answer = client.post(f"/keluhan/{row.pk}/nomor/")
    assert answer.status_code == 500
    assert not holds_one(answer.content.decode())


def test_words_without_a_number_offer_nothing_to_show(browse, family, sari):
    row = cases.complaint(family, sari)
    assert "/nomor/" not in browse(sari).get(f"/keluhan/{row.pk}/").content.decode()


def test_a_referral_that_comes_of_it_begins_with_the_words_masked(browse, row, rina):
    Complaint.objects.filter(pk=row.pk).update(state="triaged")
    programme = cases.programme("KIS")
    programme.receivers.add(people.make_organisation("dinkes"))
    page = browse(rina).get(f"/rujukan/baru/?keluhan={row.pk}&program={programme.pk}").content.decode()
    assert READ in page
    assert not holds_one(page)


def test_lists_the_slip_and_the_public_page_say_nothing_of_it(browse, tamu, row, fitri, rina):
    Complaint.objects.filter(pk=row.pk).update(answer=f"NIK {NIK} sudah dicek.", findings=SAID)
    for client, path in (
        *((browse(user), path) for user in (fitri, rina) for path in ("/keluhan/", f"/keluhan/{row.pk}/bukti/")),
        *((browse(user), path) for user in (fitri, rina) for path in ("/dasbor/", "/pengingat/", "/keluhan/cetak/")),
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert not holds_one(page.content.decode()), path
    public = tamu.post("/lacak/", {"kode": row.tracking_code}, follow=True).content.decode()
    assert "timeline" in public
    assert not holds_one(public)


@pytest.mark.parametrize("key", ["keluhan", "bukti-keluhan"])
def test_no_file_of_complaints_holds_it(browse, row, lestari, settings, tmp_path, key):
    settings.MEDIA_ROOT = tmp_path
    Complaint.objects.filter(pk=row.pk).update(answer=f"NIK {NIK} sudah dicek.", findings=SAID)
    client, taken = browse(lestari), 0
    for format in ("csv", "xlsx", "pdf"):
        sent = {"purpose": "Bahan musyawarah nagari", "basis": "public_task", "format": format}
        at = f"/ekspor/baru/{key}/" + (f"?pilih={row.pk}" if key == "bukti-keluhan" else "?tab=new")
        page = client.post(at, {**sent, "idempotency_key": str(uuid4())}).get("Location", "")
        outbox.sweep()
        if page:
            file = client.get(f"{page}unduh/")
            assert file.status_code == 200
            text = text_of(file)
            assert row.number in text or row.tracking_code in text
            assert NIK not in text
            assert PARTED not in text
            taken += 1
    assert taken


def test_a_letter_says_a_need_kept_from_before_masked(browse, family, rina, sari, lestari):
    row = cases.referral(family, rina, "sent")
    Referral.objects.filter(pk=row.pk).update(letter_number="460/001/SLRT/XI/2026", need=SAID)
    for path in (f"/rujukan/{row.pk}/", f"/rujukan/{row.pk}/surat/"):
        page = browse(sari).get(path).content.decode()
        assert SHOWN in page
        assert NIK not in page
        assert PARTED not in page
    count, paper = letters(Referral.objects.filter(pk=row.pk), lestari, lambda n: None)
    printed = text_of_pdf(paper).replace("\x7f", "•")
    assert count == 1
    assert f"NIK {SHOWN}, tidak" in " ".join(printed.split())
    assert NIK not in printed
    assert PARTED not in printed
