"""Forms of the registration's steps that ask for more than a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.models import Family
from households.validators import clean_digits
from slrt.core import clock, crypto
from slrt.workflow.pages import VerbForm

DATE = {"inputmode": "numeric", "placeholder": "31/12/2026", "autocomplete": "off"}


def date_field(label: Any, **options: Any) -> forms.DateField:
    """A date as people write it, today by default."""
    return forms.DateField(
        label=label,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs=DATE),
        error_messages={
            "invalid": _("Tanggal tidak terbaca. Tulis seperti 31/12/2026."),
            "required": _("Tanggal wajib diisi."),
        },
        **options,
    )


class MeetingForm(VerbForm):
    meeting_on = date_field(_("Tanggal musyawarah"))


class MinutesForm(VerbForm):
    minutes_number = forms.CharField(label=_("Nomor berita acara"), max_length=80)


class SptjmForm(VerbForm):
    sptjm_on = date_field(_("Tanggal SPTJM ditandatangani"))


class DecreeForm(VerbForm):
    decree_number = forms.CharField(label=_("Nomor SK"), max_length=80)
    decree_on = date_field(_("Tanggal SK"))


class SentForm(VerbForm):
    sent_on = date_field(_("Tanggal kirim"), initial=clock.today)


class RankForm(VerbForm):
    decile = forms.IntegerField(
        label=_("Desil dari BPS"), min_value=1, max_value=10, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    period = forms.RegexField(
        r"\d{4}-Q[1-4]",
        label=_("Periode desil"),
        help_text=_("Misalnya 2026-Q4."),
        error_messages={"invalid": _("Tulis seperti 2026-Q4.")},
    )


class NotDeterminedForm(VerbForm):
    result_reason = forms.CharField(label=_("Alasan dari Kementerian"), max_length=200)


class ToldForm(VerbForm):
    told_on = date_field(_("Tanggal disampaikan kepada warga"), initial=clock.today)


class ExitForm(VerbForm):
    exit_reason = forms.ChoiceField(
        label=_("Alasan keluar"),
        choices=[
            ("died", _("Meninggal tanpa pengganti")),
            ("moved", _("Pindah")),
            ("graduated", _("Sudah mampu")),
            ("ineligible", _("Tidak memenuhi syarat")),
        ],
        widget=forms.RadioSelect,
    )


class OtherFamilyForm(VerbForm):
    other = forms.CharField(
        label=_("Nomor KK keluarga lain itu"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-digits": "16"}),
    )

    def entered(self) -> dict[str, Any]:
        return {"other_family": self.cleaned_data.get("other_family")}

    def clean_other(self) -> str:
        number = clean_digits(self.cleaned_data["other"])
        found = Family.objects.visible_to(self.user).filter(kk_index=crypto.blind_index(number)).first()
        if found is None:
            raise forms.ValidationError(_("Nomor KK ini tidak ada di wilayah Anda. Periksa kartunya."))
        self.cleaned_data["other_family"] = found
        return ""


FORMS: dict[str, type[VerbForm]] = {
    "call_meeting": MeetingForm,
    "accept": MinutesForm,
    "use_sptjm": SptjmForm,
    "endorse": DecreeForm,
    "send": SentForm,
    "rank": RankForm,
    "not_determine": NotDeterminedForm,
    "tell": ToldForm,
    "propose_exit": ExitForm,
    "is_part_of_other": OtherFamilyForm,
    "is_duplicate": OtherFamilyForm,
}
