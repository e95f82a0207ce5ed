"""The migration that encrypted the mothers' names, on rows: back to names in clear, and forth again."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from households.models import DuplicateCandidate, Person, PersonKeys
from slrt.core import clock, crypto
from tests import cases

pytestmark = pytest.mark.django_db
VILLAGE = "13.01.05.2006"
MOTHER = "Siti Aminah"
COMPARED_WITH_NAMES = """
UPDATE households_duplicatecandidate x SET compared = said.it, dismissed_compared = said.it FROM (
  SELECT md5(concat_ws('|', concat_ws('|', a.name, a.mother_name, a.birth_date, a.sex, a.nik_index),
    concat_ws('|', b.name, b.mother_name, b.birth_date, b.sex, b.nik_index))) AS it
  FROM households_duplicatecandidate c JOIN households_person a ON a.id = c.first_id
  JOIN households_person b ON b.id = c.second_id) said
"""


class Between:
    """The one migration, back and forth, on the tables as they are."""

    def __init__(self):
        loader = MigrationExecutor(connection).loader
        self.step = loader.get_migration("households", "0015_mothers_encrypted")
        self.before = loader.project_state([("households", "0014_name_words")])
        # Each step of a deployment begins without checks that wait for a commit; PostgreSQL alters no table under them.
        _rows("SET CONSTRAINTS ALL IMMEDIATE")

    def back(self):
        with connection.schema_editor() as editor:
            self.step.unapply(self.before.clone(), editor)

    def forth(self):
        with connection.schema_editor() as editor:
            self.step.apply(self.before.clone(), editor)


def _rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _history():
    return _rows("SELECT pgh_id, mother_name FROM households_personevent ORDER BY pgh_id")


@pytest.fixture
def sisters(places):
    """Two alike of one mother, of whom the older row was changed once, and one whose mother nobody knows."""
    people = [
        cases.family_in(VILLAGE, name, nik=f"130199450685000{n}").head
        for n, name in enumerate(("Rosna", "Rosnah", "Anisa"), 1)
    ]
    for person in people[:2]:
        person.mother_name, person.mother_index = MOTHER, crypto.blind_index(MOTHER)
        person.save()
    people[0].occupation = "Petani"
    people[0].save()
    return people


@pytest.fixture
def dismissed(sisters):
    one, other, _third = sisters
    return DuplicateCandidate.objects.create(
        first=one,
        second=other,
        first_version=1,
        second_version=1,
        score=90,
        compared="x",
        dismissed_compared="x",
        found_at=clock.now(),
        state_since=clock.now(),
        state="dismissed",
    )


def test_names_lie_in_clear_after_going_back_and_sealed_after_going_forth_in_history_too(sisters):
    between = Between()
    kept = len(_history())
    assert kept
    between.back()
    names = _rows("SELECT mother_name FROM households_person ORDER BY id")
    assert [name for (name,) in names] == [MOTHER, MOTHER, ""]
    assert [name for _pk, name in _history()].count(MOTHER) == 1, "as the row stood before its last change"
    columns = (
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 'households_person' AND column_name = %s"
    )
    assert _rows(columns, "mother_index") == [(0,)]
    between.forth()
    read = list(Person.objects.order_by("pk").values_list("mother_name", "mother_index"))
    assert [name for name, _index in read] == [MOTHER, MOTHER, None]
    assert [index and bytes(index) for _name, index in read] == [*[crypto.blind_index(MOTHER)] * 2, None]
    stored = [
        bytes(name) for (name,) in _rows("SELECT mother_name FROM households_person WHERE mother_name IS NOT NULL")
    ]
    assert not any(MOTHER.encode() in name for name in stored)
    after = [crypto.decrypt(name) for _pk, name in _history() if name is not None]
    assert (len(_history()), after) == (kept, [MOTHER]), "sealing changes no data and leaves no history"


def test_what_stood_around_a_name_is_cut_off_so_that_its_index_is_found(sisters):
    between = Between()
    between.back()
    _rows("UPDATE households_person SET mother_name = %s WHERE id = %s", f" {MOTHER} ", sisters[1].pk)
    between.forth()
    sisters[1].refresh_from_db()
    assert (sisters[1].mother_name, bytes(sisters[1].mother_index)) == (MOTHER, crypto.blind_index(MOTHER))


def test_a_change_after_going_forth_keeps_the_sealed_name_in_the_history(sisters):
    between = Between()
    between.back()
    between.forth()
    before = len(_history())
    sisters[0].refresh_from_db()
    sisters[0].occupation = "Nelayan"
    sisters[0].save()
    rows = _history()
    assert len(rows) == before + 1
    assert crypto.decrypt(rows[-1][1]) == MOTHER


def test_a_pair_that_was_dismissed_by_names_stays_dismissed_and_the_keys_are_made_anew(sisters, dismissed):
    PersonKeys.objects.all().delete()
    between = Between()
    between.back()
    _rows(COMPARED_WITH_NAMES)
    (by_names,) = _rows("SELECT compared FROM households_duplicatecandidate")
    between.forth()
    dismissed.refresh_from_db()
    assert dismissed.compared == dismissed.dismissed_compared != by_names[0]
    assert not PersonKeys.objects.exists()
