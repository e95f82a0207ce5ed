"""Turns a screen of the questionnaire into a form. Errors keep what was entered; odd numbers warn and ask to be confirmed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from households.choices.person import MaritalStatus, NoNikReason, Relation, Sex
from households.choices.visit import RefusalReason
from households.codebook import Variable
from households.codebook.variable import UNKNOWN, bitmask_of, bits_of
from households.codebook.yes_no import ROWS, CodeOutOfRow, owned
from households.questionnaire.flow import Step, asked
from households.questionnaire.reasons import WHY
from households.questionnaire.structure import Question
from households.refusals import REFUSALS
from households.validators import birth_dates_of, birth_fault, check_kk, check_nik, clean_digits
from households.visiting.ages import odd_ages
from slrt.core import clock

FIXED = {"sex": Sex, "relation": Relation, "marital": MaritalStatus, "no_nik": NoNikReason}
SINGLE = (*FIXED, "consent", "yes_no")
TYPED = ("text", "digits", "date", "number", "cards")
# Questions that need no "not known": without a name there is nobody to write down, a missing NIK has its own reasons, a position
# is there or is not, and nobody copies a paper column that they do not have.
NEVER_UNKNOWN = ("consent", "name", "nik", "no_nik_reason", "aset_kertas", "latitude", "longitude", "accuracy")
DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y", "%d %m %Y"]
SUFFIX = "-tt"  # the tick "not known" beside a field that is typed


def variable_of(question: Question) -> Variable | None:
    """Return the variable of the code book that a question asks for, or None for a field of the registry."""
    return question.variable if question.kind in ("book", *TYPED) else None


def kind_of(question: Question) -> str:
    """Return how a question is answered: a kind of `Question` or, where the book says it, of `Variable`."""
    found = variable_of(question)
    return question.kind if question.kind != "book" or found is None else found.kind


def label_of(question: Question) -> Any:
    """Return the words a question is put in."""
    found = variable_of(question)
    return question.label or (found.label if found else question.name)


def may_be_unknown(question: Question) -> bool:
    """Whether "not known" is offered; a book may have its own code for it among the answers."""
    found = variable_of(question)
    return question.name not in NEVER_UNKNOWN and not (found is not None and found.not_known)


@dataclass(frozen=True)
class Shown:
    """A question as the page draws it."""

    field: forms.BoundField
    question: Question
    why: Any
    group: bool
    buttons: bool
    unknown: str = ""
    unknown_ticked: bool = False
    value: str = ""

    @property
    def shown_if(self) -> str:
        """The rule for the page's script: field and codes."""
        rule = self.question.shown_if
        return f"{rule[0]}:{','.join(rule[1])}" if rule else ""


