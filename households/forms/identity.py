"""Recording a comparison of a NIK, and a step toward civil registration."""

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.events import CivilTaskState, MatchSource
from households.choices.person import NikMatch
from slrt.core.words import WordsField


class CheckForm(forms.Form):
    """What a comparison gave."""

    result = forms.ChoiceField(
        label=_("Hasil pencocokan"),
        choices=[choice for choice in NikMatch.choices if choice[0] != NikMatch.UNCHECKED],
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(
        label=_("Dicocokkan lewat"),
        choices=[choice for choice in MatchSource.choices if choice[0] != MatchSource.LIST],
        widget=forms.RadioSelect,
    )
    note = WordsField(label=_("Apa yang berbeda (wajib kalau tidak padan)"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class CivilForm(forms.Form):
    """How far civil registration is."""

    state = forms.ChoiceField(label=_("Sampai mana"), choices=CivilTaskState.choices, widget=forms.RadioSelect)
    note = WordsField(label=_("Catatan (wajib kalau dikembalikan)"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
