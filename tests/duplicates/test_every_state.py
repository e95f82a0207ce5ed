"""Every state of a pair and of a merge with every verb: only what the tables say can be done."""

import pytest

from households.duplicates.search import search
from households.duplicates.workflow import DUPLICATE, MERGE, propose_merge
from households.models import DuplicateCandidate, Merge
from slrt.core.errors import TransitionNotAllowed
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND

# The steps that lead to a state.
WAYS = {"merged": ("confirm",), "rejected": ("reject",), "withdrawn": ("withdraw",), "undone": ("confirm", "undo")}
BY = {
    "confirm": "lestari",
    "reject": "lestari",
    "undo": "lestari",
    "withdraw": "rina",
    "dismiss": "rina",
    "reopen": "rina",
}


@pytest.fixture
def cast(rina, lestari):
    """Rina proposes, Lestari confirms; two entries that look alike."""
    first = cases.family_in(people.SAGO, nik=FIRST).head
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD).head
    return {"rina": rina, "lestari": lestari, "pair": (first, second)}


def take(verb, row, cast):
    return engine.apply(verb, row, by=cast[BY[verb]], note="Sebab ini.")


@pytest.mark.parametrize("state", MERGE.states.values)
@pytest.mark.parametrize("verb", MERGE.by_name)
def test_a_merge(cast, state, verb):
    row = propose_merge(*cast["pair"], {"nik": "kept"}, by=cast["rina"], reason="Sama.", versions=(1, 1))
    for step in WAYS.get(state, ()):
        row = take(step, row, cast)
    if state in MERGE.by_name[verb].sources:
        assert take(verb, row, cast).state == MERGE.by_name[verb].target
        return
    with pytest.raises(TransitionNotAllowed):
        take(verb, row, cast)
    assert Merge.objects.get().state == state


@pytest.mark.parametrize("state", DUPLICATE.states.values)
@pytest.mark.parametrize("verb", DUPLICATE.by_name)
def test_a_pair(cast, state, verb):
    search()
    row = DuplicateCandidate.objects.get()
    if state == "dismissed":
        row = take("dismiss", row, cast)
    if state in DUPLICATE.by_name[verb].sources:
        assert take(verb, row, cast).state == DUPLICATE.by_name[verb].target
        return
    with pytest.raises(TransitionNotAllowed):
        take(verb, row, cast)
    assert DuplicateCandidate.objects.get().state == state
