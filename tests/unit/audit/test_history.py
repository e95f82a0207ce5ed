"""What a row was stays written when it changes: set by set, and as quickly after one row as before it."""

import time

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F

from households.models import Household

pytestmark = pytest.mark.django_db
MANY = 3000


@pytest.fixture
def houses(places):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO households_household (version, created_at, updated_at, village_id, hamlet, address, rt, rw) "
            "SELECT 1, now(), now(), '13.01.05.2006', '', 'Jorong ' || n, '', '' FROM generate_series(1, %s) n",
            [MANY],
        )
    return Household.objects.all()


def _seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _events():
    return apps.get_model("households", "HouseholdEvent").objects.count()


def test_what_a_row_was_stays_and_a_row_that_stays_the_same_leaves_nothing(houses):
    first = houses.first()
    houses.filter(pk=first.pk).update(hamlet="Koto")
    houses.filter(pk=first.pk).update(hamlet="Koto")
    [old] = apps.get_model("households", "HouseholdEvent").objects.filter(pgh_obj_id=first.pk)
    assert (old.hamlet, old.pgh_label) == ("", "update")


def test_many_rows_change_as_quickly_after_one_row_as_before(houses):
    """A plan made for one row and kept would go through all the rows once for every row: seconds for a tenth of one."""
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    at_first = _seconds(lambda: houses.update(version=F("version") + 1))
    with connection.cursor() as cursor:
        cursor.execute("DISCARD PLANS")
    houses.filter(pk=houses.first().pk).update(hamlet="Koto")
    after_one = _seconds(lambda: houses.update(version=F("version") + 1))
    assert _events() == 2 * MANY + 1
    assert after_one < 5 * at_first + 0.5


def test_every_table_that_keeps_history_plans_it_anew():
    tracked = {
        event.pgh_tracked_model._meta.db_table
        for event in apps.get_models()
        if issubclass(event, pghistory.models.Event)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgname LIKE 'pgtrigger_update_update%%' AND p.prosrc LIKE '%%EXECUTE $history$%%'"
        )
        assert {name for (name,) in cursor.fetchall()} == tracked
