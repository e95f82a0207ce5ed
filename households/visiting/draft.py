"""A draft is written only by whom it belongs to, and only while it is one."""

from typing import Any

from django.utils.translation import gettext as _

from households.choices.visit import VisitStatus
from households.models import Visit
from households.questionnaire import consent
from households.registry.numbers import whom_to_ask
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed


def open_draft(visit: Visit, by: User) -> Visit:
    """Return the locked row of a draft of one's own. Raises NotPermitted, TransitionNotAllowed."""
    row = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    demand(may(by, Permission.VISIT_WRITE, row))
    if row.facilitator_id != by.pk:
        raise NotPermitted(_("Ini kunjungan orang lain."))
    if row.state != VisitStatus.DRAFT:
        sentence = _("Data kunjungan ini sudah terkirim.") if row.sent_at else _("Keluarga ini menolak didata.")
        raise TransitionNotAllowed(sentence)
    return row


def agreed_draft(visit: Visit, by: User) -> Visit:
    """Return an `open_draft` to which the family has agreed. Raises GuardFailed("consent") before that."""
    row = open_draft(visit, by)
    if not consent.is_given(row.answers):
        raise GuardFailed("consent", _("Keluarga harus setuju dulu datanya dicatat."))
    return row


def moved_away(visit: Visit, by: User) -> str:
    """Return why a draft can not be sent any more: its family came into another area meanwhile; "" while it is in the own one."""
    if visit.family is None or may(by, Permission.VISIT_WRITE, visit.family):
        return ""
    sentence = _("Keluarga ini sekarang tercatat di luar wilayah Anda. Hubungi %(who)s. Isian Anda tetap tersimpan.")
    return sentence % {"who": whom_to_ask(visit.village_id, visit.family.place_code)}


def demand(decision: Any) -> None:
    """Raise NotPermitted with the reason of a decision against it."""
    if not decision:
        raise NotPermitted(decision.reason)
