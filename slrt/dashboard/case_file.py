"""The case file: everything about one family that lies in several apps."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Complaint
from households.codebook import ASKED
from households.models import Family, SurveyRound
from households.models.registration import ENDED_STATES
from households.registry.marks import marks_of
from households.registry.rounds import knowing_moves
from households.registry.story import Change, books_differ, differences
from households.screening import Screening, screen
from programs.models import Enrolment
from programs.selectors import FamilyRecord, advised, record_of
from referrals.models import Referral
from referrals.workflow import REFERRAL
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.audit.models import AuditEntry
from slrt.workflow.sentences import story

ROUNDS_COMPARED = 2
TIMELINE_SHOWN = 30
STANDINGS_SHOWN = 8


def visible_family(user: User, pk: int) -> Family:
    """Return a family of the own area, the one it was merged into for an old address; 404 for everybody else's."""
    families = (
        knowing_moves(Family.objects.visible_to(user)).for_page().select_related("household__head", "stored_advice")
    )
    return families.filter(pk=pk).first() or get_object_or_404(families, pk=Family.survivor_of(pk))


def case_file_context(family: Family, user: User) -> dict[str, Any]:
    """Return what the page shows, in at most fifteen queries whatever the family's size."""
    if not may(user, P.FAMILY_VIEW, family):
        raise Http404
    enrolments = list(
        Enrolment.objects.filter(family=family)
        .annotate(shown=Exists(Enrolment.objects.visible_to(user).filter(pk=OuterRef("pk"))))
        .select_related("programme", "organisation", "person")
    )
    record = record_of(family, [row.programme.code for row in enrolments if row.ended_on is None])
    rounds = record.rounds[: -ROUNDS_COMPARED - 1 : -1]
    here = [survey for survey in rounds if survey.household_id == family.household_id]
    deciles = list(family.deciles.order_by("-period", "-recorded_at")[:6])
    registration = family.registrations.order_by("-pk").first()
    complaints = list(Complaint.objects.visible_to(user).filter(family=family).order_by("-received_at")[:20])
    referrals = list(
        Referral.objects.visible_to(user).filter(family=family).select_related("programme", "receiver")[:20]
    )
    said = advised(family, record)
    subjects = [family, *complaints, *referrals, *([registration] if registration else [])]
    trail = AuditEntry.objects.about(*subjects).exclude(kind="login")
    return {
        "family": family,
        "members": _members(record, rounds),
        "others": family.household.families.exclude(pk=family.pk).select_related("head"),
        "registration": registration,
        "complaints": complaints,
        "referrals": referrals,
        "enrolments": [row for row in enrolments if row.shown],
        "advised": said,
        "standings": [row for row in said.standings if row.verdict.outcome != "fails"][:STANDINGS_SHOWN],
        "may_refer": bool(may(user, P.REFERRAL_DRAFT, family)),
        "under_way": {row.programme_id for row in referrals if row.state not in REFERRAL.final},
        "deciles": deciles,
        "house": _house(here),
        "changes": _changes(record, rounds, deciles),
        "not_compared": books_differ(rounds[1], rounds[0]) if _other_book(rounds) else "",
        "screening": _screening(here),
        "rounds": rounds,
        "events": story(trail, TIMELINE_SHOWN),
        "actions": _actions(family, user, registration),
        "may_reveal": bool(may(user, P.PERSON_REVEAL, family)),
    }


def _members(record: FamilyRecord, rounds: list[SurveyRound]) -> list[dict[str, Any]]:
    answers: dict[int, dict[str, str]] = {}
    for survey in reversed(rounds):
        if survey.codebook == rounds[0].codebook:
            for row in survey.person_answers.all():
                answers.setdefault(row.person_id, {}).update(row.answers)
    found = []
    for membership in record.memberships:
        said = answers.get(membership.person_id, {})
        marks = marks_of(rounds[0].codebook, said) if rounds else []
        found.append({"person": membership.person, "membership": membership, "marks": marks})
    return found


def _house(rounds: list[Any]) -> list[dict[str, str]]:
    if not rounds:
        return []
    newest = rounds[0]
    book = ASKED[newest.codebook]
    return [
        {"label": str(book[name].label), "value": book[name].say(code)}
        for name, code in newest.answers.items()
        if name in book
    ]


def _screening(rounds: list[Any]) -> Screening | None:
    """The signs shown by what was answered last under the newest round's code book."""
    if not rounds:
        return None
    answers: dict[str, Any] = {}
    for survey in reversed(rounds):
        if survey.codebook == rounds[0].codebook:
            answers.update(survey.answers)
    return screen(rounds[0].codebook, answers)


def _changes(record: FamilyRecord, rounds: list[Any], deciles: list[Any]) -> list[Change]:
    """What the newest round says differently from the one before, under one code book only, and the decile with it."""
    found = []
    if len(deciles) > 1 and deciles[0].decile != deciles[1].decile:
        new, old = (f"{row.decile} ({row.period})" for row in deciles[:2])
        found.append(Change(_("Desil"), _("Desil resmi"), old, new))
    if len(rounds) < ROUNDS_COMPARED or _other_book(rounds):
        return found
    names = {row.person_id: row.person.name for row in record.memberships}
    said = differences(rounds[1], rounds[0], names)
    moved = rounds[1].household_id != rounds[0].household_id
    return found + [change for change in said if change.whom or not moved]


def _other_book(rounds: list[Any]) -> bool:
    return len(rounds) >= ROUNDS_COMPARED and rounds[0].codebook != rounds[1].codebook


def _actions(family: Family, user: User, registration: Any) -> list[dict[str, Any]]:
    found = []
    if may(user, P.VISIT_WRITE, family):
        found.append({"label": _("Kunjungi keluarga ini"), "post": reverse("households:visit_begin"), "first": True})
    if may(user, P.FAMILY_CHANGE, family):
        found.append({"label": _("Catat perubahan"), "url": reverse("households:events", args=[family.pk])})
    if may(user, P.COMPLAINT_RECORD, family):
        found.append({"label": _("Catat keluhan"), "url": f"{reverse('complaints:new')}?keluarga={family.pk}"})
    if may(user, P.REFERRAL_DRAFT, family):
        found.append(
            {
                "label": _("Rujuk ke program"),
                "url": f"{reverse('referrals:new')}?keluarga={family.pk}",
                "first": not any(action.get("first") for action in found),
            }
        )
    if may(user, P.REGISTRATION_OBJECT, family):
        url = reverse("households:objection_new", args=[family.pk])
        found.append({"label": _("Catat usul atau sanggahan"), "url": url})
    live = registration is not None and registration.state not in ENDED_STATES
    if not live and may(user, P.REGISTRATION_PROPOSE, family):
        found.append({"label": _("Usulkan ke DTSEN"), "post": reverse("households:registration_new", args=[family.pk])})
    return found
