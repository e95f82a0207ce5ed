"""The periodic jobs: what each does, how its last run ended, when it comes next; run now, stop, history."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock, idempotency
from slrt.core.errors import NotPermitted, Refusal
from slrt.jobs import running, selectors
from slrt.jobs.models import JobRun
from slrt.jobs.register import JOBS, Job
from slrt.jobs.schedule import in_words, next_runs, row_of

RUNS_PER_PAGE = 30


def _demand(user: User) -> None:
    decision = may(user, Permission.JOBS_RUN)
    if not decision:
        raise NotPermitted(decision.reason)


def _job(name: str) -> Job:
    if name not in JOBS:
        raise Http404
    return JOBS[name]


@login_required
def job_list(request: StaffRequest) -> HttpResponse:
    """Every job on one page; it follows the runs that are going on."""
    _demand(request.user)
    running.end_abandoned()
    rows = selectors.overview(request.user)
    busy = any(row["run"] and row["run"].is_active for row in rows)
    if request.htmx and not busy:
        return HttpResponse(headers={"HX-Refresh": "true"})
    for row in rows:
        row["key"] = idempotency.new_key()
    context = {
        "rows": rows,
        "busy": busy,
        "ran": any(row["run"] for row in rows),
        "alerts": selectors.alerts(request.user),
    }
    return render(request, "jobs/_list.html" if request.htmx else "jobs/list.html", context)


@login_required
def job_detail(request: StaffRequest, name: str) -> HttpResponse:
    """One job and its runs, newest first."""
    _demand(request.user)
    job = _job(name)
    running.end_abandoned(name)
    runs = JobRun.objects.visible_to(request.user).filter(job=name).select_related("asked_by")
    page = Paginator(runs, RUNS_PER_PAGE).get_page(request.GET.get("page"))
    active = runs.active().first()
    times = row_of(name)
    if request.htmx and active is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context: dict[str, Any] = {
        "job": job,
        "page": page,
        "query": "",
        "active": active,
        "next": next_runs(clock.now()).get(name),
        "times": times and in_words(times.crontab),
        "off": bool(times and not times.enabled),
        "timetable": times.pk if times and request.user.holds(Permission.USERS_MANAGE) else None,
        "key": idempotency.new_key(),
    }
    return render(request, "jobs/_detail.html" if request.htmx else "jobs/detail.html", context)


@require_POST
@login_required
def job_run(request: StaffRequest, name: str) -> HttpResponse:
    """Ask for a run now; a second click finds the first one's."""
    _demand(request.user)
    job = _job(name)
    try:
        idempotency.once(
            request.POST.get("idempotency_key") or None,
            user_id=request.user.pk,
            purpose=f"job:run:{name}",
            make=lambda: running.ask(name, request.user).pk,
        )
        messages.success(
            request, _('"%(job)s" akan segera dikerjakan. Halaman ini boleh ditutup.') % {"job": job.label}
        )
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("jobs:detail", name=name)


@require_POST
@login_required
def job_cancel(request: StaffRequest, name: str, pk: int) -> HttpResponse:
    """Stop a run; what it has done so far stays."""
    _demand(request.user)
    run = get_object_or_404(JobRun.objects.visible_to(request.user), job=name, pk=pk)
    try:
        running.cancel(run, request.user)
        messages.success(request, _("Pekerjaan dihentikan. Yang sudah selesai tetap tersimpan."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("jobs:detail", name=name)
