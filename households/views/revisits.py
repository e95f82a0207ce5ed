"""The supervisors' second look: draw a share, list what was drawn, write down what was found."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.choices.fieldcheck import RevisitState
from households.exporting import revisits_shown
from households.forms.revisits import RevisitForm
from households.models import Revisit, RevisitSample
from households.workflow import revisit
from slrt.accounts.access import may
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage

PER_PAGE = 50


def _demand(request: StaffRequest) -> None:
    decision = may(request.user, Permission.REGISTRATION_SUPERVISE)
    if not decision:
        raise NotPermitted(decision.reason)


@login_required
def revisit_list(request: StaffRequest) -> HttpResponse:
    """What is to be looked at again, what was found so far, and the draws with their seeds."""
    _demand(request)
    rows = revisits_shown(Asked(request.user, request.GET)).rows
    areas = request.user.areas_for(Permission.REGISTRATION_SUPERVISE)
    looked = Paginator(rows.exclude(state=RevisitState.DRAWN), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "drawn": rows.filter(state=RevisitState.DRAWN),
        "looked": looked,
        "page": looked,
        "query": "",
        "samples": RevisitSample.objects.filter(within(areas, "area__code")).select_related("drawn_by")[:20],
        "pot": len(revisit.waiting(areas)),
        "key": idempotency.new_key(),
    }
    return render(request, "households/revisits/list.html", context)


@require_POST
@login_required
def revisit_draw(request: StaffRequest) -> HttpResponse:
    """Draw a share of what was verified since the last draw."""
    _demand(request)
    try:
        count, _fresh = idempotency.once(
            request.POST.get("idempotency_key") or None,
            user_id=request.user.pk,
            purpose="revisit:draw",
            make=lambda: sum(sample.revisits.count() for sample in revisit.draw(by=request.user)),
        )
    except GuardFailed as fault:
        messages.warning(request, fault.message)
    else:
        messages.success(request, _("%(n)d keluarga terundi untuk ditinjau ulang.") % {"n": int(count)})
    return redirect("households:revisits")


class RevisitVerb(VerbPage):
    """Write down whether the second look agreed."""

    model = Revisit
    forms = {"agrees": RevisitForm, "differs": RevisitForm}

    def object_url(self, obj: Revisit) -> str:
        return reverse("households:revisits")

    def describe(self, obj: Revisit) -> str:
        family = obj.registration.family
        return f"{family.head.name if family.head else ''} · {family.household.village.name}"
