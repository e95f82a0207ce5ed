"""The bulk import on files nobody here wrote by hand, and on files that are none."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from households.importing import applying, ending, keeping, matching, previewing, reading, uploading, workbooks
from households.importing.examining import examine
from households.importing.reading import Unreadable
from households.models import Family, ImportRun, Membership, Person, PersonAnswers, SurveyRound
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from slrt.local.places import BASE_DIR
from tests import people

SAMPLES = BASE_DIR / "samples"
TRUTH = BASE_DIR / "tests" / "data" / "dtks_dirty.csv.truth.json"
HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA"
GOOD = "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006"


def _counts():
    return tuple(model.objects.count() for model in (Family, Person, Membership, PersonAnswers))


def _import(manager, data, name="berkas.csv"):
    started = uploading.upload(data, name, by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    if started.state == "previewed":
        applying.request_apply(started, by=manager, version=started.version)
        applying.apply(started.pk)
        started.refresh_from_db()
    return started


def test_the_dirty_file_gives_exactly_its_truth(manager):
    truth = json.loads(TRUTH.read_text())
    started = uploading.upload((SAMPLES / "dtks_dirty.csv").read_bytes(), "dtks_dirty.csv", by=manager)
    examined = examine(started)
    refused = dict(zip(examined.refused["line"].to_list(), examined.refused["reason"].to_list(), strict=True))
    assert {str(line): reason for line, reason in refused.items()} == truth["reject"]
    assert (len(refused), examined.repeated) == (318, 15)


def test_the_dirty_file_comes_in_once_and_a_second_time_changes_nothing(manager):
    data = (SAMPLES / "dtks_dirty.csv").read_bytes()
    first = _import(manager, data)
    assert (Person.objects.count(), Family.objects.count()) == (1682, 513)
    before = _counts()
    second = _import(manager, data)
    assert _counts() == before
    for kind, total in (("households", 513), ("people", 1682)):
        assert first.counts[kind]["new"] == total
        assert second.counts[kind] == {"new": 0, "changed": 0, "unchanged": total}


def test_every_refused_row_comes_back_with_a_reason_and_a_mend(manager, tmp_path, capsys):
    rejects = tmp_path / "ditolak.csv"
    path = str(SAMPLES / "dtks_dirty.csv")
    call_command("import_extract", path, user="lestari", rejects=rejects, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["refused"], told["repeated"]) == (2015, 318, 15)
    lines = rejects.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 319
    assert "CARA MEMPERBAIKI" in lines[0]
    assert all(line.rsplit(";", 1)[1].strip('"') for line in lines[1:])
    assert _counts() == (0, 0, 0, 0), "without --apply nothing is written"


def test_the_workbook_reads_like_the_csv(manager):
    started = _import(manager, (SAMPLES / "dtks_iv_jurai.xlsx").read_bytes(), "dtks_iv_jurai.xlsx")
    assert started.state == "applied"
    assert started.counts["rows"] == Person.objects.count() + started.counts["refused"] + started.counts["repeated"]


def test_a_front_officer_may_not_import(regency, fitri):
    with pytest.raises(NotPermitted):
        uploading.upload(GOOD.encode(), "x.csv", by=fitri)
    assert not ImportRun.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_failure_while_applying_leaves_nothing_behind(manager, monkeypatch):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    applying.request_apply(started, by=manager, version=started.version)
    real = applying.write

    def half(*args):
        real(*args)
        raise RuntimeError

    monkeypatch.setattr(applying, "write", half)
    with pytest.raises(RuntimeError):
        applying.apply(started.pk)
    assert _counts() == (0, 0, 0, 0)
    monkeypatch.setattr(applying, "write", real)
    applying.apply(started.pk)
    applying.apply(started.pk)
    assert _counts()[:3] == (1, 1, 1), "taken up again, written once"


def _bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.UNZIPPED_LIMIT + 1))
    return buffer.getvalue()


BAD = {
    "empty": (b"", "kosong"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "bukan CSV atau XLSX"),
    "a PDF": (b"%PDF-1.7 ...", "bukan CSV atau XLSX"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "Simpan sebagai .xlsx"),
    "a column missing": (b"NIK,NAMA\n1301990506850001,Rosna\n", "NO_KK"),
    "a broken workbook": (b"PK\x03\x04 broken", "."),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_is_no_extract_is_refused_in_one_sentence(settings, kind):
    data, word = BAD[kind]
    with pytest.raises(Unreadable, match=r".") as fault:
        list(reading.read([data]).parts)
    assert word in str(fault.value)


def test_a_zip_bomb_is_not_unpacked():
    with pytest.raises(Unreadable):
        reading.read([_bomb()])


def test_a_file_over_the_limit_says_how_large_and_what_to_do(manager, settings, tmp_path):
    settings.IMPORT_MAX_BYTES, settings.MEDIA_ROOT = 2 * 1024 * 1024, tmp_path
    with pytest.raises(Unreadable, match="Bagi per kecamatan"):
        uploading.upload(iter([b"x" * (3 * 1024 * 1024)]), "besar.csv", by=manager)
    assert not ImportRun.objects.exists()
    assert list(keeping.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("1301990506850001", "1.30199E+15"), "nik_float"),
        (("1301052006", "9999999999"), "village_unknown"),
        (("Rosna", ""), "name_empty"),
    ],
)
def test_a_bad_cell_refuses_its_row_only(manager, change, reason):
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    started = _import(manager, f"{HEAD}\n{GOOD.replace(*change)}\n{other}\n".encode())
    assert started.counts["reasons"] == {reason: 1}


def test_a_formula_in_a_name_never_reaches_a_spreadsheet(manager, tmp_path):
    row = GOOD.replace("Rosna", "=HYPERLINK(1)").replace("1301052006", "9999999999")
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\n{row}\n")
    rejects = tmp_path / "r.csv"
    call_command("import_extract", str(path), user="lestari", rejects=rejects, json=True)
    assert ";=HYPERLINK" not in rejects.read_text(encoding="utf-8-sig")


def test_windows_encoding_is_understood(manager):
    started = _import(manager, f"{HEAD}\n{GOOD.replace('Rosna', 'Renée')}\n".encode("cp1252"))
    assert started.state == "applied"
    assert Person.objects.get().name.startswith("Ren")


def _previewed(manager, data):
    started = uploading.upload(data, "berkas.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def _applied(manager, started):
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    return started


def _kept(started):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"import_{started.pk}.import_person"])
        return cursor.fetchone()[0]


def test_checked_rows_are_kept_until_they_are_applied_or_put_aside(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    one, other = _previewed(manager, data), _previewed(manager, data)
    assert [_kept(started) for started in (one, other)] == [True, True]
    ending.cancel(other, by=manager)
    _applied(manager, one)
    assert [_kept(started) for started in (one, other)] == [False, False]


@pytest.mark.parametrize("loss", ["DROP SCHEMA import_{} CASCADE", "TRUNCATE import_{}.import_person"])
def test_checked_rows_that_a_crash_took_are_made_again_from_the_file(manager, loss):
    started = _previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    with connection.cursor() as cursor:
        cursor.execute(loss.format(started.pk))
    assert _applied(manager, started).counts["people"]["new"] == 1
    assert Person.objects.get().name == "Rosna"


def test_an_area_that_was_taken_away_meanwhile_is_not_written_in(manager):
    started = _previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    applying.request_apply(started, by=manager, version=started.version)
    manager.assignments.update(area_id="13.71")
    applying.apply(started.pk)
    started.refresh_from_db()
    assert (started.counts["accepted"], started.counts["reasons"]) == (0, {"village_outside": 1})
    assert not Person.objects.exists()


def test_what_others_wrote_after_the_preview_is_seen_when_applying(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    first, second = _previewed(manager, data), _previewed(manager, data)
    _applied(manager, first)
    assert second.counts["people"]["new"] == 1
    assert _applied(manager, second).counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert Person.objects.count() == 1


def test_a_code_that_a_later_file_leaves_out_is_carried_over(manager):
    head = f"{HEAD},DESIL,PERIODE_DESIL,LANTAI,SEKOLAH"
    _import(manager, f"{head}\n{GOOD},2,2025-Q2,1,2\n".encode())
    _import(manager, f"{head}\n{GOOD},3,2025-Q3,,\n".encode())
    assert [row.answers for row in SurveyRound.objects.order_by("pk")] == [{"lantai": "1"}] * 2
    said = [row.answers for row in PersonAnswers.objects.order_by("round_id")]
    assert said == [{"sekolah": "2"}] * 2


def test_the_page_of_a_run_follows_it_and_then_shows_the_whole_result(manager, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "berkas.csv", by=manager)
    client, page = browse(manager), f"/impor/{started.pk}/"
    waiting = client.get(page).content.decode()
    assert f'hx-get="{page}"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    part = client.get(page, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    previewing.preview(started.pk)
    assert client.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(page).content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(manager, browse, settings):
    settings.IMPORT_MAX_BYTES = 2 * 1024 * 1024
    file = io.BytesIO(b"x" * (3 * 1024 * 1024))
    file.name = "besar.csv"
    answer = browse(manager).post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Berkas ini 3 MB, batasnya 2 MB. Bagi per kecamatan" in answer.content.decode()
    assert not ImportRun.objects.exists()


def _large(manager, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    return _previewed(manager, f"{HEAD}\n{GOOD}\n{other}\n".encode())


def test_a_large_file_is_applied_by_a_second_person(manager, hendra, settings):
    started = _large(manager, settings)
    with pytest.raises(NotPermitted, match="orang kedua"):
        applying.request_apply(started, by=manager, version=started.version)
    started.refresh_from_db()
    assert (started.state, Person.objects.count()) == ("previewed", 0)
    applying.request_apply(started, by=hendra, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert (started.state, started.applied_by, Person.objects.count()) == ("applied", hendra, 2)


def test_the_page_says_who_is_to_apply_a_large_file(manager, hendra, settings, browse):
    started = _large(manager, settings)
    page = f"/impor/{started.pk}/"
    assert "Mintalah: Manajer, Kepala dinas" in browse(manager).get(page).content.decode()
    answer = browse(hendra).get(page).content.decode()
    assert f'action="{page}terapkan/"' in answer
    assert f'action="{page}batal/"' not in answer, "the head of office approves, and imports nothing"


def test_a_head_of_office_uploads_nothing(regency, hendra, browse):
    file = io.BytesIO(f"{HEAD}\n{GOOD}\n".encode())
    file.name = "x.csv"
    answer = browse(hendra).post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


def test_two_files_for_one_area_wait_for_each_other(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    first = uploading.upload(data, "satu.csv", by=manager)
    with pytest.raises(TransitionNotAllowed, match=r"satu\.csv"):
        uploading.upload(data, "dua.csv", by=manager)
    assert ImportRun.objects.count() == 1
    previewing.preview(first.pk)
    uploading.upload(data, "dua.csv", by=manager)


def test_a_file_for_a_place_inside_the_area_waits_too_and_a_neighbour_does_not(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    uploading.upload(data, "kabupaten.csv", by=manager)
    inside = people.make_user("camat", people.Part(people.CAST["lestari"].role, "13.01.05"))
    beside = people.make_user("kota", people.Part(people.CAST["lestari"].role, "13.71"))
    with pytest.raises(TransitionNotAllowed):
        uploading.upload(data, "kecamatan.csv", by=inside)
    assert uploading.upload(data, "kota.csv", by=beside).state == "uploaded"


def test_a_reading_can_be_stopped_and_leaves_nothing(manager, monkeypatch):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    real = previewing.Stager.take

    def stopped_meanwhile(self, good, refused):
        real(self, good, refused)
        ending.cancel(started, by=manager)

    monkeypatch.setattr(previewing.Stager, "take", stopped_meanwhile)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, _kept(started), Person.objects.count()) == ("cancelled", False, 0)


def test_a_run_whose_job_was_given_up_says_so_and_can_be_tried_again(manager, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    OutboxJob.objects.update(state="failed")
    client, page = browse(manager), f"/impor/{started.pk}/"
    answer = client.get(page).content.decode()
    assert "berhenti berkali-kali" in answer
    assert "hx-get" not in answer
    client.post(f"{page}ulang/")
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, started.problem) == ("previewed", "")


def test_only_a_failed_file_is_tried_again(manager):
    started = _previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    with pytest.raises(TransitionNotAllowed):
        ending.retry(started, by=manager)
    started.refresh_from_db()
    assert started.state == "previewed"


def test_unknown_headings_are_matched_by_a_person_once_for_each_source(manager, browse):
    data = f"{HEAD}\n{GOOD}\n".replace("NAMA", "NM_LENGKAP").encode()
    started = uploading.upload(data, "x.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "columns"
    client, page = browse(manager), f"/impor/{started.pk}/"
    assert f'href="{page}kolom/"' in client.get(page).content.decode()
    assert client.post(f"{page}kolom/", {"column-NAMA": "", "source": "Dinas"}).status_code == 422
    client.post(f"{page}kolom/", {"column-NAMA": "NM_LENGKAP", "source": "Dinas"})
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, started.counts["accepted"]) == ("previewed", 1)
    again = uploading.upload(data, "y.csv", by=manager, source="Dinas")
    previewing.preview(again.pk)
    again.refresh_from_db()
    assert again.state == "previewed", "remembered for the source"


def test_a_front_officer_matches_no_columns(manager, fitri, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".replace("NAMA", "X").encode(), "x.csv", by=manager)
    previewing.preview(started.pk)
    with pytest.raises(NotPermitted):
        matching.match_columns(started, {"X": "NAMA"}, by=fitri, source="")
    started.refresh_from_db()
    assert (started.state, started.mapping) == ("columns", {})
    assert browse(fitri).get(f"/impor/{started.pk}/kolom/").status_code == 403


def test_the_preview_tells_field_by_field_what_changes_and_who_is_missing(manager, browse):
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    _import(manager, f"{HEAD}\n{GOOD}\n{other}\n".encode())
    started = _previewed(manager, f"{HEAD},PEKERJAAN\n{GOOD.replace('Rosna', 'Rosna Dewi')},Petani\n".encode())
    assert started.counts["fields"]["people"] == {"name": 1, "occupation": 1}
    assert [(v["changed"], v["missing"]) for v in started.counts["villages"]] == [(1, 1)]
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "Nama: Rosna → <b>Rosna Dewi</b>" in page


def test_a_file_that_changes_while_it_is_read_is_refused(manager, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\n{GOOD}\n")

    def growing():
        for chunk in uploading.chunks_of(path):
            path.write_text(f"{HEAD}\n{GOOD}\n{GOOD}\n")
            yield chunk

    with pytest.raises(Unreadable, match="berubah selagi dibaca"):
        uploading.upload(growing(), "x.csv", by=manager)
    assert not ImportRun.objects.exists()


def test_a_kept_file_that_was_altered_or_cut_off_is_not_read(manager):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    path = keeping.folder() / started.stored_path
    path.write_bytes(path.read_bytes()[:-7])
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "failed"
    assert "rusak atau terpotong" in started.problem


def test_a_person_who_died_here_is_no_member_again_without_a_decision(manager):
    _import(manager, f"{HEAD}\n{GOOD}\n".encode())
    Membership.objects.update(ended_on="2026-01-02", end_reason="died")
    Person.objects.update(died_on="2026-01-02")
    second = _import(manager, f"{HEAD}\n{GOOD}\n".encode())
    assert (second.counts["conflicts"], Membership.objects.open().count()) == (1, 0)


def test_of_two_alike_without_nik_only_one_is_the_person_known_here(manager):
    head, child = GOOD, "1301990101100001,,Putri,07/03/2019,2,3,1301052006"
    _import(manager, f"{HEAD}\n{head}\n{child}\n".encode())
    twin = "1301990101100001,,PUTRI,07/03/2019,2,3,1301052006"
    second = _import(manager, f"{HEAD}\n{head}\n{child}\n{twin}\n".encode())
    assert second.counts["people"] == {"new": 1, "changed": 0, "unchanged": 2}
    assert Membership.objects.open().count() == Person.objects.count() == 3
    third = _import(manager, f"{HEAD}\n{head}\n{child}\n".encode())
    assert (third.counts["people"]["new"], third.counts["missing"]) == (0, 1), "the other twin is not in this file"


@pytest.mark.parametrize(
    ("entered", "kept"),
    [("1", "1"), ("2", "2"), ("0", "2"), ("YA", "1"), ("tidak", "2"), ("3", None), ("4", None), ("", None)],
)
def test_yes_and_no_come_as_words_or_as_the_codes_of_the_paper_form(manager, entered, kept):
    """Codes 3 and 4 belong to every second row of the form's block of goods: here they are counted as unknown, not guessed."""
    columns = ("HAMIL", "PKH", "SEMBAKO", "PBI_JK", "PIP")
    started = _import(manager, f"{HEAD},{','.join(columns)}\n{GOOD}{f',{entered}' * 5}\n".encode())
    assert (started.state, Person.objects.count()) == ("applied", 1)
    answers = (
        PersonAnswers.objects.filter(round=SurveyRound.objects.get()).values_list("answers", flat=True).first() or {}
    )
    assert {answers.get(name) for name in ("hamil", "pkh", "sembako", "pbi_jk", "pip")} == {kept}
    unknown = {name: n for name, n in started.counts["warnings"].items() if name.startswith("code_")}
    assert unknown == (dict.fromkeys((f"code_{c.lower()}" for c in columns), 1) if entered in ("3", "4") else {})
