"""One step for many registrations."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from households import batch, exclusions
from households.filters import RegistrationFilter
from households.forms.exclusions import own_reasons
from households.forms.registration import FORMS
from households.models import Registration
from households.workflow.registration import REGISTRATION
from slrt.accounts.access import may
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.core import idempotency
from slrt.core.errors import NotPermitted
from slrt.core.leading import lead
from slrt.core.row_ids import row_ids
from slrt.workflow.pages import VerbForm

# Steps that make sense for many families at once; the others look at one family.
BATCH_VERBS = ("ask_identity", "match", "assign", "begin_verification", "approve", "verify_office", "endorse", "send")
# Steps at which the signs against aid are looked at, and those of them that need them answered.
SHOW_SIGNS = ("approve", "verify_office", "endorse")
ANSWER_SIGNS = ("verify_office", "endorse")
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
    _tell(shown, verb, tally, dict(tally["written"]) if tally else _written(request, (row.pk for row in shown)))
    context = {
        "step": step,
        "form": form,
        "filter": narrowed,
        "rows": shown,
        "total": narrowed.qs.count(),
        "shown": MANY_SHOWN,
        "answers_signs": any(hasattr(row, "asks") for row in shown),
        "chosen": chosen,
        "tally": tally,
    }
    return render(request, "households/registration_batch.html", context, status=422 if form.errors else 200)


def _written(request: StaffRequest, ids: Iterable[int]) -> dict[int, str]:
    return {pk: own["override_reason"] for pk, own in own_reasons(request.POST, ids).items()}


def _tell(rows: list[Any], verb: str, tally: dict[str, Any] | None, written: dict[int, str]) -> None:
    """Put beside each row what held it up, its signs against aid, and what was written against them."""
    left_out, refused = (dict(tally[name]) if tally else {} for name in ("left_out", "refused"))
    signs = {}
    if verb in SHOW_SIGNS:
        signs = exclusions.signs_of(Registration.objects.filter(pk__in=[row.pk for row in rows]))
    for row in rows:
        row.left_out, row.refused = left_out.get(row.pk), refused.get(row.pk)
        row.signs = signs.get(row.pk, [])
        if verb in ANSWER_SIGNS and any(not sign.override_reason for sign in row.signs):
            row.asks, row.written = exclusions.mark(row.signs), written.get(row.pk, "")


def _take_many(request: StaffRequest, form: VerbForm, verb: str, chosen: list[int]) -> HttpResponse:
    data = form.cleaned_data

    def make() -> str:
        own = own_reasons(request.POST, chosen) if verb in ANSWER_SIGNS else {}
        tally = batch.take(verb, chosen, by=request.user, note=data["note"], own=own, **form.entered())
        held_up = {"left_out": tally.left_out[:MANY_SHOWN], "refused": tally.refused[:MANY_SHOWN]}
        stayed = [pk for pk, _why in (*tally.left_out, *tally.refused)][:MANY_SHOWN]
        written = [(pk, own[pk]["override_reason"]) for pk in stayed if pk in own]
        request.session["tally"] = {**tally.as_json(), **held_up, "written": written}
        return "done"

    _result, fresh = idempotency.once(
        data["idempotency_key"], user_id=request.user.pk, purpose=f"registration:many:{verb}", make=make
    )
    if not fresh:
        messages.warning(request, _("Langkah ini sudah dijalankan; yang kedua kali tidak mengubah apa pun."))
    return lead(request, request.get_full_path())
