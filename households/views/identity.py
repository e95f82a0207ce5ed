"""NIK of one member with its comparisons, and the list of people without NIK."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from households.choices.events import CivilTaskState
from households.exporting_village import without_nik_shown
from households.forms.identity import CheckForm, CivilForm
from households.models import Family, Membership, Person
from households.registry import identity, story
from households.tables import PER_PAGE
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion
from slrt.core.leading import lead
from slrt.exports.registry import Asked


@login_required
def person_nik(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Match status of a member's NIK with who, when and where; the form for whom the role allows."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    who = get_object_or_404(Person, pk=person, memberships__family=family, memberships__ended_on=None)
    has_nik = who.nik_index is not None
    wanted = Permission.REGISTRATION_IDENTITY if has_nik else Permission.FAMILY_CHANGE
    decision = may(request.user, wanted, family)
    status, form = 200, None
    if request.method == "POST":
        if not decision:
            raise NotPermitted(decision.reason)
        form, status = _step(request, family, who, has_nik)
        if form is None:
            messages.success(request, _("Tersimpan."))
            return lead(request, request.path)
    elif decision:
        task = getattr(who, "civil_task", None)
        seen = who.version if has_nik else task.version if task else 0
        form = (CheckForm if has_nik else CivilForm)(initial={"version": seen})
    context: dict[str, Any] = {
        "family": family,
        "person": who,
        "form": form,
        "reason": decision.reason,
        "checks": who.nik_checks.select_related("by", "run"),
        "match": who.nik_match,
        "task": getattr(who, "civil_task", None),
        "back_url": reverse("dashboard:case_file", args=[pk]),
    }
    return render(request, "households/nik.html", context, status=status)


def _step(request: StaffRequest, family: Family, who: Person, has_nik: bool) -> tuple[Any, int]:
    """Return no form when the step was taken, else the form with what is wrong and the status."""
    form: Any = CheckForm(request.POST) if has_nik else CivilForm(request.POST)
    if not form.is_valid():
        return form, 422
    data = form.cleaned_data
    try:
        if has_nik:
            identity.record_check(family, who, by=request.user, **data)
        else:
            identity.take_step(family, who, by=request.user, **data)
    except GuardFailed as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return form, 422
    except StaleVersion as fault:
        again = request.POST.copy()
        again["version"] = str(fault.current.version)
        form = type(form)(again)
        form.is_valid()
        form.add_error(None, str(fault))
        who.refresh_from_db()
        return form, 409
    return None, 302


@login_required
def without_nik(request: StaffRequest) -> HttpResponse:
    """People without NIK in the own area, each a task toward civil registration with its age."""
    decision = may(request.user, Permission.FAMILY_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    rows = without_nik_shown(Asked(request.user, request.GET)).rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_row(row) for row in page.object_list], "query": ""}
    return render(request, "households/without_nik.html", context)


def _row(row: Membership) -> dict[str, Any]:
    task = getattr(row.person, "civil_task", None)
    state = CivilTaskState(task.state) if task else CivilTaskState.OPEN
    since = task.state_since if task else row.person.created_at
    return {"membership": row, "state": state, "days": (clock.now() - since).days, "note": task.note if task else ""}


@login_required
def family_story(request: StaffRequest, pk: int) -> HttpResponse:
    """What happened to a family over time: people, cards, survey rounds, official deciles."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    deciles = story.deciles_of(family)
    context = {
        "family": family,
        "events": story.membership_story(family),
        "rounds": story.rounds_of(family),
        "deciles": deciles[::-1],
        "drawing": story.drawn_deciles(deciles),
    }
    return render(request, "households/story.html", context)
