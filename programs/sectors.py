"""What the sectors of the catalogue's programmes are called. A programme of an office's own may be of any other sector."""

from typing import Any

from django.utils.translation import gettext_lazy as _

SECTORS: dict[str, Any] = {
    "social_economic": _("Sosial ekonomi"),
    "food": _("Pangan"),
    "health": _("Kesehatan"),
    "education": _("Pendidikan"),
    "housing": _("Perumahan"),
    "protection": _("Perlindungan sosial"),
    "civil_registration": _("Administrasi kependudukan"),
}
