"""Holidays and routing rules, kept by the administrator."""

from django.contrib import admin

from complaints.models import Holiday, RoutingRule
from complaints.resources import HolidayResource, RoutingRuleResource
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
