"""All answers on one page, each with its way back; then they are sent."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from households import visiting
from households.choices.visit import VisitStatus
from households.forms.visit.ending import SendForm
from households.models import Family, Visit
from households.questionnaire.flow import relevant_answers
from households.screening import screen as screening_of
from households.validators import clean_digits
from households.views.visits.addresses import problem_url
from households.views.visits.clash import show_clash
from households.views.visits.reach import consent_first, visit_of
from households.views.visits.words import said
from slrt.accounts.requests import StaffRequest
from slrt.core import clock, crypto, idempotency
from slrt.core.errors import GuardFailed, StaleVersion, TransitionNotAllowed
from slrt.core.leading import lead


@login_required
def visit_check(request: StaffRequest, pk: int) -> HttpResponse:
    """All answers on one page, each with its way back; then send."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    ask_first = consent_first(visit)
    if ask_first is not None:
        return ask_first
    gone = visiting.leaving(visit)
    form = SendForm(request.POST or None, gone=gone, initial={"idempotency_key": idempotency.new_key()})
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = _send(request, visit, form)
        if answer is not None:
            return answer
        status = 422
    household, _members = relevant_answers(visit.answers, clock.today())
    context = {
        "visit": visit,
        "form": form,
        "sections": said(visit),
        "problems": [{"sentence": p.sentence, "url": problem_url(visit, p.step_id)} for p in visiting.problems(visit)],
        "doubts": [{"sentence": d.sentence, "url": problem_url(visit, d.step_id)} for d in visiting.doubts(visit)],
        "gone": gone,
        "holder": _holder(request, visit) if form.errors else None,
        "screening": screening_of(visit.codebook, household),
    }
    return render(request, "households/visit_check.html", context, status=status)


def _holder(request: StaffRequest, visit: Visit) -> Family | None:
    """The family of the own area that holds the visit's KK number already, to be opened instead."""
    number = clean_digits(visit.answers["household"].get("kk"))
    if not number:
        return None
    found = Family.objects.visible_to(request.user).exclude(pk=visit.family_id or 0)
    return found.filter(kk_index=crypto.blind_index(number)).select_related("head").first()


def _send(request: StaffRequest, visit: Visit, form: SendForm) -> HttpResponse | None:
    data = form.cleaned_data

    def send() -> int:
        return visiting.send(visit, by=request.user, attested=data["attested"], days=form.days()).pk

    try:
        idempotency.once(data["idempotency_key"], user_id=request.user.pk, purpose=f"visit:send:{visit.pk}", make=send)
    except GuardFailed as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return None
    except StaleVersion:
        return show_clash(request, visit)
    except TransitionNotAllowed:
        pass
    return lead(request, reverse("households:visit_receipt", args=[visit.pk]))
