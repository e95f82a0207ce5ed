"""What a sent visit writes: household, family, card, survey round with the raw answers."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.choices.survey import SurveyKind
from households.codebook import ASKED
from households.codebook.sorting import sort_answers
from households.models import Family, FormerFamilyCard, Household, PersonAnswers, SurveyRound, Visit
from households.questionnaire import relevant_answers
from households.registry.heads import follow_family_head, settle_households
from households.registry.ledger import Ledger
from households.registry.numbers import kk_taken
from households.visiting import departures
from households.visiting.ages import reasons_of
from households.visiting.fields import HOUSEHOLD_FIELDS, said
from households.visiting.people import write_person
from slrt.accounts.models import User
from slrt.core import clock, crypto
from slrt.core.errors import GuardFailed, StaleVersion


def write(visit: Visit, by: User, days: Mapping[str, date] | None = None) -> Family:
    """Write household, family, people and the round of raw answers; `days` are those of deaths by member, where known.

    Raises GuardFailed or StaleVersion.
    """
    answers, today = visit.answers, clock.today()
    kept, kept_members = relevant_answers(answers, today)
    kept["kept_reason"] = reasons_of(answers["household"])
    family = _family(visit, kept)
    persons = {key: write_person(family, answers["members"][key], today, by) for key in answers["order"]}
    head = next(persons[k] for k in answers["order"] if answers["members"][k]["relation"] == Relation.HEAD)
    house = family.household
    if family.head_id != head.pk:
        family.head = head
        family.save()
    house.last_visited_on = today
    house.save()
    visit.round = SurveyRound.objects.create(
        household=house,
        kind=SurveyKind.VISIT,
        codebook=visit.codebook,
        collected_on=today,
        collected_by=by,
        **_open_and_private(visit.codebook, kept),
        consent_version=answers["consent_version"],
        attested=True,
    )
    for key in answers["order"]:
        kept_members[key]["kept_reason"] = reasons_of(answers["members"][key])
    PersonAnswers.objects.bulk_create(
        PersonAnswers(person=persons[key], round=visit.round, **_open_and_private(visit.codebook, kept_members[key]))
        for key in answers["order"]
    )
    by_key = {key: person.pk for key, person in persons.items()}
    departures.record(visit, family, by_key, by=by, today=today, days=days or {})
    family.refresh_from_db()
    settled = Ledger(family, by)
    settle_households(settled, family.household_id)
    follow_family_head(settled, family)
    return family


def _open_and_private(book: str, kept: dict[str, Any]) -> dict[str, Any]:
    """Split answers into what stands in clear and what is kept encrypted, each only of the code book."""
    found = sort_answers(ASKED[book], kept)
    if kept.get("kept_reason"):  # why an odd number or age was kept, in the facilitator's words
        found.private["kept_reason"] = kept["kept_reason"]
    return {"answers": found.open, "private": found.private or None}


def _family(visit: Visit, kept: dict[str, Any]) -> Family:
    answers = visit.answers
    if visit.family_id is None:
        house = Household.objects.create(village_id=visit.village_id)
        family = Family(household=house)
    else:
        house = Household.objects.select_for_update(of=("self",)).get(families=visit.family_id)
        family = Family.objects.select_for_update(of=("self",)).get(pk=visit.family_id)
        seen = answers.get("versions", {})
        now = {f"p{m.person_id}": m.person.version for m in family.memberships.open().select_related("person")}
        known = (seen.get("family"), seen.get("household"), seen.get("members", now))
        if known != (family.version, house.version, now):
            raise StaleVersion(_("Data keluarga ini diubah orang lain sesudah Anda mulai."), current=family)
    changed = {name: said(kept.get(name)) for name in HOUSEHOLD_FIELDS}
    changed.update(_position(kept))
    for name, value in changed.items():
        setattr(house, name, value)
    house.version += 1
    house.save()
    family.household = house
    _card(family, said(kept.get("kk")), visit.facilitator)
    family.version += 1
    family.save()
    return family


def _position(kept: dict[str, Any]) -> dict[str, Any]:
    if not (said(kept.get("latitude")) and said(kept.get("longitude"))):
        return {}
    accuracy = said(kept.get("accuracy"))
    return {
        "latitude": round(float(kept["latitude"]), 6),
        "longitude": round(float(kept["longitude"]), 6),
        "position_accuracy": int(float(accuracy)) if accuracy else None,
    }


def _card(family: Family, number: str, by: User) -> None:
    """A new number replaces the old one, which is kept; a number of another family is refused."""
    index = crypto.blind_index(number) if number else None
    if index is None or index == family.kk_index:
        return
    holder = Family.objects.filter(kk_index=index).exclude(pk=family.pk).select_related("household").first()
    if holder is not None:
        raise GuardFailed("card", kk_taken(holder, by=by, near=family.place_code))
    if family.kk_index is not None:
        FormerFamilyCard.objects.create(
            family=family, kk_encrypted=family.kk_encrypted, kk_index=family.kk_index, until=clock.now()
        )
    family.kk_encrypted, family.kk_index = number, index
