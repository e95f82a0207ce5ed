"""While a member is entered: is this somebody who is registered already? Names from outside the own area are never told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from households.duplicates import folding
from households.duplicates.scoring import REASONS, Record, compare
from households.models import Family, Membership, Person
from households.names import fold
from households.registry import former_numbers
from households.registry.numbers import whom_to_ask
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import crypto
from slrt.regions.models import Region

SHOWN = 3
# Without a birth date the name has to speak alone; with one, less than what makes a pair for the office is worth a look.
ENOUGH = 60
_TELLING = ("name_same", "name_word", "name_near", "name_part")
# Most entries that are looked at: a village and whoever was born on that day; how many of them are looked into.
MOST, LIKELY = 10_000, 20
# What two numbers that nearly agree can add.
ROOM = REASONS["nik_digit"][0]
DISTRICT = 5  # signs of a district's code


@dataclass(frozen=True)
class Known:
    """One entry that may be the same person, with the family to open."""

    person: Person
    family: Family
    score: int


@dataclass(frozen=True)
class Alike:
    """Who it may be, the likeliest first; `elsewhere` the sentence when the number is known outside the own area."""

    known: tuple[Known, ...] = ()
    elsewhere: str = ""

    @property
    def ids(self) -> list[int]:
        """Numbers of the entries shown; whoever says "none of them" says it of these."""
        return [found.person.pk for found in self.known]

    def __bool__(self) -> bool:
        return bool(self.known or self.elsewhere)


def look(
    *, by: User, village: str, name: str, born: date | None, sex: str = "", nik: str = "", own: Family | None = None
) -> Alike:
    """Return who is registered already and may be the person entered; members of `own` are not meant.

    A known NIK decides. Else names of the village are compared, and of the whole own area those born on that day.
    """
    if nik:
        found = _by_number(nik, by, village, own)
        if found:
            return found
    if len(fold(name)) < 3:
        return Alike()
    entered = Record(folding.key(name), "", born, sex, village, None, bool(nik), None)
    likely = []
    for pk, person, record in _near(by, village, born, own):
        verdict = compare(entered, record if sex else record._replace(sex=""))
        if verdict.score >= ENOUGH - ROOM or (born is None and verdict.reasons[0] in _TELLING):
            likely.append((verdict.score, -person, pk, record))
    likely.sort(reverse=True)
    return Alike(_looked_into(likely[:LIKELY], entered._replace(nik=nik or None)))


def _looked_into(likely: list[tuple[int, int, int, Record]], entered: Record) -> tuple[Known, ...]:
    """The likeliest once more with their numbers, which are decrypted for these few only."""
    related = ("person", "family__household__village", "family__head")
    rows = Membership.objects.select_related(*related).in_bulk([pk for _score, _person, pk, _record in likely])
    found = []
    for _score, _person, pk, record in likely:
        nik = rows[pk].person.nik_encrypted if entered.nik else None
        verdict = compare(entered, record._replace(nik=nik, sex=record.sex if entered.sex else ""))
        if verdict.score >= ENOUGH or (entered.born is None and verdict.reasons[0] in _TELLING):
            found.append(Known(rows[pk].person, rows[pk].family, verdict.score))
    found.sort(key=lambda known: (-known.score, known.person.pk))
    return tuple(found[:SHOWN])


def _by_number(nik: str, by: User, village: str, own: Family | None) -> Alike:
    index = crypto.blind_index(nik)
    there = Membership.objects.open().filter(person__nik_index=index).exclude(family=own)
    membership = there.select_related("person", "family__household__village", "family__head").first()
    if membership is None and (bearer := former_numbers.bearer_of(index)):
        membership = former_numbers.home_of(bearer)
    if membership is None or membership.family_id == (own and own.pk):
        return Alike()
    if Family.objects.visible_to(by).filter(pk=membership.family_id).exists():
        return Alike((Known(membership.person, membership.family, 100),))
    return Alike(elsewhere=elsewhere(membership.family.household.village_id, village))


def elsewhere(code: str, village: str) -> str:
    """Return the sentence on a number that is registered in a village (`code`) outside: the district, whom to ask, no name."""
    district = Region.objects.filter(pk=code[:DISTRICT]).first()
    return _(
        "NIK ini sudah terdata di tempat lain di %(district)s. Jangan catat dua kali; tanyakan kepada %(whom)s."
    ) % {
        "district": district.name if district else _("kabupaten lain"),
        "whom": whom_to_ask(village, code),
    }


def _near(by: User, village: str, born: date | None, own: Family | None) -> Iterator[tuple[int, int, Record]]:
    """Yield (membership, person, what is compared) of the village, and of the whole own area those born on that day."""
    place = "family__household__village__code"
    area = within(by.areas_for(Permission.FAMILY_VIEW), place)
    rows = Membership.objects.open().filter(area).exclude(family=own)
    near = Q(family__household__village=village)
    if born is not None:
        days = {born, born.replace(month=born.day, day=born.month)} if born.day <= 12 else {born}
        near |= Q(person__birth_date__in=days)
    columns = ("pk", "person", "person__name", "person__birth_date", "person__sex", place, "person__nik_index")
    for pk, person, name, day, sex, code, index in rows.filter(near).values_list(*columns)[:MOST]:
        yield pk, person, Record(folding.key(name), "", day, sex, code, None, index is not None)
