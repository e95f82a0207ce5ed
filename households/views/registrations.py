"""Registrations: the list by state, one registration, its steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from households import exclusions
from households.choices.registration import RegistrationState as S
from households.cutoff import next_cutoff
from households.exporting import REGISTRATION_TABS as TABS
from households.exporting import UNTOLD, registrations_shown
from households.forms.exclusions import FlagForm
from households.forms.registration import FORMS
from households.models import Family, Registration
from households.models.registration import ENDED_STATES
from households.registry.presence import died_out
from households.siks import said
from households.tables import PER_PAGE, RegistrationTable
from households.verification import visited
from households.views.batches import many
from households.views.papers import take_with_paper
from households.workflow.registration import REGISTRATION, propose
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.leading import lead
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbForm, VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

JOURNEY = (
    (gettext_lazy("Diusulkan"), (S.DRAFT, S.IDENTITY_CHECK, S.IDENTITY_FIX)),
    *((title, states) for title, states in list(TABS.values())[1:5]),
    (gettext_lazy("Ditetapkan"), (S.DETERMINED, S.UPDATE_DUE, S.EXIT_PROPOSED)),
)
# Where a way ended that did not end at the house; the negative results of a field check did.
STOPPED: dict[str, str] = {S.REJECTED_BY_MEETING: S.MEETING, S.NOT_DETERMINED: S.RANKED, S.EXITED: S.DETERMINED}
DECIDED_TOGETHER = ("accept", "reject")


@login_required
def registration_list(request: StaffRequest) -> HttpResponse:
    """Registrations of the own area by stage."""
    decision = may(request.user, Permission.REGISTRATION_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    visible = Registration.objects.visible_to(request.user)
    counts = dict(visible.order_by().values_list("state").annotate(n=Count("pk")))
    chosen = request.GET.get("tab", "")
    if chosen not in TABS and chosen != UNTOLD:
        chosen = next((k for k, (_l, s) in TABS.items() if any(x in counts for x in s)), "identity")
    params = request.GET.copy()
    params["tab"] = chosen
    shown = registrations_shown(Asked(request.user, params))
    table = RegistrationTable(shown.filter.qs, order_by=request.GET.get("sort", "state_since"))
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    tabs = [
        {"label": label, "url": f"?tab={key}", "count": sum(counts.get(s, 0) for s in states), "active": key == chosen}
        for key, (label, states) in TABS.items()
    ]
    untold = {"label": _("Belum diberi tahu"), "url": f"?tab={UNTOLD}", "active": chosen == UNTOLD}
    tabs.insert(-1, {**untold, "count": visible.untold().count()})
    context = {
        "table": table,
        "filter": shown.filter,
        "tabs": tabs,
        "tab": chosen,
        "doors": _doors(request.user),
        "many": many(request.user, TABS[chosen][1] if chosen in TABS else (), request.GET),
    }
    if request.user.holds(Permission.REGISTRATION_OFFICE) or request.user.holds(Permission.REGISTRATION_RESULT):
        context["cutoff"] = next_cutoff(clock.today())
    return render(request, "households/registrations.html", context)


def _doors(user: Any) -> list[dict[str, Any]]:
    """The pages beside the list, for whoever may open them."""
    doors = (
        (Permission.REGISTRATION_VIEW, _("Daftar per desa"), "households:village_lists"),
        (Permission.REGISTRATION_VIEW, _("Musyawarah"), "households:meetings"),
        (Permission.REGISTRATION_VIEW, _("Usul dan sanggah"), "households:objections"),
        (Permission.REGISTRATION_SUPERVISE, _("Tinjau ulang"), "households:revisits"),
        (Permission.REGISTRATION_SEND, _("Berkas untuk SIKS-NG"), "households:siks_export"),
        (Permission.REGISTRATION_RESULT, _("Jawaban Kementerian"), "households:answers"),
    )
    return [{"label": label, "url": reverse(name)} for permission, label, name in doors if user.holds(permission)]


@login_required
def registration_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One registration: where it stands, what comes next, how it got there."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).for_page(), pk=pk)
    links = _links(row, request.user)
    context = {
        "row": row,
        "family": row.family,
        "journey": _journey(row),
        "events": timeline(row),
        "signs": exclusions.signs(row),
        "checks": row.checks.select_related("surveyor"),
        "may_see_photos": bool(may(request.user, Permission.FAMILY_VIEW, row.family)),
        "objections": row.family.objections.visible_to(request.user).for_list(),
        "revisit": row.revisits.order_by("-pk").first(),
        "siks_word": said(row.stage),
        "may_flag": bool(
            may(request.user, Permission.REGISTRATION_VERIFY, row)
            or may(request.user, Permission.REGISTRATION_OFFICE, row)
        ),
        "may_object": bool(may(request.user, Permission.REGISTRATION_OBJECT, row)),
        "links": links,
        **_steps(row, request.user, links),
    }
    return render(request, "households/registration.html", context)


def _steps(row: Registration, user: Any, links: list[dict[str, Any]]) -> dict[str, Any]:
    """The next steps; nobody is waited for to tell a result that was told, and telling it again comes not first."""
    told = row.told_on is not None
    steps = next_steps(
        row,
        user,
        lambda verb: reverse("households:registration_verb", args=[row.pk, verb]),
        hidden=DECIDED_TOGETHER if row.before_result else (*DECIDED_TOGETHER, "correct_result"),
        first="" if told or any(link["first"] for link in links) else None,
    )
    return {**steps, "waiting_for": ""} if told else steps


def _links(row: Registration, user: Any) -> list[dict[str, Any]]:
    """Ways on that lie on other pages."""
    links = []
    leaves = REGISTRATION.by_name["propose_exit"]
    if row.state in leaves.sources and may(user, leaves.permission, row) and died_out(row.family):
        url = reverse("households:registration_verb", args=[row.pk, leaves.name])
        links.append({"label": _("Usulkan keluar: meninggal tanpa pengganti"), "url": url, "first": False})
    if row.state == S.IDENTITY_CHECK:
        url = reverse("dashboard:case_file", args=[row.family_id])
        links.append({"label": _("Cocokkan NIK anggota"), "url": url, "first": False})
    if row.state in (S.IDENTITY_CHECK, S.IDENTITY_FIX) and may(user, Permission.REFERRAL_DRAFT, row):
        url = reverse("dashboard:identity_referral", args=[row.family_id])
        links.append({"label": _("Rujuk ke Disdukcapil"), "url": url, "first": row.state == S.IDENTITY_FIX})
    if row.state == S.FIELD_VERIFICATION and may(user, Permission.VISIT_WRITE, row.family) and not visited(row):
        url = reverse("households:visit_begin")
        links.append({"label": _("Kunjungi keluarga ini"), "post": url, "family": row.family_id, "first": True})
    if row.state == S.FIELD_VERIFICATION:
        url = reverse("households:photos", args=[row.family_id])
        links.append({"label": _("Foto keluarga"), "url": url, "first": False})
    if row.state == S.MEETING and row.meeting_id:
        url = reverse("households:meeting", args=[row.meeting_id])
        links.append({"label": _("Buka musyawarahnya"), "url": url, "first": True})
    return links


def _journey(row: Registration) -> list[dict[str, Any]]:
    came_to = STOPPED.get(row.stage, S.VERIFIED if row.stage in ENDED_STATES else row.stage)
    stage = next((n for n, (_l, states) in enumerate(JOURNEY) if came_to in states), None)
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
    try:
        row = live or propose(family, by=request.user, source="office")
    except GuardFailed as fault:
        messages.warning(request, str(fault))
        return redirect("dashboard:case_file", pk=pk)
    return redirect("households:registration", pk=row.pk)


@login_required
def registration_flag(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a sign against receiving aid, with its evidence."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).for_page(), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            exclusions.record(row, form.cleaned_data["code"], form.cleaned_data["evidence"], by=request.user)
        messages.success(request, _("Tanda dicatat. Ini peringatan, bukan keputusan."))
        return lead(request, reverse("households:registration", args=[row.pk]))
    context = {"form": form, "row": row, "family": row.family}
    return render(request, "households/registration_flag.html", context, status=422 if form.errors else 200)


class RegistrationVerb(VerbPage):
    """The page of every step of a registration."""

    model = Registration
    forms = FORMS

    def queryset(self, request: StaffRequest) -> Any:
        return Registration.objects.visible_to(request.user).for_page()

    def object_url(self, obj: Registration) -> str:
        return reverse("households:registration", args=[obj.pk])

    def take(self, form: VerbForm) -> Any:
        return take_with_paper(super().take, form)

    def describe(self, obj: Registration) -> str:
        head = obj.family.head.name if obj.family.head else _("Tanpa kepala keluarga")
        return f"{head} · {obj.family.household.village.name}"
