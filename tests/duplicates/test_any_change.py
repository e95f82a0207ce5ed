"""Whatever befalls a crowd of people who look alike, one search after each change leaves what a first search over all would."""

import random
from datetime import date

import pytest
from django.db import connection, transaction

from households.duplicates import blocking
from households.duplicates.search import search
from households.models import DuplicateCandidate, Family, Household, Membership, Person
from households.models.person import mother_columns
from households.names import fold
from slrt.core import crypto
from tests import people
from tests.duplicates.scratch import from_scratch, left

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = (
    "Rosna Tanjung",
    "Tandjoeng Rosna",
    "Rosna",
    "Rosnah Tanjung",
    "Hasan Basri",
    "Hasan Bashri",
    "Rosna Malayu",
    "Ali",
)
DAYS = (date(1985, 6, 5), date(1985, 5, 6), date(1985, 6, 6), date(1970, 1, 2), date(1970, 12, 31), None)
MOTHERS = ("Zubaidah Sikumbang", "Zoebaidah Sikumbang", "Mariam", "")
VILLAGES = (people.SAGO, people.SALIDO)
DAY = date(2026, 1, 10)


def person(dice, family):
    name, number = dice.choice(NAMES), f"13019945{dice.randint(0, 99999999):08d}"
    free = dice.random() < 0.6 and not Person.objects.filter(nik_index=crypto.blind_index(number)).exists()
    nik = {"nik_encrypted": number, "nik_index": crypto.blind_index(number)} if free else {"no_nik_reason": "lost"}
    mother = mother_columns(dice.choice(MOTHERS))
    row = Person.objects.create(
        name=name, name_folded=fold(name), birth_date=dice.choice(DAYS), sex=dice.choice("12"), **nik, **mother
    )
    Membership.objects.create(person=row, family=family, relation="8")


def family(dice):
    house = Household.objects.create(village_id=dice.choice(VILLAGES))
    return Family.objects.create(household=house)


def written_again(dice):
    """An update of one column by plain SQL: neither version nor time tells of it."""
    row = Person.objects.filter(pk=dice.choice(living()))
    name = dice.choice(NAMES)
    row.update(**dice.choice((
        {"name": name, "name_folded": fold(name)}, {"birth_date": dice.choice(DAYS)}, {"sex": dice.choice("12")},
        mother_columns(dice.choice(MOTHERS)), {"nik_encrypted": None, "nik_index": None}, {"occupation": name},
    )))  # fmt: skip


def living():
    return sorted(Membership.objects.filter(ended_on=None).values_list("person", flat=True))


def left_home(dice):
    Membership.objects.filter(person=dice.choice(living()), ended_on=None).update(ended_on=DAY)


def came_back(dice):
    gone = Membership.objects.exclude(person__in=living()).order_by("pk").first()
    if gone:
        Membership.objects.filter(pk=gone.pk).update(ended_on=None)


def moved(dice):
    target = dice.choice(sorted(Family.objects.values_list("pk", flat=True)))
    Membership.objects.filter(person=dice.choice(living()), ended_on=None).update(family=target)


def deleted(dice):
    who = dice.choice(living())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM households_membership WHERE person_id = %s", [who])
        if dice.random() < 0.5:
            cursor.execute("DELETE FROM households_duplicatecandidate WHERE %s IN (first_id, second_id)", [who])
            cursor.execute("DELETE FROM households_person WHERE id = %s", [who])


def house_moved(dice):
    house = dice.choice(sorted(Household.objects.values_list("pk", flat=True)))
    Household.objects.filter(pk=house).update(village_id=dice.choice(VILLAGES))


def household_joined(dice):
    houses = sorted(Household.objects.values_list("pk", flat=True))
    which = dice.choice(sorted(Family.objects.values_list("pk", flat=True)))
    Family.objects.filter(pk=which).update(household=dice.choice(houses))


def born(dice):
    person(dice, dice.choice(list(Family.objects.order_by("pk"))))


def wiped_keys(dice):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM households_personkeys WHERE person_id = %s", [dice.choice(living())])


ACTS = (written_again, written_again, written_again, left_home, came_back, moved, deleted, house_moved, household_joined, born,
        born, wiped_keys)  # fmt: skip


def look(dice):
    """Mostly at all that changed, sometimes before that at somebody by name; some work is rolled back."""
    if dice.random() < 0.2:
        search(only=[dice.choice(living())])
    if dice.random() < 0.2:
        with transaction.atomic():
            dice.choice(ACTS)(dice)
            search()
            transaction.set_rollback(True)
    search()


@pytest.mark.parametrize(
    ("seed", "few", "largest"), [(0, 5000, 60), (1, 0, 60), (2, 5000, 3), (3, 0, 3), (4, 5000, 60), (5, 5000, 3)]
)
def test_many_small_searches_leave_what_one_over_all_would(places, monkeypatch, seed, few, largest):
    """No pair is missed and none is kept that is not alike. What they have more than a first search was found when the two still
    shared a key, or when fewer people shared it: it stays as long as the two look alike."""
    dice = random.Random(seed)
    monkeypatch.setattr(blocking, "FEW", few)
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", largest)
    homes = [family(dice) for _n in range(6)]
    for _n in range(24):
        person(dice, dice.choice(homes))
    search()
    ever = set()
    for _round in range(10):
        for _act in range(dice.randint(1, 3)):
            dice.choice(ACTS)(dice)
        look(dice)
        found = left()
        assert found == from_scratch(knowing=True)
        assert from_scratch()[1].items() <= found[1].items()
        ever |= found[1].keys()
    assert len(ever) > DuplicateCandidate.objects.count() > 0, "pairs came and went"
