"""The family hears its result."""

from django.utils.translation import gettext_lazy

from households.models import Registration
from households.querysets import TOLD_OF
from slrt.accounts.roles import Permission as P
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def untold(row: Registration, step: Step) -> None:
    """A new result is one that the family has not heard yet."""
    row.told_on, row.told_how, row.told_whom = None, "", ""


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
            filled("told_how", gettext_lazy("Pilih lewat apa hasil disampaikan.")),
            filled("told_whom", gettext_lazy("Pilih kepada siapa hasil disampaikan.")),
        ),
    ),
)
