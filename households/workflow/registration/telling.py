"""The family hears its result."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import RegistrationState as S
from households.models import Registration
from households.querysets.registration import TOLD_OF
from households.workflow.registration.dates import began_on, not_before
from slrt.accounts.roles import Permission as P
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def untold(row: Registration, step: Step) -> None:
    """A new result is one that the family has not heard yet."""
    row.told_on, row.told_how, row.told_whom = None, "", ""


def _not_before_result(row: Registration, data: dict[str, Any]) -> None:
    """A meeting's answer was there on its day, the ministry's not before it was asked; both may be written down days later."""
    asked = {S.REJECTED_BY_MEETING: row.meeting_on, S.DETERMINED: row.sent_on, S.NOT_DETERMINED: row.sent_on}
    earliest = asked.get(S(row.state)) or began_on(row)
    if data["told_on"] < earliest:
        not_before("told_on", earliest, _("Sebelum %(day)s hasilnya belum ada. Isi tanggal itu atau sesudahnya."))


TELLING = (
    move(
        "tell",
        set(TOLD_OF),
        None,
        P.REGISTRATION_PROPOSE,
        gettext_lazy("Catat: hasil sudah disampaikan"),
        writes=("told_on", "told_how", "told_whom"),
        tells=("told_on", "told_how", "told_whom"),
        guards=(
            filled("told_on", gettext_lazy("Tanggal penyampaian wajib diisi.")),
            not_future("told_on"),
            _not_before_result,
            filled("told_how", gettext_lazy("Pilih lewat apa hasil disampaikan.")),
            filled("told_whom", gettext_lazy("Pilih kepada siapa hasil disampaikan.")),
        ),
    ),
)
