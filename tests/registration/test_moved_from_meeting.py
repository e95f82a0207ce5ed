"""A family that moves to another village while its meeting is open: the new village decides on it, nobody stays stuck."""

import pytest

from households.models import Family, MeetingDecision, Person, Registration
from households.registry import families
from households.workflow import meeting as meetings
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.workflow import engine
from tests import cases, people


@pytest.fixture
def open_meeting(nurma):
    """Sago Salido decided on two families; the one accepted moves to Salido before the record is closed."""
    return cases.decided_meeting(people.SAGO, nurma)


@pytest.fixture
def moved(open_meeting, rina):
    row = open_meeting.decisions.get(accepted=True).registration
    Person.objects.filter(pk=row.family.head_id).update(name="Murni Chaniago")
    place = families.Place(people.SALIDO, address="Jl. Muara 2")
    families.rehouse(row.family, by=rina, version=row.family.version, on=clock.today(), place=place)
    return Registration.objects.select_related("family__household").get(pk=row.pk)


@pytest.fixture
def yusuf(places):
    """The coordinator of Salido."""
    return people.make_user("yusuf", people.Part("coordinator", people.SALIDO))


def test_it_is_taken_off_with_a_reason_and_its_new_village_goes_on(browse, open_meeting, moved, nurma, yusuf):
    desk, address = browse(nurma), f"/musyawarah/{open_meeting.pk}/"
    page = desk.get(address).content.decode()
    assert "Pindah ke desa lain" in page
    assert str(moved) in page
    assert "Murni Chaniago" not in page, "she lives in another area now"
    assert "Jl. Muara" not in page
    desk.post(f"{address}tarik/", {"row": moved.pk, "note": "Pindah ke Salido."})
    moved.refresh_from_db()
    assert (moved.state, moved.meeting, moved.meeting_on) == ("initial_list", None, None)
    assert not MeetingDecision.objects.filter(registration=moved).exists()
    assert AuditEntry.objects.about(open_meeting).get(verb="take_off").actor == nurma
    assert AuditEntry.objects.about(moved).get(verb="leave_village").note == "Pindah ke Salido."
    engine.apply("call_meeting", moved, by=yusuf, meeting=cases.meeting(people.SALIDO, yusuf))
    moved.refresh_from_db()
    assert moved.state == "meeting"


def test_closing_leaves_nobody_behind(open_meeting, moved, nurma):
    engine.apply("close", open_meeting, by=nurma)
    open_meeting.refresh_from_db()
    assert {name: open_meeting.result[name] for name in ("chosen", "done", "skipped", "failed")} == {
        **{"chosen": 1, "done": 1},
        **{"skipped": 0, "failed": 0},
    }
    moved.refresh_from_db()
    assert (moved.state, moved.meeting) == ("initial_list", None)
    assert not Registration.objects.filter(state="meeting").exists()


def test_cancelling_leaves_nobody_behind(open_meeting, moved, nurma):
    engine.apply("cancel", open_meeting, by=nurma, note="Peserta kurang.")
    assert set(Registration.objects.values_list("state", "meeting")) == {("initial_list", None)}


def test_an_undecided_family_that_moved_does_not_hold_up_the_closing(open_meeting, moved, nurma):
    MeetingDecision.objects.filter(registration=moved).delete()
    engine.apply("close", open_meeting, by=nurma)
    assert not Registration.objects.filter(state="meeting").exists()


@pytest.mark.parametrize("case", ["no reason", "lives here", "closed", "other role"])
def test_refused_and_nothing_changes(open_meeting, moved, nurma, sari, case):
    still_here = open_meeting.decisions.get(accepted=False).registration
    if case == "closed":
        type(open_meeting).objects.filter(pk=open_meeting.pk).update(state="closed")
    before = list(Registration.objects.order_by("pk").values_list("state", "version", "meeting"))
    trail = AuditEntry.objects.count()
    said = {
        "no reason": (GuardFailed, moved.pk, nurma, "  "),
        "lives here": (GuardFailed, still_here.pk, nurma, "Pindah."),
        "closed": (TransitionNotAllowed, moved.pk, nurma, "Pindah."),
        "other role": (NotPermitted, moved.pk, sari, "Pindah."),
    }
    fault, row, by, note = said[case]
    with pytest.raises(fault):
        meetings.take_off(open_meeting, row, by=by, note=note)
    assert list(Registration.objects.order_by("pk").values_list("state", "version", "meeting")) == before
    assert AuditEntry.objects.count() == trail


def test_a_family_that_moved_within_the_village_is_decided_on_here(open_meeting, nurma, rina):
    row = open_meeting.decisions.get(accepted=True).registration
    place = families.Place(people.SAGO, address="Jl. Baru 1")
    family = Family.objects.get(pk=row.family_id)
    families.rehouse(family, by=rina, version=family.version, on=clock.today(), place=place)
    engine.apply("close", open_meeting, by=nurma)
    row.refresh_from_db()
    assert row.state == "final_list"
