"""A photo of a house, a family card or an identity card."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.photo import PhotoKind
from households.models.household import Family, Household
from households.models.person import Person
from households.models.visit import Visit
from households.querysets.visit import PhotoQuerySet
from slrt.accounts.models import User


class Photo(models.Model):
    """One photo; the file lies under MEDIA_ROOT by a random name and is reached only through the access check.

    A photo of a visit to a new family has no family until the visit is sent. A removed photo keeps row and file until the
    retention time is over; then the file goes and `name` becomes empty.
    """

    kind = models.CharField(_("jenis"), max_length=8, choices=PhotoKind)
    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, null=True, related_name="photos", verbose_name=_("keluarga")
    )
    # The house that was seen: a family that moves leaves it behind.
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, null=True, related_name="photos", verbose_name=_("rumah tangga")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="photos", verbose_name=_("pemegang KTP")
    )
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, related_name="photos", verbose_name=_("kunjungan")
    )
    name = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("ukuran (byte)"))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("diambil"))
    added_at = models.DateTimeField(_("ditambahkan"))
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+")
    removed_at = models.DateTimeField(_("dihapus"), null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    removed_reason = models.CharField(_("alasan dihapus"), max_length=200, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-added_at", "-pk"]
        verbose_name = _("foto")
        verbose_name_plural = _("foto")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(family__isnull=False) | models.Q(visit__isnull=False), name="photo_belongs_somewhere"
            ),
            models.UniqueConstraint(fields=["name"], condition=~models.Q(name=""), name="photo_name"),
        ]
        indexes = [
            models.Index(fields=["removed_at"], name="photo_removed", condition=models.Q(removed_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"FOTO-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        if self.family is not None:
            return self.family.place_code
        return self.visit.village_id if self.visit is not None else ""
