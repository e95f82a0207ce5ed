"""What a letter says before and after its own part: the office's text where there is one."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from slrt.letters.filling import fill
from slrt.letters.models import LetterTemplate


@dataclass(frozen=True)
class Wording:
    """Plain text, not escaped; empty means the letter's default text stands."""

    opening: str = ""
    closing: str = ""


def wording(kind: str, values: Mapping[str, object]) -> Wording:
    """Return the newest active text of a kind in the reader's language, filled in; empty when the office wrote none."""
    row = LetterTemplate.objects.in_use(kind, get_language() or "").first()
    return Wording() if row is None else Wording(fill(row.opening, values), fill(row.closing, values))
