"""Who is registered already and may be the member that is being entered."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from households.alike import Alike, look
from households.choices.visit import VisitStatus
from households.codebook.variable import UNKNOWN
from households.forms.visit.screen import ScreenForm
from households.models import Visit
from households.questionnaire import consent, find_step
from households.views.visits.reach import visit_of
from slrt.accounts.requests import StaffRequest
from slrt.core.row_ids import row_ids


@require_POST
@login_required
def visit_alike(request: StaffRequest, pk: int, screen: str, member: str) -> HttpResponse:
    """While typing: who is registered already and may be the member that is being entered. Keeps nothing."""
    visit = visit_of(request, pk)
    step = find_step(visit.answers, screen, member)
    if step is None or visit.state == VisitStatus.SENT or not consent.is_given(visit.answers):
        raise Http404
    answers = visit.answers
    if member not in answers["members"]:
        answers = {**answers, "members": {**answers["members"], member: {}}, "order": [*answers["order"], member]}
    form = ScreenForm(request.POST, step=step, answers=answers)
    form.is_valid()
    alike = alike_of(request, visit, form, typing=True)
    said = answers["members"][member].get("not_same", [])
    if alike.known and not set(alike.ids) - set(said):
        alike = Alike()
    return render(request, "households/_alike.html", {"alike": alike, "typing": True})


def alike_url(visit: Visit, form: ScreenForm) -> str:
    """Return where the page asks while somebody types, or nothing when there is nobody to look for."""
    member = form.step.member or ""
    if not _is_new(form, member):
        return ""
    return reverse("households:visit_alike", args=[visit.pk, form.step.screen.key, member])


def _is_new(form: ScreenForm, member: str) -> bool:
    """Whether the screen is one that tells who a member is, of a member who does not come from the registry."""
    asked_here = {question.name for question in form.questions} & {"name", "birth_date"}
    return bool(member and asked_here and not form.answers["members"].get(member, {}).get("person_id"))


def alike_of(request: StaffRequest, visit: Visit, form: ScreenForm, typing: bool = False) -> Alike:
    """Who may be meant by what was entered so far. Asked for good when the birth date is known, while typing before, too."""
    member = form.step.member or ""
    if not _is_new(form, member):
        return Alike()
    own, now = (
        {name: "" if value == UNKNOWN else value for name, value in said.items()}
        for said in (form.answers["members"].get(member, {}), form.cleaned_data)
    )
    born = now.get("birth_date") or own.get("birth_date") or None
    if born is None and not typing:
        return Alike()
    return look(
        by=request.user,
        village=visit.village_id,
        name=now.get("name") or own.get("name") or "",
        born=date.fromisoformat(born) if isinstance(born, str) else born,
        sex=now.get("sex") or own.get("sex") or "",
        nik=now.get("nik") or ("" if "nik" in form.fields else own.get("nik") or ""),
        own=visit.family,
    )


def told_apart(request: StaffRequest, own: dict[str, Any]) -> list[int]:
    """Entries of which somebody said that it is another person."""
    return sorted({*own.get("not_same", []), *row_ids(request.POST.get("different", "").split(","))})
