"""The page of one screen, with whatever has to be said about it."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from households import visiting
from households.alike import Alike
from households.forms.visit.screen import ScreenForm
from households.models import Visit
from households.questionnaire import consent, head_count, is_known, steps
from households.questionnaire.flow import Step
from households.views.visits.addresses import back_url, member_url, resume_url
from households.views.visits.alike import alike_url
from slrt.core import clock, crypto


def show(
    request: HttpRequest,
    visit: Visit,
    step: Step,
    answers: dict[str, Any],
    form: ScreenForm,
    *,
    clash: list[dict[str, str]] | None = None,
    left: Any = None,
    alike: Alike | None = None,
) -> HttpResponse:
    """Return the page of one screen: 200; 409 when another page changed it; 422 when something has to be mended or decided."""
    flow = [s for s in steps(answers, clock.today()) if s.screen.section == step.screen.section]
    ids = [s.id for s in flow]
    before = answers["order"][: answers["order"].index(step.member)][-1:] if step.member in answers["order"] else []
    mark = visiting.mark(visit.answers, step)
    context = {
        "visit": visit,
        "form": form,
        "step": step,
        "member": answers["members"].get(step.member or "", {}),
        "position": ids.index(step.id) + 1 if step.id in ids else len(ids),
        "count": len(ids),
        "back": back_url(visit, flow, step),
        # A page that comes back from signing in still knows what it had seen then.
        "seen": left.get("seen", mark) if left is not None else mark,
        "page": left.get("page", "") if left is not None else request.POST.get("page") or str(uuid4()),
        "left": left is not None,
        # With it the phone keeps what it could not send yet: readable on this person's pages of this visit, nowhere else.
        "phone_key": crypto.page_key(f"visit:{visit.facilitator_id}:{visit.pk}"),
        "clash": clash,
        "other_member": member_url(visit, visiting.new_member_key(visit.answers)) if clash and step.member else "",
        "known": is_known(step, visit.answers),
        "missing": _missing(visit, step),
        "copies_from": answers["members"][before[0]].get("name") if before and step.screen.copies else "",
        "consent_text": consent.TEXTS[consent.VERSION] if step.screen.key == "consent" else (),
        "consent_version": consent.VERSION,
        "alike": alike or Alike(),
        "alike_url": alike_url(visit, form),
    }
    # While it has to be said whether this is somebody else, no answer may send the screen on.
    form.undecided = bool(alike and alike.known)
    status = (
        200 if left is not None else 409 if clash is not None else 422 if form.errors or form.warnings or alike else 200
    )
    return render(request, "households/visit_screen.html", context, status=status)


def _missing(visit: Visit, step: Step) -> dict[str, Any] | None:
    """For a member whom the head count alone calls for: which one it is, of how many, and the way on when there is nobody."""
    told, entered = head_count(visit.answers), visit.answers["order"]
    if step.screen.key != "person" or step.member in entered or told is None or not entered:
        return None
    return {"number": len(entered) + 1, "told": told, "nobody": resume_url(visit)} if len(entered) < told else None
