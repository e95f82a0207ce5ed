"""Registrations: the list by state, one registration, its steps."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from households import batch, exclusions, papers
from households.choices.registration import RegistrationState as S
from households.cutoff import next_cutoff
from households.exporting import REGISTRATION_TABS as TABS
from households.exporting import UNTOLD, registrations_shown
from households.filters import RegistrationFilter
from households.forms.exclusions import FlagForm
from households.forms.papers import PaperForm
from households.forms.registration import FORMS
from households.forms.siks import PurposeForm
from households.models import Family, Paper, Registration
from households.models.registration import ENDED_STATES
from households.siks import STATUS, export, sendable
from households.tables import PER_PAGE, RegistrationTable
from households.workflow.registration import REGISTRATION, propose
from slrt.accounts.access import may
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock, idempotency
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.exports.registry import Asked
from slrt.regions.models import Region
from slrt.workflow.pages import VerbForm, VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

JOURNEY = (
    (gettext_lazy("Diusulkan"), (S.DRAFT, S.IDENTITY_CHECK, S.IDENTITY_FIX)),
    *((title, states) for title, states in list(TABS.values())[1:5]),
    (gettext_lazy("Ditetapkan"), (S.DETERMINED, S.UPDATE_DUE, S.EXIT_PROPOSED)),
)
# Printed for the village: what goes to the meeting, and what came out of it.
LISTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "awal": (gettext_lazy("Daftar awal"), (S.INITIAL_LIST, S.RETURNED_TO_VILLAGE, S.MEETING)),
    "akhir": (gettext_lazy("Daftar akhir"), (S.FINAL_LIST, S.FIELD_VERIFICATION, S.RETURNED, S.VERIFIED)),
}
# Steps that make sense for many families at once; the others look at one family.
BATCH_VERBS = ("ask_identity", "match", "assign", "begin_verification", "approve", "verify_office", "endorse", "send")
DECIDED_TOGETHER = ("accept", "reject")
MANY_SHOWN = 200
LIST_SHOWN = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        "many": _many(request.user, TABS[chosen][1] if chosen in TABS else (), request.GET),
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


def _many(user: Any, states: tuple[str, ...], narrowed: QueryDict) -> list[dict[str, Any]]:
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
def registration_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One registration: where it stands, what comes next, how it got there."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).for_page(), pk=pk)
    context = {
        "row": row,
        "family": row.family,
        "journey": _journey(row),
        "events": timeline(row),
        "signs": exclusions.signs(row),
        "checks": row.checks.select_related("surveyor"),
        "objections": row.family.objections.visible_to(request.user).for_list(),
        "revisit": row.revisits.first(),
        "siks_word": STATUS[row.stage],
        "may_flag": bool(
            may(request.user, Permission.REGISTRATION_VERIFY, row)
            or may(request.user, Permission.REGISTRATION_OFFICE, row)
        ),
        "may_object": bool(may(request.user, Permission.REGISTRATION_OBJECT, row)),
        "links": _links(row, request.user),
        **next_steps(
            row,
            request.user,
            lambda verb: reverse("households:registration_verb", args=[row.pk, verb]),
            hidden=DECIDED_TOGETHER,
        ),
    }
    return render(request, "households/registration.html", context)


def _links(row: Registration, user: Any) -> list[dict[str, Any]]:
    """Ways on that lie on other pages."""
    links = []
    if row.state in (S.IDENTITY_CHECK, S.IDENTITY_FIX) and may(user, Permission.REFERRAL_DRAFT, row):
        url = reverse("dashboard:identity_referral", args=[row.family_id])
        links.append({"label": _("Rujuk ke Disdukcapil"), "url": url, "first": row.state == S.IDENTITY_FIX})
    if row.state == S.FIELD_VERIFICATION:
        links.append({"label": _("Foto keluarga"), "url": reverse("households:photos", args=[row.family_id])})
    if row.state == S.MEETING and row.meeting_id:
        links.append({"label": _("Buka musyawarahnya"), "url": reverse("households:meeting", args=[row.meeting_id])})
    return links


@login_required
def registration_flag(request: StaffRequest, pk: int) -> HttpResponse:
    """Record a sign against receiving aid, with its evidence."""
    row = get_object_or_404(Registration.objects.visible_to(request.user).for_page(), pk=pk)
    form = FlagForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            exclusions.record(row, form.cleaned_data["code"], form.cleaned_data["evidence"], by=request.user)
        messages.success(request, _("Tanda dicatat. Ini peringatan, bukan keputusan."))
        return redirect("households:registration", pk=row.pk)
    context = {"form": form, "row": row, "family": row.family}
    return render(request, "households/registration_flag.html", context, status=422 if form.errors else 200)


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
    chosen = [int(pk) for pk in request.POST.getlist("rows") if pk.isdigit()]
    if request.method == "POST" and form.is_valid():
        if chosen:
            return _take_many(request, form, verb, chosen)
        form.add_error(None, _("Belum ada yang dipilih. Centang dulu keluarganya."))
    context = {
        "step": step,
        "form": form,
        "filter": narrowed,
        "rows": narrowed.qs[:MANY_SHOWN],
        "total": narrowed.qs.count(),
        "shown": MANY_SHOWN,
        "chosen": chosen,
        "tally": request.session.pop("tally", None) if request.method == "GET" else None,
    }
    return render(request, "households/registration_batch.html", context, status=422 if form.errors else 200)


def _take_many(request: StaffRequest, form: VerbForm, verb: str, chosen: list[int]) -> HttpResponse:
    data = form.cleaned_data

    def make() -> str:
        tally = batch.take(verb, chosen, by=request.user, note=data["note"], **form.entered())
        request.session["tally"] = tally.as_json()
        return "done"

    _result, fresh = idempotency.once(
        data["idempotency_key"], user_id=request.user.pk, purpose=f"registration:many:{verb}", make=make
    )
    if not fresh:
        messages.warning(request, _("Langkah ini sudah dijalankan; yang kedua kali tidak mengubah apa pun."))
    return redirect(request.get_full_path())


@login_required
def village_lists(request: StaffRequest) -> HttpResponse:
    """The villages of the own area with how many families stand on each list."""
    _demand_view(request)
    rows = (
        Registration.objects.visible_to(request.user)
        .filter(state__in=[state for _title, states in LISTS.values() for state in states])
        .order_by()
        .values("family__household__village_id", "family__household__village__name")
        .annotate(**{f"n_{key}": Count("pk", filter=Q(state__in=states)) for key, (_title, states) in LISTS.items()})
        .order_by("family__household__village__name")
    )
    villages = [
        {
            "code": row["family__household__village_id"],
            "name": row["family__household__village__name"],
            "lists": [{"key": key, "title": title, "count": row[f"n_{key}"]} for key, (title, _s) in LISTS.items()],
        }
        for row in rows
    ]
    return render(request, "households/registration_villages.html", {"villages": villages})


@login_required
def village_list(request: StaffRequest, code: str, which: str) -> HttpResponse:
    """One village's initial or final list, to print and to put up; card numbers stay masked."""
    _demand_view(request)
    if which not in LISTS:
        raise Http404
    village = get_object_or_404(
        Region.objects.villages().filter(within(request.user.areas_for(Permission.REGISTRATION_VIEW), "code")), pk=code
    )
    title, states = LISTS[which]
    rows = (
        Registration.objects.visible_to(request.user)
        .filter(family__household__village=village, state__in=states)
        .for_page()
        .order_by("family__household__hamlet", "family__head__name", "pk")
    )
    context = {"village": village, "title": title, "rows": rows[:LIST_SHOWN], "total": rows.count()}
    return render(request, "households/registration_village.html", context)


