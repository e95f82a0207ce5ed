"""Codes of an objection (usul-sanggah)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class ObjectionState(Toned):
    """Usul-sanggah: the four words villages already use."""

    FILED = "filed", _("Diajukan")
    IN_PROCESS = "in_process", _("Diproses")
    ACCEPTED = "accepted", _("Diterima")
    REJECTED = "rejected", _("Ditolak")

    @property
    def tone(self) -> str:
        return {"filed": "warn", "in_process": "progress", "accepted": "good"}.get(self.value, "bad")


class ObjectionKind(models.TextChoices):
    """Proposing a family that is missing, or contesting one that is listed."""

    PROPOSE = "propose", _("Usul: keluarga ini seharusnya terdaftar")
    CONTEST = "contest", _("Sanggah: keluarga ini seharusnya tidak terdaftar")


class ObjectorKind(models.TextChoices):
    """Who objects."""

    CITIZEN = "citizen", _("Warga")
    FAMILY = "family", _("Keluarga itu sendiri")
    RT_RW = "rt_rw", _("RT, RW, jorong, atau dusun")
    VILLAGE = "village", _("Pemerintah desa atau nagari")
