"""Codes of a person. Raw codes follow BDT 2015 (SIKS-NG) where one exists."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class Sex(models.TextChoices):
    """BDT block IV."""

    MALE = "1", _("Laki-laki")
    FEMALE = "2", _("Perempuan")


class Relation(models.TextChoices):
    """BDT hub_krt and hub_kk."""

    HEAD = "1", _("Kepala keluarga")
    SPOUSE = "2", _("Istri atau suami")
    CHILD = "3", _("Anak")
    CHILD_IN_LAW = "4", _("Menantu")
    GRANDCHILD = "5", _("Cucu")
    PARENT = "6", _("Orang tua atau mertua")
    SERVANT = "7", _("Pembantu")
    OTHER = "8", _("Lainnya")


class MaritalStatus(models.TextChoices):
    """BDT status kawin."""

    SINGLE = "1", _("Belum kawin")
    MARRIED = "2", _("Kawin")
    DIVORCED = "3", _("Cerai hidup")
    WIDOWED = "4", _("Cerai mati")


class NikMatch(Toned):
    """What Dukcapil said of a NIK."""

    UNCHECKED = "unchecked", _("Belum dicek")
    MATCHED = "matched", _("Padan")
    UNMATCHED = "unmatched", _("Tidak padan")
    DUPLICATE = "duplicate", _("Ganda")
    OFFLINE = "offline", _("Layanan tidak tersambung")

    @property
    def tone(self) -> str:
        return {"matched": "good", "unmatched": "warn", "duplicate": "bad"}.get(self.value, "neutral")


class NoNikReason(models.TextChoices):
    """Why a person stands without NIK; each is a task toward civil registration."""

    NEWBORN = "newborn", _("Bayi baru lahir")
    NO_PAPERS = "no_papers", _("Belum pernah punya surat")
    LOST = "lost", _("Surat hilang")
    NOT_KNOWN = "not_known", _("Tidak tahu NIK-nya")
    EXTRACT = "extract", _("Kosong di data unduhan")
    OTHER = "other", _("Alasan lain")


class AbsenceReason(models.TextChoices):
    """Why a member is away and still belongs to the family card."""

    WORK = "work", _("Bekerja di tempat lain")
    SCHOOL = "school", _("Sekolah di tempat lain")
    CARE = "care", _("Dirawat")
    DETAINED = "detained", _("Ditahan")
    UNKNOWN = "unknown", _("Tidak diketahui")
