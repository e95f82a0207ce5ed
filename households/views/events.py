"""Pages that record what happens to a family: what to record, one page per event, correcting a member, taking the last back."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from households.forms.events.asking import EventForm
from households.forms.events.correcting import CorrectionForm
from households.forms.events.families import CardForm, HeadForm, HouseHeadForm, RehouseForm, SplitForm
from households.forms.events.members import (
    AbsenceForm,
    BackForm,
    BirthForm,
    DeathForm,
    DeathMendedForm,
    LeaveForm,
    MoveForm,
)
from households.models import Family, Person, RegistryEvent
from households.querysets.household import BY_RELATION
from households.registry import correcting, ledger
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission as P
from slrt.core import crypto, idempotency
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed
from slrt.core.leading import lead
from slrt.core.templatetags.ui import tanggal
from slrt.workflow.editing import clashes

LEFT_OPEN = _(
    "Hubungan %(n)d anggota dengan kepala keluarga belum diketahui. Tanyakan pada kunjungan berikutnya; layarnya sudah menunggu."
)


@dataclass(frozen=True)
class Page:
    """One event as people choose it. `warns` paints the button of what is hard to take back; `permission` is what it asks for."""

    form: type[EventForm]
    title: Any
    text: Any
    button: Any
    warns: bool = False
    permission: str = P.FAMILY_CHANGE


PAGES: dict[str, Page] = {
    "lahir": Page(BirthForm, _("Kelahiran"), _("Bayi lahir di keluarga ini."), _("Catat kelahiran")),
    "meninggal": Page(
        DeathForm, _("Kematian"), _("Seorang anggota meninggal. Riwayatnya tetap ada."), _("Catat kematian"), True
    ),
    "hidup": Page(
        DeathMendedForm, _("Kematian salah dicatat"),
        _("Seseorang tercatat meninggal padahal masih hidup. Ia kembali jadi anggota keluarga ini."),
        _("Betulkan kematian"), True, P.DEATH_CORRECT,
    ),
    "pindah": Page(
        MoveForm, _("Anggota pindah keluarga"),
        _("Seorang anggota masuk ke keluarga lain yang sudah terdata, serumah atau di rumah lain."),
        _("Pindahkan anggota"),
    ),
    "keluar": Page(
        LeaveForm, _("Anggota pindah ke luar data"),
        _("Seorang anggota pindah ke tempat yang tidak terdata di sini. Ia bisa dicatat kembali."),
        _("Catat kepindahan"), True,
    ),
    "pergi": Page(
        AbsenceForm, _("Anggota sedang tidak di rumah"),
        _("Seorang anggota bekerja, sekolah, atau dirawat di tempat lain dan tetap anggota keluarga."),
        _("Catat"),
    ),
    "kembali": Page(BackForm, _("Anggota kembali"), _("Seorang anggota yang pergi sudah di rumah lagi."), _("Catat")),
    "pecah": Page(
        SplitForm, _("Pecah kartu keluarga"),
        _("Sebagian anggota mendapat kartu keluarga sendiri, masih serumah."), _("Pecah kartu"), True,
    ),
    "rumah": Page(
        RehouseForm, _("Keluarga pindah rumah"),
        _("Seluruh keluarga pindah ke rumah sendiri atau menumpang di rumah keluarga lain."), _("Pindahkan keluarga"), True,
    ),
    "kepala": Page(
        HeadForm, _("Ganti kepala keluarga"), _("Anggota lain jadi kepala keluarga di kartu ini."), _("Ganti kepala keluarga")
    ),
    "kepala-rumah": Page(
        HouseHeadForm, _("Ganti kepala rumah tangga"),
        _("Orang lain di rumah ini jadi kepala rumah tangga, dari kartu mana pun."), _("Ganti kepala rumah tangga"),
    ),
    "kartu": Page(
        CardForm, _("Ganti nomor KK"), _("Kartu baru dengan nomor lain. Nomor lama tetap bisa dicari."), _("Ganti nomor KK")
    ),
}  # fmt: skip


def changeable_family(request: StaffRequest, pk: int) -> Family:
    """Return a family of the own area; raise NotPermitted when the role may not change it."""
    family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=pk)
    ledger.demand(request.user, family)
    return family


def _case_file(pk: int) -> str:
    return reverse("dashboard:case_file", args=[pk])


@login_required
def event_choice(request: StaffRequest, pk: int) -> HttpResponse:
    """What can be recorded about this family, whose fields can be put right, and what can still be taken back."""
    family = changeable_family(request, pk)
    newest = ledger.last_event(family)
    context = {
        "family": family,
        "pages": [{"slug": slug, "page": page} for slug, page in PAGES.items() if _offered(page, family, request.user)],
        "members": family.memberships.open().select_related("person").order_by(BY_RELATION, "person__birth_date"),
        "newest": newest,
        "undo": ledger.may_undo(newest, request.user) if newest else None,
    }
    return render(request, "households/events.html", context)


def _offered(page: Page, family: Family, user: User) -> bool:
    """Whether a page may be chosen: the role holds what it asks for, and a wrong death there is one to mend."""
    died = family.memberships.filter(end_reason="died", person__died_on__isnull=False)
    dead = page.form is not DeathMendedForm or died.exists()
    return bool(dead and may(user, page.permission, family))


@login_required
def event_new(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """One event: GET asks, POST records."""
    page = PAGES.get(kind)
    if page is None:
        raise Http404
    family = changeable_family(request, pk)
    decision = may(request.user, page.permission, family)
    if not decision:
        raise NotPermitted(decision.reason)
    form = page.form(
        request.POST or None,
        family=family,
        user=request.user,
        initial={"version": family.version, "idempotency_key": idempotency.new_key()},
    )
    context = {"family": family, "page": page, "back_url": reverse("households:events", args=[pk])}
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, form, f"family:{pk}:{kind}")
        except GuardFailed as fault:
            form.add_error(_field(form, fault.field), fault.message)
        except StaleVersion as fault:
            return _stale(request, page, fault, context)
        else:
            messages.success(request, _("Tersimpan. Dalam 24 jam bisa dibatalkan lewat “Catat perubahan”."))
            if n := family.memberships.unrelated().count():
                messages.info(request, LEFT_OPEN % {"n": n})
            return lead(request, _case_file(pk))
    return render(request, "households/event.html", {**context, "form": form}, status=422 if form.errors else 200)


def _field(form: forms.Form, name: str) -> str | None:
    if name == "birth_date" and name not in form.fields:
        return "on"
    return name if name in form.fields else None


def _record(request: StaffRequest, form: Any, purpose: str) -> None:
    def make() -> Any:
        event = form.call()
        return event.pk if event else 0

    idempotency.once(form.cleaned_data["idempotency_key"], user_id=request.user.pk, purpose=purpose, make=make)


def _stale(request: StaffRequest, page: Page, fault: StaleVersion, context: dict[str, Any]) -> HttpResponse:
    """Show both what was entered and what is stored; nothing typed is lost, sending again counts against the new version."""
    family = fault.current
    data = request.POST.copy()
    data["version"], data["idempotency_key"] = str(family.version), idempotency.new_key()
    again = page.form(data, family=family, user=request.user)
    again.is_valid()
    again.add_error(None, str(fault))
    rows = [
        {"label": again.fields[name].label, "mine": _said(again, name), "stored": value}
        for name, value in again.stored().items()
        if _said(again, name)
    ]
    newest = ledger.last_event(family)
    shown = {**context, "family": family, "form": again, "clashes": rows, "newest": newest, "is_stale": True}
    return render(request, "households/event.html", shown, status=409)


def _said(form: forms.Form, name: str) -> str:
    """Return what was entered in one field, in words; persons chosen by number by their name."""
    entered = form.data.getlist(name) if hasattr(form.data, "getlist") else [form.data.get(name, "")]
    choices = {str(key): str(label) for key, label in getattr(form.fields[name], "choices", [])}
    if name == "kk" and any(entered):
        return crypto.mask(entered[0]) if len(entered[0]) == 16 else entered[0]
    return ", ".join(choices.get(value, value) for value in entered if value)


@login_required
def person_correct(request: StaffRequest, pk: int, person: int) -> HttpResponse:
    """Put a member's fields right, with a reason. When somebody else was faster, both values are shown."""
    family = changeable_family(request, pk)
    who = get_object_or_404(Person, pk=person, memberships__family=family, memberships__ended_on=None)
    form = CorrectionForm(
        request.POST or None,
        family=family,
        user=request.user,
        person=who,
        initial={"idempotency_key": idempotency.new_key()},
    )
    context: dict[str, Any] = {"family": family, "person": who, "back_url": reverse("households:events", args=[pk])}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, form, f"person:{person}:correct")
        except GuardFailed as fault:
            if fault.field == "odd_reason":
                form.ask_why()
            form.add_error(_field(form, fault.field), fault.message)
        except StaleVersion as fault:
            form, context["clashes"], status = _both(request, form, fault)
        else:
            messages.success(request, _("Data %(name)s tersimpan.") % {"name": form.cleaned_data["name"]})
            return lead(request, _case_file(pk))
    if form.errors and status == 200:
        status = 422
    return render(request, "households/person.html", {**context, "form": form}, status=status)


