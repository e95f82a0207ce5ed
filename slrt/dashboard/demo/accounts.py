"""The demo accounts, their organisations and areas. Made in demo mode only."""

from datetime import date

from slrt.accounts.models import Assignment, Organisation, User
from slrt.accounts.roles import Role
from slrt.dashboard.demo.roster import ACCOUNTS, LETTERHEAD, ORGANISATIONS, PASSWORD, REGENCY, SIGNATORIES


def make_organisations() -> dict[str, Organisation]:
    """Make the receivers of referrals and return them by code."""
    return {
        code: Organisation.objects.get_or_create(
            code=code,
            defaults={"name": name, "kind": kind, "phone": phone, "area_id": REGENCY, **LETTERHEAD.get(code, {})},
        )[0]
        for code, name, kind, phone in ORGANISATIONS
    }


def make_accounts(organisations: dict[str, Organisation]) -> dict[str, User]:
    """Make the thirteen accounts with their assignments and return them by user name; existing ones are left alone."""
    made = {}
    for username, full_name, role, area, organisation in ACCOUNTS:
        user = User.objects.filter(username=username).first()
        if user is None:
            is_admin = role == Role.ADMINISTRATOR
            user = User(username=username, full_name=full_name, email=f"{username}@demo.invalid", is_staff=is_admin)
            user.is_superuser = is_admin
            for field, value in SIGNATORIES.get(username, {}).items():
                setattr(user, field, value)
            user.set_password(PASSWORD)
            user.save()
            Assignment.objects.create(
                user=user,
                role=role,
                area_id=area,
                organisation=organisations.get(organisation),
                started_on=date(2025, 1, 1),
            )
        made[username] = user
    return made