def _demand_view(request: StaffRequest) -> None:
    decision = may(request.user, Permission.REGISTRATION_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)


@login_required
def siks_export(request: StaffRequest) -> HttpResponse:
    """The workbook for SIKS-NG; every download is in the trail with its purpose."""
    decision = may(request.user, Permission.REGISTRATION_SEND)
    if not decision:
        raise NotPermitted(decision.reason)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                data = export(by=request.user, purpose=form.cleaned_data["purpose"])
        except GuardFailed as fault:
            form.add_error(fault.field or None, fault.message)
        else:
            response = HttpResponse(data, content_type=XLSX)
            response["Content-Disposition"] = f'attachment; filename="siks-ng-{clock.today().isoformat()}.xlsx"'
            response["Cache-Control"] = "no-store"
            return response
    context = {"form": form, "count": sendable(request.user).count(), "cutoff": next_cutoff(clock.today())}
    return render(request, "households/registration_export.html", context, status=422 if form.errors else 200)


@login_required
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out a scanned paper of the own area, as a download and never as a page."""
    row = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(papers.opened(row, by=request.user), content_type=row.media_type)
    response["Content-Disposition"] = f'attachment; filename="{papers.file_name(row)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def _journey(row: Registration) -> list[dict[str, Any]]:
    stage = next((n for n, (_l, states) in enumerate(JOURNEY) if row.stage in states), None)
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


def take_with_paper(take: Any, form: VerbForm) -> Any:
    """Take a step whose form may carry a scanned paper; the paper is kept only if the step is taken."""
    if not isinstance(form, PaperForm):
        return take(form)
    data = form.cleaned_data["file"].read()
    with papers.kept(data, kind=form.kind, village_id=form.obj.place_code, by=form.user) as kept:
        form.cleaned_data[form.column] = kept
        return take(form)


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
