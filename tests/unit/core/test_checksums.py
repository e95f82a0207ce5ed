"""A restored table is told from one that lacks a row, has one twice, or holds another value."""

import pytest
from django.db import connection

from slrt.core import checksums

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes():
    """A small table with dates, bytes and empty fields."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE note (id serial, at timestamptz, code bytea, text text)")
        cursor.execute(
            "INSERT INTO note (at, code, text) VALUES ('2026-03-01T00:00Z', '\\x01ff', NULL), "
            "('2026-03-02T00:00Z', NULL, 'a'), ('2026-03-03T00:00Z', NULL, 'b')"
        )
        yield cursor


def test_every_table_of_the_registry_is_counted(notes):
    found = checksums.of_tables(notes)
    assert found["note"].rows == 3
    assert {"households_family", "audit_auditentry", "core_outboxjob"} <= set(found)
    assert set(found) == set(connection.introspection.table_names()), "and nothing is left out"


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM note WHERE id = 2",
        "INSERT INTO note SELECT * FROM note WHERE id = 2",
        "UPDATE note SET text = '' WHERE id = 1",
        "UPDATE note SET at = at + interval '1 microsecond' WHERE id = 3",
        "UPDATE note SET text = CASE id WHEN 2 THEN 'b' ELSE 'a' END WHERE id > 1",
    ],
)
def test_any_change_is_found(notes, change):
    before = checksums.of_tables(notes)
    notes.execute(change)
    assert checksums.differences(before, checksums.of_tables(notes)) == ["note"]


def test_order_and_the_reader_s_time_zone_do_not_matter(notes):
    before = checksums.of_tables(notes)
    notes.execute("DELETE FROM note WHERE id = 1")
    notes.execute("INSERT INTO note (id, at, code, text) VALUES (1, '2026-03-01T00:00Z', '\\x01ff', NULL)")
    notes.execute("SET LOCAL TimeZone = 'Asia/Jakarta'; SET LOCAL DateStyle = 'German'")
    assert checksums.differences(before, checksums.of_tables(notes)) == []


def test_numbers_given_out_are_part_of_a_database(notes):
    assert checksums.of_sequences(notes)["note_id_seq"] == 3
    assert checksums.differences({"a": 1, "b": 2}, {"a": 1, "c": 3}) == ["b", "c"]
