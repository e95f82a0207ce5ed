"""Forms of a bulk import."""

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


class HandBackForm(forms.Form):
    """Why a preview is not applied but goes back to whoever uploaded it."""

    note = WordsField(
        label=lazy("Apa yang harus diperbaiki"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lazy("Tulis apa yang harus diperbaiki.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TakeBackForm(forms.Form):
    """Why a file is taken back."""

    note = WordsField(
        label=lazy("Alasan penarikan"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lazy("Tulis alasan penarikan.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
