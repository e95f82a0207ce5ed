"""Targets, kept by the administrator."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slrt.core.headings import Headed
from slrt.dashboard.models import Target
from slrt.dashboard.resources import TargetResource
from slrt.dashboard.targets import TARGETABLE
from slrt.exports.registers import RegisterAdmin


class IndicatorFilter(admin.SimpleListFilter):
    """The indicators that have a target, by their names."""

    title = gettext_lazy("angka")
    parameter_name = "indicator"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        used = set(Target.objects.values_list("indicator", flat=True))
        return [(code, item.label) for code, item in TARGETABLE.items() if code in used]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        return queryset.filter(indicator=self.value()) if self.value() else queryset


@admin.register(Target)
class TargetAdmin(Headed, RegisterAdmin):
    """What the office wants to reach, shown on the home beside what is."""

    resource_classes = [TargetResource]
    list_display = ["named", "period", "area", "goal", "number"]
    list_filter = [IndicatorFilter, "period"]
    list_select_related = ["area"]
    raw_id_fields = ["area"]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The indicators by their names."""
        if db_field.name == "indicator":
            choices = [("", "---------"), *((code, item.label) for code, item in TARGETABLE.items())]
            return forms.ChoiceField(choices=choices, label=capfirst(db_field.verbose_name))
        if db_field.name == "period":
            kwargs["help_text"] = _("Tahun 2026, triwulan 2026-Q4, atau bulan 2026-11.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("angka"), ordering="indicator")
    def named(self, row: Target) -> str:
        """The indicator by its name."""
        return str(TARGETABLE[row.indicator].label) if row.indicator in TARGETABLE else row.indicator

    def heading(self, row: Target) -> str:
        """Number, area and period."""
        return f"{self.named(row)} · {row.area} · {row.period}"
