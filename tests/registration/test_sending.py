"""Sent is what stood in a workbook since it was endorsed, or was typed in by hand with a reason; days that cannot be are refused."""

import hashlib
import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import transaction

from households import siks
from households.models import Membership, Person, Registration, SiksRow, SiksWorkbook, VillageMeeting
from households.workflow import meeting as meetings
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

NIKS = [f"13019945068500{n:02d}" for n in range(10, 13)]


@pytest.fixture
def endorsed(places):
    """Rosna's family, endorsed yesterday by a decree of the day before."""
    row = cases.registration(
        cases.family_in(people.SAGO), "endorsed", decree_number="460/1", decree_on=clock.today() - timedelta(days=2)
    )
    Registration.objects.filter(pk=row.pk).update(state_since=clock.now() - timedelta(days=1))
    row.refresh_from_db()
    return row


def seen(row):
    row.refresh_from_db()
    return row.state, row.version, row.sent_on, AuditEntry.objects.count(), SiksRow.objects.count()


def refused(row, rina, sentence, **said):
    before = seen(row)
    with pytest.raises(GuardFailed, match=sentence):
        engine.apply("send", row, by=rina, **said)
    assert seen(row) == before


def test_what_was_never_exported_is_not_sent(endorsed, rina):
    refused(endorsed, rina, "belum ada di berkas SIKS-NG", sent_on=clock.today())


def test_what_stands_in_a_workbook_is_sent(endorsed, rina):
    siks.export(by=rina, purpose="siks_ng")
    engine.apply("send", endorsed, by=rina, sent_on=clock.today())
    endorsed.refresh_from_db()
    assert (endorsed.state, endorsed.sent_on) == ("sent_to_ministry", clock.today())
    assert SiksRow.objects.get().by_hand_reason == ""


def test_a_copy_for_the_governor_is_no_way_to_the_ministry(endorsed, rina):
    siks.export(by=rina, purpose="governor")
    refused(endorsed, rina, "belum ada di berkas SIKS-NG", sent_on=clock.today())


def test_a_workbook_from_before_the_endorsement_does_not_count(endorsed, rina):
    siks.export(by=rina, purpose="siks_ng")
    Registration.objects.filter(pk=endorsed.pk).update(state_since=clock.now() + timedelta(seconds=1))
    refused(endorsed, rina, "belum ada di berkas SIKS-NG", sent_on=clock.today())


def test_typed_in_by_hand_with_a_reason(browse, endorsed, rina):
    desk, address = browse(rina), f"/registrasi/{endorsed.pk}/send/"
    said = {"version": endorsed.version, "sent_on": clock.today().strftime("%d/%m/%Y"), "by_hand_reason": "  "}
    assert desk.post(address, {**said, "idempotency_key": new_key()}).status_code == 422
    said["by_hand_reason"] = "Unggah gagal dua kali."
    assert desk.post(address, {**said, "idempotency_key": new_key()}).status_code == 302
    kept = SiksRow.objects.get(registration=endorsed)
    assert (kept.workbook, kept.by_hand_reason, kept.recorded_by) == (None, "Unggah gagal dua kali.", rina)
    assert "Unggah gagal dua kali." in desk.get(f"/registrasi/{endorsed.pk}/").content.decode()


@pytest.mark.parametrize(
    ("days", "sentence"), [(3, "SK-nya tertanggal"), (1, "Berkasnya baru diunduh"), (-1, "belum terjadi")]
)
def test_the_day_lies_between_endorsement_and_today(endorsed, rina, days, sentence):
    siks.export(by=rina, purpose="siks_ng")
    refused(endorsed, rina, sentence, sent_on=clock.today() - timedelta(days=days))
    refused(endorsed, rina, "SK-nya", sent_on=date(1999, 1, 1), by_hand_reason="Dulu.")


def test_a_workbook_tells_which_registrations_it_held(browse, endorsed, rina, lestari):
    second = cases.registration(cases.family_in(people.SAGO, "Andi", NIKS[0]), "endorsed")
    elsewhere = cases.registration(cases.family_in(people.PADANG, "Joni", NIKS[1]), "endorsed")
    data = siks.export(by=rina, purpose="siks_ng")
    book = SiksWorkbook.objects.get()
    assert (book.made_by, book.purpose, book.area_id) == (rina, "siks_ng", "13.01")
    assert book.file_hash == hashlib.sha256(data).hexdigest()
    assert set(book.rows.values_list("registration", flat=True)) == {endorsed.pk, second.pk}
    assert not SiksRow.objects.filter(registration=elsewhere).exists()
    one, other = book.rows.order_by("registration")
    assert one.digest != other.digest
    assert AuditEntry.objects.get(kind="export").details["workbook"] == book.pk
    page = browse(rina).get("/registrasi/siks/").content.decode()
    assert f"SIKS-{book.pk}" in page
    assert "2 usulan" in page


