"""Forms of an objection and of the steps to its answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.objection import ObjectionKind, ObjectorKind
from households.choices.telling import ToldHow
from households.forms.fields import CHOOSE, date_field
from slrt.core import clock
from slrt.core.words import WordsField
from slrt.workflow.pages import VerbForm


class ObjectionForm(forms.Form):
    """A new objection about a family."""

    kind = forms.ChoiceField(
        label=_("Jenis"), choices=ObjectionKind.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )
    objector = forms.ChoiceField(
        label=_("Diajukan oleh"),
        choices=ObjectorKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    filed_on = date_field(_("Tanggal diajukan"), initial=clock.today)
    reason = WordsField(
        label=_("Alasan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Tulis alasan usul atau sanggahan.")},
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)


class AnswerForm(VerbForm):
    answer = WordsField(
        label=_("Jawaban untuk yang mengajukan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis jawaban untuk yang mengajukan.")},
    )


class AnswerToldForm(VerbForm):
    """How an objector heard the answer."""

    told_on = date_field(_("Tanggal disampaikan"), initial=clock.today)
    told_how = forms.ChoiceField(
        label=_("Lewat apa"),
        choices=ToldHow.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih lewat apa jawaban disampaikan.")},
    )
