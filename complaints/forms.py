"""Forms of complaints: intake and the steps that ask for more than a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints.choices import Channel, ComplaintKind, FeedbackMean, Issue, Outcome, Sector, Urgency
from households.models import Family
from households.search import search
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.words import WordsField
from slrt.regions.models import Region
from slrt.workflow.pages import VerbForm

CHOOSE = lazy("Pilih salah satu.")


def radio(choices: Any, label: Any, **options: Any) -> forms.ChoiceField:
    """One choice as large rows to touch."""
    return forms.ChoiceField(
        choices=choices, label=label, widget=forms.RadioSelect, error_messages={"required": CHOOSE}, **options
    )


def pick(choices: Any, label: Any, **options: Any) -> forms.ChoiceField:
    """One choice of many as a drop-down."""
    return forms.ChoiceField(
        choices=[("", lazy("Pilih")), *choices], label=label, error_messages={"required": CHOOSE}, **options
    )


class IntakeForm(forms.Form):
    """A new complaint. A family is known already or left out; a grievance may be anonymous."""

    kind = radio(ComplaintKind.choices, lazy("Jenis"))
    sector = pick(Sector.choices, lazy("Bidang"))
    issue = pick(Issue.choices, lazy("Pokok masalah"))
    description = forms.CharField(
        label=lazy("Apa yang disampaikan warga?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": lazy("Tulis keluhannya dengan kata warga sendiri.")},
    )
    urgency = radio(
        Urgency.choices,
        lazy("Kegentingan"),
        initial=Urgency.NORMAL,
        help_text=lazy("Genting: nyawa terancam atau darurat medis."),
    )
    channel = pick(Channel.choices, lazy("Lewat mana"))
    village = forms.ModelChoiceField(
        Region.objects.none(), label=lazy("Desa"), empty_label=lazy("Pilih"), error_messages={"required": CHOOSE}
    )
    reporter_name = WordsField(label=lazy("Nama pelapor (boleh kosong)"), max_length=120, required=False)
    reporter_phone = WordsField(label=lazy("Nomor telepon pelapor (boleh kosong)"), max_length=30, required=False)
    anonymous = forms.BooleanField(label=lazy("Pelapor minta namanya tidak dicatat"), required=False)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, family: Family | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family = family
        areas = user.areas_for(Permission.COMPLAINT_RECORD)
        villages = Region.objects.villages().filter(within(areas, "code")).order_by("name")
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        if family is not None:
            del self.fields["village"]
        elif len(areas) == 1 and areas[0].count(".") == 3:
            self.fields["village"].initial = areas[0]
            self.fields["village"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("anonymous") and data.get("kind") not in (None, ComplaintKind.GRIEVANCE):
            self.add_error("anonymous", _("Tanpa nama hanya untuk pengaduan."))
        return data


class TriageForm(VerbForm):
    """What the office makes of it; a family can be found and linked here."""

    kind = radio(ComplaintKind.choices, lazy("Jenis"))
    sector = pick(Sector.choices, lazy("Bidang"))
    issue = pick(Issue.choices, lazy("Pokok masalah"))
    urgency = radio(Urgency.choices, lazy("Kegentingan"))
    find_family = forms.CharField(
        label=lazy("Hubungkan ke keluarga: NIK atau nomor KK (boleh kosong)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **{name: getattr(obj, name) for name in ("kind", "sector", "issue", "urgency")},
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, obj=obj, **kwargs)
        if obj.family_id:
            del self.fields["find_family"]

    def clean_find_family(self) -> str:
        text = self.cleaned_data["find_family"].strip()
        if text:
            found = list(search(text, self.user).families[:2])
            if len(found) != 1:
                raise forms.ValidationError(_("Nomor ini tidak ada di wilayah Anda. Periksa kartunya, atau kosongkan."))
            self.cleaned_data["family"] = found[0]
        return text

    def entered(self) -> dict[str, Any]:
        data = super().entered()
        data.pop("find_family", None)
        return data


class AnswerForm(VerbForm):
    answer = WordsField(label=lazy("Jawaban kepada warga"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class FindingsForm(VerbForm):
    findings = WordsField(label=lazy("Apa yang ditemukan"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class OutcomeForm(VerbForm):
    outcome = radio(Outcome.choices, lazy("Hasil"))
    answer = WordsField(label=lazy("Penjelasan untuk warga"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class TellForm(VerbForm):
    told_how = radio(FeedbackMean.choices, lazy("Disampaikan lewat"))
    told_on = forms.DateField(
        label=lazy("Tanggal"),
        initial=clock.today,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric"}),
        error_messages={"invalid": lazy("Tanggal tidak terbaca. Tulis seperti 31/12/2026.")},
    )
    satisfied = forms.TypedChoiceField(
        label=lazy("Apakah masalah warga selesai?"),
        choices=[("1", lazy("Ya, selesai")), ("0", lazy("Belum selesai"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )


FORMS: dict[str, type[VerbForm]] = {
    "triage": TriageForm,
    "answer": AnswerForm,
    "assess": FindingsForm,
    "resolve": OutcomeForm,
    "tell": TellForm,
}
