"""The way of a complaint (keluhan): table first, then the verbs. A referral moves it from above (`referrals.workflow`)."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints import sla, tracking
from complaints.choices import ComplaintState, EscalationLevel, Outcome
from complaints.models import Complaint, Holiday
from households.models import Family
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock, crypto
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import filled, move, not_future

S = ComplaintState
OPEN = frozenset(set(S.values) - {S.CLOSED, S.REJECTED})
LADDER = list(EscalationLevel.values)
# The program climbs the office's own rungs only: TKPK and the ministry see no case here, so handing one to them is a person's.
OWN_RUNGS = LADDER[: LADDER.index(EscalationLevel.DISTRICT) + 1]


def _has_family(row: Complaint, data: dict[str, Any]) -> None:
    if row.family_id is None and not data.get("family"):
        raise GuardFailed("note", _("Keluhan ini belum terhubung ke keluarga. Hubungkan dulu lewat Pilah keluhan."))


def _can_rise(row: Complaint, data: dict[str, Any]) -> None:
    if row.escalation == LADDER[-1]:
        raise GuardFailed("", _("Keluhan ini sudah di jenjang tertinggi."))


def _may_rise_by_itself(row: Complaint, data: dict[str, Any]) -> None:
    """Late, not waiting for the citizen, below the district's rung, and that rung had its time since the last climb."""
    now = clock.now()
    rested = row.escalated_at is None or sla.due_at(row.escalated_at, sla.RUNG_DAYS, holidays()) < now
    if not (row.due_at < now and row.paused_at is None and row.escalation in OWN_RUNGS[:-1] and rested):
        raise GuardFailed("", _("Keluhan ini belum waktunya naik jenjang oleh program."))


def _responded(row: Complaint, step: Step) -> None:
    row.responded_at = row.responded_at or step.at


def _triaged(row: Complaint, step: Step) -> None:
    _responded(row, step)
    row.due_at = sla.due_at(row.received_at, sla.DAYS_BY_KIND[row.kind], holidays())


def _field_check(row: Complaint, step: Step) -> None:
    row.due_at = max(row.due_at, sla.due_at(row.received_at, sla.FIELD_CHECK_DAYS, holidays()))


def _pause(row: Complaint, step: Step) -> None:
    row.paused_at = step.at


def _go_on(row: Complaint, step: Step) -> None:
    if row.paused_at is not None:
        row.due_at = sla.shifted(row.due_at, row.paused_at, step.at)
        row.paused_at = None


def _answered(row: Complaint, step: Step) -> None:
    _responded(row, step)
    row.outcome = Outcome.GRANTED


def _rise(row: Complaint, step: Step) -> None:
    row.escalation = LADDER[LADDER.index(row.escalation) + 1]
    row.escalated_at = step.at


def _again(row: Complaint, step: Step) -> None:
    row.outcome, row.told_how, row.told_on, row.satisfied = "", "", None, None
    row.due_at = sla.due_at(step.at, sla.DAYS_BY_KIND[row.kind], holidays())


