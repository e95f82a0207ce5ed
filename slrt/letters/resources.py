"""Letter texts as a sheet, for the administration."""

from slrt.exports.registers import RegisterResource
from slrt.letters.models import LetterTemplate


class LetterTemplateResource(RegisterResource):
    """Texts by kind, language and version."""

    class Meta:
        model = LetterTemplate
        import_id_fields = ("kind", "language", "version")
        fields = ("kind", "language", "version", "opening", "closing", "active")
