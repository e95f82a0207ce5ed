"""Lists that left the application: who took what, for what purpose, and until when the file stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import User
from slrt.core.fields import EncryptedJSON
from slrt.exports.choices import ExportBasis, ExportFormat, ExportState
from slrt.exports.querysets import ExportQuerySet

UNCOUNTED = 0  # rows of an open export whose job has still to count them; a list without rows is never asked for


class Export(models.Model):
    """One export of one list. The filter is kept encrypted, since it may hold a name; purpose and counts are not personal."""

    STATES = ExportState

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("oleh"))
    listing = models.CharField(_("daftar"), max_length=40)
    params = EncryptedJSON(default=dict)
    # The same in words, since two files of one list look alike; none where rows were chosen one by one.
    words = EncryptedJSON(default=list)
    purpose = models.CharField(_("keperluan"), max_length=300)
    basis = models.CharField(_("dasar hukum"), max_length=20, choices=ExportBasis)
    format = models.CharField(_("bentuk berkas"), max_length=4, choices=ExportFormat)
    full_numbers = models.BooleanField(_("nomor lengkap"), default=False)
    numbers_reason = models.CharField(_("alasan nomor lengkap"), max_length=300, blank=True)
    language = models.CharField(max_length=5, default="id")
    state = models.CharField(_("status"), max_length=9, choices=ExportState, default=ExportState.WAITING)
    total = models.PositiveIntegerField(_("baris diminta"), default=0)
    done = models.PositiveIntegerField(_("baris tertulis"), default=0)
    # Of letters chosen one by one: those that were not there any more, and those that could not be laid out.
    skipped = models.PositiveIntegerField(_("dilewati"), default=0)
    failed = models.PositiveIntegerField(_("gagal"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveBigIntegerField(_("ukuran"), default=0)
    file_hash = models.CharField(_("SHA-256"), max_length=64, blank=True)
    stored_path = models.CharField(max_length=80, blank=True)
    problem = models.CharField(_("masalah"), max_length=300, blank=True)
    downloads = models.PositiveIntegerField(_("kali diunduh"), default=0)
    asked_at = models.DateTimeField(_("diminta"))
    started_at = models.DateTimeField(_("mulai"), null=True)
    moved_at = models.DateTimeField(_("terakhir bergerak"))
    expires_at = models.DateTimeField(_("berlaku sampai"), null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("unduhan")
        verbose_name_plural = _("unduhan")
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="export_alive",
                condition=models.Q(state__in=["waiting", "running", "ready"]),
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The export's number, EKS-000123, which its file's name carries."""
        return f"EKS-{self.pk:06d}"

    @property
    def label(self) -> str:
        """What the sealed file is bound to, so that no other export's file can stand in its place."""
        return f"export:{self.pk}"
