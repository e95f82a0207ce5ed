"""What stands beside a member's name on the family's page, read from one round with the words of its own code book."""

from typing import Any

from django.utils.translation import gettext as _

from households.codebook import BOOKS
from households.codebook.variable import UNKNOWN
from households.questionnaire.regsosek2022k import DIFFICULTIES

# Codes that say there is nothing to mention.
_NOTHING = {
    "bdt2015": {"disabilitas": "00", "penyakit": "0"},
    "regsosek2022k": {**dict.fromkeys(DIFFICULTIES, "4"), "penyakit": "1"},
}
_AT_SCHOOL = {"bdt2015": "1", "regsosek2022k": "2"}


def marks_of(book: str, said: dict[str, Any]) -> list[str]:
    """Return the marks of a member from their answers under `book`."""
    found = []
    for name, nothing in _NOTHING[book].items():
        code = said.get(name, nothing)
        if code not in (nothing, UNKNOWN, ""):
            variable = BOOKS[book][name]
            words = variable.say(code)
            found.append(f"{variable.label}: {words}" if name in DIFFICULTIES else words)
    if said.get("hamil") == "1":
        found.append(_("Hamil"))
    if said.get("sekolah") == _AT_SCHOOL[book]:
        found.append(_("Sekolah"))
    return found
