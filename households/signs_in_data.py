"""What the data themselves show against receiving aid, for many registrations at once: the same questions to the database,
however many there are.

What members do goes along when they move; the electricity of a former house says nothing of the present one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from households.choices.registration import Exclusion, RegistrationState
from households.models import Membership, PersonAnswers, Registration, SurveyRound
from households.registry.rounds import of_moved

STATE_EMPLOYED = "5"  # status_kerja, the same in both code books
POWER_ABOVE_2200 = "5"  # daya, the same in both code books; Regsosek 2022-K has it for up to three meters
METERS = ("daya", "daya_2", "daya_3")
_YES = "yes"


@dataclass(frozen=True)
class Fact:
    """What the data show: the sign's code, what it rests on in a word that needs no translation, and the sentence about it."""

    code: str
    shows: str
    sentence: str


def facts_of(rows: Iterable[Registration]) -> dict[int, list[Fact]]:
    """Return by registration what speaks against aid. The rows bring family and household along."""
    rows = list(rows)
    families = {row.family_id: row.family for row in rows}
    ended: dict[int, list[tuple[int, str]]] = {}
    ends = (RegistrationState.NOT_FOUND, RegistrationState.REFUSED)
    for family, pk, state in Registration.objects.filter(family__in=families, state__in=ends).values_list(
        "family", "pk", "state"
    ):
        ended.setdefault(family, []).append((pk, state))
    members: dict[int, dict[int, bool]] = {}
    for family, person, died_on in (
        Membership.objects.open().filter(family__in=families).values_list("family", "person", "person__died_on")
    ):
        members.setdefault(family, {})[person] = died_on is None
    newest = _newest_rounds(rows)
    employed = _employed(newest, members)
    found: dict[int, list[Fact]] = {}
    for row in rows:
        house, facts = row.family.household, []
        if not house.address and not house.hamlet:
            facts.append(Fact(Exclusion.NO_ADDRESS, _YES, _("Alamat dan jorong kosong.")))
        earlier = {state for pk, state in ended.get(row.family_id, []) if pk != row.pk}
        if RegistrationState.NOT_FOUND in earlier:
            facts.append(Fact(Exclusion.NOT_FOUND, _YES, _("Usulan terdahulu berakhir: tidak ditemukan.")))
        if RegistrationState.REFUSED in earlier:
            facts.append(Fact(Exclusion.REFUSES, _YES, _("Usulan terdahulu berakhir: menolak didata.")))
        own = members.get(row.family_id)
        if own and not any(own.values()):
            facts.append(Fact(Exclusion.DIED, _YES, _("Semua anggota tercatat meninggal.")))
        last = newest.get(row.family_id)
        here = last is not None and last.household_id == house.pk
        if last is not None and here and POWER_ABOVE_2200 in [last.answers.get(name) for name in METERS]:
            facts.append(Fact(Exclusion.POWER, _YES, _("Jawaban pendataan: daya listrik lebih dari 2.200 watt.")))
        if n := employed.get(row.family_id, 0):
            said = _("Jawaban pendataan: %(n)d anggota PNS, TNI, Polri, BUMN, atau BUMD.") % {"n": n}
            facts.append(Fact(Exclusion.STATE_PAID, str(n), said))
        found[row.pk] = facts
    return found


def _newest_rounds(rows: list[Registration]) -> dict[int, SurveyRound]:
    """Return by family its newest round; of one that moved house among the rounds of all its houses."""
    moved = of_moved(row.family for row in rows)
    last = {family: max(own, key=lambda pk: (own[pk], pk)) for family, own in moved.items() if own}
    houses = {row.family.household_id for row in rows if row.family_id not in moved}
    rounds = SurveyRound.objects.order_by("household", "-collected_on", "-pk").distinct("household")
    by_house = {found.household_id: found for found in rounds.filter(household__in=houses)}
    by_pk = SurveyRound.objects.in_bulk(last.values()) if last else {}
    newest = {family: by_pk[pk] for family, pk in last.items()}
    for row in rows:
        if row.family_id not in moved and row.family.household_id in by_house:
            newest[row.family_id] = by_house[row.family.household_id]
    return newest


def _employed(newest: dict[int, SurveyRound], members: dict[int, dict[int, bool]]) -> dict[int, int]:
    """Return by family how many of its present members the newest round found in the pay of the state."""
    answers = PersonAnswers.objects.filter(
        round__in={found.pk for found in newest.values()}, answers__status_kerja=STATE_EMPLOYED
    )
    paid: dict[int, set[int]] = {}
    for survey, person in answers.values_list("round", "person"):
        paid.setdefault(survey, set()).add(person)
    return {family: len(paid.get(found.pk, set()) & members.get(family, {}).keys()) for family, found in newest.items()}
