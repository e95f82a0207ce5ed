"""Letters of many referrals in one file: exactly those of the list, noted one by one, with a progress that tells the truth."""

import re

import pytest

from referrals import printing
from referrals.models import Referral
from slrt.accounts.models import Organisation, User
from slrt.audit.models import AuditEntry
from slrt.core.models import OutboxJob
from slrt.exports import building
from slrt.exports.models import Export
from slrt.letters import counting, paper
from tests import cases, people
from tests.exports.conftest import new_key

TAB = "?tab=receiver"


@pytest.fixture
def letters(families, rina):
    """Four sent referrals with a letter, one that has none yet."""
    for n, family in enumerate(families):
        row = cases.referral(family, rina, "sent")
        Referral.objects.filter(pk=row.pk).update(letter_number=f"460/{n:03d}/SLRT/XI/2026" if n < 4 else "")
    return list(Referral.objects.exclude(letter_number="").order_by("pk"))


@pytest.fixture
def printed(monkeypatch):
    """Every text that is laid out."""
    said = []
    monkeypatch.setattr(paper, "plain", lambda text, plain=paper.plain: said.append(str(text)) or plain(text))
    return said


def _asked(ask, user, query=TAB, **entered):
    return ask(user, "surat-rujukan", query, format="pdf", **entered)


def test_the_letters_of_the_list_are_one_file_and_noted_one_by_one(browse, rina, letters, ask, content, printed):
    on_page = re.findall(r'href="/rujukan/(\d+)/"', browse(rina).get(f"/rujukan/{TAB}").content.decode())
    number_of = {str(row.pk): row.letter_number for row in letters}
    _answer, export = _asked(ask, rina)
    assert (export.state, export.done, export.total, export.format) == ("ready", 4, 4, "pdf")
    assert content(rina, export).startswith(b"%PDF-")
    assert [text for text in printed if text.startswith("460/")] == [
        number_of[pk] for pk in dict.fromkeys(on_page) if pk in number_of
    ]
    assert {"1301994506850000", "Warga 0", "Berobat.", "Dengan ini kami merujuk:"} <= set(printed)
    lines = AuditEntry.objects.filter(verb="letter")
    assert {(line.subject_id, line.actor_id, line.kind) for line in lines} == {
        (row.pk, rina.pk, "export") for row in letters
    }
    assert AuditEntry.objects.get(verb="reveal_list").note == "Bahan musyawarah nagari bulan ini"


def test_the_button_stands_where_letters_are_and_for_whom_it_works(browse, rina, joko, letters):
    assert f"/ekspor/baru/surat-rujukan/{TAB}" in browse(rina).get(f"/rujukan/{TAB}").content.decode()
    assert "surat-rujukan" not in browse(rina).get("/rujukan/?tab=draft").content.decode()
    assert "surat-rujukan" not in browse(joko).get(f"/rujukan/{TAB}").content.decode(), "sees no full numbers"
    form = browse(rina).get(f"/ekspor/baru/surat-rujukan/{TAB}").content.decode()
    assert ">4 surat</b>" in form
    assert 'data-count="4"' in form
    assert "xlsx" not in form
    assert "NIK lengkap" in form


@pytest.mark.parametrize("who", ["sari", "joko", "hendra", "agus", "dewi"])
def test_refused_and_no_letter_noted(request, letters, ask, who):
    answer, export = _asked(ask, request.getfixturevalue(who))
    assert (answer.status_code, export) == (403, None)
    assert not AuditEntry.objects.filter(verb="letter").exists()


def test_letters_are_no_table_and_a_table_is_no_letter(rina, letters, ask):
    for key, format in (("surat-rujukan", "csv"), ("surat-rujukan", "xlsx"), ("rujukan", "pdf")):
        answer, export = ask(rina, key, TAB, format=format)
        assert (answer.status_code, export) == (422, None)


