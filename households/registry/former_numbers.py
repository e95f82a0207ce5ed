"""NIK that were dropped when two entries of one person were merged: whom they lead to, and why nobody is entered under one."""

from django.utils.translation import gettext as _

from households.models import Family, FormerNik, Membership, Person
from households.registry.numbers import whom_to_ask
from slrt.accounts.models import User
from slrt.accounts.roles import Permission


def bearer_of(index: bytes) -> Person | None:
    """Return the person whom a dropped NIK (its blind index) leads to; None when it is none, or somebody bears it by now."""
    if Person.objects.filter(nik_index=index).exists():
        return None
    row = FormerNik.objects.filter(nik_index=index).select_related("person").order_by("-pk").first()
    return row.person.survivor() if row else None


def home_of(bearer: Person) -> Membership | None:
    """Return where the person lives now."""
    related = ("person", "family__household__village", "family__head")
    return Membership.objects.open().filter(person=bearer).select_related(*related).first()


def why_not(index: bytes, *, by: User, village: str) -> str:
    """Return why nobody may be entered under this NIK and whom to ask, "" when it was not dropped.

    `village` is where it was entered. Whoever lives outside the own area is not named.
    """
    bearer = bearer_of(index)
    if bearer is None:
        return ""
    home = home_of(bearer)
    own = home is not None and Family.objects.visible_to(by).filter(pk=home.family_id).exists()
    place = home.family.place_code if home else village
    return _(
        "NIK ini sudah dilepas ketika dua data %(who)s digabung. Cocokkan dengan KTP dan pakai NIK yang tercatat sekarang."
        " Bila ternyata dua orang, minta %(ask)s membatalkan penggabungannya."
    ) % {
        "who": bearer.name if own else _("satu orang"),
        "ask": whom_to_ask(village, place, permission=Permission.DUPLICATE_CONFIRM),
    }
