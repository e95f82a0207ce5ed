"""Targets as a sheet, for the administration."""

from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from slrt.dashboard.models import Target
from slrt.dashboard.targets import TARGETABLE
from slrt.exports.registers import Known, RegisterResource
from slrt.regions.models import Region


class TargetResource(RegisterResource):
    """Targets by indicator, period and area."""

    area = Field("area", "area", Known(Region, "code"))

    class Meta:
        model = Target
        import_id_fields = ("indicator", "period", "area")
        fields = ("indicator", "period", "area", "goal", "number", "source")

    def faults(self, instance: Target) -> dict[str, list[Any]]:
        if instance.indicator not in TARGETABLE:
            return {"indicator": [_('"%(value)s" tidak dikenal.') % {"value": instance.indicator}]}
        return {}
