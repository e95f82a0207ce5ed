"""What a file and a row of the ministry's answers may say; what is no answer comes back with its reason and changes nothing."""

import pytest

from households.importing import ending, matching, previewing
from households.models import AnswerFile, ImportRun
from households.siks import workbook
from slrt.core.idempotency import new_key
from tests import cases, people
from tests.importing.lists import sheet_back
from tests.registration.answers import HEADER, NIKS, apply, csv, read, states, uploaded_answer
from tests.registration.conftest import uploaded


def test_families_of_another_regency_are_unknown_and_unnamed(browse, places, lestari):
    cases.registration(cases.family_in(people.PADANG, "Orang Padang", NIKS[0]), "sent_to_ministry")
    row = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,")
    assert row.rows.get().kind == "unknown"
    assert "Orang Padang" not in browse(lestari).get(f"/jawaban/{row.pk}/").content.decode()


NO_ANSWERS = {
    "picture": (b"%PDF-1.4 \x00", "failed", "bukan CSV atau XLSX"),
    "prose": (b"Kepada yang terhormat\nterlampir hasil\n", "columns", "Kolom wajib tidak ada: NIK, STATUS"),
    "no status": (csv(f"{NIKS[0]}", header="NIK\n"), "columns", "Kolom wajib tidak ada: STATUS"),
    "headers only": (csv(), "failed", "hanya berisi judul kolom"),
}


@pytest.mark.parametrize("bad", NO_ANSWERS)
def test_a_file_that_is_no_answer_says_why_and_changes_nothing(browse, sent, lestari, bad):
    data, state, sentence = NO_ANSWERS[bad]
    before, desk = states(), browse(lestari)
    page = desk.post("/jawaban/", {"idempotency_key": new_key(), "file": uploaded(data, "jawaban.csv", "text/csv")})
    run = ImportRun.objects.get()
    assert page["Location"] == f"/impor/{run.pk}/"
    previewing.preview(run.pk)
    run.refresh_from_db()
    assert run.state == state
    assert sentence in desk.get(f"/impor/{run.pk}/").content.decode()
    assert (states(), AnswerFile.objects.count()) == (before, 0)


def test_an_empty_file_is_not_taken(browse, sent, lestari):
    page = browse(lestari).post("/jawaban/", {"idempotency_key": new_key(), "file": uploaded(b"", "j.csv", "text/csv")})
    assert page.status_code == 422
    assert "kosong" in page.content.decode()
    assert not ImportRun.objects.exists()


BAD_ROWS = {
    "short nik": ("1301,DITETAPKAN,,,", "NIK", "NIK tidak 16 angka."),
    "spoilt nik": ("1.30199E+15,DITETAPKAN,,,", "NIK", "dirusak oleh program lembar kerja"),
    "odd status": (f"{NIKS[1]},LOLOS,,,", "STATUS", "Status jawaban tidak dikenal."),
    "no reason": (f"{NIKS[1]},TIDAK DITETAPKAN,,,", "KODE_ALASAN", "tanpa kode alasan"),
    "decile 11": (f"{NIKS[1]},DITETAPKAN,,11,2026-Q4", "DESIL", "di luar 1 sampai 10"),
    "no period": (f"{NIKS[1]},DITETAPKAN,,1,", "PERIODE", "bukan tahun dan triwulan"),
    "ranked without": (f"{NIKS[1]},BERDESIL,,,", "DESIL", "Berdesil tetapi desilnya kosong."),
    "not sent": (f"{NIKS[5]},DITETAPKAN,,,", "NIK", "tidak punya usulan yang dikirim"),
    "unknown": (f"{NIKS[19]},DITETAPKAN,,,", "NIK", "tidak ada di data keluarga wilayah tugas Anda"),
}