def test_more_than_a_handful_are_laid_out_by_a_job_that_tells_how_far_it_is(
    browse, rina, letters, ask, content, settings, monkeypatch
):
    settings.LETTERS_AT_ONCE = 3
    monkeypatch.setattr(counting, "TOLD_EVERY", 1)
    _answer, export = _asked(ask, rina)
    assert (export.state, export.done) == ("waiting", 0)
    assert "0 dari 4 surat" in browse(rina).get(f"/ekspor/{export.pk}/").content.decode()
    assert not AuditEntry.objects.filter(verb="letter").exists()
    [job] = OutboxJob.objects.filter(name="exports.build")
    told = []
    monkeypatch.setattr(building.Watch, "moved", lambda watch, done: told.append(done))
    building.build(**job.args)
    export.refresh_from_db()
    assert told == [1, 2, 3, 4]
    assert (export.state, export.done) == ("ready", 4)
    assert content(rina, export).startswith(b"%PDF-")


def test_a_job_that_is_cancelled_half_way_leaves_neither_file_nor_line(
    rina, letters, ask, settings, monkeypatch, uploads
):
    settings.LETTERS_AT_ONCE = 3
    monkeypatch.setattr(counting, "TOLD_EVERY", 1)
    _answer, export = _asked(ask, rina)

    def stopped(watch, done):
        if done == 2:
            raise building.Stopped

    monkeypatch.setattr(building.Watch, "moved", stopped)
    building.build(export.pk)
    assert not AuditEntry.objects.filter(verb="letter").exists()
    assert list(uploads.iterdir()) == []


def test_too_many_at_a_time_are_asked_to_be_narrowed(rina, letters, ask, settings):
    settings.LETTERS_AT_A_TIME = 3
    answer, export = _asked(ask, rina)
    assert (answer.status_code, export) == (422, None)
    assert "Paling banyak 3 surat sekaligus" in answer.content.decode()


def test_sent_twice_the_form_prints_once(browse, rina, letters):
    entered = {"purpose": "Dikirim ke lembaga minggu ini", "basis": "public_task", "format": "pdf"}
    entered["idempotency_key"] = new_key()
    for _n in range(2):
        browse(rina).post(f"/ekspor/baru/surat-rujukan/{TAB}", entered)
    assert Export.objects.count() == 1
    assert AuditEntry.objects.filter(verb="letter").count() == 4


def test_each_letter_begins_on_a_page_of_its_own(rina, letters):
    n, pages = printing.letters(Referral.objects.filter(pk__in=[row.pk for row in letters]), rina, lambda done: None)
    assert (n, len(re.findall(rb"/Type /Page\b", pages))) == (4, 4)


def test_a_letter_carries_the_office_and_its_signatory(browse, rina, hendra, letters, printed):
    people.make_organisation("dinsos")
    Organisation.objects.filter(code="dinsos").update(
        name="Dinas Sosial",
        kind="social_office",
        address="Jalan Sutan Syahrir 1",
        phone="0756-21001",
        email="dinsos@example.invalid",
        town="Painan",
        copies="Bupati Pesisir Selatan\nArsip",
    )
    User.objects.filter(pk=hendra.pk).update(position="Kepala Dinas Sosial", nip="197001012000031001")
    Referral.objects.update(signed_by=hendra)
    one = letters[0]
    printing.letters(Referral.objects.filter(pk=one.pk), rina, lambda done: None)
    said = [
        *("PEMERINTAH KABUPATEN PESISIR SELATAN", "DINAS SOSIAL", "Jalan Sutan Syahrir 1"),
        *("Telepon 0756-21001 · Surel dinsos@example.invalid", "Kepala Dinas Sosial,", "NIP 197001012000031001"),
        *("Sifat", "Lampiran", "Tembusan:", "1. Bupati Pesisir Selatan", "2. Arsip"),
    ]
    assert [text for text in said if text not in printed] == []
    assert [text for text in printed if text.startswith("Painan, ")]
    page = browse(rina).get(f"/rujukan/{one.pk}/surat/").content.decode()
    for text in ("DINAS SOSIAL", "Jalan Sutan Syahrir 1", "Kepala Dinas Sosial,", "NIP 197001012000031001", "Arsip"):
        assert text in page


def test_what_the_office_did_not_fill_in_leaves_no_empty_line(rina, hendra, letters, printed):
    Referral.objects.update(signed_by=hendra)
    printing.letters(Referral.objects.filter(pk=letters[0].pk), rina, lambda done: None)
    assert "PEMERINTAH KABUPATEN PESISIR SELATAN" in printed
    assert not [text for text in printed if text.startswith(("Telepon", "Surel", "NIP ", "Tembusan", ","))]
