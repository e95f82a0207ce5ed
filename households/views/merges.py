"""Two entries made one: proposing a merge, its own page and steps, and where a merged entry leads."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from households.choices.duplicates import MergeState
from households.duplicates import proposing
from households.duplicates.side_by_side import lines, membership_of
from households.duplicates.workflow import propose_merge
from households.forms.duplicates import MergeForm
from households.models import Family, Merge, Person
from households.views.duplicates import demand, pairs_of
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission as P
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps


@login_required
def duplicate_merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Propose to make the two of a pair one, field by field."""
    row = get_object_or_404(pairs_of(request.user), pk=pk)
    demand(request.user, P.DUPLICATE_DECIDE)
    first, second = row.first, row.second
    found = lines(first, second)
    initial = {
        "first_version": first.version,
        "second_version": second.version,
        "idempotency_key": idempotency.new_key(),
    }
    form = MergeForm(request.POST or None, first=first, second=second, lines=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose=f"duplicate:merge:{pk}",
                make=lambda: _propose(form, first, second, request.user).pk,
            )
        except (GuardFailed, TransitionNotAllowed) as fault:
            field = getattr(fault, "field", "")
            form.add_error(field if field in form.fields else None, str(fault))
        else:
            messages.success(
                request, _("Usulan dicatat. Orang kedua harus mengesahkan; sampai itu tidak ada yang berubah.")
            )
            return redirect("households:merge", pk=int(made))
    context = {"row": row, "form": form, "hanging": [proposing.hanging(first), proposing.hanging(second)]}
    return render(request, "households/duplicates/merge_new.html", context, status=422 if form.errors else 200)


def _propose(form: MergeForm, first: Person, second: Person, by: User) -> Merge:
    data = form.cleaned_data
    versions = (data["first_version"], data["second_version"])
    kept, gone = (first, second) if data["keep"] == "first" else (second, first)
    if data["keep"] != "first":
        versions = versions[::-1]
    return propose_merge(kept, gone, form.choices(), by=by, reason=data["reason"], versions=versions)


@login_required
def merge_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One merge: what was chosen, what follows or followed, who has to say yes."""
    row = get_object_or_404(_merges_of(request.user), pk=pk)
    found = lines(row.kept, row.gone) if row.state == MergeState.PROPOSED else []
    chosen = [
        {"label": line.label, "value": line.second if row.choices.get(line.choice) == "gone" else line.first}
        for line in found
        if line.choice
    ]
    context = {
        "row": row,
        "lines": found,
        "chosen": chosen,
        "home": membership_of(row.gone if row.choices.get(proposing.PLACE) == "gone" and found else row.kept),
        "hanging": proposing.hanging(row.gone) if found else [],
        "moved": _moved(row),
        "pair": pairs_of(request.user)
        .filter(first__in=(row.kept_id, row.gone_id), second__in=(row.kept_id, row.gone_id))
        .first(),
        "events": timeline(row),
        **next_steps(row, request.user, lambda verb: reverse("households:merge_verb", args=[row.pk, verb])),
    }
    return render(request, "households/duplicates/merge.html", context)


def _moved(row: Merge) -> list[tuple[str, int]]:
    return [
        (str(apps.get_model(name.rpartition(".")[0])._meta.verbose_name), count)
        for name, count in sorted(row.moved.items())
    ]


def _merges_of(user: User) -> Any:
    return Merge.objects.visible_to(user).select_related("kept", "gone", "proposed_by")


@login_required
def person_page(request: StaffRequest, pk: int) -> HttpResponse:
    """A person's lasting address: leads to the family, also when the entry was merged into another."""
    person = get_object_or_404(Person, pk=pk).survivor()
    membership = membership_of(person)
    if membership is None or not Family.objects.visible_to(request.user).filter(pk=membership.family_id).exists():
        raise Http404
    return redirect("dashboard:case_file", pk=membership.family_id)


class MergeVerb(VerbPage):
    """The page of every step of a merge."""

    model = Merge

    def queryset(self, request: StaffRequest) -> Any:
        return _merges_of(request.user)

    def object_url(self, obj: Merge) -> str:
        return reverse("households:merge", args=[obj.pk])

    def describe(self, obj: Merge) -> str:
        if self.transition.name == "confirm":
            return _(
                "%(gone)s digabung ke %(kept)s. Semua yang tercatat padanya ikut pindah; ini bisa dikembalikan."
            ) % {
                "gone": f"{obj.gone} ({obj.gone.name})",
                "kept": f"{obj.kept} ({obj.kept.name})",
            }
        return f"{obj.kept.name} – {obj.gone.name}"
