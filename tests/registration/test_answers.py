"""The ministry's answer file: lestari uploads it, sees what each row would do, and applies it once."""

import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.answering import EFFECTIVE
from households.choices.answers import AnswerKind
from households.importing.reading import Unreadable
from households.models import AnswerFile, AnswerRow, DecileRecord, Registration
from households.siks import workbook
from households.workflow.answer import upload
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people
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


def uploaded_answer(lestari, *rows):
    return upload(csv(*rows), "jawaban.csv", by=lestari)


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
    said = {"version": answer.version, "idempotency_key": new_key()}
    assert desk.post(f"/jawaban/{answer.pk}/apply/", said).status_code == 302
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
        desk.post(f"/jawaban/{answer.pk}/apply/", {**said, "idempotency_key": key})
    assert (states(), AuditEntry.objects.count(), DecileRecord.objects.count()) == (after, trail, 2)
    again = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4")
    assert again.rows.get().kind == "answered"


def test_a_row_changed_meanwhile_fails_alone(answer, lestari):
    row = Registration.objects.order_by("pk").first()
    Registration.objects.filter(pk=row.pk).update(version=row.version + 1)
    engine.apply("apply", answer, by=lestari)
    answer.refresh_from_db()
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
        taken("apply", answer, by=lestari)
    answer.refresh_from_db()
    assert (answer.state, states()[0]) == ("previewed", "sent_to_ministry")
    assert set(AnswerRow.objects.values_list("outcome", flat=True)) == {""}


def test_a_cancelled_file_does_nothing(answer, lestari):
    engine.apply("cancel", answer, by=lestari)
    assert states()[0] == "sent_to_ministry"


@pytest.mark.parametrize("who", ["rina", "sari", "hendra"])
def test_only_whoever_records_results_may(request, sent, who):
    with pytest.raises(NotPermitted):
        uploaded_answer(request.getfixturevalue(who), f"{NIKS[0]},DITETAPKAN,,,")
    assert not AnswerFile.objects.exists()


def test_families_of_another_regency_are_unknown_and_unnamed(browse, places, lestari):
    cases.registration(cases.family_in(people.PADANG, "Orang Padang", NIKS[0]), "sent_to_ministry")
    row = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,")
    assert row.rows.get().kind == "unknown"
    assert "Orang Padang" not in browse(lestari).get(f"/jawaban/{row.pk}/").content.decode()


BAD = {
    "empty": (b"", "kosong"),
    "picture": (b"%PDF-1.4 \x00", "bukan CSV atau XLSX"),
    "prose": (b"Kepada yang terhormat\nterlampir hasil\n", "bukan tabel jawaban"),
    "unknown column": (csv("1,2,3", header="NIK,STATUS,CATATAN\n"), "Kolom tidak dikenal: CATATAN"),
    "no status": (csv(f"{NIKS[0]}", header="NIK\n"), "Kolom wajib tidak ada: STATUS"),
    "column twice": (csv("1,2,3", header="NIK,STATUS,nik\n"), "dua kali"),
    "nik twice": (csv(f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[0]},DITETAPKAN,,,"), "NIK yang sama ada di baris 2, 3"),
    "short nik": (csv("1301,DITETAPKAN,,,"), "Baris 2: NIK bukan 16 angka"),
    "spoilt nik": (csv("1.30199E+15,DITETAPKAN,,,"), "Baris 2: NIK rusak oleh lembar kerja"),
    "odd status": (csv(f"{NIKS[0]},LOLOS,,,"), "Baris 2: status tidak dikenal"),
    "no reason": (csv(f"{NIKS[0]},TIDAK DITETAPKAN,,,"), "Baris 2: tidak ditetapkan tanpa kode alasan"),
    "decile 11": (csv(f"{NIKS[0]},DITETAPKAN,,11,2026-Q4"), "Baris 2: desil harus 1 sampai 10"),
    "no period": (csv(f"{NIKS[0]},DITETAPKAN,,1,"), "Baris 2: periode desil"),
    "ranked without": (csv(f"{NIKS[0]},BERDESIL,,,"), "Baris 2: berdesil tetapi desilnya kosong"),
    "headers only": (csv(), "tidak berisi baris jawaban"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_file_that_is_no_answer_says_why_and_changes_nothing(browse, sent, lestari, bad):
    data, sentence = BAD[bad]
    before = states()
    said = {"idempotency_key": new_key(), "file": uploaded(data, "jawaban.csv", "text/csv")}
    page = browse(lestari).post("/jawaban/", said)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert (states(), AnswerFile.objects.count()) == (before, 0)


def test_contradicting_answers_about_one_family_are_refused(sent, lestari):
    child = cases.Person.objects.create(
        name="Anak", nik_encrypted=NIKS[9], nik_index=cases.crypto.blind_index(NIKS[9]), sex="1"
    )
    cases.Membership.objects.create(person=child, family=sent[0].family, relation="3")
    with pytest.raises(Unreadable, match="Baris 2 dan 3"):
        uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[9]},TIDAK DITETAPKAN,A1,,")
    same = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[9]},DITETAPKAN,,,")
    assert list(same.rows.values_list("kind", flat=True)) == ["determined", "answered"]


def test_a_workbook_is_read_as_well(sent, lestari):
    data = workbook(["NIK", "STATUS"], [[NIKS[0], "Ditetapkan"]])
    row = upload(data, r"C:\unduhan\jawaban.xlsx", by=lestari)
    assert (row.file_name, row.rows.get().kind) == ("jawaban.xlsx", "determined")


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
    file = uploaded_answer(lestari, *lines)
    assert sum(file.counts["kinds"].values()) == len(rows)
    for n in changed:
        Registration.objects.filter(pk=sent[n].pk).update(version=sent[n].version + 50)
    effective = [kind for kind in file.rows.values_list("kind", flat=True) if kind in EFFECTIVE]
    if not effective:
        return
    engine.apply("apply", file, by=lestari)
    file.refresh_from_db()
    assert file.counts["done"] + file.counts["skipped"] + file.counts["failed"] == len(rows)
    outcomes = list(file.rows.values_list("outcome", flat=True))
    assert "" not in outcomes
    assert {name: outcomes.count(name) for name in ("done", "skipped", "failed")} == {
        name: file.counts[name] for name in ("done", "skipped", "failed")
    }
    assert set(file.rows.filter(outcome="done").values_list("kind", flat=True)) <= set(map(str, EFFECTIVE))


def test_kinds_have_words():
    assert all(kind.label for kind in AnswerKind)
