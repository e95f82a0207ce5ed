"""The endorsed registration is sent: what is written down as sent stood in a workbook, or was typed in by hand with a reason."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.choices.siks import SiksPurpose
from households.models import Registration, SiksRow
from households.workflow.registration.dates import not_before
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def _reason(data: dict[str, Any]) -> str:
    return str(data.get("by_hand_reason") or "").strip()[:200]


def _went_there(row: Registration, data: dict[str, Any]) -> None:
    """What is in SIKS-NG came there after the endorsement that counts, and on no day before it."""
    exported = row.siks_rows.filter(workbook__purpose=SiksPurpose.SIKS_NG, recorded_at__gte=row.state_since)
    first = exported.order_by("recorded_at").first()
    if first is None and not _reason(data):
        raise GuardFailed(
            "by_hand_reason",
            _(
                "Usulan ini belum ada di berkas SIKS-NG sejak disahkan. "
                "Unduh berkasnya dulu, atau tulis alasan bila diketik langsung di SIKS-NG."
            ),
        )
    if row.decree_on is not None and data["sent_on"] < row.decree_on:
        not_before("sent_on", row.decree_on, _("SK-nya tertanggal %(day)s. Isi tanggal itu atau sesudahnya."))
    if first is not None and not _reason(data) and data["sent_on"] < (made := timezone.localdate(first.recorded_at)):
        not_before("sent_on", made, _("Berkasnya baru diunduh pada %(day)s. Isi tanggal itu atau sesudahnya."))


def _keep_hand(row: Registration, step: Step) -> None:
    if _reason(step.data) and step.by is not None:
        SiksRow.objects.create(
            registration=row,
            registration_version=row.version,
            by_hand_reason=_reason(step.data),
            recorded_by=step.by,
            recorded_at=step.at,
        )


SENDING = (
    move(
        "send",
        {S.ENDORSED},
        S.SENT_TO_MINISTRY,
        P.REGISTRATION_SEND,
        gettext_lazy("Catat sudah dikirim ke Kementerian"),
        writes=("sent_on",),
        tells=("sent_on",),
        guards=(
            filled("sent_on", gettext_lazy("Tanggal kirim wajib diisi.")),
            not_future("sent_on"),
            _went_there,
        ),
        effect=_keep_hand,
    ),
)
