"""The holidays as a sheet, for the administration."""

from complaints.models import Holiday
from slrt.exports.registers import RegisterResource


class HolidayResource(RegisterResource):
    """Holidays by date."""

    class Meta:
        model = Holiday
        import_id_fields = ("on",)
        fields = ("on", "name")
