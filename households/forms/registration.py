"""Forms of the registration's steps that ask for more than a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households import exclusions
from households.choices.meeting import MeetingReason, MeetingState, PaperKind
from households.choices.registration import ExitReason, RegistrationState
from households.choices.telling import ToldHow, ToldWhom
from households.forms.fields import date_field
from households.forms.papers import PaperForm
from households.models import Family, VillageMeeting
from households.registry.presence import died_out
from households.validators import LATITUDES, LEAST_EXACT, LONGITUDES, clean_digits
from households.verifying import verifiers
from households.workflow.registration.result import stated_since
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core import clock, crypto
from slrt.core.templatetags.ui import tanggal
from slrt.core.words import ReferenceField, WordsField
from slrt.workflow.pages import VerbForm


class MeetingForm(VerbForm):
    meeting = forms.ModelChoiceField(
        VillageMeeting.objects.none(),
        label=_("Musyawarah"),
        empty_label=_("Pilih"),
        error_messages={"required": _("Pilih musyawarahnya. Belum ada? Catat musyawarah baru dulu.")},
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        own = VillageMeeting.objects.visible_to(self.user).filter(village=obj.place_code, state=MeetingState.OPEN)
        self.fields["meeting"].queryset = own  # type: ignore[attr-defined]
        self.fields["meeting"].label_from_instance = lambda row: f"{tanggal(row.held_on)}, {row.place}"  # type: ignore[attr-defined]


class MeetingReasonForm(VerbForm):
    meeting_reason = forms.ChoiceField(
        label=_("Alasan"),
        choices=MeetingReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih alasan penolakan.")},
    )


class SptjmForm(PaperForm):
    kind, column = PaperKind.SPTJM, "sptjm_paper"
    sptjm_on = date_field(_("Tanggal SPTJM ditandatangani"))
    field_order = ("sptjm_on", "file")
    says = _(
        "SPTJM (surat pernyataan tanggung jawab mutlak) dari wali nagari, lurah, atau kepala desa menggantikan berita acara. "
        "Keluarga langsung masuk daftar akhir."
    )


class CheckForm(VerbForm):
    """The visit record of a field verification: day, position with its accuracy in metres, findings.

    `locates`: the fields that the page offers to fill from the phone; they are folded away, and typed without a script.
    """

    locates = ("latitude", "longitude", "accuracy")
    visited_on = date_field(_("Tanggal kunjungan"), initial=clock.today)
    latitude = forms.DecimalField(
        label=_("Lintang (boleh kosong)"),
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=LATITUDES[0],
        max_value=LATITUDES[1],
        help_text=_("Kosong: posisi rumah dari kunjungan yang dipakai."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-position": "latitude"}),
    )
    longitude = forms.DecimalField(
        label=_("Bujur (boleh kosong)"),
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=LONGITUDES[0],
        max_value=LONGITUDES[1],
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-position": "longitude"}),
    )
    accuracy = forms.IntegerField(
        label=_("Ketelitian dalam meter (boleh kosong)"),
        required=False,
        min_value=0,
        max_value=LEAST_EXACT,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-position": "accuracy"}),
    )
    no_position_reason = WordsField(
        label=_("Mengapa posisi tidak bisa diambil"),
        help_text=_("Isi hanya bila tidak ada posisi, misalnya tidak ada sinyal di lembah."),
        required=False,
        max_length=200,
    )
    findings = WordsField(
        label=_("Temuan (boleh kosong)"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, transition: Any, **kwargs: Any) -> None:
        super().__init__(*args, transition=transition, **kwargs)
        if transition.needs_note:
            del self.fields["findings"]  # the note says it
        else:
            self.fields["note"].label = _("Catatan untuk supervisor (boleh kosong)")
        if transition.target == RegistrationState.END_PROPOSED:
            self.says = _("Ini usulan. Supervisor memutuskan: kasusnya diakhiri, atau dikembalikan kepada Anda.")
        house = kwargs["obj"].family.household
        if house.latitude is not None and house.longitude is not None:
            del self.fields["no_position_reason"]  # there is the house's own

    def clean(self) -> dict[str, Any]:
        """Half a position is none; it is asked about instead of thrown away."""
        said = super().clean() or self.cleaned_data
        halves = ("latitude", "longitude")
        missing = [name for name in halves if said.get(name) is None]
        if len(missing) == 1 and not self.errors.keys() & halves:
            self.add_error(
                missing[0], _("Posisi terdiri dari lintang dan bujur. Isi keduanya atau kosongkan keduanya.")
            )
        return said


class VerifierForm(VerbForm):
    """Who goes: whoever verifies in the family's village, or, for many families, anywhere in the person's own area."""

    verifier = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Ditugaskan kepada"),
        empty_label=_("Pilih"),
        help_text=_("Petunjuk siapa yang pergi; petugas lain di wilayah itu tetap boleh memverifikasi."),
        error_messages={"required": _("Pilih siapa yang ditugaskan.")},
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        areas = (obj.place_code,) if obj is not None else self.user.areas_for(Permission.REGISTRATION_ASSIGN)
        field: Any = self.fields["verifier"]
        field.queryset = verifiers(areas, inside=obj is None)
        field.label_from_instance = lambda user: f"{user} ({user.places})"


class ReasonForm(VerbForm):
    """Asks for a reason against the signs of one family that nobody answered, and shows them.

    For many families there is no such question: each has its own beside it (`forms/exclusions.py`).
    """

    signs: list[exclusions.Sign] = []
    override_for = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.signs = exclusions.unanswered(obj) if obj is not None else []
        if not self.signs:
            del self.fields["override_reason"], self.fields["override_for"]
            return
        self.initial["override_for"] = exclusions.mark(self.signs)
        self.says = _("Ada tanda pengecualian yang belum dijawab. Ini peringatan, bukan keputusan.")
        self.facts = [(sign.label, sign.evidence) for sign in self.signs]

    def clean(self) -> dict[str, Any]:
        """A reason that was written for other signs than these is asked for again, beside the signs as they are now."""
        said = super().clean() or self.cleaned_data
        now = exclusions.mark(self.signs)
        shown = said.get("override_for", now)
        if shown != now:
            self.data = {**self.data.dict(), "override_for": now}  # type: ignore[attr-defined]
            if shown and said.get("override_reason"):
                self.add_error("override_reason", exclusions.CHANGED)
        return said


class OfficeForm(ReasonForm):
    override_reason = WordsField(
        label=_("Alasan diteruskan walau ada tanda pengecualian"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    field_order = ("override_reason",)


class DecreeForm(ReasonForm):
    decree_number = ReferenceField(
        label=_("Nomor SK"), max_length=80, error_messages={"required": _("Nomor SK wajib diisi.")}
    )
    decree_on = date_field(_("Tanggal SK"))
    override_reason = WordsField(
        label=_("Alasan disahkan walau ada tanda pengecualian"), required=False, max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class SentForm(VerbForm):
    sent_on = date_field(_("Tanggal kirim"), initial=clock.today)
    by_hand_reason = WordsField(
        label=_("Alasan bila diketik langsung di SIKS-NG"),
        help_text=_("Kosongkan bila usulan ini ada di berkas SIKS-NG yang diunduh sesudah disahkan."),
        required=False,
        max_length=200,
    )


class RankForm(VerbForm):
    """Asks for nothing: the decile is BPS's and came with a file; the page says which one."""

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        record = stated_since(obj)
        if record is None:
            self.says = _("Belum ada desil resmi sejak usulan ini dikirim. Desil tidak diketik di sini.")
        else:
            self.says = _("Menurut %(source)s: desil %(decile)d untuk periode %(period)s.") % {
                "source": record.get_source_display(),
                "decile": record.decile,
                "period": record.period or "–",
            }


