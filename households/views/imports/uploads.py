"""Earlier uploads, and the form for a new one."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render

from households.choices.imports import ImportKind
from households.exporting import imports_shown
from households.forms.imports import UploadForm
from households.importing import blank, dropping, handing_back, uploading
from households.importing.reading import Unreadable, check_size
from households.models import ImportSource
from households.views.imports.reach import demand
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.exports.registry import Asked

PER_PAGE = 50
# Under what name the kind of file that stands chosen is in the address.
KIND = "jenis"


@login_required
def import_list(request: StaffRequest) -> HttpResponse:
    """Earlier uploads, and for whoever may upload the form for a new one."""
    demand(request.user)
    uploads = bool(may(request.user, Permission.IMPORT_RUN))
    if request.method == "POST" and not uploads:
        raise NotPermitted(may(request.user, Permission.IMPORT_RUN).reason)
    initial = {"idempotency_key": idempotency.new_key(), "kind": _kind_of(request.GET)}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            pk, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose="import:upload",
                make=lambda: (
                    uploading.upload(
                        file.chunks(),
                        file.name,
                        by=request.user,
                        source=form.cleaned_data["source"].strip(),
                        kind=form.cleaned_data["kind"] or ImportKind.EXTRACT,
                    ).pk
                ),
            )
        except (Unreadable, TransitionNotAllowed) as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("households:import", pk=int(pk))
    rows = imports_shown(Asked(request.user, request.GET)).rows.select_related("started_by", "area")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if form.errors else 200
    sources = ImportSource.objects.values_list("name", flat=True)
    context = {
        **{"form": form if uploads else None, "page": page, "query": "", "sources": sources},
        "handed_back": handing_back.handed_back(page.object_list),
        "drop_folder": uploads and bool(settings.DROP_FOLDER),
        "refused_drops": dropping.refused_files() if uploads else [],
        "refused_kept": settings.DROP_REFUSED_KEEP_DAYS,
        **{"headings": blank.headings(), "chosen": form["kind"].value()},
    }
    return render(request, "households/imports/list.html", context, status=status)


def _kind_of(asked: QueryDict) -> str:
    """The kind of file that the address names, else an extract."""
    kind = str(asked.get(KIND, ""))
    return kind if kind in ImportKind.values else ImportKind.EXTRACT
