"""The catalogue and its dated rules, kept by the administrator."""

from django.contrib import admin
from import_export.admin import ImportExportModelAdmin

from programs.models import Programme, ProgrammeRule
from programs.resources import ProgrammeResource


class RuleInline(admin.TabularInline):
    """Rules in time; close the old one, add the new."""

    model = ProgrammeRule
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(ImportExportModelAdmin):
    """Programmes with rules and receivers."""

    resource_classes = [ProgrammeResource]
    inlines = [RuleInline]
    list_display = ["code", "name", "status", "owner"]
    list_filter = ["status", "sector"]
    search_fields = ["code", "name"]
    filter_horizontal = ["receivers"]
