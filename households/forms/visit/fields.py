"""The form field of a question: what may be chosen or typed, and what is said when it is missing."""

from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.person import NoNikReason
from households.codebook import Variable
from households.codebook.variable import UNKNOWN
from households.forms.fields import HoodField
from households.forms.visit.kinds import (
    FIXED,
    OTHER_NUMBERS,
    SINGLE,
    TYPED,
    kind_of,
    label_of,
    may_be_unknown,
    variable_of,
)
from households.models import Household
from households.questionnaire.structure import Answers, Question
from households.validators import LATITUDES, LEAST_EXACT, LONGITUDES
from households.visiting.fields import HOUSEHOLD_FIELDS
from slrt.core.words import WordsField

NO_NUMBER = gettext_lazy("Tulis dengan angka saja, misalnya 4.")
DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y", "%d %m %Y"]


def field_of(question: Question, answers: Answers, today: date, *, required: bool) -> forms.Field:
    """Return the field of a question on the visit with these answers; `required` as what was sent calls for it."""
    kind, label, variable = kind_of(question), label_of(question), variable_of(question)
    beside = [str(variable.unit)] if variable is not None and variable.unit else []
    if not question.required and (kind in TYPED or kind == "no_nik"):
        beside.append(_("boleh kosong"))
    if beside:
        label = format_html("{} ({})", label, ", ".join(beside))
    common: dict[str, Any] = {"label": label, "required": required}
    if kind in ("members", "owned", "set", "bitmask"):
        choices = [*boxes(question, answers, today), (UNKNOWN, _not_known(kind))]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    if kind in (*SINGLE, "choice", "boolean", "open"):
        return _choice(question, kind, variable, common)
    return _typed(question, kind, variable, common)


def boxes(question: Question, answers: Answers, today: date) -> list[tuple[str, Any]]:
    """Return what can be ticked: the members whom the question concerns, its parts, or the codes of its variable."""
    kind, variable = kind_of(question), variable_of(question)
    if kind == "members":
        return [
            (key, answers["members"][key].get("name") or _("Tanpa nama"))
            for key in answers["order"]
            if question.whom and question.whom(answers["members"][key], today)
        ]
    return list((question.parts if kind == "owned" or variable is None else variable.codes).items())


def _not_known(kind: str) -> str:
    return _("Tidak tahu untuk yang tidak dicentang") if kind in ("members", "owned") else _("Tidak tahu")


def _choice(question: Question, kind: str, variable: Variable | None, common: dict[str, Any]) -> forms.Field:
    if kind == "no_nik":
        choices = [("", _("Pilih alasan")), *[c for c in NoNikReason.choices if c[0] != NoNikReason.EXTRACT]]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **common)
    codes = _codes(kind, variable)
    if may_be_unknown(question):
        codes = [*codes, (UNKNOWN, _("Tidak tahu"))]
    widget = forms.Select(attrs={"class": "form-select"}) if kind == "open" else forms.RadioSelect
    if kind == "open":
        codes = [("", _("Pilih kode")), *codes]
    message = _("Pilih salah satu. Jika tidak yakin, pilih Tidak tahu bila ada.")
    return forms.ChoiceField(choices=codes, widget=widget, error_messages={"required": message}, **common)


def _codes(kind: str, variable: Variable | None) -> list[tuple[str, Any]]:
    if kind == "consent":
        return [("1", _("Keluarga setuju, lanjut"))]
    if kind in FIXED:
        return list(FIXED[kind].choices)
    if kind == "open" and variable is not None and variable.high is not None:
        return [(str(n), variable.codes.get(str(n), n)) for n in range(variable.low, variable.high + 1)]
    if variable is None or kind == "boolean":
        return [("1", _("Ya")), ("2", _("Tidak"))]
    return list(variable.codes.items())


def _typed(question: Question, kind: str, variable: Variable | None, common: dict[str, Any]) -> forms.Field:
    attrs: dict[str, Any] = {"class": "form-control", "autocomplete": "off"}
    missing = _("Isi dulu, atau centang Tidak tahu.") if may_be_unknown(question) else _("Isi dulu bagian ini.")
    common["error_messages"] = {"required": missing}
    if kind == "digits":
        attrs |= {"inputmode": "numeric", "data-digits": "16"}
        return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attrs), **common)
    if kind == "date":
        attrs |= {"inputmode": "numeric", "placeholder": "31/12/1980"}
        field = forms.DateField(input_formats=DATE_FORMATS, widget=forms.TextInput(attrs=attrs), **common)
        field.error_messages["invalid"] = _("Tanggal tidak terbaca. Tulis seperti 31/12/1980.")
        return field
    if kind == "number" and variable is None:
        attrs["inputmode"] = "decimal"
        return _position(question.name, forms.TextInput(attrs=attrs), common)
    if kind == "number":
        attrs["inputmode"] = "numeric"
        low = variable.low if variable else 0
        high = 99999 if variable is None or variable.high is None else variable.high
        common["error_messages"] |= {
            "invalid": NO_NUMBER,
            "min_value": _("Angka ini paling sedikit %(limit_value)s. Periksa lagi."),
            "max_value": _("Angka ini paling banyak %(limit_value)s. Periksa lagi."),
        }
        return forms.IntegerField(min_value=low, max_value=high, widget=forms.TextInput(attrs=attrs), **common)
    if kind == "cards":
        attrs |= {"rows": "3", "inputmode": "numeric"}
        return forms.CharField(max_length=400, widget=forms.Textarea(attrs=attrs), **common)
    limit: Any = getattr(Household, question.name).field.max_length if question.name in HOUSEHOLD_FIELDS else 120
    common["error_messages"]["max_length"] = _("Isian ini paling banyak %(limit_value)d huruf atau angka. Persingkat.")
    return _line(question.name)(max_length=limit, widget=forms.TextInput(attrs=attrs), **common)


def _line(name: str) -> type[forms.CharField]:
    if name in OTHER_NUMBERS:
        return forms.CharField
    return HoodField if name in ("rt", "rw") else WordsField


class DegreesField(forms.DecimalField):
    """Degrees or metres, with the point of a phone or the comma of a person."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _position(name: str, widget: forms.TextInput, common: dict[str, Any]) -> forms.Field:
    low, high = {"latitude": LATITUDES, "longitude": LONGITUDES}.get(name, (0, LEAST_EXACT))
    outside = (
        _("Ketelitian ditulis dalam meter, misalnya 8.")
        if name == "accuracy"
        else _("Posisi ini di luar Indonesia. Periksa lintang dan bujurnya, atau kosongkan.")
    )
    common["error_messages"] |= {"invalid": NO_NUMBER, "min_value": outside, "max_value": outside}
    return DegreesField(min_value=low, max_value=high, widget=widget, localize=False, **common)
