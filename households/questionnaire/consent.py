"""What a family is told before anything is recorded, by version. A version that was read out is never changed: add the next.

Law 27/2022 on personal data protection, articles 5, 20 to 22: who asks, for what, who gets to see it, and that one may refuse.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

STEP = "consent"  # the screen, and its one question
VERSION = "2026-1"
TEXTS: dict[str, tuple[Any, ...]] = {
    "2026-1": (
        _(
            "Dinas Sosial mencatat keadaan keluarga Anda untuk usulan ke data sosial (DTSEN) dan untuk mencarikan bantuan."
        ),
        _(
            "Data dilihat petugas yang menangani, dan diteruskan ke dinas atau mitra hanya untuk bantuan yang Anda setujui."
        ),
        _("Anda boleh menolak, boleh tidak menjawab satu pertanyaan, dan boleh meminta data diperbaiki."),
    )
}


def is_given(answers: dict[str, Any]) -> bool:
    """Whether the family has said yes on this visit. Until then nothing but this answer is asked or kept."""
    return STEP in answers["saved"] and answers["household"].get(STEP) == "1"
