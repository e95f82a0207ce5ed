"""The receiver answers: accepts, asks, lets wait, refuses, serves."""

from django.utils.translation import gettext_lazy as lazy

from complaints.choices import Outcome
from programs.workflow import enrol
from referrals.choices import ReferralState as S
from referrals.models import Referral
from slrt.accounts.roles import Permission as P
from slrt.workflow import engine
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def _received(row: Referral, step: Step) -> None:
    row.received_at = row.received_at or step.at


def _serve(row: Referral, step: Step) -> None:
    """Aid was given: the enrolment is born and the complaint below has its result, in one transaction."""
    row.enrolment = enrol(
        family=row.family,
        programme=row.programme,
        by=step.by,  # type: ignore[arg-type]  # a person's step always has one
        started_on=step.data["served_on"],
        organisation=row.receiver,
        person=row.person,
        benefit=step.data.get("benefit", ""),
        amount=step.data.get("amount"),
        at=step.at,
    )
    complaint = row.complaint
    if complaint is not None and complaint.state == "referred":
        engine.apply("served", complaint, by=None, at=step.at, outcome=Outcome.GRANTED)


RECEIVING = (
    move(
        "accept",
        {S.SENT, S.RECEIVED, S.NEED_INFO, S.WAITLISTED},
        S.ACCEPTED,
        P.REFERRAL_ANSWER,
        lazy("Terima dan mulai kerjakan"),
        effect=_received,
    ),
    move(
        "mark_read",
        {S.SENT},
        S.RECEIVED,
        P.REFERRAL_ANSWER,
        lazy("Sudah dibaca, belum diputuskan"),
        effect=_received,
    ),
    move(
        "serve",
        {S.ACCEPTED},
        S.SERVED,
        P.REFERRAL_ANSWER,
        lazy("Catat bantuan sudah diberikan"),
        writes=("served_on", "benefit", "amount"),
        tells=("served_on",),
        guards=(
            filled("served_on", lazy("Isi tanggal bantuan diberikan.")),
            not_future("served_on"),
            filled("benefit", lazy("Tulis bantuan yang diberikan.")),
        ),
        effect=_serve,
    ),
    move(
        "ask",
        {S.SENT, S.RECEIVED, S.ACCEPTED},
        S.NEED_INFO,
        P.REFERRAL_ANSWER,
        lazy("Minta data tambahan"),
        needs_note=True,
        tone="warn",
    ),
    move("supply", {S.NEED_INFO}, S.RECEIVED, P.REFERRAL_DRAFT, lazy("Lengkapi data yang diminta"), needs_note=True),
    move(
        "waitlist",
        {S.ACCEPTED},
        S.WAITLISTED,
        P.REFERRAL_ANSWER,
        lazy("Masukkan daftar tunggu"),
        needs_note=True,
        tone="warn",
    ),
    move(
        "reject",
        {S.SENT, S.RECEIVED, S.NEED_INFO},
        S.REJECTED,
        P.REFERRAL_ANSWER,
        lazy("Tolak rujukan"),
        needs_note=True,
        tone="bad",
        writes=("reject_reason",),
        tells=("reject_reason",),
        guards=(filled("reject_reason", lazy("Pilih alasan penolakan.")),),
    ),
    move(
        "fail",
        {S.ACCEPTED, S.WAITLISTED},
        S.FAILED,
        P.REFERRAL_ANSWER,
        lazy("Bantuan gagal diberikan"),
        needs_note=True,
        tone="bad",
    ),
)
