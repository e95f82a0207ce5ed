"""Families with several members for the stories of the registry."""

from collections.abc import Callable
from datetime import date

import pytest

from households.models import Family, Household, Membership, Person, RegistryEvent
from households.names import fold
from slrt.audit.models import AuditEntry
from slrt.core import crypto
from slrt.core.errors import GuardFailed
from tests import cases, people

ROSNA, ALI, SITI, OLD = "1301994506850001", "1301990101800002", "1301994101100003", "1301994101500004"
KK = "1301990101200001"


def member(family: Family, name: str, born: date, relation: str, sex: str = "1", nik: str = "") -> Person:
    """A member of a family since 2020."""
    person = Person.objects.create(
        name=name,
        name_folded=fold(name),
        birth_date=born,
        sex=sex,
        nik_encrypted=nik or None,
        nik_index=crypto.blind_index(nik) if nik else None,
        no_nik_reason="" if nik else "no_papers",
    )
    Membership.objects.create(
        person=person, family=family, relation=relation, household_relation=relation, started_on=date(2020, 1, 1)
    )
    return person


def rosnas(village: str = people.SAGO) -> Family:
    """Rosna (head, 1985), her husband Ali (1980), daughter Siti (2010), mother-in-law Upik (1950)."""
    family = cases.family_in(village, "Rosna Tanjung", ROSNA, KK)
    Membership.objects.filter(family=family).update(household_relation="1")
    member(family, "Ali Tanjung", date(1980, 1, 1), "2", nik=ALI)
    member(family, "Siti Tanjung", date(2010, 1, 1), "3", "2", SITI)
    member(family, "Upik Tanjung", date(1950, 1, 1), "6", "2", OLD)
    return Family.objects.select_related("household", "head").get(pk=family.pk)


def neighbours(village: str = people.SAGO, nik: str = "1301994506700009", name: str = "Dahlia Chaniago") -> Family:
    """Another family of one."""
    family = cases.family_in(village, name, nik)
    Membership.objects.filter(family=family).update(household_relation="1")
    return Family.objects.select_related("household", "head").get(pk=family.pk)


def named(family: Family, name: str) -> Person:
    """The member with this first name, also one who left."""
    return Person.objects.filter(memberships__family=family, name__startswith=name).distinct().get()


def relations(family: Family) -> dict[str, str]:
    """First name -> relation of the open memberships."""
    rows = family.memberships.open().select_related("person")
    return {row.person.name.split()[0]: row.relation for row in rows}


def everything(*families: Family) -> list:
    """All that an event could touch, to compare before and after. Versions and times are left out."""
    left_out = ("version", "updated_at")
    found = []
    for model in (Household, Person, Family, Membership):
        names = [f.name for f in model._meta.concrete_fields if f.name not in left_out]
        found += [tuple(str(v) for v in row) for row in model.objects.order_by("pk").values_list(*names)]
    return found


def refused(call: Callable[[], object], field: str) -> str:
    """The call is refused at a field with a sentence, and nothing has changed."""
    before = everything()
    with pytest.raises(GuardFailed) as fault:
        call()
    assert fault.value.field == field
    assert everything() == before
    assert not RegistryEvent.objects.exists()
    assert not AuditEntry.objects.exists()
    return str(fault.value)
