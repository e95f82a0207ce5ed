"""A step whose line in the trail cannot be written was never taken: nothing of it stays, not even a promise.

The steps come from the transition tables, so that a new verb is tried as soon as it stands there.
"""

from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.db import connection, models

from complaints.models import Complaint
from complaints.workflow import COMPLAINT, record
from households.models import (
    AnswerFile,
    AnswerRow,
    ImportRun,
    Objection,
    Person,
    Registration,
    Revisit,
    VillageMeeting,
)
from households.registry import deciles
from households.workflow.answer import ANSWER, lay_out
from households.workflow.meeting import MEETING, hold
from households.workflow.objection import OBJECTION, file
from households.workflow.registration import REGISTRATION, propose
from households.workflow.revisit import REVISIT, draw
from referrals.models import Prerequisite, Referral
from referrals.workflow import REFERRAL, draft
from slrt.accounts.models import User
from slrt.accounts.roles import ROLE_PERMISSIONS
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.core.errors import Refusal
from slrt.workflow import engine
from tests import cases, people

FLOWS = {
    **{"registration": REGISTRATION, "complaint": COMPLAINT, "referral": REFERRAL},
    **{"meeting": MEETING, "revisit": REVISIT, "objection": OBJECTION, "answer": ANSWER},
}
STEPS = [
    (name, state, verb.name)
    for name, flow in FLOWS.items()
    for verb in flow.transitions
    for state in sorted(verb.sources)
]
# What a step takes beside columns of its row.
BESIDE = {"met": [], "override_reason": "Sudah diperiksa di lapangan.", "by_hand_reason": "Unggah gagal."}
BESIDE["no_position_reason"] = "Tidak ada sinyal."


class TrailFullError(Exception):
    """The trail takes no more lines."""


