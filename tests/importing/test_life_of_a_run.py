"""What ends a run at once, what two people do at one moment, and what comes back spoilt from a page."""

import threading

import psycopg2
import pytest
from django.db import DataError, OperationalError, connection, connections, transaction

from households.choices.imports import ImportKind
from households.importing import applying, claiming, ending, keeping, previewing, staging, uploading
from households.models import ImportRun, Person
from slrt.core.errors import TransitionNotAllowed
from slrt.core.models import OutboxJob
from tests.registry.races import PATIENCE, elsewhere

HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA"
ROSNA = "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006"
EXTRACT = f"{HEAD}\n{ROSNA}\n".encode()


@pytest.fixture
def manager(places, lestari):
    return lestari


def _uploaded(manager, data=EXTRACT, kind=ImportKind.EXTRACT):
    return uploading.upload(data, "berkas.csv", by=manager, kind=kind)


def _previewed(manager, *args, **options):
    started = _uploaded(manager, *args, **options)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", [DataError("x"), psycopg2.DataError("x")])
def test_a_value_the_database_does_not_take_ends_the_reading_at_once_and_frees_the_area(manager, monkeypatch, fault):
    def unfit(self, *call):
        raise fault

    monkeypatch.setattr(staging.Stager, "take", unfit)
    started = _previewed(manager)
    assert started.state == "failed"
    assert started.problem.startswith("Berkas ini berisi nilai yang tidak bisa disimpan.")
    _uploaded(manager)


@pytest.mark.django_db(transaction=True)
def test_a_value_the_registry_does_not_take_ends_the_applying_at_once(manager, monkeypatch):
    real = applying.write

    def unfit(*call):
        real(*call)
        raise DataError

    monkeypatch.setattr(applying, "write", unfit)
    started = _previewed(manager)
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert (started.state, started.problem[:19]) == ("failed", "Berkas ini berisi n")
    assert not Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_tried_again(manager, monkeypatch):
    def away(self, *call):
        raise OperationalError

    monkeypatch.setattr(staging.Stager, "take", away)
    started = _uploaded(manager)
    with pytest.raises(OperationalError):
        previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "reading"


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_at_one_moment_one_is_taken(manager, monkeypatch):
    both, answers = threading.Barrier(2), []
    real = keeping.keep

    def keep(chunks):
        kept = real(chunks)
        both.wait(10)
        return kept

    monkeypatch.setattr(keeping, "keep", keep)

    def upload():
        try:
            answers.append(_uploaded(manager).state)
        except TransitionNotAllowed:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["refused", "uploaded"]
    assert ImportRun.objects.count() == 1
    assert len(list(keeping.folder().iterdir())) >= 1


@pytest.mark.django_db(transaction=True)
def test_of_two_failed_files_tried_again_at_one_moment_one_is_read(manager):
    first, second = _uploaded(manager), None
    ImportRun.objects.update(state="failed")
    second = _uploaded(manager)
    ImportRun.objects.update(state="failed")
    OutboxJob.objects.update(state="failed")
    ending.retry(first, by=manager)
    with pytest.raises(TransitionNotAllowed):
        ending.retry(second, by=manager)
    second.refresh_from_db()
    assert second.state == "failed"


@pytest.mark.django_db(transaction=True)
def test_who_tries_a_file_again_does_not_bar_the_area_while_waiting_for_the_file(manager):
    """Whoever applies or matches a file holds it and then asks for the area: the other way round each would wait for the other."""
    started = _uploaded(manager)
    ImportRun.objects.update(state="failed")
    OutboxJob.objects.update(state="failed")
    with transaction.atomic():
        ImportRun.objects.select_for_update(of=("self",)).get(pk=started.pk)
        again, came_to = elsewhere(lambda: ending.retry(started, by=manager).state)
        assert again.is_alive(), "it waits for the file"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [claiming.CLAIM_LOCK])
            assert cursor.fetchone() == (True,)
    again.join(PATIENCE)
    assert came_to == ["uploaded"]


@pytest.mark.parametrize(
    "spoilt", [{"version": "abc"}, {"version": "1" * 40}, {"version": "²"}, {"idempotency_key": "abc"}]
)
def test_hidden_values_that_came_back_spoilt_are_refused_in_a_sentence(manager, browse, spoilt):
    started = _previewed(manager)
    answer = browse(manager).post(f"/impor/{started.pk}/terapkan/", {"version": started.version, **spoilt})
    assert answer.status_code == 400
    assert "Buka lagi halamannya" in answer.content.decode()
    started.refresh_from_db()
    assert (started.state, Person.objects.count()) == ("previewed", 0)


def test_another_page_with_a_spoilt_key_answers_alike(manager, browse):
    answer = browse(manager).post("/pekerjaan/households.retention/jalankan/", {"idempotency_key": "abc"})
    assert (answer.status_code, "Buka lagi halamannya" in answer.content.decode()) == (400, True)
