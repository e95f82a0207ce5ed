"""Entries that look like one person: the list, two side by side, dismissing."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_tables2 import RequestConfig

from households.choices.duplicates import DuplicateState, MergeState
from households.duplicates.scoring import REASONS
from households.duplicates.search import still_alike
from households.duplicates.side_by_side import lines, membership_of
from households.exporting_pairs import MERGE_TABS, PAIR_TABS, merges_shown, pairs_shown
from households.filters import DuplicateFilter
from households.forms.duplicates import MothersForm
from households.models import DuplicateCandidate, Merge
from households.tables import PER_PAGE, DuplicateTable, MergeTable
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission as P
from slrt.audit import trail
from slrt.core.bounded import bound, paged, up_to
from slrt.core.errors import NotPermitted
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

TABS = {**PAIR_TABS, **MERGE_TABS}


def demand(user: User, permission: str) -> None:
    """Raise NotPermitted unless the person holds a permission anywhere."""
    decision = may(user, permission)
    if not decision:
        raise NotPermitted(decision.reason)


def _candidates(user: User) -> Any:
    return DuplicateCandidate.objects.visible_to(user).current()


@login_required
def duplicate_list(request: StaffRequest) -> HttpResponse:
    """Pairs of the own area by score, and the merges that wait or were made."""
    demand(request.user, P.DUPLICATE_VIEW)
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in TABS else "open"
    params = request.GET.copy()
    params["tab"] = chosen
    asked = Asked(request.user, params)
    context: dict[str, Any] = {"tab": chosen, "pairs": chosen in PAIR_TABS}
    if chosen in PAIR_TABS:
        shown = pairs_shown(asked)
        context["filter"] = shown.filter
        query = _narrowing(request)
        rows, pages = paged(shown.filter.qs)
        table: Any = DuplicateTable(rows.for_list(), order_by=request.GET.get("sort", "-score"), query=query)
        if chosen == "open" and not query:
            table.empty_hint = _(
                "Pencarian berjalan setiap malam dan sesudah kunjungan atau impor; yang mirip muncul di sini sendiri."
            )
    else:
        merges: Any = merges_shown(asked).rows
        rows, pages = paged(merges)
        table = MergeTable(rows.for_list(), order_by=request.GET.get("sort", ""))
    RequestConfig(request, paginate={"per_page": PER_PAGE, "paginator_class": pages}).configure(table)
    context["table"] = table
    context["tabs"] = [
        {"label": label, "url": f"?tab={key}", "count": up_to(_rows_of(request.user, key)), "active": key == chosen}
        for key, (label, _state) in TABS.items()
    ]
    return render(request, "households/duplicates/list.html", context)


def _rows_of(user: User, tab: str) -> Any:
    rows = _candidates(user) if tab in PAIR_TABS else Merge.objects.visible_to(user)
    return rows.filter(state=TABS[tab][1])


def _narrowing(request: StaffRequest) -> str:
    """What the list was narrowed by, to be carried from pair to pair."""
    query = request.GET.copy()
    for name in [*query]:
        if name not in ("village", "least") or not query[name]:
            del query[name]
    return f"?{query.urlencode()}" if query else ""


@login_required
def duplicate_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Two entries side by side, with what speaks for one person and what for two, as the data are now."""
    row = get_object_or_404(pairs_of(request.user), pk=pk)
    verdict = still_alike(row)
    both = (row.first_id, row.second_id)
    waiting = (
        Merge.objects.visible_to(request.user).filter(state=MergeState.PROPOSED, kept__in=both, gone__in=both).first()
    )
    steps = next_steps(row, request.user, lambda verb: reverse("households:duplicate_verb", args=[row.pk, verb]))
    links = []
    if waiting is None and row.state == DuplicateState.OPEN and may(request.user, P.DUPLICATE_DECIDE, row):
        links.append(
            {"url": reverse("households:duplicate_merge", args=[row.pk]), "label": _("Usulkan digabung"), "first": True}
        )
        for option in steps["options"]:
            option["first"] = False
    context = {
        "row": row,
        "verdict": verdict,
        "reasons": [{"words": REASONS[code][1], "points": REASONS[code][0]} for code in verdict.reasons],
        "lines": lines(row.first, row.second),
        "mothers_url": _mothers_url(request.user, row),
        "homes": [membership_of(row.first), membership_of(row.second)],
        "waiting": waiting,
        "links": links,
        "events": timeline(row),
        **_neighbours(request, row),
        **steps,
    }
    return render(request, "households/duplicates/detail.html", context)


