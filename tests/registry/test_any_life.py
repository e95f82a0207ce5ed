"""Whatever happens to families, and in whatever order: nobody lives twice, and every family and house keeps exactly one head.

Lives are drawn by chance from a number, so that one that breaks a rule can be lived again. What a life tries may be refused;
then nothing has changed.
"""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from households.models import Family, Membership, RegistryEvent
from households.registry import correcting, families, ledger, members
from slrt.core import clock
from slrt.core.errors import Refusal
from slrt.dashboard.integrity import checks
from tests import people
from tests.registry import homes

RULES = {"membership.twice", "family.head", "household.head", "household.one_head", "membership.overlap"}
HAPPENINGS = 40
RELATIONS = ("1", "2", "3", "5", "6", "8")


def broken():
    """Which rules the registry breaks, with the rows."""
    return {check.code: rows for check in checks() if check.code in RULES and (rows := check.broken())}


class Life:
    """Draws what happens next to any of the families."""

    def __init__(self, number, sari, nurma):
        self.random, self.sari, self.nurma = Random(number), sari, nurma
        self.day = clock.today() - timedelta(days=400)

    def goes_on(self):
        """Try one thing; return its name, None when it was refused."""
        family = self.random.choice(list(Family.objects.select_related("household", "head").order_by("pk")))
        name = self.random.choice(sorted(self.happenings(family)))
        before = homes.everything()
        try:
            with transaction.atomic():
                self.happenings(family)[name]()
        except Refusal:
            assert homes.everything() == before
            return None
        return name

    def happenings(self, family):
        draw = self.random
        self.day = min(clock.today(), self.day + timedelta(days=draw.randint(0, 8)))
        on = self.day - timedelta(days=draw.choice((0, 0, 0, 3, 90)))
        common = {"by": self.sari, "version": family.version, "on": on}
        here = list(family.memberships.open().order_by("pk").values_list("person", flat=True)) or [0]
        ever = list(Membership.objects.order_by("pk").values_list("person", flat=True).distinct())
        happened = list(RegistryEvent.objects.order_by("-pk")[:3])
        other = draw.choice(list(Family.objects.select_related("household", "head").order_by("pk")))
        someone, heir, going = (
            draw.choice(here),
            draw.choice([None, *here]),
            draw.sample(here, draw.randint(1, len(here))),
        )
        return {
            "birth": lambda: members.birth(
                family, by=self.sari, version=family.version, name=f"Anak {draw.random():.6f}", birth_date=on, sex="1"
            ),
            "death": lambda: members.death(family, **common, person=someone, new_head=heir),
            "mended": lambda: correcting.mend_death(
                family, by=self.nurma, version=family.version, person=draw.choice(ever), reason="Salah orang."
            ),
            "leaving": lambda: members.leave(family, **common, person=someone, new_head=heir),
            "coming": lambda: members.back(family, **common, person=draw.choice(ever)),
            "move": lambda: members.move(
                family, **common, person=someone, target=other, relation=draw.choice(RELATIONS), new_head=heir
            ),
            "split": lambda: families.split(
                family, **common, going=going, head_of_new=draw.choice(going), new_head=heir
            ),
            "joining": lambda: families.rehouse(family, **common, joins=other),
            "house": lambda: families.rehouse(family, **common, place=families.Place(people.SAGO, address="Baru")),
            "head": lambda: families.change_head(family, **common, new_head=someone),
            "house_head": lambda: families.change_household_head(family, **common, new_head=draw.choice(ever)),
            "undo": lambda: [
                ledger.undo(event, by=self.nurma) for event in draw.sample(happened, min(1, len(happened)))
            ],
        }


# In each of these the order of events once broke a rule.
@pytest.mark.parametrize("number", [3, 29, 71, 329])
def test_every_family_and_house_keeps_exactly_one_head(places, sari, nurma, number):
    homes.rosnas()
    homes.neighbours()
    homes.neighbours(nik="1301991010700009", name="Emi Koto")
    life, lived = Life(number, sari, nurma), []
    for _turn in range(HAPPENINGS):
        happened = life.goes_on()
        if happened:
            lived.append(happened)
            assert broken() == {}, lived
    assert len(lived) > 10
