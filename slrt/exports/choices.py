"""Codes of exports with their Indonesian labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportFormat(models.TextChoices):
    """Kinds of files."""

    XLSX = "xlsx", _("Excel (XLSX)")
    CSV = "csv", _("CSV, dipisah titik koma")
    PDF = "pdf", _("PDF, siap dicetak")


class ExportBasis(models.TextChoices):
    """Law 27/2022 on personal data, article 20(2): on what ground data leave the application."""

    PUBLIC_TASK = "public_task", _("Tugas pelayanan publik")
    LEGAL_DUTY = "legal_duty", _("Kewajiban hukum")
    CONSENT = "consent", _("Persetujuan warga")
    VITAL = "vital", _("Kepentingan vital (darurat)")


class ExportState(models.TextChoices):
    """Stages of an export."""

    WAITING = "waiting", _("Menunggu giliran")
    RUNNING = "running", _("Sedang disusun")
    READY = "ready", _("Siap diunduh")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")
    EXPIRED = "expired", _("Kedaluwarsa")

    @property
    def tone(self) -> str:
        return {"ready": "good", "failed": "bad", "cancelled": "neutral", "expired": "neutral"}.get(
            self.value, "progress"
        )


OPEN_STATES = (ExportState.WAITING, ExportState.RUNNING)
