"""Targets as a sheet, for the administration."""

from import_export.fields import Field

from slrt.dashboard.models import Target
from slrt.dashboard.targets import TARGETABLE
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Coded, Known
from slrt.regions.models import Region


class TargetResource(RegisterResource):
    """Targets by indicator, period and area."""

    indicator = Field("indicator", "indicator", Coded((code, item.label) for code, item in TARGETABLE.items()))
    area = Field("area", "area", Known(Region, "code"))

    class Meta:
        model = Target
        import_id_fields = ("indicator", "period", "area")
        fields = ("indicator", "period", "area", "goal", "number", "source")
