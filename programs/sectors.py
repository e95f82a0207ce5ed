"""What the sectors of the catalogue's programmes are called. A programme of an office's own may be of any other sector."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

SECTORS: dict[str, Any] = {
    "social_economic": _("Sosial ekonomi"),
    "food": _("Pangan"),
    "health": _("Kesehatan"),
    "education": _("Pendidikan"),
    "housing": _("Perumahan"),
    "protection": _("Perlindungan sosial"),
    "civil_registration": _("Administrasi kependudukan"),
}


def said(sector: str) -> str:
    """Return a sector in words; what is no code is words already."""
    return str(SECTORS.get(sector, sector))


def meant(text: str) -> str:
    """Return the code that a text means: the code, its words in any language of the program, or "code (words)".

    A text that means none of them is a sector of the office's own and stays as it is.
    """
    text = text.strip()
    code, _space, beside = text.partition(" (")
    known = {code: code for code in SECTORS}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known.update({str(words).casefold(): code for code, words in SECTORS.items()})
    found = known.get(text.casefold()) or (known.get(code.casefold()) if beside.endswith(")") else None)
    return found or text
