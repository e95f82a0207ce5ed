"""Letter texts, kept by the administrator."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from slrt.exports.registers import RegisterAdmin
from slrt.letters.choices import PLACEHOLDERS, LetterKind
from slrt.letters.filling import named
from slrt.letters.models import LetterTemplate
from slrt.letters.resources import LetterTemplateResource


@admin.register(LetterTemplate)
class LetterTemplateAdmin(RegisterAdmin):
    """The newest active version is printed; without one the program's own text stands."""

    resource_classes = [LetterTemplateResource]
    list_display = ["kind", "language", "version", "active"]
    list_filter = ["kind", "language", "active"]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Say beside the opening what may be asked to be filled in."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "opening" and field is not None:
            lines = ((LetterKind(kind).label, named(names)) for kind, names in PLACEHOLDERS.items())
            kinds = format_html_join("", "{}: {}<br>", lines)
            field.help_text = format_html("{}{}", kinds, _("Kosong: teks bawaan dipakai."))
        return field
