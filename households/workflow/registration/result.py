"""What comes back from the ministry: BPS sets the decile, the Minister determines."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.household import DecileSource
from households.choices.registration import RegistrationState as S
from households.models import DecileRecord, Family, Registration
from households.workflow.registration.telling import untold
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move


def _decile_in_range(row: Registration, data: dict[str, Any]) -> None:
    if not 1 <= (data.get("decile") or 0) <= 10:
        raise GuardFailed("decile", _("Desil harus 1 sampai 10."))


def _keep_rank(row: Registration, step: Step) -> None:
    """The decile comes from BPS; it is kept with its period and source beside the earlier ones."""
    decile, period = step.data["decile"], step.data["period"]
    DecileRecord.objects.update_or_create(
        family=row.family,
        period=period,
        source=DecileSource.RESULT,
        defaults={"decile": decile, "recorded_at": step.at},
    )
    family = Family.objects.select_for_update().get(pk=row.family_id)
    family.decile, family.decile_period, family.version = decile, period, family.version + 1
    family.save()


RESULT = (
    move(
        "rank",
        {S.SENT_TO_MINISTRY, S.RANKED},
        S.RANKED,
        P.REGISTRATION_RESULT,
        gettext_lazy("Catat desil dari BPS"),
        tells=("decile", "period"),
        guards=(_decile_in_range, filled("period", gettext_lazy("Periode desil wajib diisi, misalnya 2026-Q4."))),
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
