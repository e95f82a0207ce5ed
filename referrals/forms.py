"""Forms of referrals."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from households.models import Family, Person
from programs.eligibility import Verdict
from programs.models import Programme
from referrals.choices import LegalBasis, RejectReason
from slrt.accounts.models import Organisation
from slrt.core import clock
from slrt.core.words import WordsField
from slrt.workflow.pages import VerbForm

CHOOSE = lazy("Pilih salah satu.")


def date_field(label: Any) -> forms.DateField:
    """A date as people write it, today by default."""
    return forms.DateField(
        label=label,
        initial=clock.today,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
        error_messages={"invalid": lazy("Tanggal tidak terbaca. Tulis seperti 31/12/2026.")},
    )


class DraftForm(forms.Form):
    """The second page of a new referral: whom, where to, why, with which papers."""

    receiver = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=lazy("Lembaga penerima"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": CHOOSE},
    )
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=lazy("Untuk anggota (boleh kosong)"),
        required=False,
        empty_label=lazy("Seluruh keluarga"),
    )
    need = WordsField(
        label=lazy("Apa yang dibutuhkan"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lazy("Tulis kebutuhannya untuk lembaga penerima.")},
    )
    met = forms.MultipleChoiceField(
        label=lazy("Syarat yang sudah ada"), required=False, widget=forms.CheckboxSelectMultiple
    )
    legal_basis = forms.ChoiceField(
        label=lazy("Dasar pembagian data"),
        choices=LegalBasis.choices,
        widget=forms.RadioSelect,
        initial=LegalBasis.PUBLIC_TASK,
    )
    consent = forms.BooleanField(
        label=lazy("Warga sudah diberi tahu dan setuju datanya dibagikan ke lembaga ini"), required=False
    )
    override_reason = WordsField(label=lazy("Alasan tetap merujuk"), max_length=200, required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, family: Family, programme: Programme, verdict: Verdict | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        place = family.household.village_id
        receivers = Organisation.objects.serving(place)
        own = receivers.filter(programmes=programme)
        self.fields["receiver"].queryset = own if own.exists() else receivers  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.filter(memberships__family=family, memberships__ended_on=None)  # type: ignore[attr-defined]
        self.fields["person"].label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
        papers = [(item["code"], item["label"]) for item in programme.prerequisites]
        if papers:
            self.fields["met"].choices = papers  # type: ignore[attr-defined]
        else:
            del self.fields["met"]
        if verdict is None or verdict.outcome != "fails":
            del self.fields["override_reason"]


class PapersForm(VerbForm):
    met = forms.MultipleChoiceField(
        label=lazy("Syarat yang sudah ada"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        papers = list(obj.prerequisites.all())
        kwargs["initial"] = {"met": [p.code for p in papers if p.met], **(kwargs.get("initial") or {})}
        super().__init__(*args, obj=obj, **kwargs)
        self.fields["met"].choices = [(p.code, p.label) for p in papers]  # type: ignore[attr-defined]


class ServeForm(VerbForm):
    served_on = date_field(lazy("Tanggal bantuan diberikan"))
    benefit = WordsField(
        label=lazy("Bantuan yang diberikan"), max_length=160, help_text=lazy("Misalnya: kartu KIS aktif kembali.")
    )
    amount = forms.DecimalField(
        label=lazy("Nilai dalam rupiah (boleh kosong)"),
        required=False,
        min_value=0,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


class RejectForm(VerbForm):
    reject_reason = forms.ChoiceField(
        label=lazy("Alasan penolakan"),
        choices=RejectReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )


class RedirectForm(VerbForm):
    receiver = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=lazy("Lembaga lain"),
        empty_label=lazy("Pilih"),
        error_messages={"required": CHOOSE},
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.fields["receiver"].queryset = Organisation.objects.serving(obj.place_code).exclude(pk=obj.receiver_id)  # type: ignore[attr-defined]


class ConfirmForm(VerbForm):
    confirmed_on = date_field(lazy("Tanggal warga memastikan"))

    def clean_confirmed_on(self) -> Any:
        day = self.cleaned_data["confirmed_on"]
        if self.obj.served_on and day < self.obj.served_on:
            raise forms.ValidationError(_("Tanggal ini sebelum bantuan diberikan."))
        return day


FORMS: dict[str, type[VerbForm]] = {
    "check_papers": PapersForm,
    "serve": ServeForm,
    "reject": RejectForm,
    "redirect": RedirectForm,
    "confirm": ConfirmForm,
}
