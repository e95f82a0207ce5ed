"""Lists of daily work leave as well: reminders, the ministry's answers, people in conflict, runs of jobs, counts per village."""

import re
from datetime import date

import pytest

from households import siks
from households.models import AnswerRow, ImportConflict, ImportRun
from slrt.core import clock
from slrt.jobs.models import JobRun, Reminder
from tests import cases, people
from tests.exports.reading import csv_rows


def link_on(page, key):
    """The address behind the button of a list, with what the page adds to it."""
    found = re.search(rf'href="/ekspor/baru/{key}/([^"]*)"', page.content.decode())
    assert found, f"no button for {key}"
    return found.group(1).replace("&amp;", "&")


def cells(rows, header, name):
    return [row[header.index(name)] for row in rows]


@pytest.fixture
def reminders(families):
    """Two families of the manager's area that reached an age, one outside it, and a complaint."""
    far = cases.family_in(people.PADANG, "Jauh", "1371994506850077")
    for n, family in enumerate([families[0], families[3], far]):
        _reminder("age", "households.family", family.pk, family.place_code, n, message="Usia %(age)s tahun", age=60 + n)
    _reminder("complaint.late", "complaints.complaint", 1, people.SAGO, 9, message="Lewat %(days)s hari", days=3)


def _reminder(code, subject, pk, place, day, *, message, **counts):
    Reminder.objects.create(
        **{"code": code, "subject": subject, "subject_id": pk, "place": place, "message": message, "counts": counts},
        **{"permission": "family.view", "since": date(2026, 11, 1 + day), "created_at": clock.now()},
    )


