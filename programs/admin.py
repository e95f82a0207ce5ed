"""The catalogue and its dated rules, kept by the administrator."""

from django.contrib import admin

from programs.models import Programme, ProgrammeRule
from programs.resources import ProgrammeResource, ProgrammeRuleResource
from slrt.exports.registers import RegisterAdmin


class RuleInline(admin.TabularInline):
    """Rules in time; close the old one, add the new."""

    model = ProgrammeRule
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    """Programmes with rules and receivers."""

    resource_classes = [ProgrammeResource]
    inlines = [RuleInline]
    list_display = ["code", "name", "status", "owner"]
    list_filter = ["status", "sector"]
    search_fields = ["code", "name"]
    filter_horizontal = ["receivers"]


@admin.register(ProgrammeRule)
class ProgrammeRuleAdmin(RegisterAdmin):
    """The rules of all programmes at once, as a sheet too."""

    resource_classes = [ProgrammeRuleResource]
    list_display = ["programme", "valid_from", "valid_to", "source"]
    list_filter = ["programme"]
