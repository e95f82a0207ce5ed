"""The form that puts a member's fields right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.person import MaritalStatus, NoNikReason, Sex
from households.forms.events.asking import DIGITS
from households.forms.fields import date_field
from households.models import Family, Person, RegistryEvent
from households.registry import correcting
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.core.words import WordsField


class CorrectionForm(forms.Form):
    """A member's fields as they stand, to be put right with a reason."""

    name = WordsField(label=_("Nama"), max_length=120)
    birth_date = date_field(_("Tanggal lahir"), required=False)
    birth_place = WordsField(label=_("Tempat lahir"), max_length=80, required=False)
    sex = forms.ChoiceField(label=_("Jenis kelamin"), choices=Sex.choices, widget=forms.RadioSelect)
    marital = forms.ChoiceField(
        label=_("Status kawin"), choices=[("", _("Tidak diisi")), *MaritalStatus.choices], required=False
    )
    occupation = WordsField(label=_("Pekerjaan"), max_length=80, required=False)
    mother_name = WordsField(label=_("Nama ibu kandung"), max_length=120, required=False)
    nik = forms.CharField(
        label=_("NIK baru"), max_length=30, required=False, widget=forms.TextInput(attrs=DIGITS),
        help_text=_("Kosongkan kalau NIK tidak berubah."),
    )  # fmt: skip
    no_nik_reason = forms.ChoiceField(label=_("Alasan tanpa NIK"), required=False)
    reason = WordsField(
        label=_("Alasan pembetulan"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Misalnya: menurut akta kelahiran."),
        error_messages={"required": _("Tulis alasan pembetulan, misalnya menurut KTP atau akta.")},
    )  # fmt: skip
    odd_reason = WordsField(
        label=_("Mengapa yang tidak biasa ini benar"), max_length=300, required=False, widget=forms.HiddenInput,
        help_text=_("Misalnya: anak tiri, atau NIK di KTP memang begitu."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, family: Family, user: User, person: Person, **kwargs: Any) -> None:
        initial = {name: getattr(person, name) for name in (*correcting.CORRECTED, "no_nik_reason", "version")}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.family, self.user, self.person = family, user, person
        if person.nik_index is None:
            reasons: Any = self.fields["no_nik_reason"]
            reasons.choices = [("", _("Pilih alasan")), *NoNikReason.choices]
        else:
            del self.fields["no_nik_reason"]

    def values(self) -> dict[str, Any]:
        """Return the entered fields as the registry takes them; an empty NIK field leaves a known NIK alone."""
        data = self.cleaned_data
        found = {name: data[name] for name in correcting.CORRECTED}
        if clean_digits(data["nik"]) or self.person.nik_index is None:
            found.update(nik=data["nik"], no_nik_reason=data.get("no_nik_reason", ""))
        return found

    def call(self) -> RegistryEvent | None:
        """Record the correction; the rules' refusals pass through."""
        data = self.cleaned_data
        return correcting.correct(
            self.family, by=self.user, person=self.person, version=data["version"], values=self.values(),
            reason=data["reason"], odd_reason=data["odd_reason"],
        )  # fmt: skip

    def ask_why(self) -> None:
        """Show the field in which something odd is explained: nobody sees it before it is needed."""
        self.fields["odd_reason"].widget = forms.Textarea(attrs={"rows": 2})
