"""Every state with every verb of the life cycles: only what the table says can be done, by whom it says."""

import pytest

from complaints.workflow import COMPLAINT
from households.workflow.answer import ANSWER
from households.workflow.meeting import MEETING
from households.workflow.objection import OBJECTION
from households.workflow.registration import REGISTRATION
from households.workflow.revisit import REVISIT
from referrals.workflow import REFERRAL
from slrt.accounts.roles import ROLE_PERMISSIONS
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.workflow import engine
from tests import cases, people

FLOWS = {
    **{"registration": REGISTRATION, "complaint": COMPLAINT, "referral": REFERRAL},
    **{"meeting": MEETING, "revisit": REVISIT, "objection": OBJECTION, "answer": ANSWER},
}
ALL = [
    (name, state, verb.name)
    for name, flow in FLOWS.items()
    for state in flow.states.values
    for verb in flow.transitions
]


@pytest.fixture
def row_in(sari):
    """Return a function that makes a row of a life cycle in a state."""

    def make(flow, state):
        family = cases.family_in(people.SAGO)
        if flow == "registration":
            return cases.registration(family, state)
        if flow == "complaint":
            return cases.complaint(family, sari, state)
        if flow == "meeting":
            return cases.decided_meeting(people.SAGO, sari, state)
        if flow in ("revisit", "objection", "answer"):
            make_one = {"revisit": cases.revisit, "objection": cases.objection, "answer": cases.answer_file}[flow]
            return make_one(family, sari, state)
        return cases.referral(family, sari, state)

    return make


def _seen(row):
    row.refresh_from_db()
    return row.state, row.version, AuditEntry.objects.count()


def _holder(permission):
    """Somebody whose role holds a permission."""
    for name, part in people.CAST.items():
        if permission in ROLE_PERMISSIONS[part.role]:
            return people.make_user(f"{name}2", part)
    raise AssertionError(f"nobody may {permission}")


@pytest.mark.parametrize(("flow", "state", "verb"), ALL)
def test_a_verb_works_in_its_source_states_only(row_in, flow, state, verb):
    row, step = row_in(flow, state), FLOWS[flow].by_name[verb]
    by = _holder(step.permission) if step.permission else None
    before = _seen(row)
    try:
        engine.apply(verb, row, by=by, note="Sebab ini.")
    except TransitionNotAllowed:
        assert state not in step.sources
        assert _seen(row) == before
    except GuardFailed:
        assert state in step.sources, "guards are asked after the state"
        assert _seen(row) == before
    except NotPermitted:
        # A receiver sees nothing before it was sent; whoever verified does not approve.
        assert _seen(row) == before
        assert state not in step.sources or (flow == "referral" and step.permission == "referral.answer")
    else:
        assert state in step.sources
        row.refresh_from_db()
        assert row.state == (step.target or state)
        assert row.version == before[1] + 1
        assert AuditEntry.objects.about(row).filter(verb=verb, from_state=state).count() == 1


VERBS = [(name, verb.name) for name, flow in FLOWS.items() for verb in flow.transitions if verb.permission]


@pytest.mark.parametrize(("flow", "verb"), VERBS)
def test_roles_without_the_permission_are_refused_and_nothing_changes(row_in, flow, verb):
    step = FLOWS[flow].by_name[verb]
    row = row_in(flow, sorted(step.sources)[0])
    before = _seen(row)
    for name, part in people.CAST.items():
        if step.permission in ROLE_PERMISSIONS[part.role]:
            continue
        with pytest.raises(NotPermitted):
            engine.apply(verb, row, by=people.make_user(f"{name}3", part), note="Sebab ini.")
    assert _seen(row) == before


@pytest.mark.parametrize(("flow", "verb"), VERBS)
def test_the_right_role_in_another_area_is_refused(row_in, flow, verb):
    step = FLOWS[flow].by_name[verb]
    row = row_in(flow, sorted(step.sources)[0])
    before = _seen(row)
    for name, part in people.CAST.items():
        if step.permission not in ROLE_PERMISSIONS[part.role] or part.organisation:
            continue
        elsewhere = people.make_user(f"{name}4", people.Part(part.role, "13.71"))
        with pytest.raises(NotPermitted):
            engine.apply(verb, row, by=elsewhere, note="Sebab ini.")
    assert _seen(row) == before


def test_nobody_approves_what_they_verified(row_in, joko):
    row = row_in("registration", "verified")
    row.surveyor = joko
    row.save()
    before = _seen(row)
    with pytest.raises(NotPermitted):
        engine.apply("approve", row, by=joko)
    assert _seen(row) == before