def test_before_a_workbook_is_made_its_page_names_the_families_with_an_unknown_relation(browse, endorsed, rina):
    page = browse(rina).get("/registrasi/siks/").content.decode()
    assert "hubungannya belum diketahui" not in page
    for name, died in (("Ani", None), ("Ira", None), ("Almarhum", clock.today())):
        person = Person.objects.create(name=name, name_folded=name.lower(), birth_date=date(2009, 1, 1), died_on=died)
        Membership.objects.create(person=person, family=endorsed.family, relation="", started_on=date(2020, 1, 1))
    whole = cases.registration(cases.family_in(people.SAGO, "Andi", NIKS[0]), "endorsed")
    page = browse(rina).get("/registrasi/siks/").content.decode()
    assert "1 keluarga punya anggota yang hubungannya belum diketahui" in page
    assert "2 anggota" in page
    assert "HUB_KELUARGA" in page
    assert f'href="/keluarga/{endorsed.family_id}/"' in page
    assert f'href="/keluarga/{whole.family_id}/"' not in page
    siks.export(by=rina, purpose="siks_ng")
    assert AuditEntry.objects.get(kind="export").details["unknown_relations"] == 2


def test_a_workbook_that_fails_leaves_no_rows(endorsed, rina, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("disk")

    monkeypatch.setattr(siks.trail, "write", broken)
    with pytest.raises(RuntimeError):
        with transaction.atomic():
            siks.export(by=rina, purpose="siks_ng")
    assert not SiksWorkbook.objects.exists()
    assert not SiksRow.objects.exists()


def test_many_sent_at_once_are_told_apart(endorsed, browse, rina):
    siks.export(by=rina, purpose="siks_ng")
    late = cases.registration(cases.family_in(people.SAGO, "Andi", NIKS[0]), "endorsed")
    said = {"rows": [endorsed.pk, late.pk], "version": 0, "sent_on": clock.today().strftime("%d/%m/%Y")}
    page = browse(rina).post("/registrasi/banyak/send/", {**said, "idempotency_key": new_key()}, follow=True)
    assert "belum ada di berkas SIKS-NG" in page.content.decode()
    assert Registration.objects.get(pk=endorsed.pk).state == "sent_to_ministry"
    assert Registration.objects.get(pk=late.pk).state == "endorsed"


def test_nobody_else_sends(endorsed, sari):
    with pytest.raises(NotPermitted):
        engine.apply("send", endorsed, by=sari, sent_on=clock.today(), by_hand_reason="x")


@pytest.mark.parametrize(
    ("state", "verb", "field"), [("office_verified", "endorse", "decree_on"), ("initial_list", "use_sptjm", "sptjm_on")]
)
def test_a_paper_is_not_older_than_the_registration(places, hendra, nurma, state, verb, field):
    row = cases.registration(cases.family_in(people.SAGO), state)
    by = hendra if verb == "endorse" else nurma
    said = (
        {"decree_number": "1", "override_reason": "Alamat menyusul."}
        if verb == "endorse"
        else {"sptjm_paper": cases.paper(people.SAGO, nurma, "sptjm")}
    )
    before = seen(row)
    with pytest.raises(GuardFailed, match="baru dimulai pada"):
        engine.apply(verb, row, by=by, **{field: date(1900, 1, 1)}, **said)
    assert seen(row) == before
    engine.apply(verb, row, by=by, **{field: clock.today() - timedelta(days=60)}, **said)


def test_a_meeting_of_1900_is_not_written_down(places, nurma):
    with pytest.raises(GuardFailed, match="lebih dari setahun lalu") as fault:
        meetings.hold(by=nurma, village_id=people.SAGO, held_on=date(1900, 1, 1), place="Balai", chair="Wali")
    assert fault.value.field == "held_on"
    assert not VillageMeeting.objects.exists()


def test_a_family_is_not_brought_before_a_meeting_that_was_over(places, nurma):
    meeting = cases.meeting(people.SAGO, nurma)
    row = cases.registration(cases.family_in(people.SAGO), "initial_list")
    Registration.objects.filter(pk=row.pk).update(created_at=clock.now())
    row.refresh_from_db()
    before = seen(row)
    with pytest.raises(GuardFailed, match="sesudah musyawarah itu"):
        engine.apply("call_meeting", row, by=nurma, meeting=meeting)
    assert seen(row) == before


def test_what_goes_to_siks_has_text_numbers_and_its_purpose_in_the_trail(browse, rina, sari, places):
    row = cases.registration(
        cases.family_in(people.SAGO, "=HYPERLINK(1)", NIKS[0]), "endorsed", decree_number="460/1/2026"
    )
    desk = browse(rina)
    assert desk.post("/registrasi/siks/", {}).status_code == 422
    assert not AuditEntry.objects.filter(kind="export").exists()
    answer = desk.post("/registrasi/siks/", {"purpose": "siks_ng"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    header, cells = list(sheet.iter_rows(values_only=True))
    said = dict(zip(header, cells, strict=True))
    assert (said["NIK"], said["STATUS"], said["NO_SK"]) == (NIKS[0], "VERIVALI-KORKAB-APPROVED", "460/1/2026")
    assert said["NAMA"] == "=HYPERLINK(1)"
    assert {cell.data_type for line in sheet for cell in line} <= {"s", "n"}, "no cell is a formula"
    assert sheet["D2"].number_format == "@"
    entry = AuditEntry.objects.get(kind="export")
    assert (entry.actor, entry.details["purpose"], entry.details["rows"]) == (rina, "siks_ng", 1)
    row.refresh_from_db()
    assert row.state == "endorsed", "what was downloaded is not yet sent"
    assert browse(sari).post("/registrasi/siks/", {"purpose": "siks_ng"}).status_code == 403
