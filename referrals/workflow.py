"""The way of a referral (rujukan): table first, then the verbs. It tells the complaint below what happened, never the reverse."""

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints import sla
from complaints.choices import Outcome
from complaints.models import Complaint
from complaints.workflow import REFERRABLE, holidays
from households.models import Family, Person
from programs.models import Programme
from programs.workflow import enrol
from referrals.choices import LegalBasis, ReferralKind, ReferralState
from referrals.models import Prerequisite, Referral
from slrt.accounts.models import Organisation, User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import filled, move, not_future

S = ReferralState
WITH_RECEIVER = (S.SENT, S.RECEIVED, S.ACCEPTED, S.WAITLISTED, S.NEED_INFO)


def _papers_complete(row: Referral, data: dict[str, Any]) -> None:
    missing = [item.label for item in row.prerequisites.all() if not item.met]
    if missing:
        raise GuardFailed(
            "",
            _("Syarat ini belum ada: %(list)s. Centang dulu, atau tandai syarat kurang.")
            % {"list": ", ".join(missing)},
        )


def _consented(row: Referral, data: dict[str, Any]) -> None:
    if not row.consent and row.legal_basis == LegalBasis.CONSENT:
        raise GuardFailed("", _("Warga belum menyetujui datanya dibagikan."))


def _another_receiver(row: Referral, data: dict[str, Any]) -> None:
    if data.get("receiver") in (None, row.receiver):
        raise GuardFailed("receiver", _("Pilih lembaga lain."))


def _tick_papers(row: Referral, step: Step) -> None:
    """Take the ticks of the papers that were seen."""
    met = set(step.data.get("met", []))
    for item in row.prerequisites.all():
        item.met = item.code in met
        item.save(update_fields=["met"])


def _number(row: Referral, step: Step) -> None:
    """Give the letter its number: gap-free within a year, the row of the counter locked until commit."""
    if not row.letter_number:
        row.letter_number = f"460/{_next_number(step.at.year):03d}/SLRT/{_ROMAN[step.at.month - 1]}/{step.at.year}"


_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def _next_number(year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO referrals_lettercounter (year, last) VALUES (%s, 1) "
            "ON CONFLICT (year) DO UPDATE SET last = referrals_lettercounter.last + 1 RETURNING last",
            [year],
        )
        return cursor.fetchone()[0]


def _dispatch(row: Referral, step: Step) -> None:
    row.sent_at = step.at
    row.due_at = sla.due_at(step.at, sla.RECEIVER_DAYS, holidays())


def _approve_and_send(row: Referral, step: Step) -> None:
    row.signed_by = step.by
    _number(row, step)
    _dispatch(row, step)


def _sign(row: Referral, step: Step) -> None:
    row.signed_by = step.by
    _number(row, step)


def _received(row: Referral, step: Step) -> None:
    row.received_at = row.received_at or step.at


def _redirect(row: Referral, step: Step) -> None:
    row.due_at = sla.due_at(step.at, sla.RECEIVER_DAYS, holidays())
    row.received_at = None


def _send_again(row: Referral, step: Step) -> None:
    _dispatch(row, step)
    row.received_at = None


def run_out_at(row: Referral, free_days: set[date]) -> datetime | None:
    """Return when an unanswered referral has run out: as many working days after its deadline as it had; None without one."""
    return sla.due_at(row.due_at, sla.RECEIVER_DAYS, free_days) if row.due_at is not None else None


def _has_run_out(row: Referral, data: dict[str, Any]) -> None:
    end = run_out_at(row, holidays())
    if end is None or end >= clock.now():
        raise GuardFailed("", _("Lembaga penerima masih punya waktu untuk menjawab."))


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


def _unserved(row: Referral, step: Step) -> None:
    complaint = row.complaint
    if complaint is not None and complaint.state == "referred":
        others = Referral.objects.filter(complaint=complaint).exclude(pk=row.pk).exclude(state__in=REFERRAL.final)
        if not others.exists():
            engine.apply("unserved", complaint, by=None, at=step.at)


