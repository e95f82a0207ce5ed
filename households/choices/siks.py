"""What a workbook for SIKS-NG is made for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SiksPurpose(models.TextChoices):
    """Why the workbook leaves the office; only the first is a way to the ministry."""

    SIKS_NG = "siks_ng", _("Diunggah ke SIKS-NG")
    GOVERNOR = "governor", _("Tembusan kepada gubernur")
    ARCHIVE = "archive", _("Arsip pengesahan dinas")
