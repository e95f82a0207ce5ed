"""A visit is begun: empty for a new family, filled with what the registry holds for a known one."""

from typing import Any

from django.conf import settings
from django.db import transaction

from households.choices.visit import VisitOrigin, VisitStatus
from households.models import Family, Visit
from households.querysets.household import BY_RELATION
from households.questionnaire import QUESTIONNAIRES
from households.questionnaire.flow import empty_answers
from households.registry.rounds import rounds_of, stays_of
from households.visiting.departures import how_gone
from households.visiting.draft import demand
from households.visiting.fields import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail


def begin(
    *,
    by: User,
    village_id: str,
    family: Family | None = None,
    first: dict[str, str] | None = None,
    kk: str = "",
    book: str = "",
) -> Visit:
    """Start a visit to a new or a known family; the answers of a known one are filled in. Raises NotPermitted.

    `first` (nik or name of the head) and `kk` were typed in the search before; nobody types them twice. `book` is the code book,
    the office's own (VISIT_CODEBOOK) when none is named.
    """
    book = book or settings.VISIT_CODEBOOK
    visit = Visit(facilitator=by, village_id=village_id, family=family, questionnaire=QUESTIONNAIRES[book].version)
    demand(may(by, Permission.VISIT_WRITE, visit))
    handed = family and by.visits.filter(family=family, state=VisitStatus.DRAFT, origin=VisitOrigin.RENEWAL).first()
    if handed:
        return handed  # the program has already laid this visit out for them
    visit.answers = known_answers(family, book) if family else empty_answers(book)
    if first:
        visit.answers["first"] = first
    if kk:
        visit.answers["household"]["kk"] = kk
    with transaction.atomic():
        visit.save()
        trail.write("begin", visit, by=by, to_state=visit.state, family=family.pk if family else None)
    return visit


def known_answers(family: Family, book: str) -> dict[str, Any]:
    """Return the answers of a new visit to a known family: what the registry holds, for the facilitator to confirm.

    Raw codes come from the family's newest round of the same code book only: another book's codes mean something else. After a
    move they tell of its people; the new house is asked about anew.
    """
    answers = empty_answers(book)
    house = family.household
    answers["household"] = {name: getattr(house, name) for name in HOUSEHOLD_FIELDS}
    answers["household"]["kk"] = family.kk_encrypted or ""
    last = rounds_of(family, stays_of(family)).filter(codebook=book).last()
    about: dict[int, dict[str, Any]] = {}
    if last is not None:
        if last.household_id == house.pk:
            answers["household"].update({**last.answers, **(last.private or {})})
        about = {row.person_id: {**row.answers, **(row.private or {})} for row in last.person_answers.all()}
    versions: dict[str, int] = {}
    members = family.memberships.open().select_related("person").order_by(BY_RELATION, "person__birth_date", "pk")
    for membership in members:
        person, key = membership.person, f"p{membership.person_id}"
        answers["order"].append(key)
        versions[key] = person.version
        answers["members"][key] = {
            **QUESTIONNAIRES[book].to_ticks(about.get(person.pk, {})),
            "person_id": person.pk,
            "nik": person.nik_encrypted or "",
            "no_nik_reason": person.no_nik_reason,
            "name": person.name,
            "birth_date": person.birth_date.isoformat() if person.birth_date else "",
            "sex": person.sex,
            "marital": person.marital,
            "relation": membership.relation,
        }
        if how_gone(book, answers["members"][key]):
            del answers["members"][key]["keberadaan"]  # that somebody was gone held for the visit that said so
    answers["versions"] = {"family": family.version, "household": house.version, "members": versions}
    # What the registry said when the visit began: only what differs from it later was changed by somebody else.
    answers["base"] = {"": {name: answers["household"].get(name, "") for name in (*HOUSEHOLD_FIELDS, "kk")}}
    for key in answers["order"]:
        answers["base"][key] = {name: answers["members"][key].get(name, "") for name in MEMBER_FIELDS}
    return answers