class NotDeterminedForm(VerbForm):
    result_reason = WordsField(label=_("Alasan dari Kementerian"), max_length=200)


class ToldForm(VerbForm):
    told_on = date_field(_("Tanggal disampaikan kepada warga"), initial=clock.today)
    told_how = forms.ChoiceField(
        label=_("Lewat apa"),
        choices=ToldHow.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih lewat apa hasil disampaikan.")},
    )
    told_whom = forms.ChoiceField(
        label=_("Kepada siapa"),
        choices=ToldWhom.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih kepada siapa hasil disampaikan.")},
    )


class ExitForm(VerbForm):
    exit_reason = forms.ChoiceField(
        label=_("Alasan keluar"),
        choices=ExitReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih alasan keluar.")},
    )
    exit_evidence = WordsField(
        label=_("Apa buktinya"),
        help_text=_("Misalnya nomor surat kematian, surat pindah, atau berita acara musyawarah."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa buktinya.")},
    )

    def __init__(self, *args: Any, obj: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        if died_out(obj.family):
            self.initial["exit_reason"] = ExitReason.DIED


class OtherFamilyForm(CheckForm):
    other = forms.CharField(
        label=_("Nomor KK keluarga lain itu"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-digits": "16"}),
    )

    field_order = ("other", "visited_on")

    def entered(self) -> dict[str, Any]:
        return {name: value for name, value in super().entered().items() if name != "other"}

    def clean_other(self) -> str:
        number = clean_digits(self.cleaned_data["other"])
        found = Family.objects.visible_to(self.user).filter(kk_index=crypto.blind_index(number)).first()
        if found is None:
            raise forms.ValidationError(_("Nomor KK ini tidak ada di wilayah Anda. Periksa kartunya."))
        self.cleaned_data["other_family"] = found
        return ""


FORMS: dict[str, type[VerbForm]] = {
    "call_meeting": MeetingForm,
    "reject": MeetingReasonForm,
    "use_sptjm": SptjmForm,
    "found_complete": CheckForm,
    "assign": VerifierForm,
    "not_found": CheckForm,
    "has_moved": CheckForm,
    "refuses": CheckForm,
    "verify_office": OfficeForm,
    "endorse": DecreeForm,
    "send": SentForm,
    "rank": RankForm,
    "not_determine": NotDeterminedForm,
    "tell": ToldForm,
    "propose_exit": ExitForm,
    "is_part_of_other": OtherFamilyForm,
    "is_duplicate": OtherFamilyForm,
}
