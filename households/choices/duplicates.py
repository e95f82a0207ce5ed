"""States of people who were entered twice."""

from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class DuplicateState(Toned):
    """A pair that looks like one person: open until somebody says that it is two."""

    OPEN = "open", _("Belum diputuskan")
    DISMISSED = "dismissed", _("Bukan orang yang sama")

    @property
    def tone(self) -> str:
        return "warn" if self == self.OPEN else "neutral"


class MergeState(Toned):
    """Two entries made one: proposed by one person, confirmed by another, undone by either."""

    PROPOSED = "proposed", _("Menunggu orang kedua")
    MERGED = "merged", _("Digabung")
    REJECTED = "rejected", _("Ditolak")
    WITHDRAWN = "withdrawn", _("Ditarik")
    UNDONE = "undone", _("Dikembalikan")

    @property
    def tone(self) -> str:
        return {"proposed": "warn", "merged": "good", "rejected": "bad"}.get(self.value, "neutral")
