"""Runs of the bulk import and what they leave for a person to decide."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices import ImportState
from households.querysets import ImportConflictQuerySet, ImportRunQuerySet
from slrt.accounts.models import User
from slrt.core.models import Versioned
from slrt.regions.models import Region


class ImportRun(Versioned):
    """One uploaded extract, from reading to result. Progress and counts live here, the page may be closed."""

    STATES = ImportState

    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("oleh"))
    file_name = models.CharField(_("nama berkas"), max_length=200)
    file_hash = models.CharField(max_length=64, db_index=True)
    stored_path = models.CharField(max_length=200, blank=True)
    state = models.CharField(_("status"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    state_since = models.DateTimeField(_("sejak"))
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    problem = models.CharField(_("masalah"), max_length=300, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("pengunggahan data")
        verbose_name_plural = _("pengunggahan data")

    def __str__(self) -> str:
        return f"IMP-{self.pk}"

    @property
    def place_code(self) -> str:
        """The area's code."""
        return self.area_id


class ImportConflict(models.Model):
    """A person of the extract who already lives in another household here: a person decides, not the program."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="conflicts")
    line = models.PositiveIntegerField(_("baris"))
    person_id = models.BigIntegerField()
    stored_family_id = models.BigIntegerField()
    extract_family_id = models.BigIntegerField(null=True)
    relation = models.CharField(max_length=1, blank=True)
    decision = models.CharField(_("keputusan"), max_length=8, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    objects = ImportConflictQuerySet.as_manager()

    class Meta:
        ordering = ["run", "line"]

    def __str__(self) -> str:
        return f"{self.run} – {self.line}"
