"""Codes of what happens to families and their members, and of the way to civil registration."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class EventKind(models.TextChoices):
    """What happens to families and their members; each leaves one registry event that can be undone for a day."""

    BIRTH = "birth", _("Kelahiran")
    DEATH = "death", _("Kematian")
    DEATH_MENDED = "death_mended", _("Kematian dibetulkan")
    MOVE = "move", _("Anggota pindah keluarga")
    LEFT = "left", _("Anggota pindah ke luar data")
    ABSENCE = "absence", _("Anggota sedang tidak di rumah")
    BACK = "back", _("Anggota kembali")
    SPLIT = "split", _("Kartu keluarga dipecah")
    REHOUSE = "rehouse", _("Keluarga pindah rumah")
    HEAD = "head", _("Kepala keluarga diganti")
    HOUSE_HEAD = "house_head", _("Kepala rumah tangga diganti")
    CARD = "card", _("Nomor KK diganti")
    CORRECTION = "correction", _("Data anggota dibetulkan")


class MatchSource(models.TextChoices):
    """Where a NIK was compared."""

    DUKCAPIL = "dukcapil", _("Layanan Dukcapil")
    SIKS = "siks", _("SIKS-NG")
    PAPER = "paper", _("KTP atau KK asli")
    LIST = "list", _("Daftar hasil pemadanan")


class CivilTaskState(Toned):
    """How far a person without NIK is on the way to civil registration; done once the NIK is filled in."""

    OPEN = "open", _("Belum dibawa ke Disdukcapil")
    HANDED = "handed", _("Sudah dibawa ke Disdukcapil")
    RETURNED = "returned", _("Dikembalikan, surat kurang")

    @property
    def tone(self) -> str:
        return {"handed": "progress", "returned": "bad"}.get(self.value, "warn")
