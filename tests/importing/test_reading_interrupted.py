"""A worker that died while it read a file: the page says that reading was interrupted, and the next attempt counts from nothing."""

import pytest
from django.db import connection

from households.importing import claiming, previewing, uploading
from households.models import ImportRun
from tests.importing.families import ROSNA, file_of

pytestmark = pytest.mark.django_db


class Died(BaseException):
    """The process is gone: nothing more is written down."""


@pytest.fixture
def read_half(places, lestari, monkeypatch):
    """Its file was read up to its seventh row by a worker that is no more."""
    run = uploading.upload(file_of(ROSNA), "x.csv", by=lestari)
    real = previewing.examine

    def dies(run, tell, stager):
        tell(7, 1)
        assert claiming.is_held(run.pk), "while it reads, it shows that it does"
        raise Died

    monkeypatch.setattr(previewing, "examine", dies)
    with pytest.raises(Died):
        previewing.preview(run.pk)
    monkeypatch.setattr(previewing, "examine", real)
    run.refresh_from_db()
    return run


def shown(browse, user, run):
    return browse(user).get(f"/impor/{run.pk}/", headers={"hx-request": "true"}).content.decode()


def test_the_page_says_that_it_was_interrupted_and_no_number_of_rows(browse, lestari, read_half):
    assert (read_half.state, read_half.done) == ("reading", 7)
    page = shown(browse, lestari, read_half)
    assert "Pekerjaan ini terputus di tengah jalan" in page
    assert "7 dari" not in page
    assert "7 baris" not in page
    assert "<progress" not in page
    assert "Terputus, menunggu dimulai lagi" in page
    assert "Sedang dibaca …" not in page, "nobody reads it"
    assert "pekerjaannya tetap jalan" not in page


def test_while_somebody_reads_it_the_rows_are_told(browse, lestari, read_half):
    with claiming.holding(read_half.pk):
        page = shown(browse, lestari, read_half)
    assert "terputus" not in page
    assert "7 baris" in page
    assert "Sedang dibaca …" in page
    assert "pekerjaannya tetap jalan" in page
    assert 'id="state" hx-swap-oob="true"' in page, "the tag beside the heading goes along with what is renewed"


def test_the_tag_beside_the_heading_stands_once_in_a_page_that_is_loaded_whole(browse, lestari, read_half):
    page = browse(lestari).get(f"/impor/{read_half.pk}/").content.decode()
    assert page.count('id="state"') == 1
    assert "hx-swap-oob" not in page


def test_the_next_attempt_counts_from_nothing(read_half, monkeypatch):
    seen = []
    real = previewing.examine

    def looks(run, tell, stager):
        seen.append(ImportRun.objects.get(pk=run.pk).done)
        return real(run, tell, stager)

    monkeypatch.setattr(previewing, "examine", looks)
    previewing.preview(read_half.pk)
    read_half.refresh_from_db()
    assert seen == [0]
    assert read_half.state == "previewed"
    assert not claiming.is_held(read_half.pk)


def test_two_who_read_the_same_file_do_not_wait_for_one_another(read_half):
    with claiming.holding(read_half.pk), claiming.holding(read_half.pk):
        assert claiming.is_held(read_half.pk)
    assert not claiming.is_held(read_half.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            # Of this database alone: a server may hold those of another run of the tests.
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [claiming.RUN_LOCKS],
        )
        assert cursor.fetchone() == (0,)
