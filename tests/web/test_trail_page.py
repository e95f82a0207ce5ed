"""The auditor reads the trail in words, never in the codes it is kept in."""

import re

import pytest
from django.test import Client

from households import visiting
from households.workflow.registration import REGISTRATION
from slrt.audit import trail
from slrt.local.places import BASE_DIR
from slrt.workflow.engine import WORKFLOWS
from slrt.workflow.sentences import VERBS, timeline
from slrt.workflow.templatetags.trail import subject
from tests import cases, people

WRITTEN = re.compile(r'(?:trail\.write|trail\.read|\bnote)\(\s*"([a-z_]+)"')
pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_steps_rows_and_states_stand_in_words(dewi, sari):
    row = cases.registration(cases.family_in(people.SAGO))
    trail.write("ask_identity", row, by=sari, from_state="draft", to_state="identity_check")
    trail.write("propose", row, by=None)
    page = signed_in(dewi).get("/jejak/").content.decode()
    assert str(REGISTRATION.by_name["ask_identity"].label) in page
    assert f"Draf usulan → {REGISTRATION.states('identity_check').label}" in page
    assert f"Pendaftaran DTSEN {row.pk}" in page
    assert "SLRT (otomatis)" in page
    for code in ("ask_identity", "identity_check", "households.registration"):
        assert code not in page


def test_in_whose_name_a_step_was_taken_stands_beside_who_took_it(dewi, sari, hendra, lestari):
    row = cases.registration(cases.family_in(people.SAGO))
    trail.write("correct_result", row, by=hendra, in_name_of=lestari.pk)
    page = signed_in(dewi).get("/jejak/").content.decode()
    assert 'Hendra<small class="d-block">atas nama Lestari</small>' in page
    trail.write("correct_result", row, by=sari)
    assert signed_in(dewi).get(f"/jejak/?actor={sari.pk}").content.decode().count("atas nama") == 0


def test_the_story_of_a_row_says_in_whose_name_too(sari, hendra, lestari):
    row = cases.registration(cases.family_in(people.SAGO))
    trail.write("correct_result", row, by=hendra, in_name_of=lestari.pk)
    trail.write("correct_result", row, by=sari)
    first, second = (line["sentence"] for line in timeline(row))
    assert "oleh Hendra atas nama Lestari" in first
    assert "atas nama" not in second


def test_a_row_of_a_kind_that_is_no_more_keeps_its_stored_name(dewi, sari):
    entry = trail.write("propose", cases.registration(cases.family_in(people.SAGO)), by=sari)
    entry.subject = "households.gone"
    assert subject(entry) == f"households.gone {entry.subject_id}"


def test_a_state_without_a_transition_table_is_said_by_its_own_field(dewi, sari):
    visit = visiting.begin(by=sari, village_id=people.SAGO, family=None)
    trail.write("send", visit, by=sari, from_state="draft", to_state="sent", place=people.SAGO)
    page = signed_in(dewi).get("/jejak/").content.decode()
    assert "Draf → Terkirim" in page
    assert "Sago Salido" in page


def test_every_step_that_is_written_has_words():
    """A verb is a transition's, with its label, or stands in the list of sentences."""
    written = set()
    for app in ("slrt", "households", "programs", "complaints", "referrals"):
        for file in (BASE_DIR / app).rglob("*.py"):
            written.update(WRITTEN.findall(file.read_text(encoding="utf-8")))
    labelled = {verb for flow in WORKFLOWS.values() for verb in flow.by_name}
    assert len(written) > 50
    assert written - labelled - set(VERBS) == set()


def test_the_auditor_reads_which_list_left_how_many_rows_and_what_for(dewi, lestari):
    details = {"listing": "keluarga", "basis": "public_task", "rows": 1200, "full_numbers": True}
    trail.write(
        "export", None, by=lestari, entry_kind="export", place="", note="Bahan musyawarah 1301990506850001", **details
    )
    page = signed_in(dewi).get("/jejak/").content.decode()
    for words in ("Keluarga", "1.200 baris", "lengkap", "Dasar hukum: Tugas pelayanan publik"):
        assert words in page
    assert "Keperluan: Bahan musyawarah 1301••••••••0001" in page, (
        "kept from before such numbers were masked when written"
    )


def test_the_auditor_reads_which_register_came_in_and_which_left(dewi, adi):
    counts = {"new": 1, "changed": 2, "unchanged": 12}
    trail.write("register_import", None, by=adi, place="", table="complaints.holiday", **counts)
    left = {"table": "accounts.organisation", "rows": 7, "basis": "public_task"}
    trail.write("register_export", None, by=adi, entry_kind="export", place="", note="Perbarui daftar acuan", **left)
    page = signed_in(dewi).get("/jejak/").content.decode()
    assert ">Hari libur<" in page
    assert "1 baru, 2 berubah, 12 tetap" in page
    assert ">Lembaga<" in page
    assert "7 baris" in page
    assert "Keperluan: Perbarui daftar acuan" in page


def test_a_reason_given_for_anything_else_stays_on_its_own_page(dewi, sari):
    row = cases.registration(cases.family_in(people.SAGO))
    trail.write("propose", row, by=sari, note="Ditulis untuk keluarga ini")
    assert "Ditulis untuk keluarga ini" not in signed_in(dewi).get("/jejak/").content.decode()
