"""What a field verification finds, and the second look at it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class VerificationResult(models.TextChoices):
    """SIKS-NG hasil_verivali."""

    COMPLETE = "1", _("Lengkap")
    NOT_FOUND = "2", _("Rumah tangga tidak ditemukan")
    MOVED = "3", _("Pindah")
    PART_OF_OTHER = "4", _("Bagian dari rumah tangga lain")
    REFUSED = "5", _("Menolak")
    DUPLICATE = "6", _("Ganda")


class RevisitState(Toned):
    """A supervisor's second look at a verified family."""

    DRAWN = "drawn", _("Perlu ditinjau ulang")
    AGREES = "agrees", _("Sesuai")
    DIFFERS = "differs", _("Berbeda")

    @property
    def tone(self) -> str:
        return {"agrees": "good", "differs": "bad"}.get(self.value, "warn")
