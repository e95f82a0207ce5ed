"""The ministry's answer file: lestari imports it, sees what each row would do, and applies it once."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.choices.answers import EFFECTIVE, AnswerKind
from households.choices.imports import ImportKind
from households.importing import applying, ending, previewing, uploading
from households.models import AnswerFile, AnswerRow, DecileRecord, ImportRun, Registration
from households.siks import workbook
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people
from tests.importing.lists import sheet_back
from tests.registration.conftest import uploaded

NIKS = [f"13019945068500{n:02d}" for n in range(10, 30)]
HEADER = "NIK,STATUS,KODE_ALASAN,DESIL,PERIODE\n"


def csv(*rows, header=HEADER):
    return (header + "".join(f"{row}\n" for row in rows)).encode()


@pytest.fixture
def sent(places):
    """Six families of the regency: four sent, one ranked, one determined before, one not sent yet."""
    states = ["sent_to_ministry"] * 3 + ["ranked", "determined", "endorsed"]
    return [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", NIKS[n]), state) for n, state in enumerate(states)
    ]


def read(data, by, name="jawaban.csv"):
    """An answer file that was uploaded and read."""
    run = uploading.upload(data, name, by=by, kind=ImportKind.ANSWER)
    previewing.preview(run.pk)
    run.refresh_from_db()
    return run


def uploaded_answer(lestari, *rows):
    """The page of what each row would do."""
    run = read(csv(*rows), lestari)
    assert run.state == "previewed", run.problem
    return run.answer_files.get()


def apply(answer, by):
    applying.request_apply(answer.run, by=by, version=answer.run.version)
    applying.apply(answer.run_id)
    answer.refresh_from_db()
    answer.run.refresh_from_db()


@pytest.fixture
def answer(sent, lestari):
    """One row of every kind."""
    return uploaded_answer(
        lestari,
        f"{NIKS[0]},DITETAPKAN,,2,2026-Q4",
        f"{NIKS[1]},TIDAK DITETAPKAN,A07,,",
        f"{NIKS[2]},BERDESIL,,4,2026-Q4",
        f"{NIKS[3]},VERIVALI-FINAL,,,",
        f"{NIKS[4]},DITETAPKAN,,1,2026-Q4",
        f"{NIKS[5]},DITETAPKAN,,1,2026-Q4",
        f"{NIKS[19]},DITETAPKAN,,1,2026-Q4",
    )


def states():
    return list(Registration.objects.order_by("pk").values_list("state", flat=True))


def test_looking_through_changes_nothing(browse, answer, lestari):
    before = ["sent_to_ministry"] * 3 + ["ranked", "determined", "endorsed"]
    assert states() == before
    kinds = list(answer.rows.values_list("kind", flat=True))
    assert kinds == ["determined", "not_determined", "ranked", "determined", "answered", "not_sent", "unknown"]
    assert answer.counts["rows"] == sum(answer.counts["kinds"].values()) == 7
    page = browse(lestari).get(f"/jawaban/{answer.pk}/").content.decode()
    assert "Warga 0" in page
    assert NIKS[0] not in page
    assert "Tidak dikenal" in page
    assert not DecileRecord.objects.exists()


def test_applied_once(browse, answer, lestari):
    desk = browse(lestari)
    said = {"version": answer.run.version, "idempotency_key": new_key()}
    assert desk.post(f"/impor/{answer.run_id}/terapkan/", said).status_code == 302
    applying.apply(answer.run_id)
    after = ["determined", "not_determined", "ranked", "determined", "determined", "endorsed"]
    assert states() == after
    answer.refresh_from_db()
    assert {name: answer.counts[name] for name in ("chosen", "done", "skipped", "failed")} == {
        **{"chosen": 7, "done": 4},
        **{"skipped": 3, "failed": 0},
    }
    first = Registration.objects.order_by("pk").first()
    assert (first.family.decile, first.family.decile_period) == (2, "2026-Q4")
    trail = AuditEntry.objects.count()
    for key in (said["idempotency_key"], new_key()):
        desk.post(f"/impor/{answer.run_id}/terapkan/", {**said, "idempotency_key": key})
        applying.apply(answer.run_id)
    assert (states(), AuditEntry.objects.count(), DecileRecord.objects.count()) == (after, trail, 2)
    again = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4")
    assert again.rows.get().kind == "answered"


def test_a_row_changed_meanwhile_fails_alone(answer, lestari):
    row = Registration.objects.order_by("pk").first()
    Registration.objects.filter(pk=row.pk).update(version=row.version + 1)
    apply(answer, lestari)
    assert (answer.counts["done"], answer.counts["failed"]) == (3, 1)
    assert states()[0] == "sent_to_ministry"
    assert not DecileRecord.objects.filter(family=row.family).exists(), "the decile went back with its row"
    assert "sesudah berkas diperiksa" in answer.rows.first().problem


def test_a_fault_in_the_middle_leaves_nothing(answer, lestari, monkeypatch):
    taken = engine.apply

    def failing(verb, row, **more):
        if verb == "not_determine":
            raise RuntimeError
        return taken(verb, row, **more)

    monkeypatch.setattr(engine, "apply", failing)
    with pytest.raises(RuntimeError):
        apply(answer, lestari)
    answer.refresh_from_db()
    assert (answer.state, states()[0]) == ("previewed", "sent_to_ministry")
    assert set(AnswerRow.objects.values_list("outcome", flat=True)) == {""}


def test_a_cancelled_file_does_nothing(answer, lestari):
    ending.cancel(answer.run, by=lestari)
    answer.refresh_from_db()
    assert answer.state == "cancelled"
    assert states()[0] == "sent_to_ministry"


@pytest.mark.parametrize("who", ["rina", "sari", "hendra"])
def test_only_whoever_records_results_may(request, sent, who):
    with pytest.raises(NotPermitted):
        uploaded_answer(request.getfixturevalue(who), f"{NIKS[0]},DITETAPKAN,,,")
    assert not ImportRun.objects.exists()


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


def test_a_column_nobody_knows_is_not_used_and_said_so(browse, sent, lestari):
    run = read(csv(f"{NIKS[0]},DITETAPKAN,rahasia", header="NIK,STATUS,CATATAN\n"), lestari)
    assert run.answer_files.get().rows.get().kind == "determined"
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert "Kolom yang tidak dipakai: CATATAN." in page
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


def test_two_answer_files_of_one_area_are_not_worked_on_at_once(sent, lestari):
    uploading.upload(csv(f"{NIKS[0]},DITETAPKAN,,,"), "satu.csv", by=lestari, kind=ImportKind.ANSWER)
    with pytest.raises(TransitionNotAllowed, match=r"satu\.csv"):
        uploading.upload(csv(f"{NIKS[1]},DITETAPKAN,,,"), "dua.csv", by=lestari, kind=ImportKind.ANSWER)


def test_the_page_of_the_rows_leaves_applying_to_the_import(browse, answer, lestari):
    with pytest.raises(GuardFailed, match="halaman impor"):
        engine.apply("apply", answer, by=lestari)
    page = browse(lestari).get(f"/jawaban/{answer.pk}/").content.decode()
    assert f'class="btn btn-primary" href="/impor/{answer.run_id}/"' in page
    assert f"/jawaban/{answer.pk}/apply/" not in page, "no button that always refuses"
    assert states()[0] == "sent_to_ministry"


def test_a_file_with_nothing_to_do_ends_without_a_step(sent, lestari):
    answer = uploaded_answer(lestari, f"{NIKS[4]},DITETAPKAN,,1,2026-Q4")
    before = states()
    apply(answer, lestari)
    assert (answer.run.state, answer.state, states()) == ("applied", "cancelled", before)


def test_a_large_file_is_applied_by_a_second_person_and_the_results_are_its_uploaders(sent, lestari, hendra, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    answer = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,")
    with pytest.raises(NotPermitted):
        apply(answer, lestari)
    apply(answer, hendra)
    assert (answer.run.applied_by, states()[:2]) == (hendra, ["determined"] * 2)
    assert set(AuditEntry.objects.filter(verb="determine").values_list("actor", flat=True)) == {lestari.pk}


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


ROWS = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["DITETAPKAN", "TIDAK DITETAPKAN", "BERDESIL"]), st.integers(1, 10)),
    unique_by=lambda row: row[0],
    min_size=1,
    max_size=8,
)


@given(rows=ROWS, changed=st.sets(st.integers(0, 5)))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_row_is_reconciled_whatever_the_file(sent, lestari, rows, changed):
    lines = [f"{NIKS[n]},{status},A1,{decile},2026-Q4" for n, status, decile in rows]
    ImportRun.objects.busy().update(state="cancelled")
    file = uploaded_answer(lestari, *lines)
    assert sum(file.counts["kinds"].values()) == len(rows)
    for n in changed:
        Registration.objects.filter(pk=sent[n].pk).update(version=sent[n].version + 50)
    effective = [kind for kind in file.rows.values_list("kind", flat=True) if kind in EFFECTIVE]
    if not effective:
        return
    apply(file, lestari)
    assert file.counts["done"] + file.counts["skipped"] + file.counts["failed"] == len(rows)
    outcomes = list(file.rows.values_list("outcome", flat=True))
    assert "" not in outcomes
    assert {name: outcomes.count(name) for name in ("done", "skipped", "failed")} == {
        name: file.counts[name] for name in ("done", "skipped", "failed")
    }
    assert set(file.rows.filter(outcome="done").values_list("kind", flat=True)) <= set(map(str, EFFECTIVE))


def test_kinds_have_words():
    assert all(kind.label for kind in AnswerKind)


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
