"""The way of a family into the social registry (Permensos 3/2021; Kepmensos 245/HUK/2025): one file for each stretch of it,
in the order of the table.

The office prepares, proves and tracks; BPS sets the decile and the Minister determines. Nobody approves or endorses what they
entered or verified themselves, and whoever proposes that a family leaves does not decide it.
"""

from django.utils.translation import gettext as _

from households.choices.registration import RegistrationState
from households.models import Family, Registration
from households.models.registration import ENDED_STATES
from households.registry.presence import nobody_to_propose
from households.workflow.registration.approval import APPROVAL
from households.workflow.registration.correcting import CORRECTING
from households.workflow.registration.identity import IDENTITY
from households.workflow.registration.leaving import LEAVING
from households.workflow.registration.renewal import RENEWAL
from households.workflow.registration.result import RESULT
from households.workflow.registration.sending import SENDING
from households.workflow.registration.telling import TELLING
from households.workflow.registration.verification import VERIFICATION
from households.workflow.registration.village import VILLAGE
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from slrt.workflow.engine import Workflow

REGISTRATION = Workflow(
    "registration",
    "households.registration",
    RegistrationState,
    (*IDENTITY, *VILLAGE, *VERIFICATION, *APPROVAL, *SENDING, *RESULT, *CORRECTING, *TELLING, *RENEWAL, *LEAVING),
    initial=RegistrationState.DRAFT,
    final=frozenset(ENDED_STATES),
)


def propose(family: Family, *, by: User, source: str = "visit", note: str = "") -> Registration:
    """Open a family's registration. Raises NotPermitted, or GuardFailed when the family has a live one already
    or nobody who could be proposed."""
    if family.registrations.exclude(state__in=ENDED_STATES).exists():
        raise GuardFailed("", _("Keluarga ini sudah punya pendaftaran yang berjalan."))
    if missing := nobody_to_propose(family):
        raise GuardFailed("", missing)
    row = Registration(family=family, proposed_by=by, source=source, state_since=clock.now())
    return engine.create(row, by=by, permission=P.REGISTRATION_PROPOSE, verb="propose", note=note)
