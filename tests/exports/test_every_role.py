"""Every list that a role sees offers its file to that role, and no file tells more than the list does."""

import re

import pytest

from households.duplicates.workflow import propose_merge
from households.models import DuplicateCandidate, ImportRun, Person, Visit
from households.questionnaire.flow import empty_answers
from slrt.accounts.roles import ROLE_PERMISSIONS
from slrt.core import clock
from tests import cases, people
from tests.exports.reading import csv_rows
from tests.exports.test_duplicates import pair  # noqa: F401

# Page -> the file it offers when it shows a row.
PAGES = {
    "/keluarga/": "keluarga",
    "/keluarga/tanpa-nik/": "tanpa-nik",
    "/kunjungan/": "kunjungan",
    "/registrasi/?tab=village": "pendaftaran",
    "/registrasi/desa/": "desa",
    f"/registrasi/desa/{people.SAGO}/awal/": "daftar-desa",
    "/musyawarah/": "musyawarah",
    "/sanggah/?tab=filed": "sanggahan",
    "/tinjau/": "tinjau",
    "/ganda/": "ganda",
    "/ganda/?tab=proposed": "penggabungan",
    "/dasbor/families/": "angka-keluarga",
    "/dasbor/registrations_meeting/": "angka-pendaftaran",
    "/dasbor/objections_open/": "angka-sanggahan",
    "/dasbor/complaints_new/": "angka-keluhan",
    "/dasbor/referrals_new/": "angka-rujukan",
    "/dasbor/duplicates_decide/": "angka-ganda",
    "/dasbor/merges_confirm/": "angka-penggabungan",
    "/impor/": "impor",
    "/keluhan/?tab=new": "keluhan",
    "/rujukan/": "rujukan",
    "/program/": "program",
    "/jejak/": "jejak",
}
# Who does not take part in a list's work opens no page of it; the administration takes registers out as sheets.
SHEETS = {("adi", "/program/")}
# How many lists show a row to who sees few of them; budi works in the next village.
LEAST = {"adi": 0, "tomo": 1, "budi": 1, "agus": 2, "maya": 2, "dewi": 1}


@pytest.fixture
def everything(pair, sari, joko, nurma, lestari, rina):  # noqa: F811
    """A row on every list, in Sago Salido, and a referral at each receiver."""
    family = cases.family_in(people.SAGO, "Warga", "1301994506850091")
    Person.objects.filter(pk=cases.family_in(people.SAGO, "Tanpa Nomor", "1301994506850093").head_id).update(
        nik_encrypted=None, nik_index=None, no_nik_reason="newborn"
    )
    for code in ("dinkes", "baznas"):
        cases.referral(family, sari, "sent", receiver=people.make_organisation(code))
    cases.registration(family, "initial_list")
    cases.decided_meeting(people.SAGO, nurma)
    cases.objection(family, nurma, "filed")
    cases.revisit(cases.family_in(people.SAGO, "Tinjau", "1301994506850092"), joko)
    cases.complaint(family, sari, "recorded")
    Visit.objects.create(facilitator=sari, village_id=people.SAGO, family=family, state="sent", answers=empty_answers())
    run = {"file_name": "nagari.csv", "file_hash": "0", "state_since": clock.now(), "counts": {}}
    ImportRun.objects.create(area_id="13.01", started_by=lestari, **run)
    first, second = DuplicateCandidate.objects.get().first, DuplicateCandidate.objects.get().second
    choices = {"nik": "kept", "name": "kept", "place": "kept"}
    propose_merge(first, second, choices, by=rina, reason="Sama.", versions=(first.version, second.version))
    return family


@pytest.mark.parametrize("who", people.CAST)
def test_every_list_that_shows_a_row_offers_its_file(request, browse, everything, who):
    client = browse(request.getfixturevalue(who))
    opened = 0
    for path, key in PAGES.items():
        answer = client.get(path)
        assert answer.status_code in (200, 403, 404), path
        page = answer.content.decode()
        if answer.status_code != 200 or not shows_rows(page) or (who, path) in SHEETS:
            continue
        opened += 1
        assert f"/ekspor/baru/{key}/" in page, f"{who} at {path}"
    assert opened >= LEAST.get(who, 7)


def shows_rows(page):
    return "row-link" in page or '<ul class="rows"><li>' in page or "<tr><td" in page or "<tr><th" in page


