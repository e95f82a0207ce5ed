"""Holidays, kept by the administrator."""

from django.contrib import admin
from import_export.admin import ImportExportModelAdmin

from complaints.models import Holiday
from complaints.resources import HolidayResource


@admin.register(Holiday)
class HolidayAdmin(ImportExportModelAdmin):
    """The days the working-day clock leaves out."""

    resource_classes = [HolidayResource]
    list_display = ["on", "name"]
