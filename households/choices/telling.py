"""How and to whom a result is told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ToldHow(models.TextChoices):
    """How a family heard the result."""

    VISIT = "visit", _("Kunjungan ke rumah")
    OFFICE = "office", _("Datang ke kantor")
    PHONE = "phone", _("Telepon")
    MESSAGE = "message", _("Pesan singkat atau WhatsApp")
    LETTER = "letter", _("Surat")


class ToldWhom(models.TextChoices):
    """Who heard it; a role, never a name. Of a family that was not found, whoever proposed it hears it."""

    HEAD = "head", _("Kepala keluarga")
    MEMBER = "member", _("Anggota keluarga lain")
    PROXY = "proxy", _("Orang yang dikuasakan")
    PROPOSER = "proposer", _("Yang mengusulkan")
    HAMLET = "hamlet", _("Kepala jorong atau RT, untuk diteruskan")
