"""The states of a run, and which of them hold a job's place."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """From the promise to the end. Abandoned: whoever worked on it died and nobody took it up again."""

    WAITING = "waiting", _("Menunggu")
    RUNNING = "running", _("Berjalan")
    DONE = "done", _("Selesai")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")
    ABANDONED = "abandoned", _("Terhenti")

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {"done": "good", "failed": "bad", "abandoned": "bad", "cancelled": "neutral"}.get(self.value, "progress")


ACTIVE = (RunState.WAITING, RunState.RUNNING)
BAD = (RunState.FAILED, RunState.ABANDONED)
