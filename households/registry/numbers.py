"""NIK and KK numbers in events: what is impossible is refused, what is odd wants a reason, a number taken says whom to ask."""

from typing import Any

from django.utils.translation import gettext as _

from households.models import Family, Person
from households.validators import NumberCheck, check_kk, check_nik
from slrt.accounts.models import Assignment, User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission, roles_with
from slrt.core import clock, crypto
from slrt.core.errors import GuardFailed

ASKED_AT_MOST = 2


def whom_to_ask(*places: str, permission: Permission = Permission.FAMILY_CHANGE) -> str:
    """Return who may change families (or do what else `permission` names) in all of these places, nearest first.

    `places` are region codes, at least one. A part of a sentence, never empty: without anybody it names the back officer of the
    regency.
    """
    roles = [str(role) for role in roles_with(permission)]
    parts = places[0].split(".")
    above = [".".join(parts[: n + 1]) for n in range(len(parts))]
    holders = Assignment.objects.current(clock.today()).filter(role__in=roles, area__in=above, user__is_active=True)
    rows = holders.select_related("user").order_by("pk")
    found = [row for row in rows if all(covers(row.area_id, place) for place in places)]
    found.sort(key=lambda row: -len(row.area_id))
    names = list(dict.fromkeys(f"{row.user} ({row.get_role_display().lower()})" for row in found))[:ASKED_AT_MOST]
    return _(" atau ").join(names) if names else _("petugas back office kabupaten")


def checked(check: NumberCheck, field: str, reason: str) -> str:
    """Return the cleaned number, or raise GuardFailed for what is impossible or odd without a reason."""
    if check.errors:
        raise GuardFailed(field, check.errors[0][1])
    if check.warnings and not reason.strip():
        raise GuardFailed(field, check.warnings[0][1] + " " + _("Kalau ya, tulis alasannya."))
    return check.number


def free_nik(text: str, *, by: User, family: Family, person: Person | None, born: Any, sex: str, reason: str) -> bytes:
    """Return the blind index of a NIK that nobody else bears.

    Raises GuardFailed: the bearer's family is named only when it lies in the own area, else it says whom to ask.
    """
    number = checked(check_nik(text, born=born, sex=sex), "nik", reason)
    index = crypto.blind_index(number)
    bearer = Person.objects.filter(nik_index=index).exclude(pk=person.pk if person else 0).first()
    if bearer is None:
        return index
    home = (
        Family.objects.filter(memberships__person=bearer, memberships__ended_on=None)
        .select_related("household")
        .first()
    )
    if home is None:
        raise GuardFailed(
            "nik", _("NIK ini milik orang yang sudah tercatat dan tidak lagi di keluarga mana pun. Periksa KTP.")
        )
    if home.pk == family.pk:
        raise GuardFailed("nik", _("NIK ini sudah dipakai anggota lain di keluarga ini. Periksa KTP keduanya."))
    own = Family.objects.visible_to(by).select_related("head").filter(pk=home.pk).first()
    if own is not None:
        head = own.head.name if own.head else _("Tanpa kepala keluarga")
        raise GuardFailed(
            "nik",
            _("NIK ini sudah terdata di keluarga %(head)s. Satu orang tidak bisa di dua keluarga.") % {"head": head},
        )
    raise GuardFailed(
        "nik",
        _("NIK ini sudah terdata di desa lain, di luar wilayah Anda. Hubungi %(who)s.")
        % {"who": whom_to_ask(family.place_code, home.place_code)},
    )


def free_kk(text: str, *, by: User, family: Family, reason: str = "") -> tuple[str, bytes]:
    """Return a KK number and its blind index that no other family holds; raises GuardFailed with its own sentence."""
    number = checked(check_kk(text), "kk", reason)
    index = crypto.blind_index(number)
    if index == family.kk_index:
        raise GuardFailed("kk", _("Ini nomor KK yang sekarang. Isi nomor yang baru."))
    holder = Family.objects.filter(kk_index=index).select_related("household").first()
    if holder is None:
        return number, index
    raise GuardFailed("kk", kk_taken(holder, by=by, near=family.place_code))


def kk_taken(holder: Family, *, by: User, near: str) -> str:
    """Return the sentence on a KK number that another family holds: its head in the own area, elsewhere whom to ask.

    `near` is the region code of the family for which the number was entered.
    """
    own = Family.objects.visible_to(by).select_related("head").filter(pk=holder.pk).first()
    if own is not None:
        head = own.head.name if own.head else _("Tanpa kepala keluarga")
        return _("Nomor KK ini sudah dipakai keluarga %(head)s. Periksa kartunya.") % {"head": head}
    return _("Nomor KK ini sudah terdata di desa lain, di luar wilayah Anda. Hubungi %(who)s.") % {
        "who": whom_to_ask(near, holder.place_code)
    }


def family_by_number(text: str, *, by: User, near: Family) -> Family:
    """Return the family in the own area that holds a KK number, or whose member bears a NIK.

    Raises GuardFailed: not known, or known elsewhere (no name, but whom to ask).
    """
    check = check_kk(text)
    if check.errors:
        raise GuardFailed("target", check.errors[0][1])
    number = check.number  # an odd number that is registered is found all the same
    index = crypto.blind_index(number)
    found = Family.objects.filter(kk_index=index).select_related("household").first()
    if found is None:
        found = (
            Family.objects.filter(memberships__person__nik_index=index, memberships__ended_on=None)
            .select_related("household")
            .first()
        )
    if found is None:
        raise GuardFailed("target", _("Nomor ini belum terdata. Catat keluarga itu dulu lewat kunjungan."))
    if not Family.objects.visible_to(by).filter(pk=found.pk).exists():
        raise GuardFailed(
            "target",
            _("Nomor ini terdata di desa lain, di luar wilayah Anda. Hubungi %(who)s.")
            % {"who": whom_to_ask(near.place_code, found.place_code)},
        )
    return found
