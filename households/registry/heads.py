"""Heads: exactly one per family card, exactly one per household, whoever comes or goes."""

from collections.abc import Mapping

from households.choices.person import Relation
from households.models import Family, Household, Membership
from households.registry.ledger import Ledger, lock_household
from households.registry.rules import relation_after


def place_head(
    opened: Ledger, family: Family, chosen: Membership, after: str = "", relations: Mapping[int, str] | None = None
) -> None:
    """Make a member the head; the others' relations follow, or are the given ones (by number of the person).

    The old head steps down first: the database allows one head per family at any moment.
    """
    was = chosen.relation
    rest = list(family.memberships.open().exclude(pk=chosen.pk).order_by("relation", "pk"))
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
        if house.head_id is not None and living.filter(person=house.head_id).exists():
            continue
        row = living.filter(relation=Relation.HEAD).select_related("person").order_by("family_id").first()
        if row is not None:
            lead_household(opened, house, row)


def lead_household(opened: Ledger, house: Household, chosen: Membership) -> None:
    """Make a member the head of the household; relations to the old head follow."""
    was = chosen.household_relation or chosen.relation
    rows = Membership.objects.open().filter(family__household=house).exclude(pk=chosen.pk).order_by("pk")
    for row in rows:
        now = row.household_relation or row.relation
        wanted = relation_after(now, was) if was != Relation.HEAD else now
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
