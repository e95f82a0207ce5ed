"""Adding and removing photos."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.photo import PhotoKind
from households.models import Family, Person
from slrt.core.words import WordsField


class PhotoForm(forms.Form):
    """One photo. The content is looked at by the rule, not here: a name proves nothing."""

    kind = forms.ChoiceField(label=_("Foto apa"), choices=PhotoKind.choices, widget=forms.RadioSelect)
    person = forms.ModelChoiceField(
        label=_("Pemilik KTP"), queryset=Person.objects.none(), required=False, empty_label=_("Bukan foto KTP")
    )
    file = forms.FileField(
        label=_("Foto"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-shrink": "1600"}),
        error_messages={
            "required": _("Pilih atau ambil satu foto dulu."),
            "missing": _("Pilih atau ambil satu foto dulu."),
        },
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, family: Family | None = None, identity: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [choice for choice in PhotoKind.choices if identity or choice[0] != PhotoKind.KTP]
        people: Any = self.fields["person"]
        if family is None or not identity:
            del self.fields["person"]
            return
        people.queryset = Person.objects.filter(memberships__family=family, memberships__ended_on=None).order_by(
            "memberships__relation", "pk"
        )
        people.label_from_instance = lambda person: person.name


class RemovalForm(forms.Form):
    """Why a photo is removed."""

    reason = WordsField(
        label=_("Alasan foto ini dihapus"), max_length=200,
        error_messages={"required": _("Tulis alasan foto ini dihapus.")},
    )  # fmt: skip
