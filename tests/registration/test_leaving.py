"""A family leaves from wherever it stands: proposed with reason and evidence, decided by somebody else, back where it was if it stays."""

import pytest

from households.choices.answers import AnswerKind
from households.choices.imports import ImportKind
from households.choices.registration import ExitReason
from households.choices.registration import RegistrationState as S
from households.importing import previewing, uploading
from households.models import MeetingDecision, Registration
from households.models.registration import ENDED_STATES
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.dashboard import homes
from slrt.workflow import engine
from tests import cases, people

LIVE = sorted(set(S) - {*ENDED_STATES, S.EXIT_PROPOSED})
SAID = {"exit_reason": "died", "exit_evidence": "Surat kematian 12/2026."}


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


@pytest.mark.parametrize("state", LIVE)
def test_from_every_live_state_out(family, nurma, lestari, state):
    row = engine.apply("propose_exit", cases.registration(family, state), by=nurma, **SAID)
    assert (row.state, row.exit_reason, row.exit_evidence) == ("exit_proposed", "died", SAID["exit_evidence"])
    engine.apply("confirm_exit", row, by=lestari)
    row.refresh_from_db()
    assert (row.state, row.exit_reason, row.exit_evidence) == ("exited", "died", SAID["exit_evidence"])
    assert [e.verb for e in AuditEntry.objects.about(row).order_by("pk")] == ["propose_exit", "confirm_exit"]


@pytest.mark.parametrize("state", LIVE)
def test_a_family_that_stays_stands_where_it_stood(family, nurma, lestari, state):
    row = engine.apply("propose_exit", cases.registration(family, state), by=nurma, **SAID)
    engine.apply("refuse_exit", row, by=lestari, note="Masih tinggal di sini.")
    row.refresh_from_db()
    assert row.state == (S.INITIAL_LIST if state == S.MEETING else state), "its meeting may be over by then"
    assert (row.exit_from, row.exit_reason, row.exit_evidence, row.exit_proposed_by) == ("", "", "", None)
    assert AuditEntry.objects.about(row).get(verb="refuse_exit").to_state == row.state


@pytest.mark.parametrize("reason", ExitReason.values)
def test_each_reason_is_known(family, nurma, reason):
    row = cases.registration(family, "field_verification")
    engine.apply("propose_exit", row, by=nurma, **{**SAID, "exit_reason": reason})
    assert Registration.objects.get().exit_reason == reason


@pytest.mark.parametrize("state", [*ENDED_STATES, S.EXIT_PROPOSED])
def test_who_is_out_or_on_the_way_is_not_proposed_again(family, nurma, state):
    row = cases.registration(family, state)
    with pytest.raises(TransitionNotAllowed):
        engine.apply("propose_exit", row, by=nurma, **SAID)
    row.refresh_from_db()
    assert (row.state, row.exit_from) == (state, "")


@pytest.mark.parametrize("missing", SAID)
def test_reason_and_evidence_are_asked(family, nurma, missing):
    row = cases.registration(family, "sent_to_ministry")
    with pytest.raises(GuardFailed) as refused:
        engine.apply("propose_exit", row, by=nurma, **{**SAID, missing: ""})
    row.refresh_from_db()
    assert (refused.value.field, row.state, row.exit_from) == (missing, "sent_to_ministry", "")


@pytest.mark.parametrize("who", ["sari", "joko", "lestari", "rina"])
def test_others_propose_no_exit(request, family, who):
    row = cases.registration(family, "draft")
    with pytest.raises(NotPermitted):
        engine.apply("propose_exit", row, by=request.getfixturevalue(who), **SAID)
    assert Registration.objects.get().state == "draft"


def test_a_meeting_decides_no_more_on_who_leaves(nurma, places):
    meeting = cases.decided_meeting(people.SAGO, nurma)
    row = MeetingDecision.objects.filter(meeting=meeting, accepted=True).get().registration
    engine.apply("propose_exit", row, by=nurma, **SAID)
    assert not MeetingDecision.objects.filter(registration=row).exists()
    closed = engine.apply("close", meeting, by=nurma)
    assert (closed.result["chosen"], closed.result["done"]) == (1, 1)
    row.refresh_from_db()
    assert (row.state, row.meeting) == ("exit_proposed", None)


@pytest.mark.parametrize(
    ("state", "listed"), [("draft", 0), ("sent_to_ministry", 0), ("determined", 1), ("update_due", 1)]
)
def test_on_the_list_is_only_who_was_on_it(family, nurma, lestari, state, listed):
    engine.apply("propose_exit", cases.registration(family, state), by=nurma, **SAID)
    steps = {str(step["label"]): step["count"] for step in homes.funnel(lestari)}
    assert steps["Terdaftar di DTSEN"] == listed


@pytest.mark.parametrize(
    ("state", "kind"), [("sent_to_ministry", AnswerKind.LEAVING), ("determined", AnswerKind.ANSWERED)]
)
def test_an_answer_about_who_is_leaving_waits_for_that_decision(family, nurma, lestari, state, kind):
    engine.apply("propose_exit", cases.registration(family, state), by=nurma, **SAID)
    data = f"NIK,STATUS\n{family.head.nik_encrypted},DITETAPKAN\n".encode()
    run = uploading.upload(data, "jawaban.csv", by=lestari, kind=ImportKind.ANSWER)
    previewing.preview(run.pk)
    assert run.answer_files.get().rows.get().kind == kind


def test_from_the_page(browse, family, nurma, lestari):
    row = cases.registration(family, "office_verified")
    desk, address = browse(nurma), f"/registrasi/{row.pk}/propose_exit/"
    said = {"version": row.version, "idempotency_key": new_key(), "exit_reason": "moved"}
    refused = desk.post(address, said)
    assert refused.status_code == 422
    assert "Tulis apa buktinya." in refused.content.decode()
    assert desk.post(address, {**said, "exit_evidence": "Surat pindah 4."}).status_code == 302
    page = browse(lestari).get(f"/registrasi/{row.pk}/").content.decode()
    for words in ("Surat pindah 4.", "Diverifikasi dinas", "Setujui keluar", "VERIVALI-KORKAB-APPROVED"):
        assert words in page
    assert f"/registrasi/{row.pk}/" in browse(lestari).get("/registrasi/?tab=leaving").content.decode()
