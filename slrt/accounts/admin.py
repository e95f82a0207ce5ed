"""Accounts, organisations and assignments for the administrator; registered in slrt/exports/admin.py, with import and export."""

from typing import Any, cast

from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from slrt.accounts.access import may_give_role
from slrt.accounts.forms import AssignmentForm
from slrt.accounts.models import Assignment, User
from slrt.core.numberless import numberless
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import waktu

admin.site.unregister(Group)  # rights come from assignments; a group would look as if it gave any
AccessAttempt._meta.verbose_name = _("percobaan masuk yang gagal")
AccessAttempt._meta.verbose_name_plural = _("percobaan masuk yang gagal")


class FailedSignInAdmin(admin.ModelAdmin):
    """Who could not sign in. A row that is taken away lets that person try again at once."""

    list_display = ["name", "address", "tries", "last_tried"]
    search_fields = ["username", "ip_address"]
    fields = ["name", "address", "tries", "last_tried"]
    readonly_fields = ["name", "address", "tries", "last_tried"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("nama pengguna"), ordering="username")
    def name(self, row: AccessAttempt) -> str:
        return masked(row.username or "–")  # some try with their NIK

    @admin.display(description=_("alamat IP"), ordering="ip_address")
    def address(self, row: AccessAttempt) -> str:
        return row.ip_address or "–"

    @admin.display(description=_("gagal berturut-turut"), ordering="failures_since_start")
    def tries(self, row: AccessAttempt) -> int:
        return row.failures_since_start

    @admin.display(description=_("terakhir mencoba"), ordering="attempt_time")
    def last_tried(self, row: AccessAttempt) -> str:
        return waktu(row.attempt_time)


class AssignmentInline(admin.StackedInline):
    """Assignments below the person they belong to; side by side they would not fit a desk's screen. One's own are only shown."""

    model = Assignment
    form = AssignmentForm
    extra = 0
    raw_id_fields = ["area"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The forms know who fills them in."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form = numberless(formset.form)
        formset.form.by = request.user
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return super().has_add_permission(request, obj) and _not_own(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _not_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _not_own(request, obj)


def _not_own(request: HttpRequest, person: Any) -> bool:
    return bool(may_give_role(cast(User, request.user), person.pk if person else None))


class AssignmentAdmin(admin.ModelAdmin):
    """Assignments of everybody; one's own are only shown."""

    form = AssignmentForm
    list_display = ["user", "role", "area", "organisation", "started_on", "ended_on"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__full_name", "area__code"]
    raw_id_fields = ["user", "area"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who fills it in."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _not_own(request, obj.user if obj else None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _not_own(request, obj.user if obj else None)


class SlrtUserAdmin(UserAdmin):
    """People; rights come from assignments, so Django's own permission boxes are left out."""

    inlines = [AssignmentInline]
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["username", "full_name", "is_active", "last_login"]
    list_filter = ["is_active", "assignments__role"]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "full_name", "password1", "password2"]})]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Orang"), {"fields": ["full_name", "position", "nip", "email", "phone"]}),
        (_("Akun"), {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    ]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Say what the two ticks of an account do."""
        said = {
            "is_active": _("Lepas centang ini untuk menutup akun. Akun tidak dihapus, supaya jejaknya tetap ada."),
            "is_staff": _(
                "Boleh membuka halaman daftar acuan dan pengguna ini. Perannya diatur lewat penugasan di bawah."
            ),
        }
        if db_field.name in said:
            kwargs["help_text"] = said[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class OrganisationAdmin(admin.ModelAdmin):
    """Receivers of referrals."""

    list_display = ["name", "kind", "area", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "code"]
    raw_id_fields = ["area"]
