"""Forms of a bulk import."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from households.choices.imports import ImportKind
from slrt.core.words import WordsField


class UploadForm(forms.Form):
    """One file; its kind is found out by looking into it."""

    file = forms.FileField(
        label=lazy("Berkas (CSV atau XLSX)"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        allow_empty_file=True,
        error_messages={"required": lazy("Pilih dulu berkasnya.")},
    )
    kind = forms.ChoiceField(label=lazy("Jenis berkas"), choices=ImportKind, initial=ImportKind.EXTRACT, required=False)
    source = WordsField(
        label=lazy("Asal berkas (boleh kosong)"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
        help_text=lazy("Misalnya SIKS-NG. Judul kolom yang pernah dicocokkan untuk asal ini dipakai lagi."),
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)


class _ReasonForm(forms.Form):
    """Why something is done with a run, and which version of it the person saw; its heirs say what is asked."""

    label: Any
    lacking: Any

    note = WordsField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = self.label
        self.fields["note"].error_messages["required"] = self.lacking


class HandBackForm(_ReasonForm):
    """Why a preview is not applied but goes back to whoever uploaded it."""

    label = lazy("Apa yang harus diperbaiki")
    lacking = lazy("Tulis apa yang harus diperbaiki.")


class TakeBackForm(_ReasonForm):
    """Why a file is taken back."""

    label = lazy("Alasan penarikan")
    lacking = lazy("Tulis alasan penarikan.")
