"""The family says no: the visit ends there and nothing of it is kept."""

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.visit import RefusalReason, VisitStatus
from households.models import Visit
from households.questionnaire import consent
from households.questionnaire.flow import empty_answers
from households.registry.photos import drop
from households.visiting.draft import open_draft
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core.errors import GuardFailed


def refuse(visit: Visit, *, by: User, reason: str) -> Visit:
    """Record that the family does not consent. What was filled in is emptied; only the refusal and its reason stay.

    Raises GuardFailed for an unknown reason, TransitionNotAllowed for a visit that is not a draft.
    """
    with transaction.atomic():
        row = open_draft(visit, by)
        if reason not in RefusalReason.values:
            raise GuardFailed("reason", _("Pilih alasan. Jika keluarga tidak menyebutnya, pilih yang pertama."))
        drop(row, by=by, reason=_("Keluarga menolak didata."))
        row.answers = {**empty_answers(row.codebook), "consent_version": consent.VERSION}
        row.state, row.refusal, row.screen, row.version = VisitStatus.REFUSED, reason, "", row.version + 1
        row.save()
        trail.write("refuse", row, by=by, from_state=VisitStatus.DRAFT, to_state=row.state, reason=reason)
    return row
