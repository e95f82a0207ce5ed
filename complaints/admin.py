"""Holidays, kept by the administrator."""

from django.contrib import admin

from complaints.models import Holiday
from complaints.resources import HolidayResource
from slrt.exports.registers import RegisterAdmin


@admin.register(Holiday)
class HolidayAdmin(RegisterAdmin):
    """The days the working-day clock leaves out."""

    resource_classes = [HolidayResource]
    list_display = ["on", "name"]
