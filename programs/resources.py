"""The catalogue and its dated rules as sheets, for the administration."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from programs.eligibility import conditions
from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Organisation
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Known, KnownMany, Listed


class ProgrammeResource(RegisterResource):
    """Programmes by their code; successor and receivers by theirs."""

    successor = Field("successor", "successor", Known(Programme, "code"))
    receivers = Field("receivers", "receivers", KnownMany(Organisation, field="code"))
    prerequisites = Field("prerequisites", "prerequisites", Listed())

    class Meta:
        model = Programme
        import_id_fields = ("code",)
        fields = (
            *("code", "name", "status", "successor", "owner", "sector", "service", "for_whom", "benefit"),
            *("prerequisites", "legal_base", "receivers"),
        )

    def faults(self, instance: Programme) -> dict[str, list[Any]]:
        for paper in instance.prerequisites or []:
            if not isinstance(paper, dict) or not {"code", "label"} <= set(paper):
                return {"prerequisites": [_("Setiap syarat berbentuk {code, label}.")]}
        return {}


class ProgrammeRuleResource(RegisterResource):
    """Rules by programme and first day."""

    labels = {"programme": gettext_lazy("program")}
    programme = Field("programme", "programme", Known(Programme, "code"))
    conditions = Field("conditions", "conditions", Listed())

    class Meta:
        model = ProgrammeRule
        import_id_fields = ("programme", "valid_from")
        store_instance = True  # the preview tries the rules out
        fields = ("programme", "valid_from", "valid_to", "conditions", "source")

    def faults(self, instance: ProgrammeRule) -> dict[str, list[Any]]:
        wrong: dict[str, list[Any]] = {}
        if odd := conditions.faults(instance.conditions or []):
            wrong["conditions"] = odd
        if instance.valid_to and instance.valid_from and instance.valid_to < instance.valid_from:
            wrong["valid_to"] = [_("Tidak boleh sebelum tanggal mulai berlaku.")]
        return wrong