class ScreenForm(forms.Form):
    """The questions of one screen, for the household or for one member."""

    def __init__(self, data: QueryDict | None = None, *, step: Step, answers: dict[str, Any], **kwargs: Any) -> None:
        self.step, self.answers, self.today = step, answers, clock.today()
        self.own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        self.derived = self.undecided = False
        kwargs.setdefault("initial", self._initial(self.own))
        super().__init__(self._with_dates_of_nik(data), **kwargs)
        self.questions = asked(step.screen, answers, step.member, self.today)
        for question in self.questions:
            self.fields[question.name] = self._field(question)
        self.warnings: list[str] = []

    # --- what is shown -------------------------------------------------------------------------------------------------

    def _initial(self, own: dict[str, Any]) -> dict[str, Any]:
        values = dict(own)
        first = self.step.member is not None and (self.answers["order"][:1] or [self.step.member]) == [self.step.member]
        if first:
            values = {**self.answers.get("first", {}), **values}
            values["relation"] = values.get("relation") or Relation.HEAD
        for name in ("birth_date", "tanggal_wawancara"):
            if values.get(name) and values[name] != UNKNOWN:
                values[name] = f"{date.fromisoformat(values[name]):%d/%m/%Y}"
        if not values.get("birth_date"):
            values.update({name: value for name, value in _told_by(values.get("nik")).items() if not values.get(name)})
        for question in self.step.screen.questions:
            name, kind = question.name, kind_of(question)
            if question.kind == "members":
                said = {key: self.answers["members"][key].get(name) for key in self.answers["order"]}
                values[name] = [key for key, tick in said.items() if tick == "1"]
                values[name] += [UNKNOWN] if UNKNOWN in said.values() else []
            elif kind == "owned":
                values[name] = [part for part in question.parts if own.get(part) == "1"]
                values[name] += [UNKNOWN] if UNKNOWN in [own.get(part) for part in question.parts] else []
            elif kind in ("set", "bitmask") and values.get(name) == UNKNOWN:
                values[name] = [UNKNOWN]
            elif kind == "bitmask" and values.get(name):
                values[name] = bits_of(values[name])
            elif kind == "cards" and isinstance(values.get(name), list):
                values[name] = "\n".join(row["nomor_kk"] for row in values[name])
        values.update(self.answers.get("typed", {}).get(self.step.id, {}))
        return values

    def _with_dates_of_nik(self, data: QueryDict | None) -> QueryDict | None:
        """Without a script nothing fills birth date and sex from the NIK: then the server does, and asks to look again."""
        if (
            data is None
            or self.step.screen.key != "person"
            or data.get("birth_date")
            or data.get(f"birth_date{SUFFIX}")
        ):
            return data
        told = _told_by(clean_digits(data.get("nik")))
        if not told:
            return data
        filled = data.copy()
        filled["birth_date"] = told["birth_date"]
        if not filled.get("sex"):
            filled["sex"] = told["sex"]
        self.derived = True
        return filled

    @property
    def shown(self) -> list[Shown]:
        """The questions in order. The last one, when it is a choice, is answered by a button that goes on at once."""
        last = self.questions[-1] if self.questions else None
        found = []
        for question in self.questions:
            field, kind = self[question.name], kind_of(question)
            value = field.value()
            typed = kind in TYPED and may_be_unknown(question)
            ticked = bool(self.data.get(question.name + SUFFIX)) if self.is_bound else value == UNKNOWN
            if typed and ticked and value == UNKNOWN:
                field.initial = ""
            single = kind in (*SINGLE, "choice", "boolean") and kind != "no_nik"
            buttons = (
                question is last and single and question.shown_if is None and not (self.warnings or self.undecided)
            )
            found.append(
                Shown(
                    field=field,
                    question=question,
                    why=question.why or WHY[question.name],
                    group=single or kind in ("set", "bitmask", "members", "owned"),
                    buttons=buttons,
                    unknown=question.name + SUFFIX if typed else "",
                    unknown_ticked=typed and ticked,
                    value=str(value or ""),
                )
            )
        return found

    # --- fields --------------------------------------------------------------------------------------------------------

    def _field(self, question: Question) -> forms.Field:
        kind, label = kind_of(question), label_of(question)
        variable = variable_of(question)
        if variable is not None and variable.unit:
            label = format_html("{} ({})", label, variable.unit)
        if not question.required and (kind in TYPED or kind == "no_nik"):
            label = format_html("{} {}", label, _("(boleh kosong)"))
        unknown = self._unknown_ticked(question)
        common: dict[str, Any] = {
            "label": label,
            "required": question.required and not unknown and self._called_for(question),
        }
        if kind in ("members", "owned", "set", "bitmask"):
            choices = [*self._boxes(question, kind, variable), (UNKNOWN, self._not_known(kind))]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        if kind in (*SINGLE, "choice", "boolean", "open"):
            return self._choice(question, kind, variable, common)
        return self._typed(question, kind, variable, common)

    def _boxes(self, question: Question, kind: str, variable: Variable | None) -> list[tuple[str, Any]]:
        if kind == "members":
            return [
                (key, self.answers["members"][key].get("name") or _("Tanpa nama"))
                for key in self.answers["order"]
                if question.whom and question.whom(self.answers["members"][key], self.today)
            ]
        return list((question.parts if kind == "owned" or variable is None else variable.codes).items())

    @staticmethod
    def _not_known(kind: str) -> str:
        return _("Tidak tahu untuk yang tidak dicentang") if kind in ("members", "owned") else _("Tidak tahu")

    def _choice(self, question: Question, kind: str, variable: Variable | None, common: dict[str, Any]) -> forms.Field:
        if kind == "no_nik":
            choices = [("", _("Pilih alasan")), *[c for c in NoNikReason.choices if c[0] != NoNikReason.EXTRACT]]
            return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **common)
        if kind == "consent":
            codes: list[tuple[str, Any]] = [("1", _("Keluarga setuju, lanjut"))]
        elif kind in FIXED:
            codes = list(FIXED[kind].choices)
        elif kind == "open" and variable is not None and variable.high is not None:
            codes = [(str(n), variable.codes.get(str(n), n)) for n in range(variable.low, variable.high + 1)]
        elif variable is None or kind == "boolean":
            codes = [("1", _("Ya")), ("2", _("Tidak"))]
        else:
            codes = list(variable.codes.items())
        if may_be_unknown(question):
            codes = [*codes, (UNKNOWN, _("Tidak tahu"))]
        widget = forms.Select(attrs={"class": "form-select"}) if kind == "open" else forms.RadioSelect
        if kind == "open":
            codes = [("", _("Pilih kode")), *codes]
        message = _("Pilih salah satu. Jika tidak yakin, pilih Tidak tahu bila ada.")
        return forms.ChoiceField(choices=codes, widget=widget, error_messages={"required": message}, **common)

    def _typed(self, question: Question, kind: str, variable: Variable | None, common: dict[str, Any]) -> forms.Field:
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
            return forms.DecimalField(widget=forms.TextInput(attrs=attrs), localize=False, **common)
        if kind == "number":
            attrs["inputmode"] = "numeric"
            low = variable.low if variable else 0
            high = 99999 if variable is None or variable.high is None else variable.high
            return forms.IntegerField(min_value=low, max_value=high, widget=forms.TextInput(attrs=attrs), **common)
        if kind == "cards":
            attrs |= {"rows": "3", "inputmode": "numeric"}
            return forms.CharField(max_length=400, widget=forms.Textarea(attrs=attrs), **common)
        return forms.CharField(max_length=120, widget=forms.TextInput(attrs=attrs), **common)

    def _called_for(self, question: Question) -> bool:
        """Whether what was sent calls for the question; without a script it stands on the page all the same."""
        rule = question.shown_if
        return rule is None or (self.is_bound and self.data.get(rule[0]) in rule[1])

    # --- checks --------------------------------------------------------------------------------------------------------

    def _unknown_ticked(self, question: Question) -> bool:
        return self.is_bound and may_be_unknown(question) and bool(self.data.get(question.name + SUFFIX))

    def clean_nik(self) -> str:
        text = self.cleaned_data["nik"]
        if not text:
            return ""
        check = check_nik(text)
        for _code, sentence in check.errors:
            raise forms.ValidationError(sentence)
        return check.number

    def clean_kk(self) -> str:
        return self._card(self.cleaned_data["kk"])

    def clean_nomor_kk(self) -> str:
        return self._card(self.cleaned_data["nomor_kk"])

    def clean_daftar_kk(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["daftar_kk"].splitlines() if line.strip()]
        return [{"nuk": str(n), "nomor_kk": self._card(line)} for n, line in enumerate(lines, start=2)]

    @staticmethod
    def _card(text: str) -> str:
        if not text:
            return ""
        check = check_kk(text)
        for _code, sentence in check.errors:
            raise forms.ValidationError(sentence)
        return check.number

    def clean_birth_date(self) -> date | None:
        born = self.cleaned_data["birth_date"]
        fault = birth_fault(born, self.today) if born else ""
        if fault:
            raise forms.ValidationError(f"{REFUSALS[fault].reason} {REFUSALS[fault].mend}")
        return born

    def clean_aset_kertas(self) -> str:
        codes = self.cleaned_data["aset_kertas"].split()
        if not codes:
            return ""
        try:
            have, _empty = owned(codes)
        except CodeOutOfRow as fault:
            message = _("Baris %(row)s di formulir tidak punya kode %(code)s. Periksa apakah ada baris yang terlewat.")
            raise forms.ValidationError(message % {"row": fault.row, "code": fault.code}) from None
        if len(codes) < len(ROWS):
            message = _("Formulir punya %(all)s baris. Anda baru mengisi %(typed)s.")
            raise forms.ValidationError(message % {"all": len(ROWS), "typed": len(codes)})
        self.from_paper = have
        return ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            self._clean_unknown(question, data)
        if "nik" in self.fields and "nik" not in self.errors and not data.get("nik") and not data.get("no_nik_reason"):
            self.add_error("no_nik_reason", _("Isi NIK, atau pilih alasan mengapa belum ada."))
        ticked = set(data.get("masih_sekolah") or []) & set(data.get("belum_sekolah") or []) - {UNKNOWN}
        if ticked:
            self.add_error("belum_sekolah", _("Orang yang sama dicentang masih sekolah dan belum sekolah."))
        if self.derived and "birth_date" not in self.errors:
            self.add_error(
                "birth_date", _("Tanggal lahir diambil dari NIK. Cocokkan dengan kartunya, lalu simpan lagi.")
            )
        self._warn(data)
        return data

    def _clean_unknown(self, question: Question, data: dict[str, Any]) -> None:
        """Not known and known at once is a slip; the page says so and keeps both."""
        name, kind = question.name, kind_of(question)
        value = data.get(name)
        if kind in ("set", "bitmask") and isinstance(value, list) and UNKNOWN in value and len(value) > 1:
            self.add_error(name, _("Centang yang ada, atau Tidak tahu saja."))
        elif self._unknown_ticked(question) and value not in (None, "", []):
            self.add_error(name, _("Isi jawabannya, atau centang Tidak tahu. Jangan keduanya."))

    def _warn(self, data: dict[str, Any]) -> None:
        """Things that are odd but possible: shown once, kept when the facilitator says so."""
        if "birth_date" not in self.fields or self.errors:
            return
        check = check_nik(data.get("nik") or "", born=data.get("birth_date"), sex=data.get("sex", ""))
        found = [sentence for _code, sentence in check.warnings] if data.get("nik") else []
        member = {**self.own, **{q.name: self._kept(q, data) for q in self.questions}}
        found += odd_ages(self.answers, self.step.member or "", member)
        if found and not self._reason():
            self.warnings = found

    def _reason(self) -> str:
        return (self.data.get("keep_reason") or "").strip()[:200]

    # --- what is kept --------------------------------------------------------------------------------------------------

    def values(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return (household answers, answers per member) as they are kept in the draft, without what is invalid."""
        own: dict[str, Any] = {}
        members: dict[str, dict[str, Any]] = {}
        for question in self.questions:
            kind = kind_of(question)
            if question.name in self.errors or kind == "paper":
                continue
            value = self._kept(question, self.cleaned_data)
            if kind == "members":
                rest = UNKNOWN if UNKNOWN in value else "2"
                for key, _name in self._boxes(question, kind, None):
                    members.setdefault(key, {})[question.name] = "1" if key in value else rest
            elif kind == "owned":
                rest = UNKNOWN if UNKNOWN in value else "2"
                own.update({part: "1" if part in value else rest for part in question.parts})
            else:
                own[question.name] = value
        if getattr(self, "from_paper", None) is not None:
            own["aset"] = self.from_paper
        if self._reason():
            own["kept_reason"] = self._reason()
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

    def _kept(self, question: Question, data: dict[str, Any]) -> Any:
        kind, value = kind_of(question), data.get(question.name)
        if self._unknown_ticked(question):
            return UNKNOWN
        if kind in ("set", "bitmask") and isinstance(value, list) and UNKNOWN in value:
            return UNKNOWN
        if kind == "bitmask":
            return bitmask_of(value or [])
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str | list):
            return value
        return "" if value is None else str(value)


def _told_by(nik: Any) -> dict[str, str]:
    """Return birth date (as typed) and sex that a NIK tells; a thing less to type, still to be confirmed by the card."""
    number = str(nik or "")
    if len(number) != 16 or not number.isdecimal():
        return {}
    dates = [day for day in birth_dates_of(number) if day <= clock.today()]
    return {"birth_date": f"{dates[-1]:%d/%m/%Y}", "sex": "2" if int(number[6:8]) > 40 else "1"} if dates else {}


class SendForm(forms.Form):
    """The last page before sending: the facilitator's attestation."""

    attested = forms.BooleanField(required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attested"].label = _("Data ini benar menurut yang saya lihat dan dengar sendiri.")


class RefusalForm(forms.Form):
    """The family does not consent: the visit ends here."""

    reason = forms.ChoiceField(choices=RefusalReason, widget=forms.RadioSelect, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Alasan keluarga, jika disebutkan")
