"""The trail is append-only in the database itself, and rows keep what they were."""

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError, ProgrammingError

from households.models import Household
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from tests.people import SAGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(sari):
    return trail.write("edit", sari, by=sari, place=SAGO, note="salah ketik", fields=["phone"])


def test_an_entry_says_who_when_what_and_why(entry, sari):
    assert (entry.actor, entry.verb, entry.subject, entry.subject_id) == (sari, "edit", "accounts.user", sari.pk)
    assert (entry.note, entry.details, entry.place) == ("salah ketik", {"fields": ["phone"]}, SAGO)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET note = 'lain'",
        "DELETE FROM audit_auditentry",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE audit_auditentry",
    ],
)
def test_the_database_refuses_to_alter_the_trail(entry, statement):
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().note == "salah ketik"


def test_django_cannot_alter_the_trail_either(entry):
    entry.note = "lain"
    with pytest.raises(InternalError), transaction.atomic():
        entry.save()
    with pytest.raises(InternalError), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().note == "salah ketik"


def test_dewi_reads_the_trail_of_her_area_and_sari_reads_none(entry, dewi, sari):
    elsewhere = trail.write("edit", sari, by=sari, place="13.71.01.1001")
    seen = AuditEntry.objects.visible_to(dewi)
    assert entry in seen
    assert elsewhere not in seen
    assert not AuditEntry.objects.visible_to(sari).exists()


def test_a_changed_row_keeps_what_it_was_also_after_a_bulk_write(places):
    household = Household.objects.create(village_id=SAGO, address="Jalan Lama 1")
    Household.objects.filter(pk=household.pk).update(address="Jalan Baru 2")
    assert [event.address for event in household.events.all()] == ["Jalan Lama 1"]


def test_a_new_row_costs_no_history(places):
    household = Household.objects.create(village_id=SAGO)
    assert household.events.count() == 0


def test_an_update_that_changes_nothing_leaves_no_history(places):
    household = Household.objects.create(village_id=SAGO, address="Jalan Lama 1")
    Household.objects.filter(pk=household.pk).update(address="Jalan Lama 1")
    assert household.events.count() == 0
