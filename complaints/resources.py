"""Import and export of the holidays, with preview, for the administration."""

from import_export import resources

from complaints.models import Holiday


class HolidayResource(resources.ModelResource):
    """Holidays by date."""

    class Meta:
        model = Holiday
        import_id_fields = ("on",)
        fields = ("on", "name")
        skip_unchanged = True
