"""The catalogue and its dated rules, kept by the administrator."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from import_export.results import RowResult

from programs.eligibility.wording import sentence
from programs.forms import ConditionsField, PapersField, RuleForm, SectorField, programme_names
from programs.models import Programme, ProgrammeRule
from programs.rehearsing import FEW, Rehearsal, rehearse
from programs.resources import ProgrammeResource, ProgrammeRuleResource
from programs.sectors import SECTORS, said
from slrt.accounts.models import User
from slrt.audit import seen
from slrt.exports.register_forms import row_form
from slrt.exports.registers import RegisterAdmin

TRIED = 10  # rules of a sheet that are tried out in its preview


class ProgrammeRuleForm(RuleForm):
    """One rule, with what its sheet refuses."""

    resource = ProgrammeRuleResource


class BySector(admin.AllValuesFieldListFilter):
    """Sectors in words, as the catalogue's list says them."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": said(str(choice["display"])) or self.empty_value_display}


@admin.register(Programme)
class ProgrammeAdmin(RegisterAdmin):
    """Programmes with rules and receivers."""

    resource_classes = [ProgrammeResource]
    form = row_form(ProgrammeResource)
    readonly_fields = ["rules_read"]
    list_display = ["code", "name", "status", "owner"]
    list_filter = ["status", ("sector", BySector)]
    search_fields = ["code", "name"]
    filter_horizontal = ["receivers"]

    @admin.display(description=gettext_lazy("ketentuan"))
    def rules_read(self, row: Programme) -> str:
        """The rules as people read them, with the way to the form where one can be tried out before it is saved."""
        names = programme_names()
        rules = [(rule, sentence(rule.conditions, names)) for rule in row.rules.all()] if row.pk else []
        return render_to_string("admin/programs/programme/rules.html", {"programme": row, "rules": rules})

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Papers are lines, a sector is said in words."""
        if db_field.name == "sector":
            words = ", ".join(map(str, SECTORS.values()))
            other = _("Salah satu dari: %(words)s. Boleh juga bidang lain.") % {"words": words}
            return SectorField(label=capfirst(db_field.verbose_name), help_text=other, required=False)
        if db_field.name == "prerequisites":
            said = _('Satu syarat per baris: kode, titik dua, namanya, misalnya "ktp: Fotokopi KTP".')
            return PapersField(label=capfirst(db_field.verbose_name), help_text=said, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(ProgrammeRule)
class ProgrammeRuleAdmin(RegisterAdmin):
    """The rules of all programmes at once, as a sheet too. A rule can be tried out before it is saved."""

    resource_classes = [ProgrammeRuleResource]
    form = ProgrammeRuleForm
    import_template_name = "admin/programs/programmerule/import.html"
    list_display = ["named", "valid_from", "valid_to", "source"]
    list_filter = ["programme"]
    list_select_related = ["programme"]

    @admin.display(description=gettext_lazy("program"), ordering="programme")
    def named(self, row: ProgrammeRule) -> str:
        """The programme."""
        return str(row.programme)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Conditions have rows of their own."""
        if db_field.name == "conditions":
            return ConditionsField(label=capfirst(db_field.verbose_name))
        if db_field.name == "programme":
            kwargs["label"] = _("Program")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which goes on with what the address says after a rule was tried out."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.resumed = request.GET if "conditions-total" in request.GET else None
        return form

    def get_urls(self) -> list[Any]:
        """Two addresses more: trying out a new rule, and one that is being changed."""
        view = self.admin_site.admin_view(self.rehearse)
        return [
            path("coba/", view, name="programs_programmerule_rehearse"),
            path("<int:pk>/coba/", view, name="programs_programmerule_rehearse"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def rehearse(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show what the rule in the form would do, saving nothing; a faulty form comes back with its faults."""
        rule = get_object_or_404(ProgrammeRule, pk=pk) if pk else None
        if not (self.has_change_permission(request, rule) if rule else self.has_add_permission(request)):
            raise PermissionDenied
        name, args = ("change", [pk]) if pk else ("add", [])
        action = reverse(f"admin:programs_programmerule_{name}", args=args)
        form = self.get_form(request, rule, change=bool(rule))(request.POST, instance=rule)
        if not form.is_valid():
            return self.changeform_view(request, str(pk) if pk else None, form_url=action)
        fields = [*_said(form), *((seen.FIELD, mark) for mark in request.POST.getlist(seen.FIELD))]
        tried = rehearse(cast(User, request.user), [form.instance])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Uji coba ketentuan program"),
            "opts": self.opts,
            "tried": _in_words(tried),
            "few": FEW,
            "action": action,
            "back": f"{action}?{urlencode(fields)}",
            "fields": fields,
        }
        return TemplateResponse(request, "admin/programs/programmerule/rehearsal.html", context)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """What a sheet would do, and what its rules would say of the families."""
        answer: Any = super().import_action(request, **kwargs)
        shown = answer.context_data
        if "preview" in shown and not shown["preview"].refused:
            kinds = (RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE)
            rules = [row.instance for row in shown["result"] if row.import_type in kinds]
            tried = rehearse(cast(User, request.user), rules[:TRIED]) if rules else []
            shown.update(tried=_in_words(tried), untried=len(rules[TRIED:]), few=FEW)
        return answer


def _said(form: Any) -> list[tuple[str, Any]]:
    """Return names and values that say a form again."""
    said: list[tuple[str, Any]] = []
    for bound in form:
        if hasattr(bound.field.widget, "inputs"):
            said += bound.field.widget.inputs(bound.html_name, bound.value())
        elif bound.value() not in (None, False, ""):
            said.append((bound.html_name, bound.value()))
    return said


def _in_words(tried: list[Rehearsal]) -> list[dict[str, Any]]:
    names = programme_names()
    return [
        {
            "rehearsal": one,
            "was": sentence(one.before or [], names),
            "reads": sentence(one.rule.conditions, names),
        }
        for one in tried
    ]
