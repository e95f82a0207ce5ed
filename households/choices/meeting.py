"""Codes of the village meeting and of the papers that prove it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class MeetingState(Toned):
    """A village meeting's record: families and decisions are entered, then it is closed and they take effect."""

    OPEN = "open", _("Sedang disusun")
    CLOSED = "closed", _("Selesai")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        return {"open": "progress", "closed": "good"}.get(self.value, "neutral")


class MeetingReason(models.TextChoices):
    """Why a meeting takes a family off the list (reasons of the SIKS-NG meeting screen)."""

    WELL_OFF = "well_off", _("Sudah mampu")
    NOT_FOUND = "not_found", _("Tidak ditemukan")
    DUPLICATE = "duplicate", _("Data ganda")
    MOVED = "moved", _("Sudah pindah")
    DIED = "died", _("Sudah meninggal")


class AttendeeRole(models.TextChoices):
    """In what function somebody took part in a village meeting."""

    VILLAGE_HEAD = "village_head", _("Wali nagari, lurah, atau kepala desa")
    COUNCIL = "council", _("Bamus atau BPD")
    HAMLET_HEAD = "hamlet_head", _("Kepala jorong, dusun, RT, atau RW")
    FIGURE = "figure", _("Tokoh masyarakat")
    WOMEN = "women", _("Wakil perempuan")
    POOR = "poor", _("Wakil warga miskin")
    FACILITATOR = "facilitator", _("Fasilitator atau pendamping")
    OTHER = "other", _("Lainnya")


class PaperKind(models.TextChoices):
    """What a scanned paper is."""

    MINUTES = "minutes", _("Berita acara musyawarah")
    SPTJM = "sptjm", _("SPTJM")
