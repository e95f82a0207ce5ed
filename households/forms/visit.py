"""Turns a screen of the questionnaire into a form. Errors keep what was entered; odd numbers warn and ask to be confirmed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _

from households.choices import MaritalStatus, NoNikReason, Relation, Sex
from households.codebook import BOOKS
from households.codebook.variable import UNKNOWN
from households.questionnaire.flow import Step, asked
from households.questionnaire.structure import Question
from households.refusals import REFUSALS
from households.validators import birth_dates_of, birth_fault, check_kk, check_nik, clean_digits
from slrt.core import clock

BOOK = BOOKS["bdt2015"]
FIXED = {"sex": Sex, "relation": Relation, "marital": MaritalStatus, "no_nik": NoNikReason}


class Choices(forms.RadioSelect):
    """Large rows to touch."""


class ScreenForm(forms.Form):
    """The questions of one screen, for the household or for one member."""

    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: Step, answers: dict[str, Any], **kwargs: Any) -> None:
        self.step, self.answers, self.today = step, answers, clock.today()
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        kwargs.setdefault("initial", self._initial(own))
        super().__init__(*args, **kwargs)
        self.questions = asked(step.screen, answers, step.member, self.today)
        for question in self.questions:
            self.fields[question.name] = self._field(question)
        self.warnings: list[str] = []

    def _initial(self, own: dict[str, Any]) -> dict[str, Any]:
        values = dict(own)
        if values.get("birth_date"):
            values["birth_date"] = f"{date.fromisoformat(values['birth_date']):%d/%m/%Y}"
        elif len(own.get("nik") or "") == 16:
            # The NIK tells date and sex: one thing less to type, still to be confirmed by looking at the card.
            dates = [d for d in birth_dates_of(own["nik"]) if d <= self.today]
            if dates:
                values["birth_date"] = f"{dates[-1]:%d/%m/%Y}"
                values.setdefault("sex", "2" if int(own["nik"][6:8]) > 40 else "1")
        if not self.answers["saved"] and not values.get("relation") and self.answers["order"][:1] == [self.step.member]:
            values["relation"] = Relation.HEAD
        for question in self.step.screen.questions:
            if question.kind == "members":
                values[question.name] = [
                    key for key in self.answers["order"] if self.answers["members"][key].get(question.name) == "1"
                ]
        values.update(self.answers.get("typed", {}).get(self.step.id, {}))
        return values

    def _field(self, question: Question) -> forms.Field:
        variable = BOOK.get(question.name) if question.kind == "book" else None
        label = question.label or (variable.label if variable else question.name)
        if not question.required and question.kind in ("text", "digits", "number", "no_nik"):
            label = format_html("{} {}", label, _("(boleh kosong)"))
        common = {"label": label, "required": question.required, "help_text": question.why}
        if question.kind == "members":
            names = [
                (key, self.answers["members"][key].get("name") or _("Tanpa nama"))
                for key in self.answers["order"]
                if question.whom and question.whom(self.answers["members"][key], self.today)
            ]
            return forms.MultipleChoiceField(choices=names, widget=forms.CheckboxSelectMultiple, **common)
        if variable is not None:
            return self._book_field(variable, common)
        if question.kind == "no_nik":
            choices = [("", _("Pilih alasan")), *[c for c in NoNikReason.choices if c[0] != NoNikReason.EXTRACT]]
            return forms.ChoiceField(choices=choices, **common)
        if question.kind in FIXED:
            return self._choice(FIXED[question.kind].choices, common)
        if question.kind == "digits":
            attrs = {"inputmode": "numeric", "data-digits": "16", "autocomplete": "off"}
            return forms.CharField(max_length=40, widget=forms.TextInput(attrs=attrs), **common)
        if question.kind == "date":
            attrs = {"inputmode": "numeric", "placeholder": "31/12/1980", "autocomplete": "off"}
            formats = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y", "%d %m %Y"]
            field = forms.DateField(input_formats=formats, widget=forms.TextInput(attrs=attrs), **common)
            field.error_messages["invalid"] = _("Tanggal tidak terbaca. Tulis seperti 31/12/1980.")
            return field
        if question.kind == "number":
            return forms.DecimalField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), localize=False, **common)
        return forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}), **common)

    def _book_field(self, variable: Any, common: dict[str, Any]) -> forms.Field:
        if variable.kind == "set":
            return forms.MultipleChoiceField(
                choices=variable.codes.items(), widget=forms.CheckboxSelectMultiple, **common
            )
        if variable.kind == "number":
            label = f"{common['label']} ({variable.unit})"
            attrs = {"inputmode": "numeric"}
            return forms.IntegerField(
                min_value=0, max_value=99999, widget=forms.TextInput(attrs=attrs), **{**common, "label": label}
            )
        codes = [("1", _("Ya")), ("2", _("Tidak"))] if variable.kind == "boolean" else list(variable.codes.items())
        return self._choice([*codes, (UNKNOWN, _("Tidak tahu"))], common)

    def _choice(self, choices: Any, common: dict[str, Any]) -> forms.Field:
        return forms.ChoiceField(
            choices=choices,
            widget=Choices,
            error_messages={"required": _("Pilih salah satu. Jika tidak yakin, pilih Tidak tahu bila ada.")},
            **common,
        )

    def clean_nik(self) -> str:
        text = self.cleaned_data["nik"]
        if not text:
            return ""
        check = check_nik(text)
        for _code, sentence in check.errors:
            raise forms.ValidationError(sentence)
        return check.number

    def clean_kk(self) -> str:
        text = self.cleaned_data["kk"]
        if not text:
            return ""
        check = check_kk(text)
        for _code, sentence in check.errors:
            raise forms.ValidationError(sentence)
        return check.number

    def clean_birth_date(self) -> date:
        born = self.cleaned_data["birth_date"]
        fault = birth_fault(born, self.today)
        if fault:
            raise forms.ValidationError(f"{REFUSALS[fault].reason} {REFUSALS[fault].mend}")
        return born

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "nik" in self.fields and "nik" not in self.errors and not data.get("nik") and not data.get("no_nik_reason"):
            self.add_error("no_nik_reason", _("Isi NIK, atau pilih alasan mengapa belum ada."))
        ticked = set(data.get("masih_sekolah") or []) & set(data.get("belum_sekolah") or [])
        if ticked:
            self.add_error("belum_sekolah", _("Orang yang sama dicentang masih sekolah dan belum sekolah."))
        self._warn(data)
        return data

    def _warn(self, data: dict[str, Any]) -> None:
        """Things that are odd but possible: shown once, kept when the facilitator says so."""
        member = self.answers["members"].get(self.step.member or "", {})
        nik = clean_digits(member.get("nik"))
        if "birth_date" not in self.fields or not nik or self.errors:
            return
        check = check_nik(nik, born=data.get("birth_date"), sex=data.get("sex", ""))
        reason = (self.data.get(self.add_prefix("keep_reason")) or "").strip()
        if check.warnings and not reason:
            self.warnings = [sentence for _code, sentence in check.warnings]

    def values(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return (household answers, answers per member) as they are kept in the draft, without what is invalid."""
        own: dict[str, Any] = {}
        members: dict[str, dict[str, Any]] = {}
        for question in self.questions:
            if question.name in self.errors:
                continue
            value = self._kept(question)
            if question.kind == "members":
                for key in self.answers["order"]:
                    members.setdefault(key, {})[question.name] = "1" if key in (value or []) else "2"
            else:
                own[question.name] = value
        reason = (self.data.get(self.add_prefix("keep_reason")) or "").strip()
        if reason:
            own["nik_reason"] = reason[:200]
        if self.step.member:
            members.setdefault(self.step.member, {}).update(own)
            return {}, members
        return own, members

    def typed(self) -> dict[str, str]:
        """Return the invalid texts as they were typed; the draft keeps them apart, so that a stored answer stays."""
        return {
            question.name: str(self.data.get(question.name, ""))[:200]
            for question in self.questions
            if question.name in self.errors and self.data.get(question.name) and question.kind != "members"
        }

    def _kept(self, question: Question) -> Any:
        if question.name in self.cleaned_data:
            value = self.cleaned_data[question.name]
            if isinstance(value, date):
                return value.isoformat()
            return value if isinstance(value, str | list) else "" if value is None else str(value)
        return "" if question.kind != "members" else []


class SendForm(forms.Form):
    """The last page before sending: consent and attestation."""

    consented = forms.BooleanField(required=False)
    attested = forms.BooleanField(required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consented"].label = _("Keluarga sudah diberi tahu untuk apa data dicatat, dan setuju.")
        self.fields["attested"].label = _("Data ini benar menurut yang saya lihat dan dengar sendiri.")
