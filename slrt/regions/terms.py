"""What a region is called follows the place: a village is a nagari in West Sumatra, its hamlet a jorong."""

from django.utils.translation import gettext as _

WEST_SUMATRA = "13"
ACEH = "11"


def term(code: str) -> str:
    """Return the word for a region of this code; the first digit of a village's part tells kelurahan (1) from desa (2)."""
    parts = code.split(".")
    if len(parts) == 1:
        return _("provinsi")
    if len(parts) == 2:
        return _("kota") if parts[1] >= "71" else _("kabupaten")
    if len(parts) == 3:
        return _("kecamatan")
    if parts[3].startswith("1"):
        return _("kelurahan")
    return {WEST_SUMATRA: "nagari", ACEH: "gampong"}.get(parts[0], _("desa"))


def hamlet_term(code: str) -> str:
    """Return the word for a hamlet in a village of this code."""
    return "jorong" if code.startswith(WEST_SUMATRA) else _("dusun")
