"""The catalogue and its dated rules, kept by the administrator."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.eligibility.conditions import CONDITIONS
from programs.models import Programme, ProgrammeRule
from programs.resources import ProgrammeResource, ProgrammeRuleResource
from slrt.exports.register_forms import row_form
from slrt.exports.registers import RegisterAdmin


def _explained(db_field: models.Field, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a form's field with its name and what a list in it looks like."""
    said = {
        "prerequisites": _('Daftar syarat, misalnya [{"code": "ktp", "label": "Fotokopi KTP"}]. Tanpa syarat: [].'),
        "conditions": _('Daftar ketentuan, misalnya [{"kind": "decile", "to": 4}]. Jenis yang ada: %(kinds)s.')
        % {"kinds": ", ".join(CONDITIONS)},
    }
    if db_field.name == "programme":
        kwargs["label"] = _("Program")
    return {**kwargs, "help_text": said[db_field.name]} if db_field.name in said else kwargs


class RuleInline(admin.TabularInline):
    """Rules in time; close the old one, add the new."""

    model = ProgrammeRule
    form = row_form(ProgrammeRuleResource)
    extra = 0

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Say how conditions are written."""
        return super().formfield_for_dbfield(db_field, request, **_explained(db_field, kwargs))


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    """Programmes with rules and receivers."""

    resource_classes = [ProgrammeResource]
    form = row_form(ProgrammeResource)
    inlines = [RuleInline]
    list_display = ["code", "name", "status", "owner"]
    list_filter = ["status", "sector"]
    search_fields = ["code", "name"]
    filter_horizontal = ["receivers"]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Say how prerequisites are written."""
        return super().formfield_for_dbfield(db_field, request, **_explained(db_field, kwargs))


@admin.register(ProgrammeRule)
class ProgrammeRuleAdmin(RegisterAdmin):
    """The rules of all programmes at once, as a sheet too."""

    resource_classes = [ProgrammeRuleResource]
    form = row_form(ProgrammeRuleResource)
    list_display = ["named", "valid_from", "valid_to", "source"]
    list_filter = ["programme"]
    list_select_related = ["programme"]

    @admin.display(description=gettext_lazy("program"), ordering="programme")
    def named(self, row: ProgrammeRule) -> str:
        """The programme."""
        return str(row.programme)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Say how conditions are written."""
        return super().formfield_for_dbfield(db_field, request, **_explained(db_field, kwargs))
