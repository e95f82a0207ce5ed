"""Household (who eat from one kitchen), family (one KK card) and its official decile."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.household import DecileSource
from households.models.digest import drops_digests
from households.querysets.household import FamilyQuerySet, HouseholdQuerySet
from slrt.audit.history import keep_history
from slrt.core.fields import BlindIndex, EncryptedText
from slrt.core.marks import counted_writes
from slrt.core.models import Versioned
from slrt.core.references import checked_per_statement
from slrt.regions.models import Region

# Its value moves whenever a row of the registry is written, see slrt/core/marks.py.
REGISTRY_WRITES = "households_writes"


@counted_writes(REGISTRY_WRITES)
@drops_digests("SELECT f.id FROM households_family f JOIN $rows n ON n.id = f.household_id", "updated")
@checked_per_statement("head", kept=("village",))
@keep_history()
class Household(Versioned):
    """People who live together and eat from one kitchen; may hold several families."""

    village = models.ForeignKey(
        Region, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("desa")
    )
    hamlet = models.CharField(_("jorong atau dusun"), max_length=80, blank=True)
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True)
    rw = models.CharField("RW", max_length=3, blank=True)
    latitude = models.DecimalField(_("lintang"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("bujur"), max_digits=9, decimal_places=6, null=True, blank=True)
    position_accuracy = models.PositiveIntegerField(_("ketelitian (m)"), null=True, blank=True)
    head = models.ForeignKey(
        "households.Person",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("kepala rumah tangga"),
    )
    last_visited_on = models.DateField(_("terakhir dikunjungi"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("rumah tangga")
        verbose_name_plural = _("rumah tangga")
        indexes = [
            models.Index(fields=["village"], name="household_village", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["merged_into"], name="household_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"RT-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.village_id


@counted_writes(REGISTRY_WRITES)
@drops_digests("SELECT id FROM $rows", "updated", "deleted")
@checked_per_statement("household", "head")
@keep_history()
class Family(Versioned):
    """One family card (KK). Its official decile belongs to BPS: kept with period and source, never edited by hand."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="families", db_constraint=False)
    official_id = models.CharField(_("ID keluarga DTSEN"), max_length=30, null=True, blank=True)
    kk_encrypted = EncryptedText(null=True)
    kk_index = BlindIndex(null=True, unique=True)
    head = models.ForeignKey(
        "households.Person",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("kepala keluarga"),
    )
    decile = models.PositiveSmallIntegerField(
        _("desil"), null=True, editable=False, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    decile_period = models.CharField(_("periode desil"), max_length=10, blank=True, editable=False)
    missing_since = models.DateTimeField(_("tidak ada di data terakhir sejak"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name = _("keluarga")
        verbose_name_plural = _("keluarga")
        constraints = [
            models.UniqueConstraint(fields=["official_id"], name="family_official_id"),
            models.CheckConstraint(
                condition=models.Q(decile__isnull=True) | models.Q(decile__range=(1, 10)), name="family_decile_range"
            ),
        ]
        indexes = [
            models.Index(fields=["merged_into"], name="family_merged", condition=models.Q(merged_into__isnull=False))
        ]

    def __str__(self) -> str:
        return f"KEL-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.household.village_id

    @classmethod
    def survivor_of(cls, pk: int) -> int:
        """Return the number of the family that a number leads to: itself, or the one it was merged into."""
        while into := cls.objects.filter(pk=pk).values_list("merged_into", flat=True).first():
            pk = into
        return pk


class FormerFamilyCard(models.Model):
    """A KK number that a family held before; numbers change on split or a new card."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="former_cards")
    kk_encrypted = EncryptedText()
    kk_index = BlindIndex(db_index=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.family} – {self.until:%Y-%m-%d}"


@drops_digests("SELECT family_id FROM $rows", "updated", "deleted")
@checked_per_statement("family")
@keep_history()
class DecileRecord(models.Model):
    """One official decile of a family in one period."""

    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, related_name="deciles", db_constraint=False, db_index=False
    )
    decile = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=10)
    source = models.CharField(max_length=20, choices=DecileSource)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "period", "source"], name="decile_once_per_period"),
            models.CheckConstraint(condition=models.Q(decile__range=(1, 10)), name="decile_record_range"),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.period}: {self.decile}"
