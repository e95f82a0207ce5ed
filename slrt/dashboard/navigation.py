"""The menu of each role: an entry is shown to whoever holds its permission."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P


@dataclass(frozen=True)
class Entry:
    """One line of the menu."""

    label: Any
    url_name: str
    permissions: tuple[str, ...]
    icon: str
    also: tuple[str, ...] = ()  # beginnings of further addresses that belong to the entry


REGISTRATION = ("/musyawarah/", "/sanggah/", "/tinjau/", "/jawaban/")
ENTRIES = (
    Entry(_("Beranda"), "dashboard:home", (), "home", ("/pengingat/",)),
    Entry(_("Keluarga"), "households:list", (P.FAMILY_VIEW,), "family", ("/orang/",)),
    Entry(_("Kunjungan"), "households:visits", (P.FAMILY_VIEW,), "visit"),
    Entry(_("Keluhan"), "complaints:list", (P.COMPLAINT_VIEW,), "complaint"),
    Entry(_("Rujukan"), "referrals:list", (P.REFERRAL_VIEW,), "referral"),
    Entry(_("Pendaftaran"), "households:registrations", (P.REGISTRATION_VIEW,), "register", REGISTRATION),
    Entry(_("Data ganda"), "households:duplicates", (P.DUPLICATE_VIEW,), "duplicate", ("/gabung/",)),
    Entry(_("Impor"), "households:imports", (P.IMPORT_RUN, P.IMPORT_APPROVE), "import"),
    Entry(pgettext_lazy("pekerjaan berkala", "Pekerjaan"), "jobs:list", (P.JOBS_RUN,), "jobs"),
    Entry(_("Program"), "programs:list", (P.PROGRAM_VIEW,), "program"),
    Entry(_("Jejak"), "audit:list", (P.AUDIT_VIEW,), "audit"),
    Entry(_("Unduhan"), "exports:list", (P.EXPORT_RUN,), "export"),
    Entry(_("Pengaturan"), "admin:index", (P.USERS_MANAGE,), "settings"),
)


def menu(user: User, path: str) -> list[dict[str, Any]]:
    """Return the entries a person may open, the present one marked."""
    items = []
    for entry in ENTRIES:
        if entry.permissions and not any(user.holds(permission) for permission in entry.permissions):
            continue
        url = reverse(entry.url_name)
        items.append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "active": path.startswith((url, *entry.also)),
                "count": None,
            }
        )
    return items
