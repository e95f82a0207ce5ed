"""Bulk imports: upload, preview, apply, refused rows back, differences to decide."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from households.choices import ImportState, Relation
from households.exporting import imports_shown
from households.importing import deciding, rejects, run
from households.importing.reading import Unreadable, check_size
from households.models import Family, ImportConflict, ImportRun, Person
from households.refusals import REFUSALS
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted, Refusal
from slrt.exports.registry import Asked

RUNS_SHOWN = 50
WARNINGS = {
    "nik_birth": lazy("Tanggal lahir beda dengan NIK"),
    "nik_sex": lazy("Jenis kelamin beda dengan NIK"),
    "nik_empty": lazy("Tanpa NIK, menjadi tugas ke Disdukcapil"),
}


class UploadForm(forms.Form):
    """One file; its kind is found out by looking into it."""

    file = forms.FileField(
        label=lazy("Berkas DTSEN (CSV atau XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": lazy("Pilih dulu berkasnya.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)


def _demand(user: User) -> None:
    decision = may(user, Permission.IMPORT_RUN)
    if not decision:
        raise NotPermitted(decision.reason)


@login_required
def import_list(request: StaffRequest) -> HttpResponse:
    """Earlier uploads, and the form for a new one."""
    _demand(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"idempotency_key": idempotency.new_key()})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_size(file.size)
            pk, _fresh = idempotency.once(
                form.cleaned_data["idempotency_key"],
                user_id=request.user.pk,
                purpose="import:upload",
                make=lambda: run.upload(file.read(), file.name, by=request.user).pk,
            )
        except Unreadable as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("households:import", pk=int(pk))
    runs = imports_shown(Asked(request.user, request.GET)).rows.select_related("started_by", "area")[:RUNS_SHOWN]
    status = 422 if form.errors else 200
    return render(request, "households/imports/list.html", {"form": form, "runs": runs}, status=status)


def _run(request: StaffRequest, pk: int) -> ImportRun:
    _demand(request.user)
    return get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("area", "started_by"), pk=pk)


@login_required
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The truth about one run: being read, ready to apply, applied, failed."""
    row = _run(request, pk)
    counts = row.counts or {}
    context: dict[str, Any] = {
        "row": row,
        "counts": counts,
        "busy": row.state in (ImportState.UPLOADED, ImportState.READING, ImportState.APPLYING),
        "ready": row.state == ImportState.PREVIEWED,
        "reasons": [{"refusal": REFUSALS[code], "count": n} for code, n in counts.get("reasons", {}).items()],
        "warnings": [{"label": _warning(code), "count": n} for code, n in counts.get("warnings", {}).items()],
        "sample": [{**s, "relation": Relation(s["relation"]).label} for s in counts.get("sample", [])],
        "same": ImportRun.objects.filter(file_hash=row.file_hash, state=ImportState.APPLIED).exclude(pk=row.pk).first(),
        "undecided": row.conflicts.undecided().count(),
        "key": idempotency.new_key(),
    }
    if request.htmx and not context["busy"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # done: the whole page has something new to say
    template = "households/imports/_state.html" if request.htmx else "households/imports/detail.html"
    return render(request, template, context)


def _warning(code: str) -> str:
    if code in WARNINGS:
        return str(WARNINGS[code])
    return _("Kode tidak dikenal di kolom %(column)s, isian lama dibiarkan") % {
        "column": code.removeprefix("code_").upper()
    }


@require_POST
@login_required
def import_apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Apply a preview; a second click finds it already applied."""
    row = _run(request, pk)
    version = int(request.POST.get("version") or 0)
    try:
        idempotency.once(
            request.POST.get("idempotency_key") or None,
            user_id=request.user.pk,
            purpose=f"import:apply:{pk}",
            make=lambda: run.request_apply(row, by=request.user, version=version).pk,
        )
        messages.success(request, _("Berkas sedang diterapkan. Halaman ini boleh ditutup."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:import", pk=pk)


@require_POST
@login_required
def import_cancel(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a preview aside."""
    try:
        run.cancel(_run(request, pk), by=request.user)
        messages.success(request, _("Berkas dibatalkan. Tidak ada yang berubah di data keluarga."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:imports")


@login_required
def import_rejects(request: StaffRequest, pk: int) -> HttpResponse:
    """The refused rows as a file, with reason and mend."""
    row = _run(request, pk)
    data, kind = rejects.build(row, by=request.user)
    types = {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    response = HttpResponse(data, content_type=types[kind])
    response["Content-Disposition"] = f'attachment; filename="ditolak-{pk}.{kind}"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
def import_conflicts(request: StaffRequest, pk: int) -> HttpResponse:
    """People who already live elsewhere here. Whoever lives outside the own area is not named."""
    row = _run(request, pk)
    conflicts = list(row.conflicts.all()[:200])
    visible = set(
        Family.objects.visible_to(request.user)
        .filter(pk__in=[c.stored_family_id for c in conflicts])
        .values_list("pk", flat=True)
    )
    people = {p.pk: p for p in Person.objects.filter(pk__in=[c.person_id for c in conflicts])}
    rows = [
        {
            "conflict": c,
            "own": c.stored_family_id in visible,
            "name": people[c.person_id].name if c.stored_family_id in visible else "",
        }
        for c in conflicts
    ]
    return render(request, "households/imports/conflicts.html", {"row": row, "rows": rows})


@require_POST
@login_required
def conflict_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Keep or move one person, with a reason."""
    _demand(request.user)
    conflict = get_object_or_404(ImportConflict.objects.visible_to(request.user).select_related("run"), pk=pk)
    try:
        deciding.decide(conflict, request.POST.get("decision", ""), by=request.user, note=request.POST.get("note", ""))
        messages.success(request, _("Keputusan dicatat."))
    except GuardFailed as fault:
        messages.error(request, fault.message)
    return redirect(f"{reverse('households:import_conflicts', args=[conflict.run_id])}#c{pk}")
