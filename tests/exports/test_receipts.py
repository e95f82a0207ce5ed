"""Receipts of many complaints in one file: those that were chosen, each accounted for, for whom may print one."""

import re

import pytest

from complaints.models import Complaint
from slrt.audit.models import AuditEntry
from slrt.core import crypto
from slrt.core.models import OutboxJob
from slrt.exports import building
from slrt.exports.models import Export
from slrt.letters import counting, paper
from tests import cases, people


@pytest.fixture
def heard(families, sari):
    """Five complaints, three of Sago Salido and two of Salido."""
    return [cases.complaint(family, sari) for family in families]


@pytest.fixture
def printed(monkeypatch):
    """Every text that is laid out."""
    said = []
    monkeypatch.setattr(paper, "plain", lambda text, plain=paper.plain: said.append(str(text)) or plain(text))
    return said


def query(rows):
    return "?" + "&".join(f"pilih={row.pk}" for row in rows)


def asked(ask, user, rows):
    return ask(user, "bukti-keluhan", query(rows), format="pdf")


def test_they_are_chosen_in_the_list_as_it_is_filtered(browse, lestari, heard):
    client = browse(lestari)
    page = client.get(f"/keluhan/?tab=new&village={people.SAGO}").content.decode()
    door = re.search(r'href="(/keluhan/cetak/[^"]*)"', page).group(1).replace("&amp;", "&")
    choice = client.get(door).content.decode()
    assert re.findall(r'name="pilih" value="(\d+)"', choice) == re.findall(r'href="/keluhan/(\d+)/"', page)
    assert len(re.findall(r'name="pilih"', choice)) == 3
    assert 'action="/ekspor/baru/bukti-keluhan/"' in choice


def test_the_chosen_are_one_file_and_noted_one_by_one(browse, lestari, heard, ask, content, printed):
    chosen = heard[:4]
    form = browse(lestari).get(f"/ekspor/baru/bukti-keluhan/{query(chosen)}").content.decode()
    assert 'data-count="4"' in form
    assert "NIK lengkap" not in form
    _answer, export = asked(ask, lestari, chosen)
    assert (export.state, export.total, export.done, export.skipped, export.failed) == ("ready", 4, 4, 0, 0)
    assert content(lestari, export).startswith(b"%PDF-")
    codes = {row.tracking_code for row in heard}
    assert [text for text in printed if text in codes] == [row.tracking_code for row in chosen]
    assert not [text for text in printed if "Warga" in text or "Anak sakit" in text or "1301994506" in text]
    lines = AuditEntry.objects.filter(verb="receipt")
    assert {(line.subject_id, line.actor_id, line.kind) for line in lines} == {
        (row.pk, lestari.pk, "export") for row in chosen
    }
    assert not AuditEntry.objects.filter(verb="reveal_list").exists()


def test_done_skipped_and_failed_are_all_that_were_chosen(browse, joko, heard, sari, ask):
    """One lies in Padang, one is no complaint, one has a code that nobody can read any more."""
    far = cases.complaint(cases.family_in(people.PADANG, "Jauh", "1371994506850077"), sari)
    with_fault = heard[1]
    Complaint.objects.filter(pk=with_fault.pk).update(tracking_code=crypto.encrypt("x")[:-1])
    _answer, export = ask(joko, "bukti-keluhan", query([*heard, far]) + "&pilih=999999999&pilih=abc", format="pdf")
    assert (export.total, export.done, export.skipped, export.failed) == (7, 4, 2, 1)
    page = browse(joko).get(f"/ekspor/{export.pk}/").content.decode()
    assert "7 dipilih: 4 dicetak, 2 dilewati karena tidak terlihat lagi oleh Anda, 1 gagal disusun." in page
    noted = set(AuditEntry.objects.filter(verb="receipt").values_list("subject_id", flat=True))
    assert noted == {row.pk for row in heard} - {with_fault.pk}
    made = AuditEntry.objects.get(verb="export")
    assert (made.details["rows"], made.details["skipped"], made.details["failed"]) == (4, 2, 1)


def test_none_that_can_be_laid_out_leaves_nothing(lestari, heard, ask, uploads):
    Complaint.objects.update(tracking_code=crypto.encrypt("x")[:-1])
    answer, export = asked(ask, lestari, heard)
    assert (answer.status_code, export) == (422, None)
    assert "Tidak satu pun bukti" in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="receipt").exists()


def test_many_are_laid_out_by_a_job_that_tells_how_far_it_is(
    browse, lestari, heard, ask, content, settings, monkeypatch
):
    settings.LETTERS_AT_ONCE = 3
    monkeypatch.setattr(counting, "TOLD_EVERY", 1)
    _answer, export = asked(ask, lestari, heard)
    assert (export.state, export.total) == ("waiting", 5)
    assert 'max="5"' in browse(lestari).get(f"/ekspor/{export.pk}/").content.decode()
    assert not AuditEntry.objects.filter(verb="receipt").exists()
    [job] = OutboxJob.objects.filter(name="exports.build")
    told = []
    monkeypatch.setattr(building.Watch, "moved", lambda watch, done: told.append(done))
    building.build(**job.args)
    export.refresh_from_db()
    assert told == [1, 2, 3, 4, 5]
    assert (export.state, export.done) == ("ready", 5)
    assert content(lestari, export).startswith(b"%PDF-")


@pytest.mark.parametrize("who", ["agus", "maya", "tomo", "dewi", "adi"])
def test_who_sees_no_complaints_prints_none(request, browse, heard, ask, who):
    user = request.getfixturevalue(who)
    assert browse(user).get("/keluhan/cetak/").status_code == 403
    answer, export = asked(ask, user, heard)
    assert (answer.status_code, export) == (403, None)
    assert not AuditEntry.objects.filter(verb="receipt").exists()


def test_a_facilitator_prints_those_of_the_own_village_alone(sari, heard, ask):
    _answer, export = asked(ask, sari, heard)
    assert (export.total, export.done, export.skipped) == (5, 3, 2)


def test_nothing_chosen_is_nothing_to_print(lestari, heard, ask):
    answer, export = asked(ask, lestari, [])
    assert (answer.status_code, export) == (422, None)
    assert not Export.objects.exists()
