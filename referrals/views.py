"""Referrals: list, new (programme first, then details), one referral, its letter, its steps."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from complaints.models import Complaint
from complaints.selectors import proposal
from households.models import Family
from households.tables import PER_PAGE
from programs.eligibility import Verdict
from programs.models import Programme
from programs.selectors import advice
from referrals import selectors
from referrals.exporting import referrals_shown
from referrals.forms import FORMS, DraftForm
from referrals.models import Referral
from referrals.printing import letter_frame, letter_wording
from referrals.tables import ReferralTable
from referrals.workflow import WITH_RECEIVER, draft
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.numbers import masked
from slrt.core.row_ids import row_id
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

# Whoever may see full numbers, whom the letter is written to, and who signs it.
READS_LETTERS = (Permission.PERSON_REVEAL, Permission.REFERRAL_ANSWER, Permission.REFERRAL_SIGN)


@login_required
def referral_list(request: StaffRequest) -> HttpResponse:
    """Referrals by stage: the office's own, or those sent to one's organisation."""
    decision = may(request.user, Permission.REFERRAL_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    stages = selectors.tabs_for(request.user)
    counts = selectors.state_counts(request.user)
    sums = {key: sum(counts.get(s, 0) for s in states) for key, (_label, states) in stages.items()}
    chosen = request.GET.get("tab", "")
    if chosen not in sums:
        chosen = next((key for key, n in sums.items() if n), next(iter(sums)))
    params = request.GET.copy()
    params["tab"] = chosen
    shown = referrals_shown(Asked(request.user, params))
    table = ReferralTable(shown.filter.qs, order_by=request.GET.get("sort", "due_at"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    tabs = [
        {"label": label, "url": f"?tab={key}", "count": sums[key], "active": key == chosen}
        for key, (label, _states) in stages.items()
    ]
    return render(request, "referrals/list.html", {"table": table, "filter": shown.filter, "tabs": tabs, "tab": chosen})


@login_required
def referral_new(request: StaffRequest) -> HttpResponse:
    """First the programme, with advice; then the details. From a complaint (?keluhan=) or a family (?keluarga=)."""
    decision = may(request.user, Permission.REFERRAL_DRAFT)
    if not decision:
        raise NotPermitted(decision.reason)
    complaint, family = _origin(request)
    verdicts = advice(family)
    chosen = row_id(request.GET.get("program"))
    query = _query(complaint, family) + ("&sebab=identitas" if _about_identity(request) else "")
    context: dict[str, Any] = {"complaint": complaint, "family": family, "query": query}
    if chosen is None:
        return render(request, "referrals/choose.html", {**context, "verdicts": verdicts})
    programme = get_object_or_404(Programme.objects.active(), pk=chosen)
    verdict = next((v for v in verdicts if v.programme.pk == programme.pk), None)
    initial = {
        "idempotency_key": idempotency.new_key(),
        "need": _need(request, complaint),
        "receiver": _proposed_receiver(complaint),
    }
    form = DraftForm(request.POST or None, family=family, programme=programme, verdict=verdict, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer = _draft(request, form, complaint, family, programme, verdict)
        if answer is not None:
            return answer
    context.update(form=form, programme=programme, verdict=verdict)
    return render(request, "referrals/new.html", context, status=422 if form.errors else 200)


def _origin(request: StaffRequest) -> tuple[Complaint | None, Family]:
    families = Family.objects.visible_to(request.user).for_page()
    if (number := row_id(request.GET.get("keluhan"))) is not None:
        complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=number)
        return complaint, get_object_or_404(families, pk=complaint.family_id)
    if (number := row_id(request.GET.get("keluarga"))) is not None:
        return None, get_object_or_404(families, pk=number)
    raise Http404


def _proposed_receiver(complaint: Complaint | None) -> int | None:
    """The receiver that the routing rule of the complaint proposes; the form ticks it where it may be chosen at all."""
    rule = proposal(complaint) if complaint is not None else None
    return rule.organisation_id if rule is not None else None


def _about_identity(request: StaffRequest) -> bool:
    return request.GET.get("sebab") == "identitas"


def _need(request: StaffRequest, complaint: Complaint | None) -> str:
    """What the form says is needed before anybody writes: the complaint, or that an identity check failed."""
    if complaint is not None:
        return masked(str(complaint.description))
    if _about_identity(request):
        return _("NIK atau KK tidak padan dengan data kependudukan. Mohon dicocokkan dan dibetulkan.")
    return ""


def _query(complaint: Complaint | None, family: Family) -> str:
    return f"keluhan={complaint.pk}" if complaint else f"keluarga={family.pk}"


def _draft(
    request: StaffRequest,
    form: DraftForm,
    complaint: Complaint | None,
    family: Family,
    programme: Programme,
    verdict: Verdict | None,
) -> HttpResponse | None:
    data = {key: value for key, value in form.cleaned_data.items() if key != "idempotency_key"}
    said = {"outcome": verdict.outcome, "reasons": verdict.reasons, "missing": verdict.missing} if verdict else {}

    def make() -> int:
        return draft(
            by=request.user, family=family, programme=programme, complaint=complaint, eligibility=said, **data
        ).pk

    try:
        pk, _fresh = idempotency.once(
            form.cleaned_data["idempotency_key"], user_id=request.user.pk, purpose="referral:draft", make=make
        )
    except GuardFailed as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return None
    return redirect("referrals:detail", pk=int(pk))


def _referral(request: StaffRequest, pk: int) -> Referral:
    return get_object_or_404(
        Referral.objects.visible_to(request.user).for_page().select_related("person", "drafted_by"), pk=pk
    )


@login_required
def referral_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One referral; a receiver sees the need and the person, nothing else of the family."""
    row = _referral(request, pk)
    staff = bool(may(request.user, Permission.FAMILY_VIEW, row))
    context = {
        "row": row,
        "staff": staff,
        "papers": row.prerequisites.all(),
        "with_receiver": row.state in WITH_RECEIVER,
        "events": timeline(row),
        **next_steps(row, request.user, lambda verb: reverse("referrals:verb", args=[row.pk, verb])),
    }
    return render(request, "referrals/detail.html", context)


@login_required
def referral_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The letter to print; opening it is noted, for it carries a full number, unless a role that sees none looks it up."""
    row = _referral(request, pk)
    if not row.letter_number:
        raise Http404
    trail.write("letter", row, by=request.user, entry_kind=AuditEntry.Kind.EXPORT)
    person = row.person or row.family.head
    context = {
        "row": row,
        "person": person,
        "in_full": any(may(request.user, permission, row) for permission in READS_LETTERS),
        "papers": row.prerequisites.all(),
        "wording": letter_wording(row),
        **letter_frame(row),
    }
    response = render(request, "referrals/letter.html", context)
    response["Cache-Control"] = "no-store"
    return response


class ReferralVerb(VerbPage):
    """The page of every step of a referral."""

    model = Referral
    forms = FORMS

    def queryset(self, request: StaffRequest) -> Any:
        return Referral.objects.visible_to(request.user).for_page()

    def object_url(self, obj: Referral) -> str:
        return reverse("referrals:detail", args=[obj.pk])

    def describe(self, obj: Referral) -> str:
        return f"{obj.number} · {obj.programme.name} → {obj.receiver.name}"
