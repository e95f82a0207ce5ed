"""The top of the stack reads everything and owns one table: the numbers an office wants to reach."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from slrt.dashboard.querysets import TargetQuerySet
from slrt.regions.models import Region

PERIOD = re.compile(r"20\d\d(-Q[1-4]|-(0[1-9]|1[0-2]))?")


class Target(models.Model):
    """What an indicator's number in an area should be at the end of a period: a year 2026, a quarter 2026-Q4, a month 2026-11."""

    class Goal(models.TextChoices):
        AT_LEAST = "at_least", _("Paling sedikit")
        AT_MOST = "at_most", _("Paling banyak")

    indicator = models.CharField(_("angka"), max_length=40)
    period = models.CharField(_("periode"), max_length=7)
    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    goal = models.CharField(_("sasaran"), max_length=8, choices=Goal, default=Goal.AT_LEAST)
    number = models.PositiveIntegerField(_("target"))
    source = models.CharField(_("dasar"), max_length=200, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["area", "indicator", "period"]
        verbose_name = _("target")
        verbose_name_plural = _("target")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "area"],
                name="one_target",
                violation_error_message=_("Sudah ada target untuk angka, periode, dan wilayah ini."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.area_id}: {self.number}"

    def clean(self) -> None:
        """A period is written in one of three ways."""
        if not PERIOD.fullmatch(self.period or ""):
            raise ValidationError({"period": gettext("Periode ditulis seperti 2026, 2026-Q4, atau 2026-11.")})