def everything():
    """Every row of every table, as it stands."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def changed(before):
    return sorted(label for label, rows in everything().items() if rows != before[label])


AFTER_ITS_TIME = {"escalate_late", "expire"}  # steps the program takes because a deadline passed


@pytest.fixture
def row_in(sari):
    """Return a function that makes a row in a state with everything that may hang on it."""

    def make(flow, state):
        family = cases.family_in(people.SAGO)
        cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002")
        cases.visited(family)
        cases.house_photos(family, sari)
        if flow == "registration":
            Person.objects.update(nik_match="matched")
            cases.paper(people.SAGO, sari, "sptjm")
            cases.meeting(people.SAGO, sari)
            row = cases.registration(family, state, meeting=cases.meeting(people.SAGO, sari, complete=True))
            if state in ("ranked", "determined", "not_determined"):
                trail.write("determine", row, by=sari, from_state="sent_to_ministry", to_state=state)
            deciles.keep(family.pk, decile=3, period="2026-Q4", source="list", at=clock.now())
            return row
        if flow == "complaint":
            return cases.complaint(family, sari, state)
        if flow == "meeting":
            cases.paper(people.SAGO, sari)
            return cases.decided_meeting(people.SAGO, sari, state)
        if flow in ("revisit", "objection", "answer"):
            make_one = {"revisit": cases.revisit, "objection": cases.objection, "answer": cases.answer_file}[flow]
            return make_one(family, sari, state)
        row = cases.referral(family, sari, state)
        row.complaint = cases.complaint(family, sari, "referred")
        row.save()
        Prerequisite.objects.create(referral=row, code="kk", label="Kartu Keluarga", met=True)
        return row

    return make


@pytest.fixture
def trail_breaks_at(monkeypatch):
    """Return a function that makes the n-th line from now on fail, after a job was promised beside it."""
    write = trail.write

    def arrange(n, look=lambda: None):
        lines = count(1)

        def failing(verb, obj, **more):
            if next(lines) == n:
                look()
                outbox.promise("note", step=n)
                raise TrailFullError
            return write(verb, obj, **more)

        monkeypatch.setattr(trail, "write", failing)

    return arrange


def holder(permission):
    """Somebody whose role holds a permission; the program itself for a step that asks for none."""
    if not permission:
        return None
    name = next(n for n, part in people.CAST.items() if permission in ROLE_PERMISSIONS[part.role])
    return people.make_user(f"{name}2", people.CAST[name])


def some_value(row, column):
    """Something that may be entered for a column."""
    field = row._meta.get_field(column)
    if isinstance(field, models.ForeignKey):
        return field.related_model._base_manager.exclude(pk=getattr(row, field.attname)).order_by("pk").last()
    if field.choices:
        return next(code for code, _label in field.choices if code)
    if isinstance(field, models.DateField):
        return clock.today() - timedelta(days=1)
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.DecimalField | models.IntegerField):
        return 1
    return "Sudah jelas."


def entered(step, row):
    values = {**BESIDE, **{column: some_value(row, column) for column in step.writes}}
    if "verifier" in values:
        values["verifier"] = User.objects.get(username="sari")  # facilitator of the village
    if "told_on" in values:
        values["told_on"] = clock.today()  # what is told was decided today
    return values


@pytest.mark.parametrize(("flow", "state", "verb"), STEPS)
def test_a_step_without_its_line_leaves_everything_as_it_was(row_in, trail_breaks_at, flow, state, verb):
    row, step = row_in(flow, state), FLOWS[flow].by_name[verb]
    if verb in AFTER_ITS_TIME:
        type(row).objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(days=30))
    if verb == "leave_village":
        type(row.family.household).objects.filter(pk=row.family.household_id).update(village=people.SALIDO)
    people.make_organisation("baznas")
    by, data = holder(step.permission), entered(step, row)
    before, bells = everything(), list(connection.run_on_commit)
    seen = []

    def look():
        stored = type(row)._base_manager.get(pk=row.pk)
        seen.append((stored.state, stored.version))

    for n in count(1):
        trail_breaks_at(n, look)
        try:
            engine.apply(verb, row, by=by, note="Sebab ini.", version=row.version, **data)
        except TrailFullError:
            assert changed(before) == []
            assert connection.run_on_commit == bells
        except Refusal as fault:
            pytest.fail(f"{flow}.{verb} was refused before its line: {fault!r}; teach this story what it asks for")
        else:
            break
    lines = AuditEntry.objects.count() - len(before["audit.AuditEntry"])
    assert lines == len(seen) == n - 1 >= 1
    assert seen[-1] == (step.target or state, row.version + 1), "the last line fails after the row was saved"
    assert row._meta.label in changed(before), "with its lines the step is taken"


@pytest.fixture
def beginnings(sari, rina, nurma, joko, lestari):
    """The ways a row begins, each with the table it lands in."""
    family = cases.family_in(people.SAGO)
    programme, receiver = cases.programme(), people.make_organisation("dinkes")
    programme.prerequisites = [{"code": "kk", "label": "Kartu Keluarga"}]
    programme.save()
    below = cases.complaint(family, sari, "data_check")
    verified = cases.registration(cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002"), "verified")
    answers = ImportRun.objects.create(
        area_id="13.01", started_by=lestari, file_name="jawaban.csv", kind="answer", state_since=clock.now()
    )
    meeting = {"village_id": people.SAGO, "held_on": clock.today(), "place": "Kantor nagari", "chair": "Wali Nagari"}
    objection = {"kind": "propose", "objector": "rt_rw", "reason": "Belum didata.", "filed_on": clock.today()}
    said = {"kind": "grievance", "sector": "health", "issue": "card", "channel": "home_visit", "description": "Hilang."}
    asked = {"need": "Berobat.", "consent": True, "legal_basis": "public_task", "met": ["kk"]}
    return {
        "registration": (Registration, lambda: propose(family, by=sari)),
        "meeting": (VillageMeeting, lambda: hold(by=nurma, **meeting)),
        "revisit": (Revisit, lambda: draw(by=joko)),
        "objection": (Objection, lambda: file(verified.family, by=sari, **objection)),
        "answer": (AnswerFile, lambda: lay_out(answers, [AnswerRow(line=2, registration=verified, kind="answered")])),
        "complaint": (Complaint, lambda: record(by=sari, village_id=people.SAGO, family=family, **said)),
        "referral": (
            Referral,
            lambda: draft(by=rina, family=family, programme=programme, receiver=receiver, complaint=below, **asked),
        ),
    }


@pytest.mark.parametrize("flow", FLOWS)
def test_a_row_without_its_first_line_was_never_made(beginnings, trail_breaks_at, flow):
    model, begin = beginnings[flow]
    before, there = everything(), model.objects.count()
    rows = []
    for n in count(1):
        trail_breaks_at(n, lambda: rows.append(model.objects.count()))
        try:
            begin()
        except TrailFullError:
            assert changed(before) == []
        else:
            break
    assert rows == [there + 1] * (n - 1), "the line fails after the row was saved"
    assert len(rows) == (2 if flow == "referral" else 1)
    assert model._meta.label in changed(before)
