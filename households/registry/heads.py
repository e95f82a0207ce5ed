"""Heads: exactly one per family card, exactly one per household, whoever comes or goes."""

from collections.abc import Mapping

from households.choices.person import Relation
from households.models import Family, Household, Membership
from households.querysets.household import BY_RELATION
from households.registry.ledger import Ledger, lock_household
from households.registry.rules import relation_after


def place_head(
    opened: Ledger, family: Family, chosen: Membership, after: str = "", relations: Mapping[int, str] | None = None
) -> None:
    """Make a member the head; the others' relations follow, or are the given ones (by number of the person).

    What neither follows nor is given is left open (empty), for the next visit to ask.

    The old head steps down first: the database allows one head per family at any moment.
    """
    was = chosen.relation
    rest = list(family.memberships.open().exclude(pk=chosen.pk).order_by(BY_RELATION, "pk"))
    for row in rest:
        wanted = (relations or {}).get(row.person_id) or relation_after(row.relation, was)
        if wanted != row.relation:
            opened.change(row, relation=wanted)
    opened.change(chosen, relation=Relation.HEAD)
    if family.head_id != chosen.person_id:
        opened.change(family, head=chosen.person)


def settle_households(opened: Ledger, *household_ids: int) -> None:
    """See that each household is led by somebody who lives in it; where the head went, the oldest card's head follows."""
    for pk in sorted(set(household_ids)):
        house = lock_household(pk)
        living = Membership.objects.open().filter(family__household=house)
        if house.head_id is None or not living.filter(person=house.head_id).exists():
            row = living.filter(relation=Relation.HEAD).select_related("person").order_by("family_id").first()
            if row is None:
                continue
            lead_household(opened, house, row)
        _one_household_head(opened, house)


def _one_household_head(opened: Ledger, house: Household) -> None:
    """Whoever leads the household is called its head, and nobody else is."""
    living = Membership.objects.open().filter(family__household=house)
    for row in living.filter(household_relation=Relation.HEAD).exclude(person=house.head_id).order_by("pk"):
        opened.change(row, household_relation=Relation.OTHER)
    for row in living.filter(person=house.head_id).exclude(household_relation=Relation.HEAD):
        opened.change(row, household_relation=Relation.HEAD)


def follow_family_head(opened: Ledger, family: Family) -> None:
    """In a house that the family's head leads, everybody of the family is to the household what they are to the family."""
    if family.head_id is None or lock_household(family.household_id).head_id != family.head_id:
        return
    for row in family.memberships.open().order_by("pk"):
        if row.household_relation != row.relation:
            opened.change(row, household_relation=row.relation)


def lead_household(opened: Ledger, house: Household, chosen: Membership) -> None:
    """Make a member the head of the household; relations to the old head follow."""
    was = chosen.household_relation or chosen.relation
    rows = Membership.objects.open().filter(family__household=house).exclude(pk=chosen.pk).order_by("pk")
    for row in rows:
        now = row.household_relation or row.relation
        # Empty would say here that nobody told a relation to the household apart from that to the family.
        wanted = (relation_after(now, was) or Relation.OTHER) if was != Relation.HEAD else now
        if wanted == Relation.HEAD:
            wanted = Relation.OTHER
        if wanted != row.household_relation:
            opened.change(row, household_relation=wanted)
    if chosen.household_relation != Relation.HEAD:
        opened.change(chosen, household_relation=Relation.HEAD)
    if house.head_id != chosen.person_id:
        opened.change(house, head=chosen.person)


def relation_in_house(family: Family, relation: str) -> str:
    """Return what somebody with this relation to the family's head is to the household's, as far as it can be told."""
    house = family.household
    if house.head_id is None or house.head_id == family.head_id:
        return relation
    return Relation.OTHER
