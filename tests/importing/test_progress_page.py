"""What the page of a run that is being worked on says: which step it is in and how far, never all before it is all."""

import re
from datetime import timedelta

import pytest

from households.importing import claiming, previewing, uploading
from households.importing.telling import telling, told
from households.models import ImportProgress, ImportRun
from slrt.core import clock
from tests.importing.families import ROSNA, bring, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def run(manager):
    started = preview(manager, ROSNA)
    started.counts["accepted"] = 200_000
    return started


@pytest.fixture
def page(browse, manager, run, monkeypatch):
    """The page of the run as it stands in a state, after so many of so many steps were told."""
    monkeypatch.setattr("households.importing.claiming.settle", lambda row: None)

    def shown(state, told=None, worked_on=True, **fields):
        if worked_on:
            claiming.hold_run(run.pk)
        ImportRun.objects.filter(pk=run.pk).update(
            state=state, counts=run.counts, **{"state_since": clock.now(), **fields}
        )
        ImportProgress.objects.filter(pk=run.pk).delete()
        if told:
            ImportProgress.objects.create(
                run_id=run.pk, done=told[0], total=told[1], at=clock.now() + timedelta(seconds=1)
            )
        return browse(manager).get(f"/impor/{run.pk}/", headers={"hx-request": "true"}).content.decode()

    return shown


def bar(text):
    """How much of the bar is full, None for one that only moves."""
    found = re.search(r'<progress[^>]*max="([\d.]+)" value="([\d.]+)"', text)
    assert "<progress" in text
    return float(found[2]) / float(found[1]) if found else None


def test_steps_are_said_as_steps_not_as_rows(page):
    text = page("applying", (5, 13))
    assert "Langkah 6 dari 14" in text
    assert bar(text) == 5 / 14
    assert "baris per detik" not in text
    assert "detik lagi" not in text
    assert "dari 200.000 baris" not in text
    assert "200.000 baris" in text, "how much it is about"


def test_before_the_first_step_it_says_that_rows_are_compared(page):
    text = page("applying")
    assert "dibandingkan lagi" in text
    assert bar(text) is None


def test_before_the_first_step_a_file_to_be_taken_back_says_that_it_waits(page):
    text = page("taking_back")
    assert "Menunggu giliran untuk ditarik kembali" in text
    assert "dibandingkan lagi" not in text
    assert "Menunggu giliran" not in page("taking_back", (1, 5))


def test_after_the_last_step_it_is_not_all_done_yet(page):
    text = page("applying", (13, 13))
    assert "Langkah 14 dari 14" in text
    assert bar(text) == 13 / 14


def test_what_an_earlier_attempt_told_holds_no_more(page):
    text = page("applying", (13, 13), state_since=clock.now() + timedelta(minutes=1))
    assert "Langkah 1" not in text
    assert bar(text) is None


@pytest.mark.parametrize("state", ["applying", "taking_back"])
def test_when_nobody_works_on_it_any_more_it_says_that_it_was_interrupted(page, state):
    text = page(state, (5, 13), worked_on=False)
    assert "Pekerjaan ini terputus di tengah jalan" in text
    assert "dimulai lagi dari awal" in text
    assert "dari 14" not in text
    assert "<progress" not in text, "nothing moves"
    assert "Pekerjaan ini terputus" not in page(state, worked_on=False), "it waits for its turn"


def test_an_interrupted_answer_file_counts_no_rows(page):
    text = page("applying", (50, 200), worked_on=False, kind="answer")
    assert "Pekerjaan ini terputus" in text
    assert "50 dari 200" not in text


def test_what_ended_while_the_page_was_made_was_not_interrupted(page, run, monkeypatch):
    ended = ImportRun.objects.filter(pk=run.pk)
    monkeypatch.setattr(claiming, "is_held", lambda pk: bool(ended.update(state="applied")) and False)
    assert "Pekerjaan ini terputus" not in page("applying", (13, 13), worked_on=False)


def test_who_begins_again_forgets_what_the_attempt_before_told(run):
    with telling(run.pk) as tell:
        tell(5, 13)
    assert told(run.pk) == (5, 13)
    with telling(run.pk):
        assert told(run.pk) == (0, 0)


def test_of_an_answer_file_rows_are_rows(page):
    text = page("applying", (50, 200), kind="answer", state_since=clock.now() - timedelta(seconds=10))
    assert "50 dari 200 baris" in text
    assert "baris per detik" in text
    assert bar(text) == pytest.approx(50 / 201)
    assert bar(page("applying", (200, 200), kind="answer")) < 1


def test_while_it_is_read_rows_are_rows_and_all_read_is_not_all_done(page):
    assert bar(page("reading", done=40, total=100)) == pytest.approx(0.4)
    text = page("reading", done=100, total=100)
    assert "100 baris sudah dibaca" in text
    assert bar(text) is None


def test_taking_back_tells_its_steps_too_and_never_goes_back(manager, monkeypatch):
    told = []
    monkeypatch.setattr("households.importing.undoing.telling", lambda pk: _noting(told))
    take_back(manager, bring(manager, ROSNA))
    assert told[0][0] == 0
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert len({total for _done, total in told}) == 1
    assert len(told) > 3


class _noting:
    def __init__(self, told):
        self.told = told

    def __enter__(self):
        return lambda done, total: self.told.append((done, total))

    def __exit__(self, *fault):
        return None


def test_a_file_of_which_nothing_can_be_written_is_not_offered_to_be_applied(browse, manager):
    nothing = preview(manager, {**ROSNA, "NIK": "123"})
    page = browse(manager).get(f"/impor/{nothing.pk}/").content.decode()
    assert f"/impor/{nothing.pk}/terapkan/" not in page
    assert "Tidak ada baris yang bisa ditulis" in page


def test_many_villages_are_folded_and_all_there(browse, manager, run):
    villages = [
        {"code": f"13.01.05.20{n:02d}", "name": f"Nagari {n}", "families": 1, "people": 1, "new": 1} for n in range(40)
    ]
    ImportRun.objects.filter(pk=run.pk).update(counts={**run.counts, "villages": villages})
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "Lihat 40 desa" in page
    assert page.count("<td>Nagari") == 40
    ImportRun.objects.filter(pk=run.pk).update(counts={**run.counts, "villages": villages[:3]})
    assert "Lihat 3 desa" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()


def test_a_file_whose_headings_nobody_knows_can_be_cancelled_on_its_page(browse, manager):
    started = uploading.upload(b"NOMOR,ORANG\n1,Rosna\n", "lain.csv", by=manager)
    previewing.preview(started.pk)
    desk = browse(manager)
    page = desk.get(f"/impor/{started.pk}/").content.decode()
    assert "Judul kolom belum dikenal" in page
    assert f'action="/impor/{started.pk}/batal/"' in page
    desk.post(f"/impor/{started.pk}/batal/")
    started.refresh_from_db()
    assert started.state == "cancelled"


def test_a_file_without_any_village_shows_no_empty_table(browse, manager):
    nothing = preview(manager, {**ROSNA, "NIK": "123"})
    assert "Per desa" not in browse(manager).get(f"/impor/{nothing.pk}/").content.decode()


def test_a_file_that_waits_to_be_read_says_for_what(page):
    assert "Menunggu giliran untuk dibaca" in page("uploaded", worked_on=False)


def test_while_a_file_is_applied_its_next_step_is_to_wait(page):
    assert "langkah berikutnya muncul di sini" in page("applying")
