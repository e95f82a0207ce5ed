"""Rows of the three life cycles in any state, named after what they are."""

from datetime import date, timedelta
from typing import Any

from complaints import tracking
from complaints.models import Complaint
from households.models import Family, Household, Membership, Person, Registration
from households.names import fold
from programs.models import Programme
from referrals.models import Referral
from slrt.accounts.models import Organisation, User
from slrt.core import clock, crypto
from tests import people


def family_in(village: str, name: str = "Rosna Tanjung", nik: str = "1301994506850001", kk: str = "") -> Family:
    """A family of one in a village."""
    kk = kk or f"{nik[:12]}9{nik[13:]}"
    head = Person.objects.create(
        name=name,
        name_folded=fold(name),
        nik_encrypted=nik,
        nik_index=crypto.blind_index(nik),
        birth_date=date(1985, 6, 5),
        sex="2",
    )
    house = Household.objects.create(village_id=village, head=head)
    row = Family.objects.create(household=house, head=head, kk_encrypted=kk, kk_index=crypto.blind_index(kk))
    Membership.objects.create(person=head, family=row, relation="1", started_on=date(2020, 1, 1))
    return row


def registration(family: Family, state: str = "draft", **more: Any) -> Registration:
    """A registration in a state."""
    return Registration.objects.create(family=family, state=state, state_since=clock.now(), **more)


def complaint(family: Family, by: User, state: str = "recorded", **more: Any) -> Complaint:
    """A complaint of a family in a state."""
    now, code = clock.now(), tracking.new_code()
    return Complaint.objects.create(
        **{"kind": "grievance", "sector": "health", "issue": "nothing_received", "channel": "home_visit"},
        state=state,
        state_since=now,
        village_id=family.place_code,
        family=family,
        description="Anak sakit.",
        tracking_code=code,
        tracking_index=crypto.blind_index(tracking.normalise(code)),
        recorded_by=by,
        received_at=now,
        response_due_at=now + timedelta(days=3),
        due_at=now + timedelta(days=14),
        **more,
    )


def programme(code: str = "KIS") -> Programme:
    """A programme without papers or rules."""
    return Programme.objects.get_or_create(code=code, defaults={"name": f"Program {code}", "prerequisites": []})[0]


def referral(family: Family, by: User, state: str = "draft", receiver: Organisation | None = None) -> Referral:
    """A referral of a family in a state."""
    return Referral.objects.create(
        family=family,
        programme=programme(),
        receiver=receiver or people.make_organisation("dinkes"),
        kind="external_agency",
        need="Berobat.",
        consent=True,
        legal_basis="public_task",
        drafted_by=by,
        state=state,
        state_since=clock.now(),
    )
