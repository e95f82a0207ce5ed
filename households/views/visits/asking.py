"""One screen: shown filled with what was entered, kept when it is sent."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from households import visiting
from households.alike import Alike
from households.choices.visit import VisitStatus
from households.forms.visit.screen import ScreenForm
from households.models import Visit
from households.questionnaire import consent, find_step
from households.questionnaire.flow import Step
from households.views import kept
from households.views.visits.addresses import after_url
from households.views.visits.alike import alike_of, told_apart
from households.views.visits.copying import copied
from households.views.visits.numbers import number_taken
from households.views.visits.reach import consent_first, visit_of
from households.views.visits.showing import show
from households.views.visits.words import differing
from slrt.accounts.requests import StaffRequest
from slrt.core.errors import StaleVersion


def visit_screen(request: HttpRequest, pk: int, screen: str, member: str = "") -> HttpResponse:
    """One screen: GET shows it filled with what was entered, POST keeps it and leads on.

    Sent without a session, it leads to signing in and is then shown as it was left. Sent over what another page entered
    meanwhile, it shows both and asks.
    """
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    visit = visit_of(request, pk)  # type: ignore[arg-type]
    step = find_step(visit.answers, screen, member or None)
    answers = visit.answers
    if step is None or (member and member not in answers["members"] and member != visiting.new_member_key(answers)):
        raise Http404
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    ask_first = consent_first(visit) if screen != consent.STEP else None
    if ask_first is not None:
        return _led_back(request, ask_first)
    if member and member not in answers["members"]:
        answers = {**answers, "members": {**answers["members"], member: {}}, "order": [*answers["order"], member]}
    if request.method == "POST":
        return _take(request, visit, step, answers)  # type: ignore[arg-type]
    left = kept.kept(request)
    answer = show(request, visit, step, answers, ScreenForm(left, step=step, answers=answers), left=left)
    return kept.forget(answer) if left is not None else answer


def _led_back(request: HttpRequest, ask_first: HttpResponse) -> HttpResponse:
    """Lead to the consent in the way the page asked: by a redirect, or for its script; what was kept meanwhile is dropped."""
    if "X-Autosave" in request.headers:
        return JsonResponse({"saved": False}, status=403)
    if "X-Screen" in request.headers:
        return JsonResponse({"next": ask_first["Location"]})
    return kept.forget(ask_first)


def _take(request: StaffRequest, visit: Visit, step: Step, answers: dict[str, Any]) -> HttpResponse:
    """Keep a posted screen."""
    data, autosave = request.POST, "X-Autosave" in request.headers
    if "copy" in data:
        return show(request, visit, step, answers, ScreenForm(copied(data, step, answers), step=step, answers=answers))
    form = ScreenForm(data, step=step, answers=answers)
    valid = form.is_valid() and not number_taken(form, visit, request.user)
    household, members = form.values()
    alike = alike_of(request, visit, form) if valid and not autosave else Alike()
    if alike and step.member:
        # Shown once: whoever says "none of them" is not asked about the same people again.
        said = told_apart(request, answers["members"][step.member])
        members.setdefault(step.member, {})["not_same"] = said
        alike = alike if set(alike.ids) - set(said) else Alike()
    complete = valid and not form.warnings and not alike and not autosave
    page = data.get("page", "")[:36]
    seen = visiting.Seen(step, data.get("seen", ""), page) if "seen" in data and "mine" not in data else None
    if "mine" in data and data["mine"] != visiting.mark(visit.answers, step):
        seen = visiting.Seen(step, data["mine"], page)  # it changed once more since both were shown
    try:
        visit = visiting.save_screen(
            visit,
            by=request.user,
            household=household,
            members=members,
            step_id=step.id,
            complete=complete,
            typed=form.typed(),
            seen=seen,
        )
    except StaleVersion:
        if autosave:
            return JsonResponse({"saved": False}, status=409)
        return show(request, visit, step, answers, form, clash=differing(step, answers, household, members))
    if autosave:
        return JsonResponse({"saved": True, "seen": visiting.mark(visit.answers, step)})
    if complete:
        url = after_url(request, visit, step)
        return JsonResponse({"next": url}) if "X-Screen" in request.headers else redirect(url)
    return show(request, visit, step, answers, form, alike=alike)
