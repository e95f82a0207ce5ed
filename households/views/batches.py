"""One step for many registrations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from households import batch
from households.filters import RegistrationFilter
from households.forms.registration import FORMS
from households.models import Registration
from households.workflow.registration import REGISTRATION
from slrt.accounts.access import may
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.core import idempotency
from slrt.core.errors import NotPermitted
from slrt.core.row_ids import row_ids
from slrt.workflow.pages import VerbForm

# Steps that make sense for many families at once; the others look at one family.
BATCH_VERBS = ("ask_identity", "match", "assign", "begin_verification", "approve", "verify_office", "endorse", "send")
MANY_SHOWN = 200


def many(user: Any, states: tuple[str, ...], narrowed: QueryDict) -> list[dict[str, Any]]:
    """The steps that this person may take for many rows of these states at once; what narrows the list goes along."""
    steps = (REGISTRATION.by_name[verb] for verb in BATCH_VERBS)
    kept = urlencode({name: value for name in RegistrationFilter.base_filters if (value := narrowed.get(name))})
    return [
        {
            "label": step.label,
            "url": reverse("households:registration_batch", args=[step.name]) + (f"?{kept}" if kept else ""),
        }
        for step in steps
        if user.holds(step.permission) and step.sources & set(states)
    ]


@login_required
def registration_batch(request: StaffRequest, verb: str) -> HttpResponse:
    """One step for many registrations: choose, enter once, and read what became of every one."""
    step = REGISTRATION.by_name.get(verb)
    if step is None or verb not in BATCH_VERBS:
        raise Http404
    decision = may(request.user, step.permission)
    if not decision:
        raise NotPermitted(decision.reason)
    rows = (
        Registration.objects.visible_to(request.user)
        .filter(
            within(request.user.areas_for(step.permission), "family__household__village__code"), state__in=step.sources
        )
        .for_list()
        .order_by("family__household__village_id", "state_since", "pk")
    )
    narrowed = RegistrationFilter(request.GET, rows, request=request)
    initial = {"version": 0, "idempotency_key": idempotency.new_key()}
    form = FORMS.get(verb, VerbForm)(
        request.POST if request.method == "POST" else None,
        obj=None,
        transition=step,
        user=request.user,
        initial=initial,
    )
    chosen = row_ids(request.POST.getlist("rows"))
    if request.method == "POST" and form.is_valid():
        if chosen:
            return _take_many(request, form, verb, chosen)
        form.add_error(None, _("Belum ada yang dipilih. Centang dulu keluarganya."))
    tally = request.session.pop("tally", None) if request.method == "GET" else None
    shown = list(narrowed.qs[:MANY_SHOWN])
    held_up = dict(tally["refused"]) if tally else {}
    for row in shown:
        row.held_up = held_up.get(row.pk)
    context = {
        "step": step,
        "form": form,
        "filter": narrowed,
        "rows": shown,
        "total": narrowed.qs.count(),
        "shown": MANY_SHOWN,
        "chosen": chosen,
        "tally": tally,
    }
    return render(request, "households/registration_batch.html", context, status=422 if form.errors else 200)


def _take_many(request: StaffRequest, form: VerbForm, verb: str, chosen: list[int]) -> HttpResponse:
    data = form.cleaned_data

    def make() -> str:
        tally = batch.take(verb, chosen, by=request.user, note=data["note"], **form.entered())
        request.session["tally"] = {**tally.as_json(), "refused": tally.refused[:MANY_SHOWN]}
        return "done"

    _result, fresh = idempotency.once(
        data["idempotency_key"], user_id=request.user.pk, purpose=f"registration:many:{verb}", make=make
    )
    if not fresh:
        messages.warning(request, _("Langkah ini sudah dijalankan; yang kedua kali tidak mengubah apa pun."))
    return redirect(request.get_full_path())
