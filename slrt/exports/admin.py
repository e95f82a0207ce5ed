"""The administration of the layers below, with import and export: it stands above the trail, which every import writes."""

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.results import RowResult

from slrt.accounts.admin import AssignmentAdmin, FailedSignInAdmin, OrganisationAdmin, SlrtUserAdmin
from slrt.accounts.models import Assignment, Organisation, User
from slrt.audit.admin import AuditedAdmin, AuditedPasswords
from slrt.exports.register_forms import row_form
from slrt.exports.registers import RegisterAdmin
from slrt.exports.resources import AssignmentResource, OrganisationResource, RegionResource, UserResource
from slrt.regions.models import Region

NAMED = 20  # new people in one message


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
    """People, as a sheet too. A sheet brings no password, so whom it brings cannot sign in yet."""

    resource_classes = [UserResource]
    afterwards = _(
        "Pengguna baru dari berkas belum bisa masuk: berkas tidak memuat kata sandi. Setelah disimpan, administrator membuat kata "
        "sandi mereka satu per satu di halaman pengguna ini, lalu memberi mereka peran di Penugasan."
    )

    def add_success_message(self, result: Any, request: HttpRequest) -> None:
        """Say what was saved, and where each new person gets a password."""
        super().add_success_message(result, request)
        made = [row for row in result if row.import_type == RowResult.IMPORT_TYPE_NEW]
        if made:
            messages.warning(request, _without_password(made))


def _without_password(made: list[RowResult]) -> str:
    places = (
        (reverse("admin:auth_user_password_change", args=[row.object_id]), row.object_repr) for row in made[:NAMED]
    )
    more = gettext(" dan %(n)d lainnya di daftar ini") % {"n": len(made) - NAMED} if len(made) > NAMED else ""
    said = gettext("%(n)d pengguna baru belum bisa masuk sampai administrator membuat kata sandinya. Buat di sini: ")
    return format_html("{}{}{}.", said % {"n": len(made)}, format_html_join(", ", '<a href="{}">{}</a>', places), more)


@admin.register(AccessAttempt)
class FailedSignInRegister(AuditedAdmin, FailedSignInAdmin):
    """Who could not sign in; that somebody may try again leaves a line."""


@admin.register(Assignment)
class AssignmentRegister(RegisterAdmin, AssignmentAdmin):
    """Who works where as what, of everybody at once."""

    resource_classes = [AssignmentResource]
