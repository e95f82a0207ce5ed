"""The tree of regions by Kemendagri code, the code prefix being the tree."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from slrt.regions.querysets import RegionQuerySet
from slrt.regions.terms import term


class Region(models.Model):
    """Province, regency, district or village; `code` is dotted: 13, 13.01, 13.01.05, 13.01.05.2006."""

    code = models.CharField(_("kode"), max_length=13, primary_key=True)
    name = models.CharField(_("nama"), max_length=100)
    level = models.PositiveSmallIntegerField(_("tingkat"))
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    active = models.BooleanField(_("aktif"), default=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("wilayah")
        verbose_name_plural = _("wilayah")
        # A region that is dissolved becomes inactive: what happened there goes on having happened there.
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]
        indexes = [models.Index(fields=["code"], name="region_code_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    @property
    def term(self) -> str:
        """What such a region is called there: nagari, kelurahan, desa, kecamatan ..."""
        return term(self.code)