def _both(request: StaffRequest, form: CorrectionForm, fault: StaleVersion) -> tuple[Any, list[dict[str, str]], int]:
    """Return the form again with the stored version, what differs in words, and the status."""
    stored: Person = fault.current
    mine = {name: form.cleaned_data[name] for name in correcting.CORRECTED}
    rows = [
        {
            "label": clash.label,
            "mine": _words(form, clash.field, clash.mine),
            "stored": _words(form, clash.field, clash.stored),
        }
        for clash in clashes(stored, mine)
    ]
    if form.cleaned_data["nik"]:
        number = stored.nik_encrypted
        rows.append(
            {
                "label": "NIK",
                "mine": crypto.mask(form.cleaned_data["nik"]),
                "stored": crypto.mask(number) if number else "–",
            }
        )
    data = request.POST.copy()
    data["version"], data["idempotency_key"] = str(stored.version), idempotency.new_key()
    again = CorrectionForm(data, family=form.family, user=request.user, person=stored)
    again.is_valid()
    again.add_error(None, str(fault))
    return again, rows, 409


def _words(form: forms.Form, name: str, value: Any) -> str:
    if name == "birth_date":
        return tanggal(value)
    choices = {str(key): str(label) for key, label in getattr(form.fields[name], "choices", [])}
    return choices.get(str(value), str(value)) or "–"


@login_required
def event_undo(request: StaffRequest, pk: int, event: int) -> HttpResponse:
    """Ask once more, then take an event back."""
    family = changeable_family(request, pk)
    row = get_object_or_404(
        RegistryEvent.objects.select_related("family__household", "other_family__household", "by"), pk=event
    )
    if family.pk not in (row.family_id, row.other_family_id):
        raise Http404
    if request.method == "POST":
        try:
            ledger.undo(row, by=request.user)
        except TransitionNotAllowed as fault:
            messages.warning(request, str(fault))
            return redirect("households:events", pk=pk)
        messages.success(request, _("Dibatalkan. Data kembali seperti sebelumnya."))
        return redirect(_case_file(row.family_id))
    decision = ledger.may_undo(row, request.user)
    return render(
        request,
        "households/event_undo.html",
        {"family": family, "event": row, "decision": decision, "back_url": reverse("households:events", args=[pk])},
    )
