"""The catalogue and its dated rules as sheets, for the administration."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from import_export.fields import Field
from import_export.widgets import CharWidget

from programs import written
from programs.condition_rows import MOST
from programs.eligibility import conditions
from programs.eligibility.wording import WORDINGS
from programs.models import Programme, ProgrammeRule
from programs.sectors import SECTORS, meant
from slrt.accounts.models import Organisation
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Known, KnownMany, Listed

MOST_CODE, MOST_LABEL = 24, 160  # of a paper on a referral (`referrals.models.Prerequisite`)


class PapersCell(Listed):
    """The papers a programme asks for, a line each."""

    takes = property(
        lambda self: _('Satu syarat per baris di dalam sel: kode, titik dua, namanya, seperti "ktp: Fotokopi KTP"')
    )

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        return written.papers_from(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return written.papers_said(value)


class SectorCell(CharWidget):
    """A sector: its code with the words beside it, "food (Pangan)". What means none of the known ones stands for itself."""

    takes = property(lambda self: _("Kode atau kata-kata salah satu bidang ini, atau nama bidang lain:"))
    codes = SECTORS

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        return meant(str(value or ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        with override(settings.LANGUAGE_CODE):  # as the sheet's headings: it is handed on
            return f"{value} ({SECTORS[value]})" if value in SECTORS else str(value or "")


class ConditionsCell(Listed):
    """A rule's conditions, a line each; `codes` are the kinds a line may begin with, and the members it may name."""

    takes = property(
        lambda self: _(
            "Satu ketentuan per baris di dalam sel (Alt+Enter), dimulai dengan kata-kata atau kode di bawah. "
            "Kelompok anggota, atau kode program, dipisah koma. Kosong berarti petugas menilai sendiri:"
        )
    )
    programmes: Collection[str] = ()  # codes that may be named
    codes = {**{kind: wording.choice for kind, wording in WORDINGS.items()}, **conditions.WORDS}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[Any]:
        return written.conditions_from(str(value or ""), self.programmes)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return written.conditions_said(value)


class ProgrammeResource(RegisterResource):
    """Programmes by their code; successor and receivers by theirs."""

    successor = Field("successor", "successor", Known(Programme, "code"))
    receivers = Field("receivers", "receivers", KnownMany(Organisation, field="code"))
    sector = Field("sector", "sector", SectorCell())
    prerequisites = Field("prerequisites", "prerequisites", PapersCell())

    class Meta:
        model = Programme
        import_id_fields = ("code",)
        fields = (
            *("code", "name", "status", "successor", "owner", "sector", "service", "for_whom", "benefit"),
            *("prerequisites", "legal_base", "receivers"),
        )

    def faults(self, instance: Programme) -> dict[str, list[Any]]:
        odd = [sentence for paper in instance.prerequisites or [] if (sentence := _odd(paper))]
        codes = [paper["code"] for paper in instance.prerequisites or [] if not odd]
        if len(set(codes)) < len(codes):
            odd = [_("Kode yang sama ada dua kali. Beri setiap syarat kode sendiri.")]
        return {"prerequisites": odd[:1]} if odd else {}


def _odd(paper: Any) -> str:
    """What keeps a paper from standing on a referral, in a sentence."""
    if not isinstance(paper, dict) or not all(isinstance(paper.get(part), str) for part in ("code", "label")):
        return _("Setiap syarat berbentuk {code, label}.")
    if len(paper["code"]) > MOST_CODE or len(paper["label"]) > MOST_LABEL:
        most = {"code": MOST_CODE, "label": MOST_LABEL}
        return _("Kode syarat paling panjang %(code)s huruf, namanya %(label)s huruf.") % most
    return ""


class ProgrammeRuleResource(RegisterResource):
    """Rules by programme and first day."""

    labels = {"programme": gettext_lazy("program")}
    programme = Field("programme", "programme", Known(Programme, "code"))
    conditions = Field("conditions", "conditions", ConditionsCell())

    class Meta:
        model = ProgrammeRule
        import_id_fields = ("programme", "valid_from")
        store_instance = True  # the preview tries the rules out
        fields = ("programme", "valid_from", "valid_to", "conditions", "source")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Look once up which programmes may be named: those there are, and those that rules name already."""
        super().before_import(dataset, **kwargs)
        codes = set(Programme.objects.values_list("code", flat=True))
        for stored in ProgrammeRule.objects.values_list("conditions", flat=True):
            codes |= written.named(stored)
        self.fields["conditions"].widget.programmes = codes

    def faults(self, instance: ProgrammeRule) -> dict[str, list[Any]]:
        wrong: dict[str, list[Any]] = {}
        if odd := conditions.faults(instance.conditions or []):
            wrong["conditions"] = odd
        if len(instance.conditions or []) > MOST:
            wrong["conditions"] = [_("Paling banyak %(n)d ketentuan untuk satu program.") % {"n": MOST}]
        if instance.valid_to and instance.valid_from and instance.valid_to < instance.valid_from:
            wrong["valid_to"] = [_("Tidak boleh sebelum tanggal mulai berlaku.")]
        return wrong
