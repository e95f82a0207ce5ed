"""Bulk imports: upload, preview, apply, refused rows back, differences to decide."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from households.choices.imports import ImportKind, ImportState
from households.choices.person import MaritalStatus, Relation, Sex
from households.exporting import imports_shown
from households.importing import applying, claiming, deciding, ending, matching, rejects, undoing, uploading
from households.importing.columns import EXTRACT
from households.importing.kinds import KINDS
from households.importing.reading import Unreadable, check_size
from households.importing.telling import told
from households.models import Family, ImportConflict, ImportRun, ImportSource, Person
from households.refusals import REFUSALS
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit.models import AuditEntry
from slrt.core import clock, idempotency
from slrt.core.errors import GuardFailed, NotPermitted, Refusal, TransitionNotAllowed
from slrt.exports.registry import Asked
from slrt.workflow.sentences import events

RUNS_SHOWN = 50
BUSY = (ImportState.UPLOADED, ImportState.READING, ImportState.APPLYING, ImportState.TAKING_BACK)
CANCELLABLE = (ImportState.UPLOADED, ImportState.READING, ImportState.COLUMNS, ImportState.PREVIEWED)
OF = {"people": lazy("orang"), "households": lazy("keluarga")}
FIELDS = {
    "name": lazy("Nama"),
    "birth_date": lazy("Tanggal lahir"),
    "birth_place": lazy("Tempat lahir"),
    "sex": lazy("Jenis kelamin"),
    "marital": lazy("Status kawin"),
    "occupation": lazy("Pekerjaan"),
    "mother_name": lazy("Nama ibu kandung"),
    "relation": lazy("Hubungan dengan kepala keluarga"),
    "answers": lazy("Jawaban pendataan"),
    "village": lazy("Desa"),
    "address": lazy("Alamat"),
    "rt": "RT",
    "rw": "RW",
    "kk_number": lazy("Nomor KK"),
    "official_id": lazy("ID keluarga DTSEN"),
    "decile": lazy("Desil"),
}
WARNINGS = {
    "nik_birth": lazy("Tanggal lahir beda dengan NIK"),
    "nik_sex": lazy("Jenis kelamin beda dengan NIK"),
    "nik_empty": lazy("Tanpa NIK, menjadi tugas ke Disdukcapil"),
}


class UploadForm(forms.Form):
    """One file; its kind is found out by looking into it."""

    file = forms.FileField(
        label=lazy("Berkas (CSV atau XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": lazy("Pilih dulu berkasnya.")},
    )
    kind = forms.ChoiceField(label=lazy("Jenis berkas"), choices=ImportKind, initial=ImportKind.EXTRACT, required=False)
    source = forms.CharField(
        label=lazy("Asal berkas"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
        help_text=lazy("Misalnya SIKS-NG. Judul kolom yang pernah dicocokkan untuk asal ini dipakai lagi."),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)


class TakeBackForm(forms.Form):
    """Why a file is taken back."""

    note = forms.CharField(
        label=lazy("Alasan penarikan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lazy("Tulis alasan penarikan.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


def _demand(user: User) -> None:
    """Whoever imports, or approves what others want to import."""
    decision = may(user, Permission.IMPORT_RUN)
    if not decision and not may(user, Permission.IMPORT_APPROVE):
        raise NotPermitted(decision.reason)


@login_required
def import_list(request: StaffRequest) -> HttpResponse:
    """Earlier uploads, and for whoever may upload the form for a new one."""
    _demand(request.user)
    uploads = bool(may(request.user, Permission.IMPORT_RUN))
    if request.method == "POST" and not uploads:
        raise NotPermitted(may(request.user, Permission.IMPORT_RUN).reason)
    form = UploadForm(request.POST or None, request.FILES or None, initial={"idempotency_key": idempotency.new_key()})
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
    runs = imports_shown(Asked(request.user, request.GET)).rows.select_related("started_by", "area")[:RUNS_SHOWN]
    status = 422 if form.errors else 200
    sources = ImportSource.objects.values_list("name", flat=True)
    context = {"form": form if uploads else None, "runs": runs, "sources": sources}
    return render(request, "households/imports/list.html", context, status=status)


def _run(request: StaffRequest, pk: int) -> ImportRun:
    _demand(request.user)
    return get_object_or_404(ImportRun.objects.visible_to(request.user).select_related("area", "started_by"), pk=pk)


@login_required
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The truth about one run: being read, ready to apply, applied, failed."""
    row = _run(request, pk)
    claiming.settle(row)
    counts = row.counts or {}
    ready = row.state == ImportState.PREVIEWED
    context: dict[str, Any] = {
        "row": row,
        "counts": counts,
        "busy": row.state in BUSY,
        "progress": _progress(row) if row.state in BUSY else {},
        "ready": ready,
        "not_applied_because": applying.who_applies(row, request.user) if ready else "",
        "may_cancel": row.state in CANCELLABLE and bool(may(request.user, Permission.IMPORT_RUN, row)),
        "may_retry": row.state == ImportState.FAILED and bool(may(request.user, Permission.IMPORT_RUN, row)),
        "taken_back_until": _taken_back_until(row, request.user),
        "log": events(AuditEntry.objects.filter(subject="households.importrun", subject_id=pk).select_related("actor")),
        "fields": _fields(counts.get("fields", {})),
        "examples": [_example(e) for e in counts.get("examples", [])],
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


def _progress(row: ImportRun) -> dict[str, Any]:
    """Rows done and in all, rows a second and seconds left, as far as they can be told."""
    done, total = row.done, row.total
    if row.state in (ImportState.APPLYING, ImportState.TAKING_BACK):
        step, steps = told(row.pk)
        rows = row.counts.get("accepted", 0)
        done, total = (rows * step // steps, rows) if steps else (0, rows)
    seconds = (clock.now() - row.state_since).total_seconds()
    speed = done / seconds if done and seconds > 0 else 0
    left = (total - done) / speed if speed and total > done else 0
    return {"done": done, "total": total, "speed": round(speed), "minutes": int(left // 60), "seconds": int(left % 60)}


def _taken_back_until(row: ImportRun, user: User) -> Any:
    end = undoing.until(row)
    return end if end and clock.now() <= end and may(user, Permission.IMPORT_RUN, row) else None


def _fields(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [
        {"label": FIELDS.get(name, name), "count": count, "of": OF[kind]}
        for kind in ("people", "households")
        for name, count in counts.get(kind, {}).items()
    ]


def _example(line: dict[str, Any]) -> dict[str, Any]:
    """A changed person with labels for codes."""
    fields = [
        {
            "label": FIELDS.get(f["field"], f["field"]),
            "here": _value(f["field"], f["here"]),
            "file": _value(f["field"], f["file"]),
        }
        for f in line["fields"]
    ]
    return {**line, "fields": fields}


def _value(field: str, code: str) -> str:
    choices: dict[str, type[TextChoices]] = {"relation": Relation, "sex": Sex, "marital": MaritalStatus}
    return str(choices[field](code).label) if field in choices and code else code


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
            make=lambda: applying.request_apply(row, by=request.user, version=version).pk,
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
        ending.cancel(_run(request, pk), by=request.user)
        messages.success(request, _("Berkas dibatalkan. Tidak ada yang berubah di data keluarga."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:imports")


@require_POST
@login_required
def import_retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Read a failed file once more."""
    try:
        ending.retry(_run(request, pk), by=request.user)
        messages.success(request, _("Berkas dibaca lagi. Halaman ini boleh ditutup."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:import", pk=pk)


@login_required
def import_columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Which heading of the file is which of our columns, when the file does not say it itself."""
    row = _run(request, pk)
    missing, headers = row.counts.get("missing_columns", []), row.counts.get("headers", [])
    if row.state != ImportState.COLUMNS:
        return redirect("households:import", pk=pk)
    columns = EXTRACT if row.kind == ImportKind.EXTRACT else KINDS[row.kind].columns
    others = [name for name in columns.all if name not in missing]
    fault = ""
    if request.method == "POST":
        chosen = {request.POST.get(f"column-{name}", ""): name for name in (*missing, *others)}
        try:
            source = request.POST.get("source", "").strip()
            matching.match_columns(row, {h: c for h, c in chosen.items() if h}, by=request.user, source=source)
            messages.success(request, _("Kolom dicocokkan. Berkas dibaca lagi."))
            return redirect("households:import", pk=pk)
        except GuardFailed as refused:
            fault = refused.message
    lines = [{"column": name, "chosen": request.POST.get(f"column-{name}", "")} for name in missing]
    context = {"row": row, "lines": lines, "headers": headers, "fault": fault}
    return render(request, "households/imports/columns.html", context, status=422 if fault else 200)


@login_required
def import_take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an applied file back, with a reason."""
    row = _run(request, pk)
    end = _taken_back_until(row, request.user)
    if end is None:
        decision = may(request.user, Permission.IMPORT_RUN, row)
        if not decision:
            raise NotPermitted(decision.reason)
        return redirect("households:import", pk=pk)
    form = TakeBackForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        try:
            undoing.request(row, by=request.user, note=form.cleaned_data["note"], version=form.cleaned_data["version"])
            messages.success(request, _("Berkas sedang ditarik kembali. Halaman ini boleh ditutup."))
            return redirect("households:import", pk=pk)
        except Refusal as fault:
            form.add_error(None, str(fault))
    status = 422 if form.errors else 200
    return render(request, "households/imports/take_back.html", {"row": row, "form": form, "until": end}, status=status)


@login_required
def import_rejects(request: StaffRequest, pk: int) -> HttpResponse:
    """The refused rows as a file, with reason and mend."""
    row = _run(request, pk)
    decision = may(request.user, Permission.IMPORT_RUN, row)
    if not decision:
        raise NotPermitted(decision.reason)
    try:
        data, kind = rejects.build(row, by=request.user)
    except Unreadable as fault:
        messages.warning(request, str(fault))
        return redirect("households:import", pk=pk)
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