@pytest.mark.parametrize("bad", BAD_ROWS)
def test_one_bad_row_comes_back_as_a_sheet_and_the_others_are_applied(sent, lestari, bad):
    row, column, reason = BAD_ROWS[bad]
    answer = uploaded_answer(lestari, row, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4")
    counts = answer.run.counts
    assert (counts["rows"], counts["accepted"], counts["refused"], counts["repeated"]) == (2, 1, 1, 0)
    [back] = sheet_back(answer.run, lestari)
    assert (back["BARIS"], back["KOLOM BERMASALAH"]) == ("2", column)
    assert reason in back["ALASAN DITOLAK"], "the ministry's own ALASAN stays as it came"
    apply(answer, lestari)
    assert (answer.run.state, answer.state, states()[:2]) == ("applied", "applied", ["determined", "sent_to_ministry"])


def test_a_nik_that_stands_twice_is_refused_unless_it_says_the_same(sent, lestari):
    run = uploaded_answer(
        lestari,
        *[f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[0]},BERDESIL,,2,2026-Q4"],
        *[f"{NIKS[1]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,"],
    ).run
    counts = run.counts
    assert (counts["reasons"], counts["repeated"], counts["people"]["changed"]) == ({"key_twice": 2}, 1, 1)


def test_what_an_answer_file_laid_out_is_cancelled_and_laid_out_anew(sent, lestari):
    run = read(csv(f"{NIKS[0]},DITETAPKAN,2", header="NIK,STATUS,TINGKAT\n"), lestari)
    matching.match_columns(run, {"DESIL": "TINGKAT"}, by=lestari, source="")
    assert AnswerFile.objects.get(run=run).state == "cancelled", "nobody applies it meanwhile"
    previewing.preview(run.pk)
    run.refresh_from_db()
    assert [file.state for file in AnswerFile.objects.filter(run=run).order_by("pk")] == ["cancelled", "previewed"]
    assert run.counts["ignored"] == []


def test_a_column_nobody_knows_is_not_used_and_said_so(browse, sent, lestari):
    run = read(csv(f"{NIKS[0]},DITETAPKAN,rahasia", header="NIK,STATUS,CATATAN\n"), lestari)
    assert run.answer_files.get().rows.get().kind == "determined"
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert "Judul kolom yang tidak dibaca: CATATAN." in page
    assert "Usulan: " in page
    assert not [nik for nik in NIKS if nik in page]


def test_contradicting_answers_about_one_family_are_refused(sent, lestari):
    child = cases.Person.objects.create(
        name="Anak", nik_encrypted=NIKS[9], nik_index=cases.crypto.blind_index(NIKS[9]), sex="1"
    )
    cases.Membership.objects.create(person=child, family=sent[0].family, relation="3")
    said = f"{NIKS[1]},DITETAPKAN,,,"
    file = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[9]},TIDAK DITETAPKAN,A1,,", said)
    assert file.run.counts["reasons"] == {"answer_contradicts": 2}
    assert file.rows.get().line == 4
    ending.cancel(file.run, by=lestari)
    same = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[9]},DITETAPKAN,,,")
    assert list(same.rows.values_list("kind", flat=True)) == ["determined", "answered"]


def test_a_workbook_is_read_as_well(sent, lestari):
    run = read(workbook(["NIK", "STATUS"], [[NIKS[0], "Ditetapkan"]]), lestari, "jawaban.xlsx")
    file = run.answer_files.get()
    assert (file.file_name, file.rows.get().kind) == ("jawaban.xlsx", "determined")


def test_an_answer_to_another_familys_proposal_moves_neither(sent, lestari):
    before, other = states(), str(sent[1])
    rows = (f"{NIKS[0]},DITETAPKAN,,2,2026-Q4,{other}", f"{NIKS[2]},DITETAPKAN,,2,2026-Q4,{sent[2]}")
    run = read(csv(*rows, header=HEADER.replace("PERIODE", "PERIODE,NO_USULAN")), lestari)
    assert run.counts["reasons"] == {"answer_other_proposal": 1}
    assert {row.registration_id for row in run.answer_files.get().rows.all()} == {sent[2].pk}
    apply(run.answer_files.get(), lestari)
    assert [n for n, state in enumerate(states()) if state != before[n]] == [2]


def test_a_number_of_the_ministrys_own_is_no_proposal_of_ours(sent, lestari):
    header = HEADER.replace("PERIODE", "PERIODE,NO_USULAN")
    run = read(csv(f"{NIKS[0]},DITETAPKAN,,2,2026-Q4,1301/2026/7", header=header), lestari)
    assert run.counts["reasons"] == {}
    assert run.answer_files.get().rows.get().registration_id == sent[0].pk


@pytest.mark.parametrize("word", ["VERIVALI-KORKAB-REJECTED", "verivali submitted reject"])
def test_what_was_only_sent_back_ends_nothing(sent, lestari, word):
    before = states()
    run = read(csv(f"{NIKS[0]},{word},A07,,", f"{NIKS[1]},DITETAPKAN,,2,2026-Q4"), lestari)
    assert run.counts["reasons"] == {"answer_sent_back": 1}
    apply(run.answer_files.get(), lestari)
    assert [n for n, state in enumerate(states()) if state != before[n]] == [1]


def test_the_page_of_all_rows_is_a_tab_of_its_own_with_their_number(browse, sent, lestari):
    file = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4", f"{NIKS[1]},TIDAK DITETAPKAN,A1,,")
    shown = browse(lestari).get(f"/jawaban/{file.pk}/").context
    first = shown["tabs"][0]
    assert (first["label"], first["active"], first["count"]) == ("Semua", True, len(shown["lines"]))
    assert not browse(lestari).get(f"/jawaban/{file.pk}/?isi=determined").context["tabs"][0]["active"]
