"""The ministry's answer files: upload, look through, apply."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households.choices.answers import AnswerFileState, AnswerKind, AnswerOutcome
from households.choices.imports import ImportKind
from households.exporting_imports import ABSENT, FILE, HELD, PART, absent_shown, answer_files_shown, answer_rows_shown
from households.forms.answers import AnswerFileForm
from households.importing import uploading
from households.importing.reading import check_size
from households.importing.unreadable import Unreadable
from households.models import AnswerFile, AnswerRow
from households.querysets.registration import AnswerFileQuerySet
from households.workflow import answer
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import NotPermitted, Refusal, TransitionNotAllowed
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

FILES_SHOWN = 50
ROWS_PER_PAGE = 100
PARTS = (*AnswerKind.values, HELD, ABSENT)  # of a file's page; anything else is all of its rows
# Headings that were matched once are matched alike the next time.
SOURCE = "SIKS-NG"


def _demand(request: StaffRequest) -> None:
    decision = may(request.user, Permission.REGISTRATION_RESULT)
    if not decision:
        raise NotPermitted(decision.reason)


def _files(request: StaffRequest) -> AnswerFileQuerySet:
    return AnswerFile.objects.visible_to(request.user)


@login_required
def answer_list(request: StaffRequest) -> HttpResponse:
    """Earlier answer files, and the form for a new one."""
    _demand(request)
    initial = {"idempotency_key": idempotency.new_key()}
    form = AnswerFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            pk, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose="answer:upload",
                make=lambda: (
                    uploading.upload(
                        file.chunks(), file.name, by=request.user, kind=ImportKind.ANSWER, source=SOURCE
                    ).pk
                ),
            )
        except (Unreadable, TransitionNotAllowed) as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("households:import", pk=int(pk))
    rows = answer_files_shown(Asked(request.user, request.GET)).rows.select_related("uploaded_by")[:FILES_SHOWN]
    context = {"form": form, "rows": rows}
    return render(request, "households/answers/list.html", context, status=422 if form.errors else 200)


@login_required
def answer_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Every row of one file: what stands here now beside what the answer says; after applying, what became of it."""
    _demand(request)
    row = get_object_or_404(_files(request).with_moved_nothing().select_related("uploaded_by", "area", "run"), pk=pk)
    kind = request.GET.get(PART, "")
    asked = Asked(request.user, QueryDict(urlencode({FILE: str(pk), PART: kind})))
    rows = answer_rows_shown(asked).rows.select_related("registration__family__head")
    absent = absent_shown(asked).rows
    missing = Paginator(absent, ROWS_PER_PAGE).get_page(request.GET.get("page")) if kind == ABSENT else None
    page = Paginator(rows.none() if missing else rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    kinds = row.counts.get("kinds", {})
    same = _files(request).filter(file_hash=row.file_hash, state=AnswerFileState.APPLIED)
    context = {
        "row": row,
        "in_file": row.run.counts.get("rows", 0) if row.run else 0,
        "page": missing or page,
        "absent": missing,
        "names_differ": answer.waiting(row) if row.state == AnswerFileState.PREVIEWED else 0,
        "may_say": row.state == AnswerFileState.PREVIEWED
        and bool(may(request.user, Permission.REGISTRATION_RESULT, row)),
        "lines": [{"line": line, "own": line.own, "here": line.here or "–"} for line in page],
        "tabs": [{"label": _("Semua"), "url": "?", "count": sum(kinds.values()), "active": kind not in PARTS}]
        + [
            {"label": found.label, "url": f"?isi={found}", "count": kinds[found], "active": kind == found}
            for found in AnswerKind
            if found in kinds
        ]
        + _more_tabs(row, kind, absent.count()),
        "query": f"isi={kind}&" if kind in PARTS else "",
        "same": same.exclude(pk=row.pk).first(),
        "outcomes": AnswerOutcome,
        "events": timeline(row),
        **next_steps(
            row, request.user, lambda verb: reverse("households:answer_verb", args=[row.pk, verb]), _elsewhere(row)
        ),
        "links": _to_import(row),
    }
    return render(request, "households/answers/detail.html", context)


def _elsewhere(row: AnswerFile) -> tuple[str, ...]:
    """The steps of a file that came by an import are taken on the import's page."""
    return ("apply", "cancel", "take_back") if row.run_id else ()


def _to_import(row: AnswerFile) -> list[dict[str, Any]]:
    if row.run_id is None:
        return []
    first = row.state == AnswerFileState.PREVIEWED
    label = _("Terapkan atau batalkan di halaman impor") if first else _("Halaman impor berkas ini")
    return [{"label": label, "url": reverse("households:import", args=[row.run_id]), "first": first}]


def _more_tabs(row: AnswerFile, kind: str, absent: int) -> list[dict[str, Any]]:
    """The rows with another name, and the proposals of which the file says nothing."""
    named = row.counts.get("held", 0)
    parts = ((HELD, _("Nama berbeda"), named), (ABSENT, _("Tidak ada di berkas ini"), absent))
    return [
        {"label": label, "url": f"?isi={part}", "count": count, "active": kind == part}
        for part, label, count in parts
        if count or kind == part
    ]


@require_POST
@login_required
def answer_same_person(request: StaffRequest, pk: int, line: int) -> HttpResponse:
    """Somebody says with a reason that a row with another name is about the person of its NIK."""
    _demand(request)
    file = get_object_or_404(_files(request), pk=pk)
    row = get_object_or_404(AnswerRow, file=file, pk=line)
    try:
        answer.same_person(row, request.POST.get("reason", ""), by=request.user)
        messages.success(request, _("Keputusan dicatat."))
    except Refusal as fault:
        messages.error(request, str(fault))
    return redirect(f"{reverse('households:answer', args=[pk])}?isi={HELD}#b{line}")


class AnswerVerb(VerbPage):
    """Apply or cancel an answer file."""

    model = AnswerFile

    def object_url(self, obj: AnswerFile) -> str:
        return reverse("households:answer", args=[obj.pk])

    def describe(self, obj: AnswerFile) -> str:
        return obj.file_name
