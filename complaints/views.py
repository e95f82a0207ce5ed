"""Complaints: inbox, intake, receipt, one complaint, its steps."""

import io
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from complaints import selectors
from complaints.choices import Channel, Way
from complaints.exporting import chosen_numbers, complaints_shown
from complaints.forms import FORMS, IntakeForm
from complaints.models import Complaint, RoutingRule
from complaints.revealing import may_reveal, reveal
from complaints.tables import ComplaintTable
from complaints.workflow import COMPLAINT, REFERRABLE, record
from households.models import Family
from households.tables import PER_PAGE
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import NotPermitted
from slrt.core.leading import lead
from slrt.core.numbers import holds_one
from slrt.core.row_ids import row_id
from slrt.exports.registry import Asked
from slrt.letters.choices import LetterKind
from slrt.letters.wording import wording
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

MANY_SHOWN = 200


@login_required
def complaint_list(request: StaffRequest) -> HttpResponse:
    """The inbox of the own area, most pressing deadline first."""
    decision = may(request.user, Permission.COMPLAINT_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    counts = selectors.state_counts(request.user)
    sums = {key: sum(counts.get(s, 0) for s in states) for key, (_label, states) in selectors.TABS.items()}
    chosen = request.GET.get("tab", "")
    if chosen not in sums:
        chosen = next((key for key, n in sums.items() if n), "new")
    params = request.GET.copy()
    params["tab"] = chosen
    shown = complaints_shown(Asked(request.user, params))
    table = ComplaintTable(shown.filter.qs, order_by=request.GET.get("sort", "due_at"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    tabs = [
        {"label": label, "url": f"?tab={key}", "count": sums[key], "active": key == chosen}
        for key, (label, _states) in selectors.TABS.items()
    ]
    may_record = bool(may(request.user, Permission.COMPLAINT_RECORD))
    context = {"table": table, "filter": shown.filter, "tabs": tabs, "tab": chosen, "may_record": may_record}
    if request.user.holds(Permission.EXPORT_RUN):
        params.pop("page", None)
        context["print_url"] = f"{reverse('complaints:print')}?{params.urlencode()}"
    return render(request, "complaints/list.html", context)


@login_required
def complaint_print(request: StaffRequest) -> HttpResponse:
    """Choose, among the complaints of the list as it is filtered, those whose receipts are printed in one file."""
    decision = may(request.user, Permission.COMPLAINT_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    if not request.user.holds(Permission.EXPORT_RUN):
        raise NotPermitted(may(request.user, Permission.EXPORT_RUN).reason)
    shown = complaints_shown(Asked(request.user, request.GET))
    context = {
        "rows": shown.rows[:MANY_SHOWN],
        "total": shown.rows.count(),
        "shown": MANY_SHOWN,
        "chosen": chosen_numbers(request.GET),
        "words": shown.words,
        "back_query": request.GET.urlencode(),
    }
    return render(request, "complaints/print.html", context)


@login_required
def complaint_new(request: StaffRequest) -> HttpResponse:
    """Intake: for a family (?keluarga=) or without one."""
    decision = may(request.user, Permission.COMPLAINT_RECORD)
    if not decision:
        raise NotPermitted(decision.reason)
    family = None
    if (number := row_id(request.GET.get("keluarga"))) is not None:
        family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=number)
    initial = {"idempotency_key": idempotency.new_key(), "channel": _usual_channel(request.user)}
    form = IntakeForm(request.POST or None, user=request.user, family=family, initial=initial)
    if request.method == "POST" and form.is_valid():
        pk, _fresh = idempotency.once(
            form.cleaned_data["idempotency_key"],
            user_id=request.user.pk,
            purpose="complaint:record",
            make=lambda: _record(request, form, family).pk,
        )
        return lead(request, reverse("complaints:receipt", args=[int(pk)]))
    return render(request, "complaints/new.html", {"form": form, "family": family}, status=422 if form.errors else 200)


def _record(request: StaffRequest, form: IntakeForm, family: Family | None) -> Complaint:
    data = {key: value for key, value in form.cleaned_data.items() if key not in ("idempotency_key", "village")}
    village = family.household.village_id if family else form.cleaned_data["village"].pk
    return record(by=request.user, village_id=village, family=family, **data)


def _usual_channel(user: Any) -> str:
    return Channel.HOME_VISIT if user.holds(Permission.VISIT_WRITE) else Channel.WALK_IN_OFFICE


def _complaint(request: StaffRequest, pk: int) -> Complaint:
    rows = (
        Complaint.objects.visible_to(request.user)
        .for_page()
        .select_related("family__household__village", "recorded_by")
    )
    return get_object_or_404(rows, pk=pk)


@login_required
def complaint_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One complaint as a folder of cards."""
    row = _complaint(request, pk)
    links: list[dict[str, Any]] = []
    route = selectors.proposal(row)
    if row.family_id and row.state in REFERRABLE and may(request.user, Permission.REFERRAL_DRAFT, row):
        links.append(
            {
                "label": _("Rujuk ke program dan dinas"),
                "url": f"{reverse('referrals:new')}?keluhan={row.pk}",
                "first": route.way == Way.REFER if route else row.state != "triaged",
            }
        )
    steps = next_steps(row, request.user, lambda verb: reverse("complaints:verb", args=[row.pk, verb]))
    _put_first(steps["options"], links, route)
    if links:
        steps["waiting_for"] = ""
    context = {
        "row": row,
        "links": links,
        "events": timeline(row),
        "referrals": row.referrals.select_related("programme", "receiver"),
        "open": row.state not in COMPLAINT.final,
        "may_reveal": holds_one(row.description) and bool(may_reveal(request.user, row)),
        "due": row.response_due_at if row.responded_at is None else row.due_at,
        "route": route,
        **steps,
    }
    return render(request, "complaints/detail.html", context)


def _put_first(options: list[dict[str, Any]], links: list[dict[str, Any]], route: RoutingRule | None) -> None:
    """One filled button: the way the rule proposes where this person may go it, else the first step or link as before."""
    proposed = [option for option in options if route and option["transition"].name == route.way]
    if proposed or any(link["first"] for link in links):
        for option in options:
            option["first"] = option in proposed


@require_POST
@login_required
def complaint_reveal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what the citizen said with the numbers in it; the audit trail says who saw them."""
    row = _complaint(request, pk)
    reveal(row, by=request.user)
    response = render(request, "complaints/reveal.html", {"row": row})
    response["Cache-Control"] = "no-store"
    return response


@login_required
def complaint_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """The slip for the citizen: the code large, how to use it, to be printed or read aloud."""
    row = _complaint(request, pk)
    context = {
        "row": row,
        "address": request.build_absolute_uri(reverse("dashboard:tracking")),
        "wording": wording(LetterKind.COMPLAINT, selectors.receipt_values(row)),
    }
    return render(request, "complaints/receipt.html", context)


@login_required
def complaint_qr(request: StaffRequest, pk: int) -> HttpResponse:
    """The slip's code as a picture for a phone's camera."""
    row = _complaint(request, pk)
    url = f"{request.build_absolute_uri(reverse('dashboard:tracking'))}?kode={row.tracking_code}"
    buffer = io.BytesIO()
    segno.make(url, error="m").save(buffer, kind="svg", border=2, scale=4)
    response = HttpResponse(buffer.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


class ComplaintVerb(VerbPage):
    """The page of every step of a complaint."""

    model = Complaint
    forms = FORMS

    def queryset(self, request: StaffRequest) -> Any:
        return Complaint.objects.visible_to(request.user).select_related("village", "family__head")

    def object_url(self, obj: Complaint) -> str:
        return reverse("complaints:detail", args=[obj.pk])

    def describe(self, obj: Complaint) -> str:
        return f"{obj.number} · {obj.get_issue_display()} · {obj.village.name}"
