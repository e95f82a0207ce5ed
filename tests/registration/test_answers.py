"""The ministry's answer file: lestari imports it, sees what each row would do, and applies it once."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.choices.answers import EFFECTIVE, AnswerKind
from households.choices.imports import ImportKind
from households.exporting_imports import answer_files_shown
from households.importing import applying, ending, handing_back, undoing, uploading
from households.models import AnswerRow, DecileRecord, ImportRun, Registration
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.exports.registry import Asked
from slrt.workflow import engine
from tests.registration.answers import NIKS, apply, csv, states, uploaded_answer


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


def test_a_file_with_nothing_to_do_offers_no_button_that_would_cancel_it(browse, sent, lestari):
    """Applied, it stood as applied on one page and as cancelled on the other, in the name of who never cancelled it."""
    idle = uploaded_answer(lestari, f"{NIKS[4]},DITETAPKAN,,1,2026-Q4")
    page = browse(lestari).get(f"/impor/{idle.run_id}/").content.decode()
    assert "Tidak ada jawaban yang mengubah usulan" in page
    assert f"/impor/{idle.run_id}/terapkan/" not in page
    assert f"/impor/{idle.run_id}/batal/" in page
    busy = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,")
    assert f"/impor/{busy.run_id}/terapkan/" in browse(lestari).get(f"/impor/{busy.run_id}/").content.decode()


def test_a_file_that_was_applied_without_a_step_is_told_alike_on_both_pages(browse, sent, lestari):
    """Nobody cancelled it: the page of the answers, their list and the file of that list say that it changed nothing."""
    answer = uploaded_answer(lestari, f"{NIKS[4]},DITETAPKAN,,1,2026-Q4")
    before = states()
    apply(answer, lestari)
    client = browse(lestari)
    told = client.get(f"/jawaban/{answer.pk}/").content.decode()
    assert "Tanpa perubahan" in told
    assert "Impornya sudah diterapkan, tetapi tidak satu baris pun mengubah usulan." in told
    assert "Tanpa perubahan" in client.get("/jawaban/").content.decode()
    assert [row.moved_nothing for row in answer_files_shown(Asked(lestari, QueryDict())).rows] == [True]
    page = client.get(f"/impor/{answer.run_id}/").content.decode()
    assert "Diterapkan oleh" in page
    assert "Tidak satu baris pun mengubah usulan." in page
    assert states() == before


def test_a_file_that_somebody_cancelled_is_told_as_cancelled(browse, sent, lestari):
    answer = uploaded_answer(lestari, f"{NIKS[4]},DITETAPKAN,,1,2026-Q4")
    ending.cancel(answer.run, by=lestari)
    told = browse(lestari).get(f"/jawaban/{answer.pk}/").content.decode()
    assert "Tanpa perubahan" not in told
    assert "Dibatalkan" in told


def test_both_pages_tell_of_as_many_rows_as_the_file_has(browse, sent, lestari):
    """One of three is refused: it is not laid out among the answers, and yet it stood in the file."""
    answer = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,", "12,DITETAPKAN,,,")
    client = browse(lestari)
    assert "Jumlahnya 3 baris" in client.get(f"/impor/{answer.run_id}/").content.decode()
    told = client.get(f"/jawaban/{answer.pk}/").content.decode()
    assert "2 dari 3 baris; selebihnya ditolak atau berulang" in told
    assert "3 baris" in client.get("/jawaban/").content.decode()
    assert [row.in_file for row in answer_files_shown(Asked(lestari, QueryDict())).rows] == [3]


def test_the_page_counts_the_answers_that_move_something(browse, sent, lestari):
    """Two of three: of the last the proposal was never sent. Applied and taken back, as many results are said to go back."""
    answer = uploaded_answer(lestari, *(f"{NIKS[n]},DITETAPKAN,,," for n in (0, 1, 4)))
    client = browse(lestari)
    assert "Akan ditulis sekaligus: 2 baris." in client.get(f"/impor/{answer.run_id}/").content.decode()
    apply(answer, lestari)
    undoing.request(answer.run, by=lestari, note="Salah berkas", version=answer.run.version)
    undoing.take_back(answer.run_id)
    assert "Yang ditarik kembali: 2 baris." in client.get(f"/impor/{answer.run_id}/").content.decode()
    assert states()[0] == "sent_to_ministry"


def test_a_large_file_is_applied_by_a_second_person_and_the_results_are_its_uploaders(sent, lestari, hendra, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    answer = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,")
    with pytest.raises(NotPermitted):
        apply(answer, lestari)
    apply(answer, hendra)
    assert (answer.run.applied_by, states()[:2]) == (hendra, ["determined"] * 2)
    assert set(AuditEntry.objects.filter(verb="determine").values_list("actor", flat=True)) == {lestari.pk}


def test_a_large_file_handed_back_takes_its_answers_along_in_the_name_of_its_uploader(sent, lestari, hendra, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    answer = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,")
    before = states()
    handing_back.hand_back(answer.run, by=hendra, note="Salah periode", version=answer.run.version)
    answer.refresh_from_db()
    assert (answer.state, states()) == ("cancelled", before)
    entry = AuditEntry.objects.get(verb="cancel", subject="households.answerfile")
    assert (entry.actor, entry.details["in_name_of"]) == (hendra, lestari.pk)


ROWS = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(["DITETAPKAN", "TIDAK DITETAPKAN", "BERDESIL"]), st.integers(1, 10)),
    unique_by=lambda row: row[0],
    min_size=1,
    max_size=8,
)


@given(rows=ROWS, changed=st.sets(st.integers(0, 5)))
@settings(
    max_examples=15,
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