COMPLAINT = Workflow(
    "complaint",
    "complaints.complaint",
    ComplaintState,
    (
        move(
            "triage",
            {S.RECORDED},
            S.TRIAGED,
            P.COMPLAINT_TRIAGE,
            lazy("Pilah keluhan"),
            writes=("kind", "sector", "issue", "urgency", "family"),
            tells=("kind", "sector", "issue", "urgency"),
            effect=_triaged,
        ),
        move(
            "answer",
            {S.RECORDED, S.TRIAGED},
            S.ANSWERED_ON_SPOT,
            P.COMPLAINT_TRIAGE,
            lazy("Jawab di tempat"),
            writes=("answer",),
            guards=(filled("answer", lazy("Tulis jawaban yang diberikan.")),),
            effect=_answered,
        ),
        move("check", {S.TRIAGED, S.REOPENED}, S.DATA_CHECK, P.COMPLAINT_CHECK, lazy("Periksa data DTSEN")),
        move(
            "ask_visit",
            {S.TRIAGED, S.DATA_CHECK, S.REOPENED},
            S.HOME_VISIT,
            P.COMPLAINT_CHECK,
            lazy("Minta kunjungan rumah"),
            guards=(_has_family,),
            effect=_field_check,
        ),
        move(
            "assess",
            {S.HOME_VISIT, S.DATA_CHECK},
            S.ASSESSED,
            P.COMPLAINT_ASSESS,
            lazy("Laporkan hasil kunjungan"),
            writes=("findings",),
            guards=(filled("findings", lazy("Tulis apa yang ditemukan.")),),
        ),
        move(
            "await_citizen",
            {S.DATA_CHECK, S.ASSESSED, S.IN_HANDLING},
            S.INCOMPLETE,
            P.COMPLAINT_CHECK,
            lazy("Menunggu syarat dari warga"),
            needs_note=True,
            tone="warn",
            effect=_pause,
        ),
        move("go_on", {S.INCOMPLETE}, S.ASSESSED, P.COMPLAINT_CHECK, lazy("Syarat sudah lengkap"), effect=_go_on),
        move(
            "handle",
            {S.TRIAGED, S.DATA_CHECK, S.ASSESSED, S.REOPENED},
            S.IN_HANDLING,
            P.COMPLAINT_HANDLE,
            lazy("Tangani sendiri"),
        ),
        move(
            "resolve",
            {S.IN_HANDLING, S.DATA_CHECK, S.ASSESSED},
            S.RESOLVED,
            P.COMPLAINT_HANDLE,
            lazy("Catat hasil"),
            writes=("outcome", "answer"),
            tells=("outcome",),
            guards=(
                filled("outcome", lazy("Pilih hasilnya.")),
                filled("answer", lazy("Tulis hasilnya untuk warga.")),
            ),
        ),
        move(
            "tell",
            {S.ANSWERED_ON_SPOT, S.RESOLVED},
            S.FEEDBACK_GIVEN,
            P.COMPLAINT_TELL,
            lazy("Sampaikan hasil kepada warga"),
            writes=("told_how", "told_on", "satisfied"),
            tells=("told_how", "satisfied"),
            guards=(
                filled("told_how", lazy("Pilih cara penyampaian.")),
                filled("told_on", lazy("Isi tanggal penyampaian.")),
                not_future("told_on"),
            ),
        ),
        move("close", {S.FEEDBACK_GIVEN}, S.CLOSED, P.COMPLAINT_CLOSE, lazy("Tutup keluhan"), tone="good"),
        move(
            "reopen",
            {S.FEEDBACK_GIVEN},
            S.REOPENED,
            P.COMPLAINT_CLOSE,
            lazy("Buka kembali"),
            needs_note=True,
            tone="warn",
            effect=_again,
        ),
        move(
            "escalate",
            OPEN,
            None,
            P.COMPLAINT_ESCALATE,
            lazy("Naikkan ke jenjang berikut"),
            needs_note=True,
            guards=(_can_rise,),
            effect=_rise,
        ),
        move(
            "reject",
            {S.RECORDED, S.TRIAGED},
            S.REJECTED,
            P.COMPLAINT_TRIAGE,
            lazy("Tidak diteruskan"),
            needs_note=True,
            tone="bad",
            effect=_responded,
        ),
        # Taken by the program when the time is over (complaints/reminding.py): says at which rung it lies, decides nothing.
        move(
            "escalate_late",
            OPEN,
            None,
            "",
            lazy("Naik jenjang karena lewat tenggat"),
            tone="warn",
            guards=(_may_rise_by_itself,),
            effect=_rise,
        ),
        # Taken by the program when a referral moves; a person took the step on the referral itself.
        move(
            "referred",
            {S.TRIAGED, S.DATA_CHECK, S.ASSESSED, S.IN_HANDLING, S.REOPENED, S.REFERRED},
            S.REFERRED,
            "",
            lazy("Dirujuk"),
        ),
        move(
            "served",
            {S.REFERRED},
            S.RESOLVED,
            "",
            lazy("Bantuan diberikan lewat rujukan"),
            writes=("outcome",),
            tells=("outcome",),
        ),
        move("unserved", {S.REFERRED}, S.ASSESSED, "", lazy("Rujukan berakhir tanpa bantuan")),
    ),
    initial=S.RECORDED,
    final=frozenset({S.CLOSED, S.REJECTED}),
)
REFERRABLE = frozenset(COMPLAINT.by_name["referred"].sources)


def holidays() -> set[date]:
    """Return the holidays the working-day clock leaves out."""
    return set(Holiday.objects.values_list("on", flat=True))


def record(
    *,
    by: User,
    village_id: str,
    kind: str,
    sector: str,
    issue: str,
    channel: str,
    description: str,
    urgency: str = "normal",
    family: Family | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    anonymous: bool = False,
    at: datetime | None = None,
) -> Complaint:
    """Record a complaint and give it its tracking code. Raises NotPermitted outside the person's area."""
    at = at or clock.now()
    code, free_days = tracking.new_code(), holidays()
    row = Complaint(
        kind=kind,
        sector=sector,
        issue=issue,
        channel=channel,
        urgency=urgency,
        village_id=village_id,
        family=family,
        anonymous=anonymous,
        reporter_name="" if anonymous else reporter_name,
        reporter_phone="" if anonymous else reporter_phone,
        description=description,
        tracking_code=code,
        tracking_index=crypto.blind_index(tracking.normalise(code)),
        recorded_by=by,
        received_at=at,
        state_since=at,
        response_due_at=sla.due_at(at, sla.FIRST_RESPONSE_DAYS, free_days),
        due_at=sla.due_at(at, sla.DAYS_BY_KIND[kind], free_days),
    )
    return engine.create(row, by=by, permission=P.COMPLAINT_RECORD, verb="record", at=at, kind=kind, channel=channel)
