"""Facilitator Sari corrects a family while Lestari's file waits to be applied, or is being applied: what she wrote stays, and is told."""

import io
import threading

import openpyxl
import pytest
from django.db import connection, transaction
from django.urls import reverse

from households.importing import applying, left_out, locking, meanwhile
from households.models import Family, Household, Person
from households.registry import correcting
from slrt.core.errors import StaleVersion
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back
from tests.importing.lists import taken
from tests.registry.races import PATIENCE, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
# Both families are to be changed by the file.
NEWER = ({**ROSNA, "SEKOLAH": "1"}, ANDI, {**BUDI, "LANTAI": "5"})


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA, ANDI, BUDI)
    return lestari


def _corrects(by, name="Rosnawati"):
    """What her form does; a version that is no longer the present one is refused."""
    rosna = Person.objects.get(nik_index=_person("K0").nik_index)
    family = Family.objects.get(official_id="K0")

    def send():
        values = {"name": name}
        return correcting.correct(family, by=by, person=rosna, version=rosna.version, values=values, reason="KTP")

    return send


def _person(official):
    return Family.objects.get(official_id=official).head


def _answers(official):
    return Household.objects.get(families__official_id=official).rounds.order_by("-pk").first().answers


def _stays_and_is_told(run):
    assert _person("K0").name == "Rosnawati"
    assert run.counts["warned"]["edited"] == 1
    assert run.counts["households"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert (run.counts["left_out"], run.counts["families_left_out"]) == (2, 1)
    assert run.counts[left_out.LINES] == {"edited": [[2, 3]]}, "both people of the family"


def test_what_was_corrected_after_the_preview_is_not_written_over(manager, sari, browse):
    run = preview(manager, *NEWER)
    _corrects(sari)()
    before = _answers("K0")
    _stays_and_is_told(apply(manager, run))
    assert _answers("K0") == before
    assert _answers("K1") != before, "the family that nobody touched is as the file says"
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "Keluarga yang diubah sesudah pratinjau ini dibuat, oleh orang atau berkas lain" in page
    link = reverse("households:import_held_rows", args=[run.pk])
    assert link in page
    head, *rows = openpyxl.load_workbook(io.BytesIO(taken(browse(manager), link))).active.iter_rows(values_only=True)
    reason = head.index("ALASAN")
    said = "Data keluarga ini diubah sesudah berkas diperiksa, oleh orang atau berkas lain."
    assert [row[reason] for row in rows] == [said] * 2


def test_uploaded_again_the_preview_shows_what_the_file_would_change_of_it(manager, sari):
    run = preview(manager, *NEWER)
    _corrects(sari)()
    apply(manager, run)
    again = preview(manager, *NEWER)
    assert again.counts["fields"]["people"]["name"] == 1
    assert "edited" not in again.counts["warned"]
    apply(manager, again)
    assert _person("K0").name == "Rosna", "somebody saw it and decided"


def test_a_correction_that_was_under_way_during_the_preview_counts_as_unseen(manager, sari):
    send, written, seen = _corrects(sari), threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            send()
            written.set()
            assert seen.wait(PATIENCE)

    thread, came_to = threading.Thread(target=slowly), []
    thread.start()
    assert written.wait(PATIENCE)
    try:
        run = preview(manager, *NEWER)
    finally:
        seen.set()
        thread.join()
    assert not came_to
    _stays_and_is_told(apply(manager, run))


def test_a_correction_between_the_last_comparison_and_the_locks_is_compared_too(manager, sari, monkeypatch):
    run, send, lock = preview(manager, *NEWER), _corrects(sari), locking.lock_changed
    sent = []

    def then_lock():
        if not sent:
            thread, came_to = elsewhere(send)
            thread.join(PATIENCE)
            sent.extend(came_to)
        return lock()

    monkeypatch.setattr(locking, "lock_changed", then_lock)
    run = apply(manager, run)
    assert sent[0].kind == "correction", "it had not to wait"
    _stays_and_is_told(run)


def test_a_correction_after_the_locks_waits_and_finds_out(manager, sari, monkeypatch):
    run, send, write = preview(manager, {**ROSNA, "NAMA": "Rosna Dewi"}, ANDI, BUDI), _corrects(sari), applying.write
    waiting = []

    def then_write(*args):
        waiting.append(elsewhere(send))
        return write(*args)

    monkeypatch.setattr(applying, "write", then_write)
    run = apply(manager, run)
    [(thread, came_to)] = waiting
    thread.join(PATIENCE)
    [refusal] = came_to
    assert isinstance(refusal, StaleVersion)
    assert refusal.current.name == "Rosna Dewi"
    assert "edited" not in run.counts["warned"]


def test_a_family_that_the_file_knows_by_its_card_alone_is_left_as_well(manager, sari):
    Family.objects.filter(official_id="K1").update(official_id="K9")
    run = preview(manager, {**BUDI, "ID_KELUARGA": "", "LANTAI": "5"})
    family = Family.objects.get(official_id="K9")
    budi = family.head
    correcting.correct(family, by=sari, person=budi, version=budi.version, values={"name": "Budiman"}, reason="KTP")
    run = apply(manager, run)
    assert run.counts["warned"]["edited"] == 1
    assert Person.objects.get(pk=budi.pk).name == "Budiman"


def test_nothing_is_left_of_the_locks_and_nobody_waits_for_them_afterwards(manager, sari):
    run = apply(manager, preview(manager, *NEWER))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NULL", [f"import_{run.pk}"])
        assert cursor.fetchone() == (True,)
    assert _corrects(sari)().kind == "correction"


@pytest.mark.parametrize(("column", "first", "second"), [("NAMA", "Andika", "Andiko"), ("SEKOLAH", "1", "2")])
def test_what_another_file_wrote_meanwhile_of_a_familys_people_is_left_as_well(manager, column, first, second):
    waiting = preview(manager, ROSNA, {**ANDI, column: second}, BUDI)
    assert bring(manager, ROSNA, {**ANDI, column: first}, BUDI).counts["people"]["changed"] == 1
    assert meanwhile.edited_families(waiting) == 1
    apply(manager, waiting)
    assert waiting.counts["warned"]["edited"] == 1
    assert waiting.counts["people"] == {"new": 0, "changed": 0, "unchanged": 1}
    assert waiting.counts["left_out"] == 2
    again = preview(manager, ROSNA, {**ANDI, column: second}, BUDI)
    assert again.counts["people"] == {"new": 0, "changed": 1, "unchanged": 2}, "what the first file said stands"


def test_a_file_seen_before_another_was_taken_back_leaves_what_went_back_with_that_one(manager):
    """What the second file said of Rosna stood here when the third was compared, and goes meanwhile."""
    second = bring(manager, {**ROSNA, "NAMA": "Rosnawati"}, {**ANDI, "SEKOLAH": "2"}, BUDI)
    run = preview(manager, {**ROSNA, "NAMA": "Rosnah"}, ANDI, {**BUDI, "LANTAI": "5"})
    take_back(manager, second)
    assert meanwhile.edited_families(run) == 1, "the page says it beside the decision"
    apply(manager, run)
    assert _person("K0").name == "Rosna"
    assert run.counts["warned"] == {"edited": 1}
    assert _answers("K1")["lantai"] == "5", "the family of whom the second file changed nothing is as the third says"
