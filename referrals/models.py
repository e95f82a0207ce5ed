"""Referrals (rujukan): a family is sent to a programme and a receiver, and followed until the aid arrives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from households.models import Family, Person
from programs.models import Enrolment, Programme
from referrals.choices import LegalBasis, ReferralKind, ReferralState, RejectReason
from referrals.querysets import ReferralQuerySet
from slrt.accounts.models import Organisation, User
from slrt.audit.history import keep_history
from slrt.core.fields import EncryptedText
from slrt.core.models import Versioned


@keep_history()
class Referral(Versioned):
    """One referral from draft to aid received; states and verbs in `referrals/workflow/`."""

    STATES = ReferralState

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("keluhan")
    )
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("keluarga"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("untuk anggota")
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("program")
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("lembaga penerima")
    )
    kind = models.CharField(_("jenis"), max_length=16, choices=ReferralKind)
    state = models.CharField(_("status"), max_length=24, choices=ReferralState, default=ReferralState.DRAFT)
    state_since = models.DateTimeField(_("sejak"))
    need = EncryptedText()
    consent = models.BooleanField(_("warga setuju datanya dibagikan"), default=False)
    legal_basis = models.CharField(_("dasar pembagian data"), max_length=20, choices=LegalBasis)
    eligibility = models.JSONField(_("hasil cek syarat"), default=dict)
    override_reason = models.CharField(_("alasan tetap merujuk"), max_length=200, blank=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("disusun oleh"))
    letter_number = models.CharField(_("nomor surat"), max_length=60, blank=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(_("dikirim"), null=True)
    received_at = models.DateTimeField(_("diterima"), null=True)
    due_at = models.DateTimeField(_("tenggat jawaban"), null=True)
    reject_reason = models.CharField(_("alasan penolakan"), max_length=20, choices=RejectReason, blank=True)
    served_on = models.DateField(_("tanggal bantuan"), null=True, blank=True)
    benefit = models.CharField(_("bantuan yang diberikan"), max_length=160, blank=True)
    amount = models.DecimalField(_("nilai (Rp)"), max_digits=14, decimal_places=0, null=True, blank=True)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, null=True, related_name="referral")
    confirmed_on = models.DateField(_("dipastikan diterima warga"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-state_since", "-pk"]
        verbose_name = _("rujukan")
        verbose_name_plural = _("rujukan")
        indexes = [models.Index(fields=["state", "due_at"], name="referral_state")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The office's number, R-000123."""
        return f"R-{self.pk:06d}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.family.household.village_id


class Prerequisite(models.Model):
    """One paper the programme asks for, ticked when it was seen."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="prerequisites")
    code = models.CharField(max_length=24)
    label = models.CharField(_("syarat"), max_length=160)
    met = models.BooleanField(_("ada"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "code"], name="prerequisite_once")]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.code}"


class LetterCounter(models.Model):
    """The last letter number of a year; its row is locked while a letter gets the next one, so there are no gaps."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
