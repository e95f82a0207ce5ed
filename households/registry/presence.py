"""Who is there of a family: what a proposal needs before it may begin or go on."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.models import Family, Membership
from households.querysets.household import BY_RELATION

# The attribute of a family that carries its open memberships, with their persons, where many families are looked at.
MEMBERS = "members"


def with_members(prefix: str = "") -> Prefetch:
    """Return what reads the open memberships of many families at once, head first; `prefix` is the way to the family."""
    rows = Membership.objects.open().select_related("person").order_by(BY_RELATION, "pk")
    return Prefetch(f"{prefix}memberships", queryset=rows, to_attr=MEMBERS)


def living(family: Family) -> list[Membership]:
    """Return the open memberships of those who are not dead, head first; who is away for a time is among them."""
    if not hasattr(family, MEMBERS):
        rows = family.memberships.open().select_related("person").order_by(BY_RELATION, "pk")
        return [row for row in rows if row.person.died_on is None]
    return [row for row in getattr(family, MEMBERS) if row.person.died_on is None]


def died_out(family: Family) -> bool:
    """Whether the family had members and none of them lives: whoever left otherwise may live elsewhere."""
    return not living(family) and family.memberships.filter(person__died_on__isnull=False).exists()


def nobody_to_propose(family: Family) -> str:
    """Say why a family cannot be proposed or passed on: nobody living, nobody at home, no head. Empty when it can."""
    alive = living(family)
    if not alive and died_out(family):
        return _("Semua anggota keluarga ini sudah meninggal. Usulkan keluar dari daftar dengan alasan meninggal.")
    if not alive:
        return _("Keluarga ini tidak punya anggota lagi. Betulkan anggotanya dulu, atau usulkan keluar dari daftar.")
    if all(row.absent_since is not None for row in alive):
        return _("Semua anggota keluarga ini sedang tidak di rumah. Catat dulu siapa yang sudah kembali.")
    if not any(row.relation == Relation.HEAD for row in alive):
        return _("Keluarga ini belum punya kepala keluarga. Tetapkan dulu di halaman keluarga.")
    return ""
