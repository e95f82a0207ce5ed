"""A person's reminders with where each leads and, from the own area only, whom it is about."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from households.models import Family, Person
from slrt.accounts.models import User
from slrt.jobs.models import Reminder

KINDS = {
    "age": _("Anggota mencapai usia program"),
    "age.office": _("Anggota mencapai usia program"),
    "complaint.silent": _("Keluhan belum ditanggapi"),
    "complaint.late": _("Keluhan lewat tenggat"),
    "complaint.escalate": _("Keluhan lewat tenggat di jenjang Anda"),
    "referral.late": _("Rujukan belum dijawab"),
    "referral.expired": _("Rujukan terlalu lama tanpa jawaban"),
    "referral.back": _("Rujukan kembali tanpa jawaban"),
    "draft.old": _("Draf kunjungan akan dihapus"),
    "import.back": _("Berkas impor dikembalikan"),
    "holidays": _("Hari libur perlu diisi"),
}
_PAGES = {
    "complaints.complaint": "complaints:detail",
    "referrals.referral": "referrals:detail",
    "households.visit": "households:visit",
    "households.family": "dashboard:case_file",
    "households.importrun": "households:import",
}


def counted(user: User) -> list[dict[str, Any]]:
    """Return how many reminders of each kind wait for this person."""
    rows = Reminder.objects.visible_to(user).open().order_by().values_list("code").annotate(n=Count("pk"))
    return [{"code": code, "label": KINDS.get(code, code), "count": n} for code, n in sorted(rows)]


def described(reminders: list[Reminder], user: User) -> list[dict[str, Any]]:
    """Return reminders with their address and the name they are about, where the person may see it."""
    ids: dict[str, set[int]] = {"households.person": set(), "households.family": set()}
    for row in reminders:
        ids.setdefault(row.subject, set()).add(row.subject_id)
    people = Person.objects.visible_to(user).filter(pk__in=ids["households.person"])
    families = Family.objects.visible_to(user).filter(pk__in=ids["households.family"])
    names = {("households.person", pk): name for pk, name in people.values_list("pk", "name")}
    names |= {("households.family", pk): name for pk, name in families.values_list("pk", "head__name")}
    return [{"row": row, "url": _url(row), "name": names.get((row.subject, row.subject_id), "")} for row in reminders]


def _url(row: Reminder) -> str:
    if row.subject == "households.person" and row.counts.get("family"):
        return reverse("dashboard:case_file", args=[row.counts["family"]])
    page = _PAGES.get(row.subject)
    return reverse(page, args=[row.subject_id]) if page else ""
