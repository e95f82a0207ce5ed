"""Runs of the bulk import and what they leave for a person to decide."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from households.choices.imports import ImportKind, ImportState
from households.querysets.imports import ImportConflictQuerySet, ImportRunQuerySet
from slrt.accounts.models import User
from slrt.core.fields import BlindIndex
from slrt.core.models import Versioned
from slrt.core.sentence import Sentence
from slrt.regions.models import Region

# Among a run's counts: its problem as message and values.
PROBLEM = "problem"


class ImportRun(Versioned):
    """One uploaded extract, from reading to result. Progress and counts live here, the page may be closed."""

    STATES = ImportState

    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("oleh"))
    file_name = models.CharField(_("nama berkas"), max_length=200)
    file_hash = models.CharField(max_length=64, db_index=True)
    stored_path = models.CharField(max_length=200, blank=True)
    file_size = models.BigIntegerField(_("ukuran (bita)"), default=0)
    kind = models.CharField(_("jenis berkas"), max_length=20, choices=ImportKind, default=ImportKind.EXTRACT)
    source = models.CharField(_("asal berkas"), max_length=60, blank=True)
    # Heading of the file -> our column, where they differ.
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("status"), max_length=12, choices=ImportState, default=ImportState.UPLOADED)
    state_since = models.DateTimeField(_("sejak"))
    applied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("diterapkan oleh")
    )
    # Whoever applied it said that it holds every family of its villages: those it lacks are flagged.
    complete = models.BooleanField(_("lengkap untuk desa-desanya"), default=False)
    # The very time that stands in every row the run wrote.
    applied_at = models.DateTimeField(_("diterapkan"), null=True)
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
    def sentence(self) -> str:
        """What its problem is, in the reader's language; of older runs as it was written then."""
        kept = self.counts.get(PROBLEM)
        if not self.problem:
            return ""
        return str(Sentence.of(kept)) if kept else gettext(self.problem)

    @property
    def cut_off(self) -> bool:
        """Whether its file breaks off in the middle of a row: what stood behind that is not known."""
        return "row_cut" in self.counts.get("reasons", {})

    def problem_said(self, sentence: Sentence) -> dict[str, Any]:
        """The values of the fields that keep a problem, for an update."""
        return {
            "problem": sentence.as_written()[:300],
            "counts": {**self.counts, PROBLEM: sentence.kept()},
        }

    @property
    def place_code(self) -> str:
        """The area's code."""
        return self.area_id


class ImportProgress(models.Model):
    """How far a run has come while its one transaction is still open; written beside it and worth nothing afterwards."""

    run_id = models.BigIntegerField(primary_key=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"IMP-{self.run_id}: {self.done}/{self.total}"


class ImportSource(models.Model):
    """Where files of a kind come from, and what a person said its headings mean; the next file from there is read alike."""

    kind = models.CharField(_("jenis berkas"), max_length=20, choices=ImportKind)
    name = models.CharField(_("asal berkas"), max_length=60)
    columns = models.JSONField(default=dict)
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="import_source_once")]

    def __str__(self) -> str:
        return self.name


class ImportAbsence(models.Model):
    """A family that an applied extract no longer held, or a member (`membership_id`) whom its family's rows no longer named.

    Whoever was merged or deleted since has a row here all the same: what the run counted stays what it was.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="absences")
    family_id = models.BigIntegerField()
    membership_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ["run", "family_id"]

    def __str__(self) -> str:
        return f"{self.run} – {self.family_id}"


class ImportConflict(models.Model):
    """Somebody of the extract who lives elsewhere, is somebody else, or has another NIK here: a person decides, not the program."""

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="conflicts")
    line = models.PositiveIntegerField(_("baris"))
    person_id = models.BigIntegerField()
    stored_family_id = models.BigIntegerField()
    extract_family_id = models.BigIntegerField(null=True)
    relation = models.CharField(max_length=1, blank=True)
    # Name, birth_date and sex in the file, when they are somebody else's than the NIK's owner's; both NIK masked, when they differ
    # (`renumbered`); else empty.
    said = models.JSONField(default=dict)
    # The file's, where the numbers differ; and the run whose file later named the person by the number that stands here.
    nik_index = BlindIndex(null=True)
    agreed_in = models.BigIntegerField(null=True, editable=False)
    decision = models.CharField(_("keputusan"), max_length=8, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    objects = ImportConflictQuerySet.as_manager()

    class Meta:
        ordering = ["run", "line"]

    def __str__(self) -> str:
        return f"{self.run} – {self.line}"