def test_reminders_of_one_kind(browse, lestari, reminders, ask, content):
    query = link_on(browse(lestari).get("/pengingat/?jenis=age"), "pengingat")
    _answer, export = ask(lestari, "pengingat", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Tentang") == ["Warga 0", "Warga 3"]
    assert cells(rows, header, "Isi pengingat") == ["Usia 60 tahun", "Usia 61 tahun"]
    assert cells(rows, header, "Sejak") == ["2026-11-01", "2026-11-02"]


@pytest.mark.parametrize("code", ["%00", "holidays", "x' OR 1=1", "9" * 300])
def test_a_kind_of_which_nothing_waits_shows_everything(browse, lestari, reminders, code):
    for path in (f"/pengingat/?jenis={code}", f"/ekspor/baru/pengingat/?jenis={code}"):
        answer = browse(lestari).get(path)
        assert answer.status_code == 200
        assert "Usia 60 tahun" in answer.content.decode() or 'data-count="3"' in answer.content.decode()


def test_all_reminders_and_those_that_were_handled_are_gone(browse, lestari, reminders, ask, content):
    Reminder.objects.filter(subject="households.family").first().delete()
    Reminder.objects.filter(since=date(2026, 11, 2)).update(closed_at=clock.now())
    query = link_on(browse(lestari).get("/pengingat/"), "pengingat")
    _answer, export = ask(lestari, "pengingat", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Jenis") == ["Keluhan lewat tenggat"]
    assert cells(rows, header, "Tentang") == [""]


@pytest.fixture
def answers(families, lestari):
    """A file of three rows: one determined, one with another name, one that nobody knows here; two proposals it lacks."""
    first, second, _third = (cases.registration(family, "sent_to_ministry") for family in families[:3])
    file = cases.answer_file(families[3], lestari)
    file.rows.all().delete()
    rows = [
        {"line": 2, "kind": "determined", "decile": 1, "period": "2026-Q3", "registration": first},
        {"line": 3, "kind": "determined", "registration": second, "name": "=Nama Lain"},
        {"line": 4, "kind": "unknown", "name": "Orang Jauh"},
    ]
    for n, row in enumerate(rows):
        AnswerRow.objects.create(
            file=file, masked=f"1301••••••••000{n}", nik_index=_index(row.get("registration")), **row
        )
    file.counts = {"rows": 3, "kinds": {"determined": 2, "unknown": 1}, "held": 1}
    file.save()
    return file


def _index(registration):
    return registration.family.head.nik_index if registration else None


@pytest.mark.parametrize(
    ("part", "lines"), [("", "234"), ("isi=determined", "23"), ("isi=unknown", "4"), ("isi=held", "3")]
)
def test_rows_of_the_ministrys_answers_as_filtered(browse, lestari, answers, ask, content, part, lines):
    page = browse(lestari).get(f"/jawaban/{answers.pk}/?{part}")
    _answer, export = ask(lestari, "jawaban", link_on(page, "jawaban"))
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Nomor baris") == list(lines)
    assert "Orang Jauh" not in str(rows), "who is not of the own area is not named"
    if part == "isi=held":
        assert cells(rows, header, "Nama di berkas") == ["'=Nama Lain"]
        assert cells(rows, header, "Nama di sini") == ["Warga 1"]


def test_proposals_of_which_the_file_says_nothing(browse, lestari, answers, families, ask, content):
    absent = browse(lestari).get(f"/jawaban/{answers.pk}/?isi=absent")
    _answer, export = ask(lestari, "jawaban-tidak-ada", link_on(absent, "jawaban-tidak-ada"))
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Kepala keluarga") == ["Warga 2", "Warga 3"]


def test_answer_files_and_workbooks_for_the_ministry_newest_first(
    browse, lestari, rina, answers, families, ask, content
):
    cases.answer_file(families[4], lestari)
    query = link_on(browse(lestari).get("/jawaban/"), "berkas-jawaban")
    _answer, export = ask(lestari, "berkas-jawaban", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Baris di berkas") == ["1", "3"]
    cases.registration(cases.family_in(people.SAGO, "Siap", "1301994506850095"), "endorsed")
    siks.export(by=rina, purpose="siks_ng")
    query = link_on(browse(rina).get("/registrasi/siks/"), "berkas-siks")
    _answer, export = ask(rina, "berkas-siks", query)
    header, rows = csv_rows(content(rina, export))
    assert cells(rows, header, "Usulan") == ["1"]


@pytest.fixture
def run(lestari, families):
    """An applied extract of two villages."""
    village = {"families": 4, "people": 9, "new": 2, "changed": 1, "missing": 0, "missing_families": 3}
    villages = [{"code": people.SALIDO, "name": "Salido", **village}, {"code": people.SAGO, "name": "Sago", **village}]
    return ImportRun.objects.create(
        **{"area_id": "13.01", "started_by": lestari, "file_name": "nagari.csv", "file_hash": "0"},
        **{"state": "applied", "state_since": clock.now(), "counts": {"rows": 18, "villages": villages}},
    )


def test_counts_per_village_of_an_import(browse, lestari, run, ask, content):
    query = link_on(browse(lestari).get(f"/impor/{run.pk}/"), "impor-desa")
    assert "nagari.csv" in browse(lestari).get(f"/ekspor/baru/impor-desa/{query}").content.decode()
    _answer, export = ask(lestari, "impor-desa", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Kode desa") == [people.SALIDO, people.SAGO]
    assert {tuple(row[2:]) for row in rows} == {("4", "9", "2", "1", "0", "3")}


def test_an_older_import_counted_less(browse, lestari, run, ask, content):
    run.counts = {"rows": 1, "villages": [{"code": people.SAGO, "name": "Sago", "families": 1, "people": 1, "new": 1}]}
    run.save()
    _answer, export = ask(lestari, "impor-desa", f"?impor={run.pk}")
    assert csv_rows(content(lestari, export))[1] == [[people.SAGO, "Sago Salido", "1", "1", "1", "", "", ""]]


def test_people_in_conflict(browse, lestari, run, families, ask, content):
    far = cases.family_in(people.PADANG, "Jauh", "1371994506850077")
    said = {"name": "Nama Di Berkas", "birth_date": "1990-02-03", "sex": "1"}
    for n, family in enumerate([families[0], far]):
        ImportConflict.objects.create(
            run=run, line=n + 2, person_id=family.head_id, stored_family_id=family.pk, said=said
        )
    query = link_on(browse(lestari).get(f"/impor/{run.pk}/beda/"), "beda-impor")
    _answer, export = ask(lestari, "beda-impor", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Nama di sini") == ["Warga 0", ""]
    assert cells(rows, header, "Nama di berkas") == ["Nama Di Berkas", ""]
    assert cells(rows, header, "Lahir di berkas") == ["1990-02-03", ""]
    assert cells(rows, header, "Keputusan") == ["Belum diputuskan"] * 2


def test_the_page_shows_every_conflict(browse, lestari, run, families):
    """Two hundred to a page; the last ones are there too, and deciding one leads back to its page."""
    head = families[0]
    ImportConflict.objects.bulk_create(
        ImportConflict(run=run, line=n, person_id=head.head_id, stored_family_id=head.pk) for n in range(1, 206)
    )
    page = browse(lestari).get(f"/impor/{run.pk}/beda/?page=2").content.decode()
    last = run.conflicts.last()
    assert f'id="c{last.pk}"' in page
    assert page.count('class="panel" id="c') == 5
    decided = browse(lestari).post(f"/impor/beda/{last.pk}/?page=2", {"decision": "keep", "note": "Tetap di sini."})
    assert decided["Location"] == f"/impor/{run.pk}/beda/?page=2#c{last.pk}"


@pytest.mark.parametrize("key", ["jawaban", "jawaban-tidak-ada", "impor-desa", "beda-impor"])
@pytest.mark.parametrize("of", ["0", "x", "99999999999999999999", ""])
def test_no_file_of_that_number_is_an_empty_list(lestari, places, ask, key, of):
    answer, export = ask(lestari, key, f"?berkas={of}&impor={of}")
    assert (answer.status_code, export) == (422, None)


def test_another_areas_import_is_an_empty_list(lestari, run, ask):
    ImportRun.objects.update(area_id="13.71")
    for key in ("impor-desa", "beda-impor"):
        answer, export = ask(lestari, key, f"?impor={run.pk}")
        assert (answer.status_code, export) == (422, None)


@pytest.fixture
def runs(lestari):
    at = clock.now()
    for job, state in (("jobs.backup", "failed"), ("jobs.backup", "done"), ("jobs.seal_trail", "failed")):
        result = {"result": "%(n)s baris disalin", "counts": {"n": 12}} if state == "done" else {"error": "Disk penuh"}
        result |= {"done": 900, "total": 1000, "unit": "baris" if state == "done" else ""}
        JobRun.objects.create(job=job, state=state, asked_at=at, ended_at=at, **result)


def test_runs_of_one_job_newest_first(browse, lestari, runs, ask, content):
    query = link_on(browse(lestari).get("/pekerjaan/jobs.backup/"), "pekerjaan")
    _answer, export = ask(lestari, "pekerjaan", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Status") == ["Selesai", "Gagal"]
    assert cells(rows, header, "Hasil") == ["12 baris disalin", "Disk penuh"]
    assert cells(rows, header, "Selesai dikerjakan") == ["900", ""], "thousandths are no rows"
    assert cells(rows, header, "Satuan") == ["baris", ""]


def test_the_last_run_of_every_job_as_the_page_orders_them(browse, lestari, runs, ask, content):
    query = link_on(browse(lestari).get("/pekerjaan/"), "pekerjaan")
    _answer, export = ask(lestari, "pekerjaan", query)
    header, rows = csv_rows(content(lestari, export))
    assert cells(rows, header, "Status") == ["Gagal", "Selesai"]
    assert "" not in cells(rows, header, "Nama pekerjaan")
