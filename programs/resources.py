"""Import and export of reference data with preview, for the administration."""

from import_export import resources

from programs.models import Programme


class ProgrammeResource(resources.ModelResource):
    """The catalogue by its code."""

    class Meta:
        model = Programme
        import_id_fields = ("code",)
        fields = ("code", "name", "status", "owner", "sector", "service", "for_whom", "benefit", "legal_base")
        skip_unchanged = True
        report_skipped = True
