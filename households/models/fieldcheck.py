"""What a verifier found at a family's house, and the supervisors' second look at a random share of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.fieldcheck import RevisitState, VerificationResult
from households.models.registration import Registration
from households.querysets.registration import OfRegistrationQuerySet
from slrt.accounts.models import User
from slrt.audit.history import keep_history
from slrt.core.models import Versioned
from slrt.regions.models import Region


class FieldCheck(models.Model):
    """One field verification of a registration; a returned one is verified again and gets a second row."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="checks")
    result_code = models.CharField(_("hasil verifikasi"), max_length=1, choices=VerificationResult)
    visited_on = models.DateField(_("tanggal kunjungan"))
    latitude = models.DecimalField(_("lintang"), max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(_("bujur"), max_digits=9, decimal_places=6, null=True)
    position_accuracy = models.PositiveIntegerField(_("ketelitian posisi (meter)"), null=True)
    no_position_reason = models.CharField(_("mengapa tanpa posisi"), max_length=200, blank=True, db_default="")
    photos = models.PositiveSmallIntegerField(_("jumlah foto"), default=0)
    findings = models.CharField(_("temuan"), max_length=500, blank=True)
    surveyor = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("petugas verifikasi")
    )
    recorded_at = models.DateTimeField(_("dicatat"))

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("verifikasi lapangan")
        verbose_name_plural = _("verifikasi lapangan")

    def __str__(self) -> str:
        return f"VER-{self.pk}"


class RevisitSample(models.Model):
    """One drawing: the registrations in question, sorted by number, and the seed give the same sample again."""

    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    drawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("diundi oleh")
    )
    drawn_at = models.DateTimeField(_("diundi"))
    seed = models.BigIntegerField(_("bilangan undian"))
    share = models.PositiveSmallIntegerField(
        _("bagian (persen)"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    population = models.JSONField(_("yang diundi"), help_text="Numbers of the registrations, ascending.")

    class Meta:
        ordering = ["-drawn_at"]
        verbose_name = _("undian tinjau ulang")
        verbose_name_plural = _("undian tinjau ulang")

    def __str__(self) -> str:
        return f"UND-{self.pk}"


@keep_history()
class Revisit(Versioned):
    """One registration of a sample and whether the second look agreed with the first."""

    STATES = RevisitState

    sample = models.ForeignKey(RevisitSample, on_delete=models.PROTECT, related_name="revisits")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="revisits")
    state = models.CharField(_("hasil"), max_length=8, choices=RevisitState, default=RevisitState.DRAWN)
    state_since = models.DateTimeField(_("sejak"))
    revisited_on = models.DateField(_("tanggal tinjau ulang"), null=True, blank=True)

    objects = OfRegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["state_since", "pk"]
        verbose_name = _("tinjau ulang")
        verbose_name_plural = _("tinjau ulang")
        constraints = [models.UniqueConstraint(fields=["sample", "registration"], name="drawn_once")]

    def __str__(self) -> str:
        return f"TIN-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.registration.place_code
