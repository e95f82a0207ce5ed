"""What a photo shows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PhotoKind(models.TextChoices):
    """What a photo shows."""

    FRONT = "front", _("Depan rumah")
    INSIDE = "inside", _("Dalam rumah")
    HOUSE = "house", _("Bagian rumah lain")
    KK = "kk", _("Kartu keluarga")
    KTP = "ktp", _("KTP")


# What shows a house and not the family that lives in it.
HOUSE_PHOTOS = (PhotoKind.FRONT, PhotoKind.INSIDE, PhotoKind.HOUSE)
