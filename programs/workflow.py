"""Writes with meaning on enrolments."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from households.models import Family, Person
from programs.models import Enrolment, Programme
from slrt.accounts.models import Organisation, User
from slrt.audit import trail


def enrol(
    *,
    family: Family,
    programme: Programme,
    by: User,
    started_on: date,
    organisation: Organisation | None,
    person: Person | None = None,
    benefit: str = "",
    amount: Decimal | None = None,
    source: str = "referral",
    at: Any = None,
) -> Enrolment:
    """Record that a family takes part in a programme; called in the transaction of the step that made it so."""
    with transaction.atomic():
        # A list of participants that is being written has compared what the family takes part in behind the same lock.
        Family.objects.select_for_update(of=("self",), no_key=True).get(pk=family.pk)
        row = Enrolment.objects.create(
            family=family,
            person=person,
            programme=programme,
            organisation=organisation,
            started_on=started_on,
            benefit=benefit,
            amount=amount,
            recorded_by=by,
            source=source,
        )
        trail.write("enrol", row, by=by, at=at, programme=programme.code)
        family.needs.open().filter(programme=programme).update(met_on=started_on)
    return row
