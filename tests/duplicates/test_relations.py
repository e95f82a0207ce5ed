"""Whatever refers to a person, a family or a household says what a merge does with it."""

import pytest

from households.duplicates import relations
from households.models import Family, Household, Person

HOW = (
    "{names} refers to {target}, and nobody said what a merge of two entries does with it. In the `ready` of the app that owns "
    'the table, add declare("app.model", "field", MOVES) when its rows follow to the entry that stays, with taken=(...) when a '
    "unique constraint lets only one of two rows be there; or declare(..., STAYS, why) with the reason. See "
    "docs/recipes/merge-relation.md."
)


@pytest.mark.parametrize("target", [Person, Family, Household])
def test_every_reference_is_named(target):
    missing = relations.undeclared(target)
    assert not missing, HOW.format(names=", ".join(missing), target=target.__name__)


@pytest.mark.parametrize("target", [Person, Family, Household])
def test_every_named_reference_is_there(target):
    assert {relation.name for relation in relations.to(target)} == set(relations._references(target))


def test_what_stays_says_why():
    with pytest.raises(ValueError, match="say why"):
        relations.declare("households.visit", "village", relations.STAYS)


def test_a_reference_is_not_named_in_two_ways():
    with pytest.raises(ValueError, match="declared twice"):
        relations.declare("households.visit", "family", relations.STAYS, "because")
