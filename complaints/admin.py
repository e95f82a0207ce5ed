"""Holidays and routing rules, kept by the administrator."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.models import Holiday, RoutingRule
from complaints.rehearsing import DAYS, FEW, rehearse
from complaints.resources import HolidayResource, RoutingRuleResource
from slrt.accounts.models import User
from slrt.audit import seen
from slrt.exports.registers import RegisterAdmin


@admin.register(Holiday)
class HolidayAdmin(RegisterAdmin):
    """The days the working-day clock leaves out."""

    resource_classes = [HolidayResource]
    list_display = ["on", "name"]


@admin.register(RoutingRule)
class RoutingRuleAdmin(RegisterAdmin):
    """Which way complaints usually go; the officer at the complaint decides."""

    resource_classes = [RoutingRuleResource]
    list_display = ["area", "sector", "issue", "way", "organisation", "unit", "active"]
    list_filter = ["way", "sector", "active"]
    list_select_related = ["area", "organisation"]
    raw_id_fields = ["area"]

    def get_urls(self) -> list[Any]:
        """Two addresses more: trying out a new rule, and one that is being changed."""
        view = self.admin_site.admin_view(self.rehearse)
        return [
            path("coba/", view, name="complaints_routingrule_rehearse"),
            path("<int:pk>/coba/", view, name="complaints_routingrule_rehearse"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def rehearse(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show what the rule in the form would do, saving nothing; a faulty form comes back with its faults."""
        rule = get_object_or_404(RoutingRule, pk=pk) if pk else None
        if not (self.has_change_permission(request, rule) if rule else self.has_add_permission(request)):
            raise PermissionDenied
        name, args = ("change", [pk]) if pk else ("add", [])
        action = reverse(f"admin:complaints_routingrule_{name}", args=args)
        form = self.get_form(request, rule, change=bool(rule))(request.POST, instance=rule)
        if not form.is_valid():
            return self.changeform_view(request, str(pk) if pk else None, form_url=action)
        fields = [(field.html_name, field.value()) for field in form if field.value() not in (None, False, "")]
        fields += ((seen.FIELD, mark) for mark in request.POST.getlist(seen.FIELD))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Uji coba aturan arah"),
            "opts": self.opts,
            "rule": form.instance,
            "rehearsal": rehearse(cast(User, request.user), form.instance),
            "days": DAYS,
            "few": FEW,
            "action": action,
            "back": action if rule else f"{action}?{urlencode(fields)}",
            "fields": fields,
        }
        return TemplateResponse(request, "admin/complaints/routingrule/rehearsal.html", context)
