"""A visit is sent: everything is written into the registry in one transaction."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.visit import VisitStatus
from households.models import Visit
from households.models.registration import ENDED_STATES
from households.registry.photos import take_over
from households.visiting.checking import problems
from households.visiting.draft import agreed_draft, moved_away
from households.visiting.writing import write
from households.workflow.registration import propose
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed


def send(visit: Visit, *, by: User, attested: bool, days: Mapping[str, date] | None = None) -> Visit:
    """Write the visit into the registry; `days` are those of deaths the visit tells of, by member, where they are known.

    Raises GuardFailed, StaleVersion or TransitionNotAllowed; then nothing changed.
    """
    with transaction.atomic():
        row = agreed_draft(visit, by)
        away = moved_away(row, by)
        if away:
            raise GuardFailed("family", away)
        found = problems(row)
        if found:
            raise GuardFailed("", found[0].sentence)
        if not attested:
            raise GuardFailed("attested", _("Centang pernyataan bahwa data ini benar menurut pengamatan Anda."))
        family = write(row, by, days)
        lived_in = family.memberships.open().exists()
        if lived_in and not family.registrations.exclude(state__in=ENDED_STATES).exists():
            propose(family, by=by)
        take_over(row, family)
        row.family, row.state, row.sent_at, row.version = family, VisitStatus.SENT, clock.now(), row.version + 1
        row.save()
        trail.write("send", row, by=by, from_state=VisitStatus.DRAFT, to_state=row.state, family=family.pk)
        trail.write("visited", family, by=by, place=row.village_id, visit=row.pk)
        members = family.memberships.open().order_by("pk").values_list("person", flat=True)
        outbox.promise("households.search_duplicates", persons=list(members))
    return row