REFERRAL = Workflow(
    "referral",
    "referrals.referral",
    ReferralState,
    (
        move(
            "submit",
            {S.DRAFT},
            S.AWAITING_REVIEW,
            P.REFERRAL_DRAFT,
            lazy("Ajukan kepada manajer"),
            guards=(_papers_complete, _consented),
        ),
        move(
            "check_papers",
            {S.DRAFT, S.PREREQUISITES_MISSING},
            S.DRAFT,
            P.REFERRAL_DRAFT,
            lazy("Centang syarat yang sudah ada"),
            effect=_tick_papers,
        ),
        move(
            "mark_missing",
            {S.DRAFT},
            S.PREREQUISITES_MISSING,
            P.REFERRAL_DRAFT,
            lazy("Tandai syarat kurang"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "approve_and_send",
            {S.AWAITING_REVIEW},
            S.SENT,
            P.REFERRAL_REVIEW,
            lazy("Setujui dan kirim"),
            effect=_approve_and_send,
        ),
        move(
            "initial",
            {S.AWAITING_REVIEW},
            S.INITIALLED,
            P.REFERRAL_REVIEW,
            lazy("Paraf untuk tanda tangan kepala dinas"),
        ),
        move(
            "return",
            {S.AWAITING_REVIEW, S.INITIALLED},
            S.RETURNED,
            P.REFERRAL_REVIEW,
            lazy("Kembalikan untuk diperbaiki"),
            needs_note=True,
            tone="warn",
        ),
        move("revise", {S.RETURNED}, S.DRAFT, P.REFERRAL_DRAFT, lazy("Perbaiki draf")),
        move("sign", {S.INITIALLED}, S.SIGNED, P.REFERRAL_SIGN, lazy("Tanda tangani"), effect=_sign),
        move("send", {S.SIGNED}, S.SENT, P.REFERRAL_SEND, lazy("Kirim ke lembaga penerima"), effect=_dispatch),
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
        move(
            "supply", {S.NEED_INFO}, S.RECEIVED, P.REFERRAL_DRAFT, lazy("Lengkapi data yang diminta"), needs_note=True
        ),
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
        move(
            "redirect",
            {S.SENT, S.RECEIVED, S.REJECTED, S.EXPIRED},
            S.SENT,
            P.REFERRAL_REVIEW,
            lazy("Alihkan ke lembaga lain"),
            needs_note=True,
            writes=("receiver",),
            tells=("receiver",),
            guards=(_another_receiver,),
            effect=_redirect,
        ),
        # Taken by the program when nobody answered (referrals/reminding.py): hands it back, and decides nothing about the family.
        move(
            "expire",
            {S.SENT, S.RECEIVED},
            S.EXPIRED,
            "",
            lazy("Kembali ke pengirim karena tidak dijawab"),
            tone="warn",
            guards=(_has_run_out,),
        ),
        move(
            "send_again",
            {S.EXPIRED},
            S.SENT,
            P.REFERRAL_SEND,
            lazy("Kirim lagi ke lembaga yang sama"),
            needs_note=True,
            effect=_send_again,
        ),
        move(
            "re_refer",
            {S.REJECTED, S.FAILED, S.EXPIRED},
            S.RE_REFERRED,
            P.REFERRAL_REVIEW,
            lazy("Rujuk ulang lewat rujukan baru"),
            needs_note=True,
            effect=_unserved,
        ),
        move(
            "close_unserved",
            {S.REJECTED, S.FAILED, S.EXPIRED},
            S.CLOSED_UNSERVED,
            P.REFERRAL_REVIEW,
            lazy("Tutup tanpa bantuan"),
            needs_note=True,
            tone="bad",
            effect=_unserved,
        ),
        move(
            "confirm",
            {S.SERVED},
            S.CONFIRMED,
            P.REFERRAL_CONFIRM,
            lazy("Warga memastikan bantuan diterima"),
            writes=("confirmed_on",),
            tells=("confirmed_on",),
            guards=(filled("confirmed_on", lazy("Isi tanggal warga memastikan.")), not_future("confirmed_on")),
        ),
        move("close", {S.CONFIRMED}, S.CLOSED, P.REFERRAL_CLOSE, lazy("Tutup rujukan"), tone="good"),
        move(
            "cancel",
            {S.DRAFT, S.PREREQUISITES_MISSING, S.AWAITING_REVIEW, S.RETURNED, S.INITIALLED},
            S.CANCELLED,
            P.REFERRAL_DRAFT,
            lazy("Batalkan rujukan"),
            needs_note=True,
            tone="bad",
            effect=_unserved,
        ),
    ),
    initial=S.DRAFT,
    final=frozenset({S.CLOSED, S.CLOSED_UNSERVED, S.RE_REFERRED, S.CANCELLED}),
)


def draft(
    *,
    by: User,
    family: Family,
    programme: Programme,
    receiver: Organisation,
    need: str,
    consent: bool,
    legal_basis: str,
    complaint: Complaint | None = None,
    person: Person | None = None,
    met: Any = (),
    eligibility: dict[str, Any] | None = None,
    override_reason: str = "",
    at: Any = None,
) -> Referral:
    """Draft a referral from a complaint or a family. Raises NotPermitted or GuardFailed; then nothing was written."""
    if complaint is not None and complaint.state not in REFERRABLE:
        raise GuardFailed("", _("Keluhan ini belum bisa dirujuk: pilah dan periksa dulu."))
    if not consent and legal_basis == LegalBasis.CONSENT:
        raise GuardFailed("consent", _("Centang persetujuan warga, atau pilih dasar lain."))
    outcome = (eligibility or {}).get("outcome")
    if outcome == "fails" and not override_reason.strip():
        raise GuardFailed("override_reason", _("Hasil cek: tidak memenuhi. Tulis alasan mengapa tetap dirujuk."))
    row = Referral(
        complaint=complaint,
        family=family,
        person=person,
        programme=programme,
        receiver=receiver,
        kind=_kind(receiver),
        need=need,
        consent=consent,
        legal_basis=legal_basis,
        eligibility=eligibility or {},
        override_reason=override_reason.strip()[:200],
        drafted_by=by,
        state_since=at or clock.now(),
    )

    def papers_and_complaint(saved: Referral) -> None:
        Prerequisite.objects.bulk_create(
            Prerequisite(referral=saved, code=item["code"], label=item["label"], met=item["code"] in met)
            for item in programme.prerequisites
        )
        if complaint is not None:
            engine.apply("referred", complaint, by=None, at=at)

    return engine.create(
        row,
        by=by,
        permission=P.REFERRAL_DRAFT,
        verb="draft",
        at=at,
        then=papers_and_complaint,
        programme=programme.code,
    )


def _kind(receiver: Organisation) -> str:
    kinds = {
        Organisation.Kind.SOCIAL_OFFICE: ReferralKind.INTERNAL,
        Organisation.Kind.PARTNER: ReferralKind.PARTNER,
    }
    return kinds.get(Organisation.Kind(receiver.kind), ReferralKind.EXTERNAL_AGENCY)
