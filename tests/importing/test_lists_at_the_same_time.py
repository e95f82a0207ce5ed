"""A list is being written while somebody else downloads its refused rows, or after its checked rows were lost."""

import threading

import pytest
from django.db import connection, connections

from households.choices.imports import ImportKind
from households.importing import applying, rejects
from households.importing.staging import has_table, schema
from households.models import DecileRecord, ImportRun
from tests.importing import lists

DECILES = "ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,4,2026-Q4\nK2,3,2026-Q4\nK3,1,2026-Q4\n"


@pytest.fixture
def waiting(places, lestari):
    """Lestari has decided to apply a list of two known families and an unknown one; it waits for its turn."""
    lists.imported(lestari, lists.EXTRACT)
    started = lists.previewed(lestari, DECILES, ImportKind.DECILES)
    applying.request_apply(started, by=lestari, version=started.version)
    return ImportRun.objects.get(pk=started.pk)


def _while_waiting_for_the_lock(monkeypatch, happening):
    taken = applying.take_import_lock

    def lock():
        happening()
        taken()

    monkeypatch.setattr(applying, "take_import_lock", lock)


def _elsewhere(work):
    """Do something over a connection of its own and hand its fault back."""
    faults = []

    def thread():
        try:
            work()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    started = threading.Thread(target=thread)
    started.start()
    started.join(30)
    assert not faults


def _written(run):
    run.refresh_from_db()
    deciles = DecileRecord.objects.filter(period="2026-Q4").count()
    return run.state, run.counts["households"]["new"], deciles


@pytest.mark.django_db(transaction=True)
def test_refused_rows_downloaded_meanwhile_take_nothing_away(waiting, lestari, monkeypatch):
    _while_waiting_for_the_lock(
        monkeypatch, lambda: _elsewhere(lambda: rejects.build(ImportRun.objects.get(pk=waiting.pk), by=lestari))
    )
    applying.apply(waiting.pk)
    assert _written(waiting) == ("applied", 2, 2)


@pytest.mark.django_db(transaction=True)
def test_rows_lost_while_waiting_are_read_anew(waiting, monkeypatch):
    def lost():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {schema(waiting.pk)}.import_row WHERE line = 2")

    _while_waiting_for_the_lock(monkeypatch, lambda: _elsewhere(lost))
    applying.apply(waiting.pk)
    assert _written(waiting) == ("applied", 2, 2)


def test_refused_rows_can_be_had_before_and_after_and_leave_no_tables(waiting, lestari):
    before = rejects.build(waiting, by=lestari, form="csv")
    assert has_table(waiting.pk, "import_row")
    applying.apply(waiting.pk)
    assert rejects.build(ImportRun.objects.get(pk=waiting.pk), by=lestari, form="csv") == before
    assert not has_table(waiting.pk, "import_row")
