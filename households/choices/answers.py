"""Codes of the ministry's answer file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class AnswerFileState(Toned):
    """The ministry's answer file: looked through first, then applied once."""

    PREVIEWED = "previewed", _("Siap diterapkan")
    APPLIED = "applied", _("Diterapkan")
    CANCELLED = "cancelled", _("Dibatalkan")
    TAKEN_BACK = "taken_back", _("Ditarik kembali")

    @property
    def tone(self) -> str:
        return {"applied": "good", "previewed": "warn"}.get(self.value, "neutral")


class AnswerKind(Toned):
    """What a row of the answer file will do."""

    DETERMINED = "determined", _("Ditetapkan")
    NOT_DETERMINED = "not_determined", _("Tidak ditetapkan")
    RANKED = "ranked", _("Baru desil, belum ditetapkan")
    ANSWERED = "answered", _("Sudah dijawab sebelumnya")
    NOT_SENT = "not_sent", _("Belum dikirim dari sini")
    LEAVING = "leaving", _("Sedang diusulkan keluar; putuskan dulu, lalu unggah lagi")
    UNKNOWN = "unknown", _("Tidak dikenal di wilayah Anda")

    @property
    def tone(self) -> str:
        return {"determined": "good", "ranked": "good", "not_determined": "bad", "unknown": "warn"}.get(
            self.value, "neutral"
        )


# What moves a registration; every other row only says why it does not.
EFFECTIVE = (AnswerKind.DETERMINED, AnswerKind.NOT_DETERMINED, AnswerKind.RANKED)


class AnswerOutcome(models.TextChoices):
    """What became of a row when the file was applied."""

    WAITING = "", _("Belum diterapkan")
    DONE = "done", _("Dicatat")
    SKIPPED = "skipped", _("Dilewati")
    FAILED = "failed", _("Gagal")
    UNDONE = "undone", _("Ditarik kembali")