def _mothers_url(user: User, row: DuplicateCandidate) -> str:
    """Where the mothers' names are shown, for whom may see the guarded data of both persons."""
    named = row.first.mother_name or row.second.mother_name
    return reverse("households:duplicate_mothers", args=[row.pk]) if named and not _hidden(user, row) else ""


def _hidden(user: User, row: DuplicateCandidate) -> str:
    """Why the mothers' names of a pair are not shown to somebody; empty when they are."""
    decision = may(user, P.PERSON_REVEAL)
    if not decision:
        return decision.reason
    homes = (membership_of(row.first), membership_of(row.second))
    if not all(homes):
        return _(
            "Salah satu dari keduanya tidak tercatat di keluarga mana pun sekarang. Nama ibunya tidak ditampilkan."
        )
    refused = (may(user, P.PERSON_REVEAL, home.family) for home in homes if home)
    return next((decision.reason for decision in refused if not decision), "")


@login_required
def duplicate_mothers(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the mothers' names of a pair for a purpose; the audit trail says who saw them, and what for."""
    row = get_object_or_404(pairs_of(request.user), pk=pk)
    if reason := _hidden(request.user, row):
        raise NotPermitted(reason)
    form = MothersForm(request.POST or None)
    context: dict[str, Any] = {"row": row, "form": form}
    if request.method == "POST" and form.is_valid():
        persons = (row.first, row.second)
        trail.read(
            "reveal_mothers", row, by=request.user, note=form.cleaned_data["purpose"], persons=[p.pk for p in persons]
        )
        context["people"] = persons
    response = render(request, "households/duplicates/mothers.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


def pairs_of(user: User) -> Any:
    """Return the pairs that a person may see, with both entries."""
    return DuplicateCandidate.objects.visible_to(user).select_related("first", "second")


def _neighbours(request: StaffRequest, row: DuplicateCandidate) -> dict[str, Any]:
    """The pairs before and after this one in the list it came from, and its place in it."""
    rows = _candidates(request.user).filter(state=row.state)
    rows = DuplicateFilter(request.GET, rows, request=request).qs.order_by("-score", "pk")
    before = Q(score__gt=row.score) | Q(score=row.score, pk__lt=row.pk)
    after = Q(score__lt=row.score) | Q(score=row.score, pk__gt=row.pk)
    query = _narrowing(request)
    earlier, later = rows.filter(before), rows.filter(after)

    def address(pk: int | None) -> str:
        return reverse("households:duplicate", args=[pk]) + query if pk else ""

    ahead, behind = up_to(earlier), up_to(later)
    return {
        "previous_url": address(earlier.order_by("score", "-pk").values_list("pk", flat=True).first()),
        "next_url": address(later.values_list("pk", flat=True).first()),
        "position": bound(ahead + 1),
        "total": bound(ahead + 1 + behind),
        "list_url": reverse("households:duplicates") + query,
    }


class DuplicateVerb(VerbPage):
    """The page of every step of a pair."""

    model = DuplicateCandidate

    def queryset(self, request: StaffRequest) -> Any:
        return pairs_of(request.user)

    def object_url(self, obj: DuplicateCandidate) -> str:
        return reverse("households:duplicate", args=[obj.pk])

    def describe(self, obj: DuplicateCandidate) -> str:
        return f"{obj.first.name} – {obj.second.name}"
