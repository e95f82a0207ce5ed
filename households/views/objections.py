"""Usul-sanggah: the list by deadline, a new one about a family, one objection and its steps."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from households.choices.objection import ObjectionState
from households.exporting import UNTOLD, objections_shown
from households.forms.objections import AnswerForm, AnswerToldForm, ObjectionForm
from households.models import Family, Objection
from households.workflow import objection
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.leading import lead
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

ROWS_PER_PAGE = 50


@login_required
def objection_list(request: StaffRequest) -> HttpResponse:
    """Objections of the own area by state, the most pressing first."""
    decision = may(request.user, Permission.REGISTRATION_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    visible = Objection.objects.visible_to(request.user)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in (*ObjectionState.values, UNTOLD) else str(ObjectionState.FILED)
    tabs: list[dict[str, Any]] = [
        {
            "label": state.label,
            "url": f"?tab={state}",
            "count": visible.filter(state=state).count(),
            "active": state == chosen,
        }
        for state in ObjectionState
    ]
    untold = {"label": _("Belum diberi tahu"), "url": f"?tab={UNTOLD}", "active": chosen == UNTOLD}
    tabs.append({**untold, "count": visible.untold().count()})
    params = request.GET.copy()
    params["tab"] = chosen
    page = Paginator(objections_shown(Asked(request.user, params)).rows, ROWS_PER_PAGE).get_page(
        request.GET.get("page")
    )
    still_open = chosen in (ObjectionState.FILED, ObjectionState.IN_PROCESS)
    context = {"page": page, "tabs": tabs, "tab": chosen, "open": still_open, "query": f"tab={chosen}&"}
    return render(request, "households/objections/list.html", context)


@login_required
def objection_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Record an objection about a family."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    decision = may(request.user, Permission.REGISTRATION_OBJECT, family)
    if not decision:
        raise NotPermitted(decision.reason)
    form = ObjectionForm(
        request.POST if request.method == "POST" else None, initial={"idempotency_key": idempotency.new_key()}
    )
    if request.method == "POST" and form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "idempotency_key"}
        try:
            made, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose=f"objection:file:{pk}",
                make=lambda: objection.file(family, by=request.user, **data).pk,
            )
        except GuardFailed as fault:
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        else:
            return lead(request, reverse("households:objection", args=[int(made)]))
    context = {"form": form, "family": family}
    return render(request, "households/objections/new.html", context, status=422 if form.errors else 200)


@login_required
def objection_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One objection: about whom, why, until when, what was answered."""
    row = get_object_or_404(Objection.objects.visible_to(request.user).for_page(), pk=pk)
    context = {
        "row": row,
        "family": row.family,
        "open": row.state not in objection.OBJECTION.final,
        "registration": row.family.registrations.order_by("-pk").first(),
        "events": timeline(row),
        **next_steps(row, request.user, lambda verb: reverse("households:objection_verb", args=[row.pk, verb])),
    }
    return render(request, "households/objections/detail.html", context)


class ObjectionVerb(VerbPage):
    """The page of every step of an objection."""

    model = Objection
    forms = {"accept": AnswerForm, "reject": AnswerForm, "tell": AnswerToldForm}

    def object_url(self, obj: Objection) -> str:
        return reverse("households:objection", args=[obj.pk])

    def describe(self, obj: Objection) -> str:
        head = obj.family.head.name if obj.family.head else ""
        return f"{obj.get_kind_display()} · {head}"
