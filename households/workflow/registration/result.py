"""What comes back from the ministry: BPS sets the decile, the Minister determines."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.household import DecileSource
from households.choices.registration import RegistrationState as S
from households.models import AnswerRow, DecileRecord, Registration
from households.registry import deciles
from households.workflow.registration.telling import untold
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move


def stated_since(row: Registration) -> DecileRecord | None:
    """Return the family's official decile when it was stated after the proposal was sent or last ranked, else None."""
    record = deciles.newest(row.family_id)
    return record if record is not None and record.recorded_at >= _waits_since(row) else None


def _waits_since(row: Registration) -> datetime:
    """From when on a decile answers the proposal: sending may have been written down days after it was done."""
    if row.state == S.SENT_TO_MINISTRY and row.sent_on is not None:
        return min(row.state_since, timezone.make_aware(datetime.combine(row.sent_on, time.min)))
    return row.state_since


def _is_stated(row: Registration, data: dict[str, Any]) -> None:
    """A decile comes with a row of the ministry's answer or stands in the registry already; nobody types one."""
    if data.get("decile"):
        said = {"decile": data["decile"], "period": data.get("period", "")}
        if not AnswerRow.objects.filter(registration=row, **said).exists():
            raise GuardFailed("", _("Desil tidak diketik. Unggah berkas jawaban atau daftar desil dari BPS."))
    elif stated_since(row) is None:
        raise GuardFailed(
            "",
            _(
                "Belum ada desil resmi untuk usulan ini. "
                "Impor daftar desil atau data unduhan, atau unggah jawaban Kementerian."
            ),
        )


def _keep_rank(row: Registration, step: Step) -> None:
    """The decile of an answer is kept beside the earlier ones; the trail says in any case which one counts."""
    if step.data.get("decile"):
        said = {"decile": step.data["decile"], "period": step.data["period"]}
        deciles.keep(row.family_id, **said, source=DecileSource.RESULT, at=step.at)
        return
    deciles.show_newest(row.family_id)
    counts = deciles.newest(row.family_id)
    if counts is not None:
        step.data.update(decile=counts.decile, period=counts.period)


RESULT = (
    move(
        "rank",
        {S.SENT_TO_MINISTRY, S.RANKED},
        S.RANKED,
        P.REGISTRATION_RESULT,
        gettext_lazy("Catat desil dari BPS"),
        tells=("decile", "period"),
        guards=(_is_stated,),
        effect=_keep_rank,
    ),
    move(
        "determine",
        {S.SENT_TO_MINISTRY, S.RANKED},
        S.DETERMINED,
        P.REGISTRATION_RESULT,
        gettext_lazy("Catat: ditetapkan"),
        effect=untold,
    ),
    move(
        "not_determine",
        {S.SENT_TO_MINISTRY, S.RANKED},
        S.NOT_DETERMINED,
        P.REGISTRATION_RESULT,
        gettext_lazy("Catat: tidak ditetapkan"),
        tone="bad",
        writes=("result_reason",),
        effect=untold,
        guards=(filled("result_reason", gettext_lazy("Alasan dari Kementerian wajib diisi.")),),
    ),
)
