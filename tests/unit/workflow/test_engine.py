"""The engine on a small table of its own: allowed, refused, stale, guarded, rolled back. A refusal changes nothing."""

import pytest

from households.choices.visit import VisitStatus
from households.models import Visit
from slrt.accounts.roles import Permission
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed, denied
from slrt.workflow import engine
from slrt.workflow.engine import Transition, Workflow
from tests.people import SAGO

pytestmark = pytest.mark.django_db


def _needs_answers(visit, data):
    if not visit.answers:
        raise GuardFailed("answers", "Isian masih kosong.")


def _fails(visit, step):
    raise RuntimeError("disk full")


def _own(visit, user):
    return engine.ALLOWED if visit.facilitator_id == user.pk else denied("Ini kunjungan orang lain.")


TABLE = (
    Transition(
        "send",
        frozenset({"draft"}),
        "sent",
        Permission.VISIT_WRITE,
        "Kirim",
        guards=(_needs_answers,),
        condition=_own,
        writes=("screen",),
        tells=("screen",),
    ),
    Transition("recall", frozenset({"sent"}), "draft", Permission.VISIT_WRITE, "Tarik", needs_note=True),
    Transition("break", frozenset({"draft"}), "sent", Permission.VISIT_WRITE, "Rusak", effect=_fails),
    Transition("expire", frozenset({"draft"}), "sent", "", "Kedaluwarsa"),
)


@pytest.fixture(autouse=True)
def flow(monkeypatch):
    monkeypatch.setattr(engine, "WORKFLOWS", dict(engine.WORKFLOWS))
    return Workflow("visit", "households.visit", VisitStatus, TABLE, initial="draft", final=frozenset({"sent"}))


@pytest.fixture
def visit(sari):
    return Visit.objects.create(facilitator=sari, village_id=SAGO, answers={"a": 1})


def _unchanged(visit):
    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.state, stored.version, stored.screen) == (visit.state, 1, "")
    assert not AuditEntry.objects.exists()


def test_an_allowed_step_moves_the_row_and_leaves_its_line(visit, sari):
    after = engine.apply("send", visit, by=sari, version=1, note=" selesai ", screen="check")
    assert (after.state, after.version, after.screen) == ("sent", 2, "check")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.from_state, entry.to_state) == (sari, "send", "draft", "sent")
    assert (entry.note, entry.place, entry.details) == ("selesai", SAGO, {"screen": "check"})


def test_someone_without_the_role_is_refused_with_the_reason(visit, rina):
    with pytest.raises(NotPermitted, match="Yang boleh: Fasilitator"):
        engine.apply("send", visit, by=rina)
    _unchanged(visit)


def test_someone_of_another_nagari_is_refused(visit, budi):
    with pytest.raises(NotPermitted, match="di luar wilayah"):
        engine.apply("send", visit, by=budi)
    _unchanged(visit)


def test_the_tables_own_condition_is_asked_too(visit, nurma):
    with pytest.raises(NotPermitted, match="orang lain"):
        engine.apply("send", visit, by=nurma)
    _unchanged(visit)


def test_a_step_from_the_wrong_state_is_refused_by_name(visit, sari):
    with pytest.raises(TransitionNotAllowed, match=r'"Tarik".*"Draf"'):
        engine.apply("recall", visit, by=sari, note="x")
    _unchanged(visit)


def test_a_stale_version_is_refused_and_carries_the_stored_row(visit, sari):
    with pytest.raises(StaleVersion) as caught:
        engine.apply("send", visit, by=sari, version=7)
    assert caught.value.current.pk == visit.pk
    _unchanged(visit)


def test_a_guard_names_its_field(sari):
    visit = Visit.objects.create(facilitator=sari, village_id=SAGO)
    with pytest.raises(GuardFailed) as caught:
        engine.apply("send", visit, by=sari)
    assert caught.value.field == "answers"
    _unchanged(visit)


def test_a_note_may_be_compulsory(visit, sari):
    Visit.objects.update(state="sent")
    with pytest.raises(GuardFailed) as caught:
        engine.apply("recall", visit, by=sari, note="  ")
    assert caught.value.field == "note"
    assert Visit.objects.get().state == "sent"


def test_a_fault_halfway_rolls_everything_back(visit, sari):
    with pytest.raises(RuntimeError):
        engine.apply("break", visit, by=sari)
    _unchanged(visit)


def test_the_program_may_only_take_steps_that_ask_no_permission(visit):
    with pytest.raises(NotPermitted, match="oleh orang"):
        engine.apply("send", visit, by=None)
    _unchanged(visit)
    assert engine.apply("expire", visit, by=None).state == "sent"


def test_a_person_may_not_take_the_programs_step(visit, sari):
    with pytest.raises(NotPermitted, match="oleh program"):
        engine.apply("expire", visit, by=sari)
    _unchanged(visit)


def test_buttons_come_with_their_reason(visit, sari, rina):
    assert {o.name: bool(o.decision) for o in engine.available(visit, sari)} == {"send": True, "break": True}
    refused = engine.available(visit, rina)[0].decision
    assert not refused
    assert "mengisi kunjungan keluarga" in refused.reason


def test_a_table_with_an_unknown_state_or_a_name_twice_is_refused():
    with pytest.raises(ValueError, match="unknown states"):
        Workflow(
            "x", "x.y", VisitStatus, (Transition("a", frozenset({"nowhere"}), "sent", "", ""),), "draft", frozenset()
        )
    twice = Transition("a", frozenset({"draft"}), "sent", "", "")
    with pytest.raises(ValueError, match="two transitions"):
        Workflow("x", "x.y", VisitStatus, (twice, twice), "draft", frozenset())
