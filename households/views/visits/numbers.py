"""A NIK or KK that lives in another family, or a NIK that was dropped in a merge, is refused on its screen."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.alike import elsewhere
from households.forms.visit.screen import ScreenForm
from households.models import Family, Person, Visit
from households.registry import former_numbers
from households.registry.bearers import why_not
from households.registry.numbers import whom_to_ask
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.core import crypto


def number_taken(form: ScreenForm, visit: Visit, user: User) -> bool:
    """Refuse a number that lives in another family here or was dropped in a merge; a name is shown only from the own area."""
    for name in ("nik", "kk"):
        number = clean_digits(form.cleaned_data.get(name))
        if not number:
            continue
        index = crypto.blind_index(number)
        if name == "kk":
            others = Family.objects.filter(kk_index=index).exclude(pk=visit.family_id or 0)
        else:
            people = Person.objects.filter(nik_index=index, memberships__ended_on=None).exclude(
                memberships__family=visit.family_id
            )
            others = Family.objects.filter(memberships__person__in=people, memberships__ended_on=None)
        if others.exists():
            own = others.filter(pk__in=Family.objects.visible_to(user)).select_related("head").first()
            form.add_error(name, _taken_sentence(own, name, others, visit))
            return True
        if name == "nik":
            fault = _bearer_fault(form, index, visit, user) or former_numbers.why_not(
                index, by=user, village=visit.village_id
            )
            if fault:
                form.add_error(name, fault)
                return True
    return False


def _bearer_fault(form: ScreenForm, index: bytes, visit: Visit, user: User) -> str:
    """Why the bearer of a number who lives in no family now may not be entered here; of the registry's own member, nothing."""
    bearer = Person.objects.filter(nik_index=index).first()
    if bearer is None or form.own.get("person_id") == bearer.pk:
        return ""
    data = form.cleaned_data
    born = data.get("birth_date")
    born = born if isinstance(born, date) else None
    return why_not(bearer, by=user, village=visit.village_id, name=data.get("name") or "", born=born)


def _taken_sentence(own: Family | None, name: str, others: Any, visit: Visit) -> str:
    if own is None:
        there = others.values_list("household__village_id", flat=True)[0]
        if name == "nik":
            return elsewhere(there, visit.village_id)
        sentence = _("Nomor KK ini sudah terdata di desa lain, di luar wilayah Anda. Hubungi %(who)s.")
        return sentence % {"who": whom_to_ask(visit.village_id, there)}
    head = own.head.name if own.head else _("Tanpa kepala keluarga")
    return _("Nomor ini sudah terdata di keluarga %(head)s. Buka keluarga itu, jangan catat dua kali.") % {"head": head}
