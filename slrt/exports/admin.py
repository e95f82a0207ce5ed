"""The administration of the layers below, with import and export: it stands above the trail, which every import writes."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from slrt.accounts.admin import AssignmentAdmin, FailedSignInAdmin, OrganisationAdmin, SlrtUserAdmin
from slrt.accounts.models import Assignment, Organisation, User
from slrt.audit.admin import AuditedAdmin, AuditedPasswords
from slrt.exports.register_forms import row_form
from slrt.exports.registers import RegisterAdmin
from slrt.exports.resources import AssignmentResource, OrganisationResource, RegionResource, UserResource
from slrt.regions.models import Region


@admin.register(Region)
class RegionRegister(RegisterAdmin):
    """Regions; one that is dissolved becomes inactive and stays."""

    resource_classes = [RegionResource]
    instead = _("Daftar wilayah yang lengkap dimuat di peladen dengan perintah manage.py load_regions.")
    form = row_form(RegionResource)
    list_display = ["code", "name", "level", "active"]
    list_filter = ["level", "active"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "active"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The code of a region stays: everything that happened there names it."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationRegister(RegisterAdmin, OrganisationAdmin):
    """Receivers of referrals, as a sheet too."""

    resource_classes = [OrganisationResource]


@admin.register(User)
class UserRegister(AuditedPasswords, RegisterAdmin, SlrtUserAdmin):
    """People, as a sheet too."""

    resource_classes = [UserResource]


@admin.register(AccessAttempt)
class FailedSignInRegister(AuditedAdmin, FailedSignInAdmin):
    """Who could not sign in; that somebody may try again leaves a line."""


@admin.register(Assignment)
class AssignmentRegister(RegisterAdmin, AssignmentAdmin):
    """Who works where as what, of everybody at once."""

    resource_classes = [AssignmentResource]
