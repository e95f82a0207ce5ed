"""Registrations: the list by state, one registration, its steps."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from households.choices import RegistrationState as S
from households.exporting import REGISTRATION_TABS, registrations_shown
from households.forms.registration import FORMS
from households.models import Family, Registration
from households.models.registration import ENDED_STATES
from households.tables import PER_PAGE, RegistrationTable
from households.workflow import propose
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core.errors import NotPermitted
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

JOURNEY = (
    (lazy("Diusulkan"), (S.DRAFT, S.IDENTITY_CHECK, S.IDENTITY_FIX)),
    *((title, states) for title, states in list(REGISTRATION_TABS.values())[1:5]),
    (lazy("Ditetapkan"), (S.DETERMINED, S.UPDATE_DUE, S.EXIT_PROPOSED)),
)


@login_required
def registration_list(request: StaffRequest) -> HttpResponse:
    """Registrations of the own area by stage."""
    decision = may(request.user, Permission.REGISTRATION_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    visible = Registration.objects.visible_to(request.user)
    counts = dict(visible.order_by().values_list("state").annotate(n=Count("pk")))
    chosen = request.GET.get("tab", "")
    chosen = (
        chosen
        if chosen in REGISTRATION_TABS
        else next((k for k, (_l, s) in REGISTRATION_TABS.items() if any(x in counts for x in s)), "identity")
    )
    params = request.GET.copy()
    params["tab"] = chosen
    shown = registrations_shown(Asked(request.user, params))
    table = RegistrationTable(shown.filter.qs, order_by=request.GET.get("sort", "state_since"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    tabs = [
        {"label": label, "url": f"?tab={key}", "count": sum(counts.get(s, 0) for s in states), "active": key == chosen}
        for key, (label, states) in REGISTRATION_TABS.items()
    ]
    return render(
        request, "households/registrations.html", {"table": table, "filter": shown.filter, "tabs": tabs, "tab": chosen}
    )


@login_required
def registration_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One registration: where it stands, what comes next, how it got there."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).for_page(), pk=pk)
    context = {
        "row": row,
        "family": row.family,
        "journey": _journey(row),
        "events": timeline(row),
        **next_steps(row, request.user, lambda verb: reverse("households:registration_verb", args=[row.pk, verb])),
    }
    return render(request, "households/registration.html", context)


def _journey(row: Registration) -> list[dict[str, Any]]:
    stage = next((n for n, (_l, states) in enumerate(JOURNEY) if row.state in states), None)
    steps = []
    for n, (title, _states) in enumerate(JOURNEY):
        mark = "todo" if stage is None or n > stage else "now" if n == stage and row.state != S.DETERMINED else "done"
        steps.append({"title": title, "mark": mark})
    return steps


@require_POST
@login_required
def registration_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose a family to the registry."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    live = family.registrations.exclude(state__in=ENDED_STATES).first()
    row = live or propose(family, by=request.user, source="office")
    return redirect("households:registration", pk=row.pk)


class RegistrationVerb(VerbPage):
    """The page of every step of a registration."""

    model = Registration
    forms = FORMS

    def queryset(self, request: StaffRequest) -> Any:
        return Registration.objects.visible_to(request.user).for_page()

    def object_url(self, obj: Registration) -> str:
        return reverse("households:registration", args=[obj.pk])

    def describe(self, obj: Registration) -> str:
        head = obj.family.head.name if obj.family.head else _("Tanpa kepala keluarga")
        return f"{head} · {obj.family.household.village.name}"
