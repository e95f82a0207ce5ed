"""Makes the cast and its places."""

from datetime import date
from typing import NamedTuple

from slrt.accounts.models import Assignment, Organisation, User
from slrt.accounts.roles import Role
from slrt.regions.models import Region

PLACES = {
    "13": "Sumatera Barat",
    "13.01": "Kabupaten Pesisir Selatan",
    "13.01.05": "IV Jurai",
    "13.01.05.2001": "Painan",
    "13.01.05.2003": "Salido",
    "13.01.05.2006": "Sago Salido",
    "13.01.01": "Pancung Soal",
    "13.01.01.2001": "Inderapura",
    "13.71": "Kota Padang",
    "13.71.01": "Padang Selatan",
    "13.71.01.1001": "Bukit Gado-Gado",
}
SAGO = "13.01.05.2006"
SALIDO = "13.01.05.2003"
INDERAPURA = "13.01.01.2001"
PADANG = "13.71.01.1001"


class Part(NamedTuple):
    """Role, area and organisation of one of the cast."""

    role: str
    area: str
    organisation: str = ""


CAST = {
    "sari": Part(Role.FACILITATOR, SAGO),
    "budi": Part(Role.FACILITATOR, SALIDO),
    "fitri": Part(Role.FRONT_OFFICER, "13.01"),
    "rina": Part(Role.BACK_OFFICER, "13.01"),
    "nurma": Part(Role.COORDINATOR, SAGO),
    "joko": Part(Role.SUPERVISOR, "13.01.05"),
    "lestari": Part(Role.MANAGER, "13.01"),
    "hendra": Part(Role.HEAD_OF_OFFICE, "13.01"),
    "agus": Part(Role.AGENCY_OFFICER, "13.01", "dinkes"),
    "maya": Part(Role.PARTNER_OFFICER, "13.01", "baznas"),
    "tomo": Part(Role.TKPK_VIEWER, "13.01"),
    "dewi": Part(Role.AUDITOR, "13.01"),
    "adi": Part(Role.ADMINISTRATOR, "13.01"),
}


def make_places() -> dict[str, Region]:
    """Make the regions and return them by code."""
    made = {}
    for code, name in PLACES.items():
        parent = code.rpartition(".")[0] or None
        made[code], _new = Region.objects.get_or_create(
            code=code, defaults={"name": name, "level": code.count(".") + 1, "parent_id": parent}
        )
    return made


def make_organisation(code: str) -> Organisation:
    """Make the health agency or the partner."""
    names = {"dinkes": ("Dinas Kesehatan", "agency"), "baznas": ("BAZNAS Pesisir Selatan", "partner")}
    name, kind = names.get(code, (code, "agency"))
    return Organisation.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "area_id": "13.01"})[0]


def make_user(name: str, part: Part | None = None) -> User:
    """Make one of the cast with an assignment that began in 2020."""
    part = part or CAST[name]
    user = User(username=name, full_name=name.title(), email=f"{name}@example.invalid")
    user.set_password("rahasia-sekali-2026")
    user.save()
    Assignment.objects.create(
        user=user,
        role=part.role,
        area_id=part.area,
        organisation=make_organisation(part.organisation) if part.organisation else None,
        started_on=date(2020, 1, 1),
    )
    return user
