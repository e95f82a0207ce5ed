"""Targets, kept by the administrator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from slrt.dashboard.models import Target
from slrt.dashboard.resources import TargetResource
from slrt.dashboard.targets import TARGETABLE
from slrt.exports.registers import RegisterAdmin


@admin.register(Target)
class TargetAdmin(RegisterAdmin):
    """What the office wants to reach, shown on the home beside what is."""

    resource_classes = [TargetResource]
    list_display = ["indicator", "period", "area", "goal", "number"]
    list_filter = ["indicator", "period"]
    raw_id_fields = ["area"]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The indicators by their names."""
        if db_field.name == "indicator":
            choices = [("", "---------"), *((code, item.label) for code, item in TARGETABLE.items())]
            return forms.ChoiceField(choices=choices, label=db_field.verbose_name)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
