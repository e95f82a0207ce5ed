"""What may be chosen when two entries are made one, what would follow, and what cannot be merged."""

from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import Relation as Place
from households.duplicates import relations
from households.models import Family, Household, Membership, Merge, Person
from households.models.registration import ENDED_STATES
from slrt.core.errors import GuardFailed

# What is chosen together -> the columns it stands for.
CHOICES: dict[str, tuple[str, ...]] = {
    "nik": ("nik_encrypted", "nik_index", "no_nik_reason", "nik_match"),
    "name": ("name",),
    "birth_date": ("birth_date",),
    "birth_place": ("birth_place",),
    "sex": ("sex",),
    "marital": ("marital",),
    "occupation": ("occupation",),
    "mother_name": ("mother_name", "mother_index"),
    "died_on": ("died_on",),
}
# Where the person lives from now on; no column of the person.
PLACE = "place"


def differing(kept: Person, gone: Person) -> list[str]:
    """Return the choices in which two entries differ; the place is one when both live in a family, and not in the same row."""
    found = []
    for name, columns in CHOICES.items():
        one, other = getattr(kept, columns[0]), getattr(gone, columns[0])
        if one != other:
            found.append(name)
    if open_membership(kept) is not None and open_membership(gone) is not None:
        found.append(PLACE)
    return found


def check(row: Merge) -> None:
    """Refuse, with a sentence, what cannot be merged as it was proposed. Raises GuardFailed."""
    kept, gone = row.kept, row.gone
    if kept.merged_into_id or gone.merged_into_id:
        raise GuardFailed("", _("Salah satu data ini sudah digabung ke data lain."))
    if (kept.version, gone.version) != (row.kept_version, row.gone_version):
        raise GuardFailed("", _("Data salah satu orang berubah sejak diusulkan. Bandingkan lagi, lalu usulkan ulang."))
    if kept.nik_index and gone.nik_index and row.choices.get("nik") not in ("kept", "gone"):
        raise GuardFailed("nik", _("Keduanya punya NIK. Pilih NIK mana yang benar menurut KTP atau KK."))
    along = families_of(row)
    if along is not None:
        live = [family.registrations.exclude(state__in=ENDED_STATES).exists() for family in along]
        if all(live):
            raise GuardFailed(
                "", _("Kedua keluarga punya pendaftaran DTSEN yang berjalan. Selesaikan salah satunya dulu.")
            )
    _heads_remain(row)


def _heads_remain(row: Merge) -> None:
    """Refuse a merge that takes a head from people who stay behind: they choose another one first, who knows them."""
    stays, leaves = sides(row)
    if stays is None or leaves is None or stays.family_id == leaves.family_id:
        return
    others = Membership.objects.open().exclude(pk=leaves.pk)
    family, house = leaves.family, leaves.family.household
    if leaves.relation == Place.HEAD and others.filter(family=family).exists():
        raise GuardFailed(
            PLACE,
            _(
                "%(who)s kepala keluarga di kartu yang ditinggalkan, dan masih ada anggota lain di sana. Ganti kepala keluarga"
                " itu dulu lewat “Catat perubahan”, atau pilih tempat tinggal yang lain."
            )
            % {"who": leaves.person.name},
        )
    moves_out = house.pk != stays.family.household_id
    if moves_out and house.head_id == leaves.person_id and others.filter(family__household=house).exists():
        raise GuardFailed(
            PLACE,
            _(
                "%(who)s kepala rumah tangga di rumah yang ditinggalkan, dan masih ada yang tinggal di sana. Ganti kepala rumah"
                " tangga itu dulu lewat “Catat perubahan”, atau pilih tempat tinggal yang lain."
            )
            % {"who": leaves.person.name},
        )


def hanging(person: Person) -> list[tuple[str, int]]:
    """Return what would follow if this entry were merged into another: (what it is called, how many), none of it zero."""
    open_one = open_membership(person)
    family = (
        open_one.family
        if open_one and not open_one.family.memberships.open().exclude(pk=open_one.pk).exists()
        else None
    )
    targets: list[tuple[Any, int]] = [(Person, person.pk)]
    if family is not None:
        targets += [(Family, family.pk), (Household, family.household_id)]
    found: dict[str, int] = {}
    for target, pk in targets:
        for relation in relations.to(target):
            if relation.how == relations.MOVES:
                name = str(relation.rows.model._meta.verbose_name)
                found[name] = found.get(name, 0) + relation.rows.filter(**{relation.column: pk}).count()
    return [(name, count) for name, count in found.items() if count]


def open_membership(person: Person) -> Membership | None:
    """Return where a person lives now."""
    return person.memberships.open().select_related("family__household").first()


def families_of(row: Merge) -> tuple[Family, Family] | None:
    """Return (family that stays, family that goes along), or None when nobody's family is left empty."""
    stays, leaves = sides(row)
    if stays is None or leaves is None or stays.family_id == leaves.family_id:
        return None
    if leaves.family.memberships.open().exclude(pk=leaves.pk).exists():
        return None
    return stays.family, leaves.family


def sides(row: Merge) -> tuple[Membership | None, Membership | None]:
    """Return the membership that stays open and the one that ends."""
    kept, gone = open_membership(row.kept), open_membership(row.gone)
    return (gone, kept) if gone is not None and (kept is None or row.choices.get(PLACE) == "gone") else (kept, gone)
