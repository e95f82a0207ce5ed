"""No enrolment ends before it begins: the database holds every row to it where every row allows it, else the check names those."""

from datetime import date
from importlib import import_module

from django.db import connection

from programs.models import Enrolment
from slrt.dashboard.integrity import checks
from tests import cases, people

CHECK = (
    "ALTER TABLE programs_enrolment ADD CONSTRAINT enrolment_ends_after_start CHECK (ended_on >= started_on) NOT VALID"
)


def holds_for_all():
    with connection.cursor() as cursor:
        cursor.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'enrolment_ends_after_start'")
        return cursor.fetchone()[0]


def run(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def named():
    return next(check for check in checks() if check.code == "enrolment.dates").broken()


def test_in_a_new_database_every_row_is_held_to_it(places):
    assert holds_for_all()


def test_a_row_from_before_stays_and_is_named_until_somebody_mends_it(places, sari):
    validate = import_module("programs.migrations.0006_enrolment_days_validated").VALIDATE
    family = cases.family_in(people.SAGO)
    run("ALTER TABLE programs_enrolment DROP CONSTRAINT enrolment_ends_after_start")
    row = Enrolment.objects.create(
        **{"family": family, "programme": cases.programme("KIS"), "recorded_by": sari, "source": "test"},
        **{"started_on": date(2026, 5, 1), "ended_on": date(2026, 4, 1)},
    )
    run("SET CONSTRAINTS ALL IMMEDIATE", CHECK, validate)
    assert not holds_for_all()
    assert named() == [row.pk]
    row.ended_on = date(2026, 6, 1)
    row.save()
    run(validate)
    assert holds_for_all()
    assert named() == []
