"""Taking a list out: the form, the own exports, one export with its progress, the file."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.bounded import up_to
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.core.numbers import holds_one
from slrt.exports import asking, selectors
from slrt.exports.choices import ExportFormat
from slrt.exports.entitlement import demand, demand_listing, rows_for
from slrt.exports.forms import ExportForm
from slrt.exports.models import Export
from slrt.exports.registry import FORM, FULL_NUMBERS, Asked, Listing, listing_or_404

PER_PAGE = 25
TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.PDF: "application/pdf",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
def export_list(request: StaffRequest) -> HttpResponse:
    """One's own exports, newest first."""
    demand(request.user, Permission.EXPORT_RUN)
    page = Paginator(Export.objects.visible_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "exports/list.html", {"page": page, "rows": selectors.lines(page), "query": ""})


@login_required
def export_new(request: StaffRequest, key: str) -> HttpResponse:
    """Ask for a list exactly as its page shows it: the filter stands in the address, as it does on the page."""
    listing = listing_or_404(key)
    demand_listing(request.user, listing)
    params = request.GET.copy()
    params.pop("page", None)
    if any(holds_one(value) for name in params for value in params.getlist(name)):
        raise Http404  # a number stands in no address; what is asked for is kept
    asked = Asked(request.user, params)
    numbers = listing.guarded and not listing.letters and all(map(request.user.holds, FULL_NUMBERS))
    initial = {"idempotency_key": idempotency.new_key(), "purpose": listing.purpose(asked) if listing.purpose else ""}
    form = ExportForm(request.POST or None, numbers=numbers, formats=_formats(listing, params), initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = {name: value for name, value in form.cleaned_data.items() if name != "idempotency_key"}
        try:
            pk, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose=f"export:{key}",
                make=lambda: asking.ask(listing, asked, **entered).pk,
            )
            return redirect("exports:detail", pk=int(pk))
        except GuardFailed as fault:
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)
    shown = listing.shown(asked)
    count: Callable[[QuerySet], int] = up_to if listing.bounded else QuerySet.count
    context = {
        "listing": listing,
        "form": form,
        "words": shown.words,
        "count": count(rows_for(listing, asked)),
        "count_shown": count(shown.rows),
        "back_url": listing.url(params),
        "letters": listing.full_letters and not listing.sheet,
        "sheet": listing.sheet,
    }
    return render(request, "exports/new.html", context, status=422 if form.errors else 200)


def _formats(listing: Listing, params: QueryDict) -> tuple[ExportFormat, ...]:
    """The kinds of files, the one that the address names first."""
    return tuple(sorted(asking.formats_of(listing), key=lambda kind: kind != params.get(FORM)))


def _export(request: StaffRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user).select_related("asked_by"), pk=pk)


@login_required
def export_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The truth about one export; the page may be closed and reopened."""
    row = selectors.line(_export(request, pk))
    if request.htmx and not row.busy:
        return HttpResponse(headers={"HX-Refresh": "true"})  # done: the whole page has something new to say
    template = "exports/_state.html" if request.htmx else "exports/detail.html"
    return render(request, template, _one(row))


def _one(row: selectors.Line) -> dict[str, Any]:
    """What the page of one export is made from."""
    return {"row": row, "export": row.export}


@login_required
def export_download(request: StaffRequest, pk: int) -> Any:
    """The file, as often as wanted while it stands; each time is noted. Afterwards 410 and where to get a new one."""
    export = _export(request, pk)
    try:
        content = asking.hand_out(export)
    except TransitionNotAllowed as fault:
        context = {**_one(selectors.line(export)), "reason": str(fault)}
        return render(request, "exports/detail.html", context, status=410)
    response = StreamingHttpResponse(content, content_type=TYPES[ExportFormat(export.format)])
    response["Content-Length"] = export.size
    name = selectors.file_name(export)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def export_discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Cancel, or throw the file away before its time."""
    asking.discard(_export(request, pk))
    messages.success(request, _("Unduhan dibuang, berkasnya dihapus."))
    return redirect("exports:list")
