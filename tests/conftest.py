"""The people and places of every test story.

sari (facilitator, Sago Salido), budi (facilitator, Salido), rina (back officer), fitri (front officer), nurma (Puskesos
coordinator), joko (supervisor, IV Jurai), lestari (manager, Pesisir Selatan), hendra (head of office), agus (agency
officer, Dinas Kesehatan), maya (partner officer, BAZNAS), tomo (TKPK), dewi (auditor), adi (administrator), tamu (nobody).
"""

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from slrt.jobs import schedule
from tests import people

# How long one example takes tells of the machine and what else it does, not of the code.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.load_profile("patient")

# Django's way rewrites every table and asks every app to fill its own again, a second for each such test; few rows are there.
EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission') LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
    IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
END $$
"""


_djangos_way = TransactionTestCase._fixture_teardown


def _empty_tables(self):
    """Tests with real transactions empty the tables afterwards, also the audit trail, whose triggers refuse that.

    The timetable, which a migration fills, is there again. Only a superuser may keep triggers from running.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute(EMPTY)
            schedule.install()
            return
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
    try:
        _djangos_way(self)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


TransactionTestCase._fixture_teardown = _empty_tables


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A registry in use: every row's number has seven digits, so that a number printed as 1.000.001 is found out."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND coalesce(last_value, 0) < 1000000"
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT setval(%s, 1000000)", [f'"{name}"'])
    yield
    # A server's thread that was cut off in a story may still hold a session; the database could not be dropped under it.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def places(db):
    """The few regions the stories happen in."""
    return people.make_places()


def _person(name):
    @pytest.fixture(name=name)
    def fixture(places):
        return people.make_user(name)

    return fixture


for _name in people.CAST:
    globals()[_name] = _person(_name)


@pytest.fixture
def chief(adi):
    """adi, who may also open the administration."""
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return adi


@pytest.fixture
def tamu():
    """Someone who has not signed in."""
    return Client()


@pytest.fixture
def browse():
    """Return a test client signed in as a person: `browse(sari).get(...)`."""

    def sign_in(user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
