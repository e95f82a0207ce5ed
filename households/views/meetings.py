"""Village meetings: list, new record, one meeting with attendance, families, decisions and papers."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import printing
from households.choices.meeting import MeetingReason, MeetingState
from households.exporting import meetings_shown
from households.forms.meetings import AttendeeForm, CloseForm, HoldForm, MinutesForm
from households.models import Registration, VillageMeeting
from households.views.papers import take_with_paper
from households.workflow import meeting as meetings
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted, Refusal
from slrt.core.row_ids import row_id, row_ids
from slrt.exports.registry import Asked
from slrt.workflow.pages import VerbForm, VerbPage
from slrt.workflow.sentences import timeline
from slrt.workflow.stepping import next_steps

SHOWN = 200
PER_PAGE = 50
NOTE_LENGTH = 300


def _demand(request: StaffRequest, permission: str) -> None:
    decision = may(request.user, permission)
    if not decision:
        raise NotPermitted(decision.reason)


def _meeting(request: StaffRequest, pk: int) -> VillageMeeting:
    visible = VillageMeeting.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("village", "recorded_by", "minutes"), pk=pk)


@login_required
def meeting_list(request: StaffRequest) -> HttpResponse:
    """Meetings of the own area, newest first."""
    _demand(request, Permission.REGISTRATION_VIEW)
    rows = meetings_shown(Asked(request.user, request.GET)).rows.select_related("village")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"rows": page, "page": page, "query": "", "may_hold": request.user.holds(Permission.REGISTRATION_MEETING)}
    return render(request, "households/meetings/list.html", context)


@login_required
def meeting_new(request: StaffRequest) -> HttpResponse:
    """Open the record of a meeting that took place."""
    _demand(request, Permission.REGISTRATION_MEETING)
    initial = {"idempotency_key": idempotency.new_key()}
    form = HoldForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            pk, fresh = idempotency.once(
                data["idempotency_key"],
                user_id=request.user.pk,
                purpose="meeting:hold",
                make=lambda: (
                    meetings.hold(
                        by=request.user,
                        village_id=data["village"].pk,
                        held_on=data["held_on"],
                        place=data["place"],
                        chair=data["chair"],
                    ).pk
                ),
            )
        except GuardFailed as fault:
            form.add_error(fault.field or None, fault.message)
        else:
            if fresh:
                messages.success(
                    request, _("Musyawarah dicatat. Isi pesertanya, lalu panggil keluarga dari daftar awal.")
                )
            return redirect("households:meeting", pk=int(pk))
    return render(request, "households/meetings/new.html", {"form": form}, status=422 if form.errors else 200)


def _page(request: StaffRequest, row: VillageMeeting, form: AttendeeForm | None = None) -> HttpResponse:
    open_now = row.state == MeetingState.OPEN
    writes = open_now and bool(may(request.user, Permission.REGISTRATION_MEETING, row))
    decided = {d.registration_id: "accept" if d.accepted else d.reason for d in row.decisions.all()}
    waiting = meetings.called(row).for_page().order_by("family__head__name", "pk") if open_now else []
    choices = [("", _("Belum diputuskan")), ("accept", _("Disepakati")), *MeetingReason.choices]
    callable_rows = Registration.objects.visible_to(request.user).filter(
        family__household__village=row.village, state__in=meetings.CALLABLE
    )
    context: dict[str, Any] = {
        "row": row,
        "writes": writes,
        "attendees": row.attendees.all(),
        "attendee_form": form or AttendeeForm(initial={"idempotency_key": idempotency.new_key()}),
        "form": form,
        "waiting": [{"row": found, "decision": decided.get(found.pk, "")} for found in waiting],
        "moved": meetings.moved_away(row) if writes else [],
        "choices": choices,
        "callable": callable_rows.for_page().order_by("family__head__name", "pk")[:SHOWN] if writes else [],
        "callable_count": callable_rows.count() if writes else 0,
        "decisions": row.decisions.told_to(request.user) if not open_now else [],
        "key": idempotency.new_key(),
        "events": timeline(row),
        "undecided": sum(1 for found in waiting if found.pk not in decided),
        **_steps(request, row, meetings.lacking(row) if writes else []),
    }
    return render(request, "households/meetings/detail.html", context, status=422 if form and form.errors else 200)


def _steps(request: StaffRequest, row: VillageMeeting, lacks: list[str]) -> dict[str, Any]:
    """The next steps of a record, what it lacks first: closing is offered when nothing is missing any more."""
    here = {
        "attendees": (_("Isi daftar peserta"), "#peserta"),
        "families": (_("Panggil keluarga"), "#panggil"),
        "decisions": (_("Putuskan keluarga"), "#keputusan"),
    }
    links = [{"label": here[name][0], "url": here[name][1], "first": True} for name in lacks[:1] if name in here]
    first = "" if links else "attach_minutes" if lacks else "close"
    hidden = ("close",) if lacks else ()
    steps = next_steps(
        row, request.user, lambda verb: reverse("households:meeting_verb", args=[row.pk, verb]), hidden, first
    )
    hint = _("Musyawarah bisa ditutup sesudah peserta, keputusan, dan berita acaranya lengkap.") if lacks else ""
    return {**steps, "links": links, "steps_hint": hint}


@login_required
def meeting_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One meeting: who came, which families, what was decided, the papers, the next step."""
    return _page(request, _meeting(request, pk))


