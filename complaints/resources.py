"""Holidays and routing rules as sheets, for the administration."""

from import_export.fields import Field

from complaints.models import Holiday, RoutingRule
from slrt.accounts.models import Organisation
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Known
from slrt.regions.models import Region


class HolidayResource(RegisterResource):
    """Holidays by date."""

    class Meta:
        model = Holiday
        import_id_fields = ("on",)
        fields = ("on", "name")


class RoutingRuleResource(RegisterResource):
    """Routing rules by area, sector and issue; an empty cell stands for every one."""

    area = Field("area", "area", Known(Region, "code"))
    organisation = Field("organisation", "organisation", Known(Organisation, "code"))

    class Meta:
        model = RoutingRule
        import_id_fields = ("area", "sector", "issue")
        fields = ("area", "sector", "issue", "way", "organisation", "unit", "reason", "active")
