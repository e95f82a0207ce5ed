"""Codes of a bulk import."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class ImportKind(models.TextChoices):
    """What a bulk file is. Each kind has its own columns and writes its own rows."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    DECILES = "deciles", _("Daftar desil per periode")
    MATCH = "match", _("Hasil pemadanan Dukcapil")
    PARTICIPATION = "participation", _("Daftar peserta program")
    ANSWER = "answer", _("Jawaban Kementerian")


class ImportState(Toned):
    """Stages of a bulk import."""

    UPLOADED = "uploaded", _("Diunggah")
    READING = "reading", _("Sedang dibaca")
    COLUMNS = "columns", _("Perlu pencocokan kolom")
    PREVIEWED = "previewed", _("Siap diterapkan")
    APPLYING = "applying", _("Sedang diterapkan")
    APPLIED = "applied", _("Diterapkan")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")
    TAKING_BACK = "taking_back", _("Sedang ditarik kembali")
    TAKEN_BACK = "taken_back", _("Ditarik kembali")

    @property
    def tone(self) -> str:
        tones = {"applied": "good", "failed": "bad", "previewed": "warn", "columns": "warn"}
        return {**tones, "cancelled": "neutral", "taken_back": "neutral"}.get(self.value, "progress")
