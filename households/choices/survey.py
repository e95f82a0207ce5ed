"""Codes of a survey round."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeBook(models.TextChoices):
    """Which vocabulary a raw code belongs to; codes of the two clash."""

    BDT2015 = "bdt2015", "BDT 2015"
    REGSOSEK2022K = "regsosek2022k", "Regsosek 2022-K"


class SurveyKind(models.TextChoices):
    """Where a round's answers come from."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    VISIT = "visit", _("Kunjungan rumah")
