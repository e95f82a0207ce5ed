"""What went to SIKS-NG: workbooks with the registrations each one held, and registrations that were typed in there by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.siks import SiksPurpose
from households.models.registration import Registration
from households.querysets.registration import SiksWorkbookQuerySet
from slrt.accounts.models import User
from slrt.core.fields import BlindIndex
from slrt.regions.models import Region


class SiksWorkbook(models.Model):
    """One workbook that was made. The file itself is not kept; `file_hash` is the SHA-256 of its bytes, in hex."""

    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("dibuat oleh")
    )
    made_at = models.DateTimeField(_("dibuat"))
    purpose = models.CharField(_("untuk apa"), max_length=10, choices=SiksPurpose)
    file_hash = models.CharField("SHA-256", max_length=64)

    objects = SiksWorkbookQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("berkas SIKS-NG")
        verbose_name_plural = _("berkas SIKS-NG")

    def __str__(self) -> str:
        return f"SIKS-{self.pk}"


class SiksRow(models.Model):
    """One registration as it went to SIKS-NG: in a workbook, or typed in by hand with the reason why.

    `digest` stands for the registration's lines in the workbook: it tells whether a workbook at hand says what was exported.
    It is keyed, as the blind index of a number is, since a NIK could be guessed from a plain one.
    """

    workbook = models.ForeignKey(SiksWorkbook, on_delete=models.PROTECT, null=True, related_name="rows")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="siks_rows")
    registration_version = models.PositiveIntegerField()
    digest = BlindIndex(null=True)
    by_hand_reason = models.CharField(_("alasan diketik langsung"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("dicatat oleh")
    )
    recorded_at = models.DateTimeField(_("dicatat"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("baris SIKS-NG")
        verbose_name_plural = _("baris SIKS-NG")
        constraints = [
            models.UniqueConstraint(fields=["workbook", "registration"], name="siks_row_once"),
            models.CheckConstraint(
                condition=models.Q(workbook__isnull=False, digest__isnull=False, by_hand_reason="")
                | (models.Q(workbook__isnull=True, digest__isnull=True) & ~models.Q(by_hand_reason="")),
                name="siks_row_workbook_or_hand",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workbook or '–'} {self.registration}"
