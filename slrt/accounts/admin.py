"""Accounts, organisations and assignments for the administrator; registered in slrt/exports/admin.py, with import and export."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import Assignment


class AssignmentInline(admin.StackedInline):
    """Assignments below the person they belong to; side by side they would not fit a desk's screen."""

    model = Assignment
    extra = 0
    raw_id_fields = ["area"]


class SlrtUserAdmin(UserAdmin):
    """People; rights come from assignments, so Django's own permission boxes are left out."""

    inlines = [AssignmentInline]
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["username", "full_name", "is_active", "last_login"]
    list_filter = ["is_active", "assignments__role"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Orang"), {"fields": ["full_name", "email", "phone"]}),
        (_("Akun"), {"fields": ["is_active", "is_staff", "last_login", "date_joined"]}),
    ]


class OrganisationAdmin(admin.ModelAdmin):
    """Receivers of referrals."""

    list_display = ["name", "kind", "area", "active"]
    list_filter = ["kind", "active"]
    search_fields = ["name", "code"]
    raw_id_fields = ["area"]
