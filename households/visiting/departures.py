"""Members of whom a visit says that they died or moved away, or who were taken out: recorded as events, one history for all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.choices.survey import CodeBook
from households.models import Family, Visit
from households.registry import members
from households.visiting.problem import Problem
from slrt.accounts.models import User
from slrt.core.errors import GuardFailed

DIED, LEFT = "died", "left"
# What the answer about where a member is ("keberadaan") says of who is gone. The books number it differently.
_GONE: dict[str, dict[str, str]] = {
    CodeBook.BDT2015: {"2": DIED, "3": LEFT},
    CodeBook.REGSOSEK2022K: {"2": DIED, "3": LEFT, "4": LEFT},
}


@dataclass(frozen=True)
class Gone:
    """A member who is not there any more; `how` is DIED or LEFT."""

    key: str
    name: str
    how: str
    is_head: bool


def how_gone(codebook: str, member: Mapping[str, Any]) -> str:
    """Return DIED or LEFT for a member of whom the answers say so, else ""."""
    return _GONE.get(codebook, {}).get(str(member.get("keberadaan") or ""), "")


def gone(visit: Visit) -> list[Gone]:
    """Return the visit's members who died or moved away by its answers; the head comes last."""
    found = [row for key in visit.answers["order"] if (row := _gone(visit, key)) is not None]
    return sorted(found, key=lambda row: row.is_head)


def leaving(visit: Visit) -> list[Gone]:
    """Return everybody whom sending the visit records as dead or moved away: `gone`, and whom the registry has and it took out."""
    known = visit.answers.get("versions", {}).get("members", {})
    out = [key for key in visit.answers.get("removed", []) if key in known]
    return gone(visit) + [
        _gone(visit, key) or Gone(key, visit.answers["members"][key]["name"], LEFT, False) for key in out
    ]


def _gone(visit: Visit, key: str) -> Gone | None:
    member = visit.answers["members"][key]
    how = how_gone(visit.codebook, member)
    return Gone(key, member.get("name", ""), how, member.get("relation") == Relation.HEAD) if how else None


def head_gone(visit: Visit) -> list[Problem]:
    """A head who is gone while others stay: somebody else has to be the head first."""
    found = gone(visit)
    if len(found) == len(visit.answers["order"]):
        return []
    sentence = _("%(name)s tercatat meninggal atau pindah. Jadikan anggota lain kepala keluarga dulu.")
    return [Problem(f"person:{row.key}", sentence % {"name": row.name}) for row in found if row.is_head]


def record(
    visit: Visit, family: Family, persons: Mapping[str, int], *, by: User, today: date, days: Mapping[str, date]
) -> None:
    """Record who died, moved away or was taken out. `persons` maps keys of the visit to persons, `days` to days of death.

    Without a day the visit's own is taken, and the event says so. Raises GuardFailed("died_<key>") for an impossible day.
    """
    for row in gone(visit):
        if row.how == DIED:
            _death(family, row.key, persons[row.key], by, today, days.get(row.key))
        else:
            _left(family, persons[row.key], by, today, _("Menurut keterangan pada kunjungan."))
    for key, person in _taken_out(visit, family, set(persons.values())):
        member = visit.answers["members"].get(key, {})
        if how_gone(visit.codebook, member) == DIED:
            _death(family, key, person, by, today, days.get(key))
        else:
            _left(family, person, by, today, _("Dikeluarkan dari daftar anggota pada kunjungan."))


def _taken_out(visit: Visit, family: Family, present: set[int]) -> Iterator[tuple[str, int]]:
    rows = family.memberships.open().exclude(person_id__in=present).order_by("pk")
    for person in list(rows.values_list("person_id", flat=True)):
        yield f"p{person}", person


def _death(family: Family, key: str, person: int, by: User, today: date, day: date | None) -> None:
    why = "" if day else _("Tanggal meninggal tidak diketahui; dicatat menurut tanggal kunjungan.")
    try:
        members.death(family, by=by, version=_version(family), person=person, on=day or today, reason=why)
    except GuardFailed as fault:
        raise GuardFailed(f"died_{key}" if fault.field == "on" else fault.field, fault.message) from None


def _left(family: Family, person: int, by: User, today: date, why: str) -> None:
    members.leave(family, by=by, version=_version(family), person=person, on=today, reason=why)


def _version(family: Family) -> int:
    return Family.objects.values_list("version", flat=True).get(pk=family.pk)
