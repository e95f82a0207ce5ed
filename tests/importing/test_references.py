"""Foreign keys that are checked per statement hold what PostgreSQL's own would hold."""

import threading

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from households.models import Family, Household, Membership, Person, PersonAnswers, Registration, SurveyRound
from slrt.core.references import checked_per_statement
from slrt.regions.models import Region
from tests import cases, people

NOBODY = 987_654_321
TABLES = (Household, Family, Membership, SurveyRound, PersonAnswers)


def _refused(write):
    before = [model.objects.count() for model in TABLES]
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    assert [model.objects.count() for model in TABLES] == before


def test_a_membership_of_nobody_is_refused(places):
    family = cases.family_in(people.SAGO)
    _refused(lambda: Membership.objects.create(person_id=NOBODY, family=family, relation="3"))


def test_a_whole_set_is_refused_for_one_wrong_row(places):
    family = cases.family_in(people.SAGO)
    one = Person.objects.create(name="Anak", name_folded="anak", sex="1")
    rows = [Membership(person_id=pk, family=family, relation="3") for pk in (one.pk, NOBODY)]
    _refused(lambda: Membership.objects.bulk_create(rows))


def test_a_family_without_a_household_is_refused(places):
    _refused(lambda: Family.objects.create(household_id=NOBODY))


def test_a_head_may_be_missing_but_not_unknown(places):
    family = cases.family_in(people.SAGO)
    Family.objects.filter(pk=family.pk).update(head=None)
    _refused(lambda: Family.objects.filter(pk=family.pk).update(head_id=NOBODY))
    family.refresh_from_db()
    assert family.head_id is None


def test_a_person_who_is_still_named_cannot_be_deleted(places):
    family = cases.family_in(people.SAGO)
    _refused(lambda: Person.objects.filter(pk=family.head_id)._raw_delete("default"))
    assert Person.objects.filter(pk=family.head_id).exists()


def test_a_person_whom_nothing_names_can_be_deleted(places):
    one = Person.objects.create(name="Salah ketik", name_folded="salah ketik", sex="1")
    Person.objects.filter(pk=one.pk)._raw_delete("default")
    assert not Person.objects.filter(pk=one.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_delete_and_an_insert_at_the_same_moment_do_not_pass_each_other():
    people.make_places()
    family = cases.family_in(people.SAGO)
    one = Person.objects.create(name="Anak", name_folded="anak", sex="1")
    deleted, outcome = threading.Event(), []

    def insert():
        deleted.wait(10)
        try:
            Membership.objects.create(person=one, family=family, relation="3")
            outcome.append("inserted")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=insert)
    other.start()
    with transaction.atomic():
        Person.objects.filter(pk=one.pk)._raw_delete("default")
        deleted.set()
        other.join(1)  # it has to wait for this transaction
        assert outcome == []
    other.join(10)
    assert outcome == ["refused"]
    assert not Membership.objects.filter(person_id=one.pk).exists()


def test_a_household_in_no_village_is_refused(places):
    _refused(lambda: Household.objects.create(village_id="99.99.99.9999"))


def test_a_region_is_closed_and_never_deleted(places):
    with pytest.raises(InternalError, match="Cannot delete rows from regions_region"), transaction.atomic():
        Region.objects.filter(pk=people.SALIDO)._raw_delete("default")
    assert Region.objects.filter(pk=people.SALIDO).exists()


def test_the_decorator_wants_a_key_without_a_constraint_of_its_own():
    with pytest.raises(TypeError, match="db_constraint=False"):
        checked_per_statement("collected_by")(SurveyRound)


def test_a_parent_that_is_relied_on_has_to_refuse_deletes():
    with pytest.raises(TypeError, match=r"Family has to refuse deletes for Membership\.family"):
        checked_per_statement(kept=("family",))(Membership)


def test_whoever_takes_families_back_finds_by_index_what_names_them(db):
    """Without one the database goes through the whole naming table for each row that is taken back: an hour for a large file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint c "
            "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
            "WHERE c.contype = 'f' AND c.confrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_index i "
            "WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum AND (i.indpred IS NULL "
            "OR pg_get_expr(i.indpred, i.indrelid) = '(' || a.attname || ' IS NOT NULL)'))",
            [[model._meta.db_table for model in (Person, Household, Family, Membership, SurveyRound, Registration)]],
        )
        assert cursor.fetchall() == []