@require_POST
@login_required
def meeting_call(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring chosen families of the initial list before the meeting."""
    row = _meeting(request, pk)
    _demand_here(request, row)
    chosen = row_ids(request.POST.getlist("rows"))
    if not chosen:
        messages.warning(request, _("Belum ada yang dipilih. Centang dulu keluarganya."))
        return redirect("households:meeting", pk=pk)
    try:
        with transaction.atomic():
            tally = meetings.call(row, chosen, by=request.user).as_json()
    except Refusal as fault:
        messages.warning(request, str(fault))
        return redirect("households:meeting", pk=pk)
    said = _("%(done)d dipanggil, %(skipped)d dilewati, %(failed)d gagal dari %(chosen)d yang dipilih.") % tally
    reasons = " ".join(f"{line['reason']} ({line['count']})" for line in tally["reasons"])
    (messages.success if tally["done"] == tally["chosen"] else messages.warning)(request, f"{said} {reasons}".strip())
    return redirect("households:meeting", pk=pk)


def _demand_here(request: StaffRequest, row: VillageMeeting) -> None:
    decision = may(request.user, Permission.REGISTRATION_MEETING, row)
    if not decision:
        raise NotPermitted(decision.reason)


@require_POST
@login_required
def meeting_attend(request: StaffRequest, pk: int) -> HttpResponse:
    """Add people to the attendance, or take one off."""
    row = _meeting(request, pk)
    _demand_here(request, row)
    gone = request.POST.get("remove", "")
    form = AttendeeForm(request.POST)
    if not gone and not form.is_valid():
        return _page(request, row, form)
    try:
        with transaction.atomic():
            if (attendee := row_id(gone)) is not None:
                meetings.remove_attendee(row, attendee, by=request.user)
            elif not gone:
                idempotency.once(
                    form.cleaned_data["idempotency_key"],
                    user_id=request.user.pk,
                    purpose=f"meeting:attend:{pk}",
                    make=lambda: meetings.add_attendees(row, form.people(), by=request.user),
                )
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:meeting", pk=pk)


@require_POST
@login_required
def meeting_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down the decisions; nothing moves before the meeting is closed."""
    row = _meeting(request, pk)
    _demand_here(request, row)
    decisions, seen = _by_family(request, "d"), _by_family(request, "s")
    try:
        with transaction.atomic():
            tally = meetings.decide(row, decisions, by=request.user, seen=seen).as_json()
        _say_decided(request, tally)
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:meeting", pk=pk)


def _by_family(request: StaffRequest, sign: str) -> dict[int, str]:
    """What was sent for each family, in fields named by a sign and the registration's number."""
    return {
        number: value
        for name, value in request.POST.items()
        if isinstance(value, str) and name.startswith(sign) and (number := row_id(name[1:])) is not None
    }


def _say_decided(request: StaffRequest, tally: dict[str, Any]) -> None:
    if not tally["skipped"]:
        messages.success(request, _("Keputusan dicatat. Keluarga baru pindah sesudah musyawarah ditutup."))
        return
    said = _("%(done)d keputusan dicatat, %(skipped)d dilewati dari %(chosen)d yang diubah.") % tally
    reasons = " ".join(f"{line['reason']} ({line['count']})" for line in tally["reasons"])
    messages.warning(request, f"{said} {reasons}")


@require_POST
@login_required
def meeting_take_off(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a family that moved to another village off the list, with the reason."""
    row = _meeting(request, pk)
    _demand_here(request, row)
    try:
        with transaction.atomic():
            chosen = row_id(request.POST.get("row")) or 0
            meetings.take_off(row, chosen, by=request.user, note=request.POST.get("note", "")[:NOTE_LENGTH])
        messages.success(request, _("Keluarga ditarik dan masuk daftar awal desa barunya."))
    except Refusal as fault:
        messages.warning(request, str(fault))
    return redirect("households:meeting", pk=pk)


@login_required
def meeting_print(request: StaffRequest, pk: int, paper: str) -> HttpResponse:
    """The attendance list or the minutes as PDF, to be signed; opening it is noted, for it carries names."""
    row = _meeting(request, pk)
    decisions = row.decisions.told_to(request.user)
    data = printing.attendance(row) if paper == "daftar-hadir" else printing.minutes(row, decisions)
    trail.write("print", row, by=request.user, entry_kind=AuditEntry.Kind.EXPORT, paper=paper)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{paper}-{row.pk}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


class MeetingVerb(VerbPage):
    """The page of every step of a meeting."""

    model = VillageMeeting
    forms = {"attach_minutes": MinutesForm, "close": CloseForm}

    def object_url(self, obj: VillageMeeting) -> str:
        return reverse("households:meeting", args=[obj.pk])

    def take(self, form: VerbForm) -> Any:
        return take_with_paper(super().take, form)

    def describe(self, obj: VillageMeeting) -> str:
        return f"{obj.village.name} · {obj.place}"
