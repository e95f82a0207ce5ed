"""The headings beside refused rows on the sheet that goes back to people, by which it is known when it comes again mended.

Such a sheet is a part of a file: who does not stand on it stood in that file, and is not missed.
"""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from households.importing.columns import plain

# What is added to the file's own columns; a mended file brings them back, and they are read by nobody.
SHEET = gettext_noop("LEMBAR")
ADDED = (
    gettext_noop("BARIS"),
    gettext_noop("KOLOM BERMASALAH"),
    gettext_noop("ALASAN"),
    gettext_noop("CARA MEMPERBAIKI"),
)
# The third, for a kind of file that has a column of that name itself.
WHY_REFUSED = gettext_noop("ALASAN DITOLAK")
# By these two a sheet is known; no file of the ministry has them.
TELLING = (ADDED[1], ADDED[3])


def added_headings() -> set[str]:
    """All added headings as `plain` writes them, in every language."""
    return set().union(*_in_every_language((SHEET, *ADDED, WHY_REFUSED)))


def is_returned(headers: Iterable[str]) -> bool:
    """Whether a file's headings are those of a sheet of refused rows."""
    have = {plain(header) for header in headers}
    return any(said <= have for said in _in_every_language(TELLING))


def _in_every_language(titles: Iterable[str]) -> list[set[str]]:
    said, titles = [], tuple(titles)
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append({plain(_(title)) for title in titles})
    return said
