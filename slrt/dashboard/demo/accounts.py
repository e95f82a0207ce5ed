"""The demo accounts, their organisations and areas. Made in demo mode only."""

from datetime import date

from slrt.accounts.models import Assignment, Organisation, User
from slrt.accounts.roles import Role

PASSWORD = "slrt-demo-2026"  # noqa: S105  published on purpose
REGENCY = "13.01"
SUBDISTRICT = "13.01.05"
NAGARI = "13.01.05.2006"
OTHER_NAGARI = "13.01.05.2003"

# code, name, kind, phone
ORGANISATIONS = [
    ("dinsos", "Dinas Sosial PPPA Pesisir Selatan", "social_office", "0756-21001"),
    ("dinkes", "Dinas Kesehatan Pesisir Selatan", "agency", "0756-21002"),
    ("disdik", "Dinas Pendidikan dan Kebudayaan Pesisir Selatan", "agency", "0756-21003"),
    ("disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil Pesisir Selatan", "agency", "0756-21004"),
    ("perkim", "Dinas Perumahan dan Kawasan Permukiman Pesisir Selatan", "agency", "0756-21005"),
    ("koperasi", "Dinas Koperasi dan UKM Pesisir Selatan", "agency", "0756-21006"),
    ("baznas", "BAZNAS Pesisir Selatan", "partner", "0756-21007"),
]

# username, full name, role, area, organisation
ACCOUNTS = [
    ("fasilitator", "Sari Wahyuni", Role.FACILITATOR, NAGARI, ""),
    ("fasilitator2", "Budi Santoso", Role.FACILITATOR, OTHER_NAGARI, ""),
    ("frontoffice", "Fitri Handayani", Role.FRONT_OFFICER, REGENCY, ""),
    ("backoffice", "Rina Marlina", Role.BACK_OFFICER, REGENCY, ""),
    ("puskesos", "Nurma Yunita", Role.COORDINATOR, NAGARI, ""),
    ("supervisor", "Joko Prasetyo", Role.SUPERVISOR, SUBDISTRICT, ""),
    ("manajer", "Lestari Putri", Role.MANAGER, REGENCY, ""),
    ("kadis", "Hendra Gunawan", Role.HEAD_OF_OFFICE, REGENCY, ""),
    ("dinkes", "Agus Salim", Role.AGENCY_OFFICER, REGENCY, "dinkes"),
    ("mitra", "Maya Sari", Role.PARTNER_OFFICER, REGENCY, "baznas"),
    ("tkpk", "Tomo Wijaya", Role.TKPK_VIEWER, REGENCY, ""),
    ("auditor", "Dewi Anggraini", Role.AUDITOR, REGENCY, ""),
    ("admin", "Adi Nugroho", Role.ADMINISTRATOR, REGENCY, ""),
]


def make_organisations() -> dict[str, Organisation]:
    """Make the receivers of referrals and return them by code."""
    return {
        code: Organisation.objects.get_or_create(
            code=code, defaults={"name": name, "kind": kind, "phone": phone, "area_id": REGENCY}
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
            user.set_password(PASSWORD)
            user.save()
            Assignment.objects.create(
                user=user,
                role=role,
                area_id=area,
                organisation=organisations.get(organisation),
                started_on=date(2026, 1, 1),
            )
        made[username] = user
    return made
