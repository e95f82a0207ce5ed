"""Photos of a family and of a visit: see, add, remove. The image itself comes only through the access check."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from households.choices.photo import PhotoKind
from households.choices.visit import VisitStatus
from households.forms.photos import PhotoForm, RemovalForm
from households.models import Family, Photo, Visit
from households.registry import photos
from households.views.visits.reach import consent_first
from slrt.accounts.access import may
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import idempotency
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.leading import lead
from slrt.core.sealed import Unsealable

PAGE = "households/photos.html"
log = logging.getLogger(__name__)


@login_required
def family_photos(request: StaffRequest, pk: int) -> HttpResponse:
    """The photos of a family, and a form for another one."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    rows = family.photos.kept().select_related("person", "added_by")
    context = {
        "title": _("Foto keluarga"),
        "of": family.head.name if family.head else "–",
        "village": family.household.village.name,
        "house": family.household_id,
        "back_url": reverse("dashboard:case_file", args=[pk]),
    }
    return _photo_page(request, rows, context, family=family)


@login_required
def visit_photos(request: StaffRequest, pk: int) -> HttpResponse:
    """The photos of a visit that is still a draft; once sent they are the family's."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("village"), pk=pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    ask_first = consent_first(visit)
    if ask_first is not None:
        return ask_first
    rows = visit.photos.kept().select_related("person", "added_by")
    context = {
        "title": _("Foto kunjungan"),
        "of": _("Kunjungan"),
        "village": visit.village.name,
        "house": None,
        "back_url": reverse("households:visit", args=[pk]),
    }
    return _photo_page(request, rows, context, visit=visit)


def _photo_page(
    request: StaffRequest, rows: Any, context: dict[str, Any], family: Family | None = None, visit: Visit | None = None
) -> HttpResponse:
    place: Any = family if family is not None else visit
    wanted = Permission.FAMILY_CHANGE if family is not None else Permission.VISIT_WRITE
    decision, identity = may(request.user, wanted, place), bool(may(request.user, Permission.PHOTO_IDENTITY, place))
    status, form = 200, None
    if request.method == "POST":
        if not decision:
            raise NotPermitted(decision.reason)
        form = PhotoForm(request.POST, request.FILES, family=family, identity=identity)
        if form.is_valid() and _added(request, form, family, visit):
            messages.success(request, _("Foto tersimpan."))
            return lead(request, request.path)
        status = 422
    elif decision:
        form = PhotoForm(family=family, identity=identity, initial={"idempotency_key": idempotency.new_key()})
    context.update(rows=rows, form=form, identity=identity, may_change=bool(decision))
    return render(request, PAGE, context, status=status)


def _added(request: StaffRequest, form: PhotoForm, family: Family | None, visit: Visit | None) -> bool:
    data = form.cleaned_data

    def make() -> int:
        return photos.add(
            data["file"].read(settings.PHOTO_MAX_BYTES + 1), by=request.user, kind=data["kind"], family=family, visit=visit,
            person=data.get("person") if data["kind"] == PhotoKind.KTP else None,
        ).pk  # fmt: skip

    try:
        idempotency.once(data["idempotency_key"], user_id=request.user.pk, purpose="photo:add", make=make)
    except GuardFailed as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return False
    return True


@require_GET
@login_required
def photo(request: StaffRequest, pk: int) -> HttpResponse:
    """The image itself, kept in no cache; a KTP by its own permission and with a line in the trail."""
    row = get_object_or_404(Photo.objects.visible_to(request.user).kept(), pk=pk)
    try:
        data = photos.opened(row, by=request.user)
    except FileNotFoundError:
        raise Http404 from None
    except Unsealable:
        log.error("photo_unsealable", extra={"photo": row.pk})
        raise Http404 from None
    response = HttpResponse(data, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    response["Content-Disposition"] = f'inline; filename="foto-{row.pk}.jpg"'
    return response


@login_required
def photo_remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask why, then take a photo out of sight."""
    row = get_object_or_404(
        Photo.objects.visible_to(request.user).kept().select_related("family__household", "visit", "person"), pk=pk
    )
    back = (
        reverse("households:photos", args=[row.family_id])
        if row.family_id
        else reverse("households:visit_photos", args=[row.visit_id])
    )
    form = RemovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            photos.remove(row, by=request.user, reason=form.cleaned_data["reason"])
        except GuardFailed as fault:
            form.add_error("reason", fault.message)
        else:
            messages.success(request, _("Foto dihapus."))
            return redirect(back)
    context = {"photo": row, "form": form, "back_url": back}
    return render(request, "households/photo_remove.html", context, status=422 if form.errors else 200)
