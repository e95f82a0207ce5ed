"""Who stated a family's decile."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DecileSource(models.TextChoices):
    """Who stated a decile."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    RESULT = "result", _("Hasil penetapan")
    LIST = "list", _("Daftar desil")
