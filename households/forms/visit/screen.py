"""Turns a screen of the questionnaire into a form. Errors keep what was entered; odd numbers warn and ask to be confirmed."""

from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from households.codebook.variable import UNKNOWN, bitmask_of
from households.forms.visit.fields import boxes, field_of
from households.forms.visit.initial import initial_of, with_dates_of_nik
from households.forms.visit.kinds import SUFFIX, kind_of, may_be_unknown
from households.forms.visit.shown import Shown, drawn
from households.forms.visit.typed import TypedForm, odd_numbers
from households.questionnaire.flow import Step, asked
from households.questionnaire.structure import Question
from households.visiting.ages import REASONS, odd_about
from slrt.core import clock
from slrt.core.numbers import masked


class Warned(NamedTuple):
    """Something odd that wants a reason of its own, kept under its code."""

    code: str
    sentence: str


class ScreenForm(TypedForm):
    """The questions of one screen, for the household or for one member."""

    def __init__(self, data: QueryDict | None = None, *, step: Step, answers: dict[str, Any], **kwargs: Any) -> None:
        self.step, self.answers, self.today = step, answers, clock.today()
        self.own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        filled = with_dates_of_nik(step, data)
        self.derived, self.undecided = filled is not data, False
        kwargs.setdefault("initial", initial_of(step, answers, self.own))
        super().__init__(filled, **kwargs)
        self.questions = asked(step.screen, answers, step.member, self.today)
        for question in self.questions:
            self.fields[question.name] = self._field(question)
        self.warnings: list[Warned] = []
        self.reasons: dict[str, str] = {}

    def _field(self, question: Question) -> forms.Field:
        required = question.required and not self._unknown_ticked(question) and self._called_for(question)
        return field_of(question, self.answers, self.today, required=required)

    @property
    def shown(self) -> list[Shown]:
        """The questions in order. The last one, when it is a choice, is answered by a button that goes on at once."""
        last = self.questions[-1] if self.questions and not (self.warnings or self.undecided) else None
        return [drawn(self, question, leads_on=question is last) for question in self.questions]

    # --- checks --------------------------------------------------------------------------------------------------------

    def _called_for(self, question: Question) -> bool:
        """Whether what was sent calls for the question; without a script it stands on the page all the same."""
        rule = question.shown_if
        return rule is None or (self.is_bound and self.data.get(rule[0]) in rule[1])

    def _unknown_ticked(self, question: Question) -> bool:
        return self.is_bound and may_be_unknown(question) and bool(self.data.get(question.name + SUFFIX))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.questions:
            self._clean_unknown(question, data)
        if "nik" in self.fields and "nik" not in self.errors and not data.get("nik") and not data.get("no_nik_reason"):
            self.add_error("no_nik_reason", _("Isi NIK, atau pilih alasan mengapa belum ada."))
        ticked = set(data.get("masih_sekolah") or []) & set(data.get("belum_sekolah") or []) - {UNKNOWN}
        if ticked:
            self.add_error("belum_sekolah", _("Orang yang sama dicentang masih sekolah dan belum sekolah."))
        if "latitude" in self.fields and not self.errors and (data["latitude"] is None) != (data["longitude"] is None):
            missing = "latitude" if data["latitude"] is None else "longitude"
            self.add_error(missing, _("Isi lintang dan bujur, atau kosongkan keduanya."))
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
        if self.errors:
            return
        own = self.own.get(REASONS, {})
        found = [(code, said) for code, said in odd_numbers(data) if code not in own]
        if "birth_date" in self.fields:
            member = {**self.own, **{q.name: self._kept(q, data) for q in self.questions}}
            found += [(odd.code, odd.sentence) for odd in odd_about(self.answers, self.step.member or "", member)]
        self.reasons = {code: self._reason(code) for code, _said in found if self._reason(code)}
        self.warnings = [Warned(code, said) for code, said in found if code not in self.reasons]

    def _reason(self, code: str) -> str:
        return masked((self.data.get(f"keep_{code}") or "").strip())[:200]

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
                for key, _name in boxes(question, self.answers, self.today):
                    members.setdefault(key, {})[question.name] = "1" if key in value else rest
            elif kind == "owned":
                rest = UNKNOWN if UNKNOWN in value else "2"
                own.update({part: "1" if part in value else rest for part in question.parts})
            else:
                own[question.name] = value
        if self.from_paper is not None:
            own["aset"] = self.from_paper
        if self.reasons:
            own[REASONS] = {**self.own.get(REASONS, {}), **self.reasons}
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
