"""How a referral ends: confirmed by the citizen and closed, or without aid."""

from django.utils.translation import gettext_lazy as lazy

from referrals.choices import ReferralState as S
from referrals.models import Referral
from slrt.accounts.roles import Permission as P
from slrt.workflow import engine
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future

ENDED = frozenset({S.CLOSED, S.CLOSED_UNSERVED, S.RE_REFERRED, S.CANCELLED})


def _unserved(row: Referral, step: Step) -> None:
    complaint = row.complaint
    if complaint is not None and complaint.state == "referred":
        others = Referral.objects.filter(complaint=complaint).exclude(pk=row.pk).exclude(state__in=ENDED)
        if not others.exists():
            engine.apply("unserved", complaint, by=None, at=step.at)


ENDING = (
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
)
