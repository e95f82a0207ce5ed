"""What the page shows is what the file holds: same rows, same order, for every list, and nothing from another area."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_celery_beat.models import CrontabSchedule

from households.models import ImportRun, Membership, Person, Visit
from households.workflow.registration import REGISTRATION
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.exports.models import Export
from slrt.exports.registry import LISTINGS
from tests import cases, people
from tests.exports.reading import book_of, csv_rows


def shown_on(page):
    """How many rows the page says its list has."""
    text = page.content.decode()
    said = re.search(r"· ([\d.]+) baris</span>", text)
    return int(said.group(1).replace(".", "")) if said else text.count("<tr><td")


def test_every_list_is_there():
    registry = "keluarga anggota pendaftaran sanggahan musyawarah tinjau kunjungan impor keluhan rujukan program jejak ganda tanpa-nik"
    numbers = "angka-keluarga angka-pendaftaran angka-sanggahan angka-keluhan angka-rujukan angka-impor angka-ganda angka-penggabungan"
    assert set(LISTINGS) == {
        *registry.split(),
        *numbers.split(),
        "penggabungan",
        "desa",
        "fasilitator",
        "daftar-desa",
        "surat-rujukan",
        "bukti-keluhan",
        *["pengingat", "jawaban", "jawaban-tidak-ada", "beda-impor", "impor-desa", "pekerjaan"],
        *["berkas-jawaban", "berkas-siks", "impor-ditolak", "impor-dibiarkan", "impor-tidak-ada", "impor-tanpa-kepala"],
        *["impor-orang-lain", "impor-tercatat-lain", "impor-orang-tidak-ada"],
    }


@pytest.mark.parametrize(
    "query", ["", f"?village={people.SAGO}", "?decile=1", "?listed=no", "?q=Warga+3", "?sort=village"]
)
def test_families_as_filtered(browse, lestari, families, ask, content, query):
    families[0].decile = 1
    families[0].save()
    page = browse(lestari).get(f"/keluarga/{query}")
    _answer, export = ask(lestari, "keluarga", query)
    _header, rows = csv_rows(content(lestari, export))
    on_page = re.findall(r'/keluarga/(\d+)/"', page.content.decode())
    assert [row[0] for row in rows] == [f"KEL-{pk}" for pk in on_page]
    assert len(rows) == shown_on(page) == export.done
    assert len(rows) == {"": 5, f"?village={people.SAGO}": 3, "?decile=1": 1, "?listed=no": 5}.get(query, len(rows))


def test_the_page_and_the_form_say_the_same_number(browse, lestari, families):
    form = browse(lestari).get(f"/ekspor/baru/keluarga/?village={people.SAGO}").content.decode()
    assert 'data-count="3"' in form
    assert "Desa: Sago Salido" in form


def test_complaints_of_one_part(browse, lestari, sari, families, ask, content):
    for n, family in enumerate(families):
        cases.complaint(family, sari, "recorded" if n < 2 else "triaged")
    page = browse(lestari).get("/keluhan/?tab=check")
    _answer, export = ask(lestari, "keluhan", "?tab=check")
    header, rows = csv_rows(content(lestari, export))
    assert len(rows) == shown_on(page) == 3
    assert "Anak sakit." not in str(rows), "what is kept encrypted stays"
    assert header[0] == "Nomor"


def test_objections_of_one_state_without_their_reasons(browse, lestari, nurma, families, ask, content):
    for n, family in enumerate(families):
        cases.objection(family, nurma, "filed" if n < 2 else "in_process")
    page = browse(lestari).get("/sanggah/?tab=in_process").content.decode()
    assert "/ekspor/baru/sanggahan/?tab=in_process" in page
    _answer, export = ask(lestari, "sanggahan", "?tab=in_process")
    header, rows = csv_rows(content(lestari, export))
    assert len(rows) == 3
    assert [row[0] for row in rows] == [f"USG-{pk}" for pk in re.findall(r'/sanggah/(\d+)/"', page)]
    assert "Alasan" not in header, "why somebody objects stays here"


def test_meetings_and_second_looks_of_the_own_area(browse, joko, nurma, rina, ask, content):
    met = cases.decided_meeting(people.SAGO, nurma)
    assert "/ekspor/baru/musyawarah/" in browse(rina).get("/musyawarah/").content.decode()
    _answer, export = ask(rina, "musyawarah")
    _header, rows = csv_rows(content(rina, export))
    assert [(row[0], row[2], int(row[-1])) for row in rows] == [(f"MUS-{met.pk}", "Sago Salido", met.decisions.count())]
    look = cases.revisit(cases.family_in(people.SAGO, "Warga"), joko)
    assert "/ekspor/baru/tinjau/" in browse(joko).get("/tinjau/").content.decode()
    _answer, export = ask(joko, "tinjau")
    _header, rows = csv_rows(content(joko, export))
    assert [row[0] for row in rows] == [f"TIN-{look.pk}"]


def test_the_part_that_the_page_chose_by_itself(browse, lestari, sari, families, ask, content):
    for family in families:
        cases.complaint(family, sari, "triaged")
    link = re.search(r'href="/ekspor/baru/keluhan/(\?[^"]*)"', browse(lestari).get("/keluhan/").content.decode())
    assert link
    _answer, export = ask(lestari, "keluhan", link.group(1))
    assert export.done == 5


def test_registrations_and_referrals(browse, lestari, sari, families, ask, content):
    for family in families:
        cases.registration(family, "draft")
        cases.referral(family, sari, "sent")
    for key, path, query in (
        ("pendaftaran", "/registrasi/", "?tab=identity"),
        ("rujukan", "/rujukan/", "?tab=receiver"),
    ):
        page = browse(lestari).get(path + query)
        _answer, export = ask(lestari, key, query)
        _header, rows = csv_rows(content(lestari, export))
        assert len(rows) == shown_on(page) == 5


def test_members_of_the_families_shown(lestari, families, ask, content):
    _answer, export = ask(lestari, "anggota", f"?village={people.SALIDO}")
    header, rows = csv_rows(content(lestari, export))
    assert [row[header.index("Nama")] for row in rows] == ["Warga 4", "Warga 3"]
    assert rows[0][header.index("Hubungan")] == "Kepala keluarga"


def test_whose_relation_nobody_knows_stands_last_of_a_family_as_on_its_page(lestari, families, ask, content):
    family = families[4]
    for name, relation, born in (("Belum Jelas", "", 2001), ("Adik", "3", 2012), ("Kakak", "3", 2008)):
        person = Person.objects.create(name=name, name_folded=name.lower(), birth_date=date(born, 1, 1), sex="2")
        Membership.objects.create(person=person, family=family, relation=relation, started_on=date(2020, 1, 1))
    _answer, export = ask(lestari, "anggota", f"?village={people.SALIDO}")
    header, rows = csv_rows(content(lestari, export))
    names = [row[header.index("Nama")] for row in rows]
    assert names == ["Warga 4", "Kakak", "Adik", "Belum Jelas", "Warga 3"]
    assert rows[3][header.index("Hubungan")] == "", "what nobody knows is left open"


def test_programmes_and_imports(lestari, places, ask, content):
    cases.programme("KIS")
    ImportRun.objects.create(
        area_id="13.01",
        started_by=lestari,
        file_name="nagari.csv",
        file_hash="0",
        state_since=clock.now(),
        counts={"rows": 12, "accepted": 10, "refused": 2},
    )
    _answer, export = ask(lestari, "program")
    assert csv_rows(content(lestari, export))[1][0][:2] == ["KIS", "Program KIS"]
    _answer, export = ask(lestari, "impor")
    assert csv_rows(content(lestari, export))[1][0][-3:] == ["12", "10", "2"]


def test_a_file_that_was_handed_back_is_told_from_one_that_was_cancelled(lestari, hendra, places, ask, content):
    made = {"area_id": "13.01", "started_by": lestari, "file_hash": "0", "state": "cancelled"}
    runs = [ImportRun.objects.create(file_name=name, state_since=clock.now(), **made) for name in ("a.csv", "b.csv")]
    trail.write("hand_back", runs[1], by=hendra)
    _answer, export = ask(lestari, "impor")
    heading, rows = csv_rows(content(lestari, export))
    assert {row[1]: row[heading.index("Status")] for row in rows} == {"a.csv": "Dibatalkan", "b.csv": "Dikembalikan"}
    assert {row[heading.index("Jenis berkas")] for row in rows} == {"Data unduhan DTSEN"}


def test_ones_own_downloads_say_which_part_of_their_list_they_hold(browse, lestari, families, ask):
    ask(lestari, "keluarga", "?q=Warga")
    ask(lestari, "keluarga")
    first, second = browse(lestari).get("/ekspor/").content.decode().split("<li>")[-2:]
    assert "Pencarian" not in first
    assert "Pencarian: Warga" in second


def test_a_download_of_members_says_which_families_were_searched_for(browse, lestari, families, ask):
    _answer, export = ask(lestari, "anggota", "?q=Warga")
    assert export.words == ["Pencarian: Warga"]
    assert "Pencarian: Warga" in browse(lestari).get("/ekspor/").content.decode()


def test_own_downloads_are_listed_with_as_many_questions_however_many_they_are(browse, lestari, families, ask):
    seat = browse(lestari)
    ask(lestari, "keluarga", "?q=Warga")
    with CaptureQueriesContext(connection) as one:
        seat.get("/ekspor/")
    for _n in range(4):
        ask(lestari, "keluarga", "?q=Warga")
    with CaptureQueriesContext(connection) as five:
        seat.get("/ekspor/")
    assert len(five) == len(one)


def test_visits_of_someone_who_visits_and_works_in_the_back_office(rina, families, ask, content):
    from slrt.accounts.models import Assignment

    Assignment.objects.create(user=rina, role="facilitator", area_id=people.SAGO, started_on=date(2020, 1, 1))
    Visit.objects.create(facilitator=rina, village_id=people.SAGO, family=families[0])
    _answer, export = ask(rina, "kunjungan")
    assert csv_rows(content(rina, export))[1][0][2] == "Warga 0"


@pytest.mark.parametrize("who", ["rina", "joko", "lestari", "hendra"])
def test_who_does_not_visit_sees_and_takes_out_what_was_visited_in_the_own_area(
    request, browse, families, sari, ask, content, who
):
    user = request.getfixturevalue(who)
    far = cases.family_in(people.PADANG, "Jauh", "1371994506850077")
    for state, family in (("sent", families[0]), ("refused", families[3]), ("draft", families[1]), ("sent", far)):
        Visit.objects.create(facilitator=sari, village_id=family.place_code, family=family, state=state)
    Visit.objects.create(facilitator=sari, village_id=people.SAGO)
    page = browse(user).get("/kunjungan/").content.decode()
    assert 'data-count="2"' in page
    assert "Jauh" not in page
    assert "/kunjungan/baru/" not in page
    assert "/ekspor/baru/kunjungan/" in page
    _answer, export = ask(user, "kunjungan")
    _header, rows = csv_rows(content(user, export))
    assert [row[1:3] for row in rows] == [["Sari", "Warga 3"], ["Sari", "Warga 0"]]


def test_a_visit_is_changed_by_nobody_else_for_being_seen(browse, lestari, families, sari):
    visit = Visit.objects.create(facilitator=sari, village_id=people.SAGO, family=families[0], state="sent")
    assert browse(lestari).get(f"/kunjungan/{visit.pk}/").status_code in (403, 404)


@pytest.mark.parametrize("who", ["agus", "tomo", "dewi", "adi"])
def test_who_sees_no_families_sees_no_visits(request, browse, families, who):
    assert browse(request.getfixturevalue(who)).get("/kunjungan/").status_code == 403


def test_the_trail_for_the_auditor(dewi, lestari, families, ask, content):
    ask(lestari, "keluarga")
    there = AuditEntry.objects.visible_to(dewi).filter(kind="export").count()
    _answer, export = ask(dewi, "jejak", "?kind=export")
    header, rows = csv_rows(content(dewi, export))
    assert len(rows) >= there
    assert {row[header.index("Jenis")] for row in rows} == {"Pengeluaran data"}


def test_only_where_the_person_may_export(browse, rina, families, ask, content, monkeypatch):
    """Facilitator in Padang, where those export nothing, back office in Pesisir Selatan: both are seen, only the latter leaves."""
    from slrt.accounts.models import Assignment
    from slrt.accounts.roles import ROLE_PERMISSIONS

    monkeypatch.setitem(ROLE_PERMISSIONS, "facilitator", ROLE_PERMISSIONS["facilitator"] - {"export.run"})
    Assignment.objects.create(user=rina, role="facilitator", area_id="13.71", started_on=date(2020, 1, 1))
    assert shown_on(browse(rina).get("/keluarga/")) == 6
    form = browse(rina).get("/ekspor/baru/keluarga/").content.decode()
    assert 'data-count="5"' in form
    assert "Daftarnya 6 baris" in form
    _answer, export = ask(rina, "keluarga")
    assert len(csv_rows(content(rina, export))[1]) == 5


def test_a_supervisor_gets_the_own_kecamatan(joko, families, ask, content):
    cases.family_in(people.INDERAPURA, "Jauh", "1301994506850077")
    _answer, export = ask(joko, "keluarga")
    assert export.done == 5


def test_a_workbook_opens_again_with_types_and_its_papers(lestari, families, ask, content):
    household = families[0].household
    household.last_visited_on = date(2026, 11, 3)
    household.save()
    _answer, export = ask(lestari, "keluarga", f"?village={people.SAGO}&sort=pk", format="xlsx")
    book = book_of(content(lestari, export))
    assert book.sheetnames == ["Keluarga", "Keterangan"]
    header, *rows = book["Keluarga"].iter_rows()
    visited = [cell.value for cell in header].index("Terakhir dikunjungi")
    values = [row[visited].value for row in rows]
    assert [value.date() for value in values if value] == [date(2026, 11, 3)]
    papers = {row[0].value: row[1].value for row in book["Keterangan"].iter_rows()}
    assert papers["Nomor unduhan"] == export.number
    assert papers["Baris"] == "3"
    assert papers["Saringan"] == "Desa: Sago Salido"
    assert papers["Keperluan"] == "Bahan musyawarah nagari bulan ini"


def test_in_english_when_the_page_is(browse, lestari, families, content):
    client = browse(lestari)
    client.post("/bahasa/", {"language": "en", "next": "/"})
    from tests.exports.conftest import ASKED, new_key

    client.post("/ekspor/baru/keluarga/", {**ASKED, "idempotency_key": new_key()})
    export = Export.objects.get()
    assert export.language == "en"
    assert timedelta(hours=23) < export.expires_at - clock.now() <= timedelta(hours=24)


def test_the_trail_names_in_whose_name_a_step_was_taken(dewi, hendra, lestari, families, ask, content):
    row = cases.registration(families[0])
    trail.write("correct_result", row, by=hendra, in_name_of=lestari.pk)
    trail.write("propose", row, by=None)
    _answer, export = ask(dewi, "jejak")
    header, rows = csv_rows(content(dewi, export))
    said = {row[header.index("Langkah")]: row[header.index("Atas nama")] for row in rows}
    assert (said[str(REGISTRATION.by_name["correct_result"].label)], said["Diusulkan ke DTSEN"]) == ("lestari", "")


def test_the_trail_leaves_in_the_words_of_its_page(dewi, sari, lestari, families, ask, content):
    """Who is handed the file reads no code of the program, and what left for what is read there as well."""
    row = cases.registration(families[0])
    trail.write("ask_identity", row, by=sari, from_state="draft", to_state="identity_check", note="Untuk keluarga ini")
    ask(lestari, "keluarga")
    trail.write("register_import", None, by=None, place="", table="complaints.holiday", new=1)
    trail.write("admin_change", CrontabSchedule.objects.first(), by=None, place="")
    ask(dewi, "jejak")
    _answer, export = ask(dewi, "jejak")
    header, rows = csv_rows(content(dewi, export))
    lines = [dict(zip(header, line, strict=True)) for line in rows]
    (asked,) = [line for line in lines if line["Hal"] == "Pendaftaran DTSEN"]
    assert asked["Langkah"] == str(REGISTRATION.by_name["ask_identity"].label)
    assert (asked["Dari"], asked["Ke"]) == ("Draf usulan", str(REGISTRATION.states("identity_check").label))
    assert asked["Keperluan"] == "", "what is noted of a family stays on its page"
    (left,) = [line for line in lines if line["Langkah"] == "Data dikeluarkan" and line["Oleh"] == "lestari"]
    assert [left[name] for name in ("Daftar", "Baris", "Dasar hukum", "Keperluan", "Ke")] == [
        *("Keluarga", "5", "Tugas pelayanan publik", "Bahan musyawarah nagari bulan ini", "Siap diunduh")
    ]
    assert next(line["Daftar"] for line in lines if line["Langkah"] == "Daftar acuan dimuat") == "Hari libur"
    assert next(line["Hal"] for line in lines if line["Langkah"] == "Data administrasi diubah") == "Pilihan waktu"
    assert {line["Daftar"] for line in lines if line["Oleh"] == "dewi"} >= {"Jejak audit"}


def test_a_search_that_stops_says_in_the_form_and_in_the_file_that_there_are_more(
    browse, lestari, families, ask, content, monkeypatch
):
    """Whoever is handed the file has not seen the page's warning, and would take the first for all."""
    for module in ("households.search", "households.exporting"):
        monkeypatch.setattr(f"{module}.NAMES_SHOWN", 2)
    said = "Pencarian: Warga (hanya 2 keluarga pertama, masih ada yang lain)"
    assert said in browse(lestari).get("/ekspor/baru/keluarga/?q=Warga").content.decode()
    _answer, export = ask(lestari, "keluarga", "?q=Warga")
    assert (export.done, export.words) == (2, [said])
