"""Codes of a home visit."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


class VisitStatus(Toned):
    """A visit is a draft until it is sent, or until the family refuses."""

    DRAFT = "draft", _("Draf")
    SENT = "sent", _("Terkirim")
    REFUSED = "refused", _("Keluarga menolak")

    @property
    def tone(self) -> str:
        return {"sent": "good", "refused": "neutral"}.get(self.value, "warn")


class RefusalReason(models.TextChoices):
    """Why a family does not want to be recorded, as far as it says so. A reason is never demanded of it."""

    NOT_SAID = "not_said", _("Tidak mau menyebut alasan")
    NO_TIME = "no_time", _("Tidak ada waktu sekarang")
    NO_NEED = "no_need", _("Merasa tidak membutuhkan")
    NO_TRUST = "no_trust", _("Khawatir datanya disalahgunakan")
    ABSENT = "absent", _("Yang berhak memutuskan tidak di rumah")


class VisitOrigin(models.TextChoices):
    """Who thought of a visit."""

    OWN = "own", _("Dimulai fasilitator")
    RENEWAL = "renewal", _("Pembaruan data berkala")