def test_a_receivers_officer_takes_out_what_was_sent_there_and_nothing_else(browse, agus, sari, families, ask, content):
    dinkes, baznas = people.make_organisation("dinkes"), people.make_organisation("baznas")
    sent = cases.referral(families[0], sari, "sent", receiver=dinkes)
    cases.referral(families[1], sari, "sent", receiver=baznas)
    page = browse(agus).get("/rujukan/").content.decode()
    assert "/ekspor/baru/rujukan/" in page
    assert "/ekspor/baru/surat-rujukan/" not in page, "letters carry full numbers"
    _answer, export = ask(agus, "rujukan")
    _header, rows = csv_rows(content(agus, export))
    assert [row[0] for row in rows] == [sent.number]


@pytest.mark.parametrize("who", ["sari", "nurma"])
def test_who_sees_full_numbers_on_the_page_takes_none_out(request, browse, families, ask, content, who):
    user = request.getfixturevalue(who)
    assert "full_numbers" not in browse(user).get("/ekspor/baru/anggota/").content.decode()
    _answer, export = ask(user, "anggota", full_numbers="on", numbers_reason="Ingin tahu")
    assert not export.full_numbers
    assert export.done == 3, "the own village alone"
    assert "1301994506" not in content(user, export).decode()
    answer, export = ask(user, "surat-rujukan", format="pdf")
    assert (answer.status_code, export) == (403, None)


def test_the_villages_and_how_many_stand_on_their_lists_leave_as_the_page_shows_them(
    browse, lestari, sari, families, ask, content
):
    for family, state in zip(families, ("initial_list", "meeting", "final_list", "initial_list", "draft"), strict=True):
        cases.registration(family, state)
    page = browse(lestari).get("/registrasi/desa/").content.decode()
    assert "/ekspor/baru/desa/" in page
    _answer, export = ask(lestari, "desa")
    header, rows = csv_rows(content(lestari, export))
    assert header == ["Kode desa", "Desa", "Daftar awal", "Daftar akhir"]
    assert rows == [[people.SAGO, "Sago Salido", "2", "1"], [people.SALIDO, "Salido", "1", "0"]]
    shown = re.findall(rf"/registrasi/desa/({people.SAGO}|{people.SALIDO})/\w+/\">[\w ]+ \((\d+)\)", page)
    assert [count for _code, count in shown] == [count for row in rows for count in row[2:]]
    assert f"/registrasi/desa/{people.SALIDO}/" not in browse(sari).get("/registrasi/desa/").content.decode()
    _answer, export = ask(sari, "desa")
    assert [row[1] for row in csv_rows(content(sari, export))[1]] == ["Sago Salido"], "her own village alone"


def test_the_file_of_a_villages_list_says_of_which_village(lestari, sari, families, ask):
    cases.registration(families[0], "initial_list")
    _answer, export = ask(lestari, "daftar-desa", f"?desa={people.SAGO}&daftar=awal")
    assert export.words == ["Daftar awal · Sago Salido"]


def test_a_villages_list_and_who_has_no_nik(browse, sari, families, ask, content):
    for family in families[:2]:
        cases.registration(family, "initial_list")
    Person.objects.filter(pk=families[2].head_id).update(nik_encrypted=None, nik_index=None, no_nik_reason="never")
    page = browse(sari).get(f"/registrasi/desa/{people.SAGO}/awal/").content.decode()
    assert f"/ekspor/baru/daftar-desa/?desa={people.SAGO}&amp;daftar=awal" in page
    _answer, export = ask(sari, "daftar-desa", f"?desa={people.SAGO}&daftar=awal")
    _header, rows = csv_rows(content(sari, export))
    assert [row[1] for row in rows] == ["Warga 0", "Warga 1"]
    answer, export = ask(sari, "daftar-desa", f"?desa={people.SALIDO}&daftar=awal")
    assert (answer.status_code, export) == (422, None), "another village's list is empty for her"
    _answer, export = ask(sari, "tanpa-nik")
    header, rows = csv_rows(content(sari, export))
    assert [(row[1], row[header.index("Status")]) for row in rows] == [("Warga 2", "Belum dibawa ke Disdukcapil")]


def test_the_table_of_roles_names_no_role_that_takes_numbers_out_and_may_not_see_them():
    for role, held in ROLE_PERMISSIONS.items():
        assert "export.numbers" not in held or {"export.run", "person.reveal"} <= held, role
