"""The ministry's answer to what was sent: a file with one row per person or family, looked through before it takes effect."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.answers import EFFECTIVE, AnswerFileState, AnswerKind, AnswerOutcome
from households.models.imports import ImportRun
from households.models.registration import Registration
from households.querysets.registration import AnswerFileQuerySet
from slrt.accounts.models import User
from slrt.core.fields import BlindIndex
from slrt.core.models import Versioned
from slrt.regions.models import Region


class AnswerFile(Versioned):
    """One uploaded answer file. `counts` holds rows by kind when looked through, and by outcome when applied."""

    STATES = AnswerFileState

    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("diunggah oleh")
    )
    # The import it came by; files from before there was one have none.
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, null=True, related_name="answer_files")
    file_name = models.CharField(_("nama berkas"), max_length=200)
    file_hash = models.CharField(max_length=64, db_index=True)
    state = models.CharField(_("status"), max_length=10, choices=AnswerFileState, default=AnswerFileState.PREVIEWED)
    state_since = models.DateTimeField(_("sejak"))
    counts = models.JSONField(default=dict)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("berkas jawaban")
        verbose_name_plural = _("berkas jawaban")

    def __str__(self) -> str:
        return f"JWB-{self.pk}"

    @property
    def place_code(self) -> str:
        """The area's code."""
        return self.area_id


class AnswerRow(models.Model):
    """One row of an answer file: the number only as its blind index and its mask, what it says, what became of it."""

    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField(_("baris"))
    nik_index = BlindIndex(null=True)
    masked = models.CharField(_("NIK"), max_length=20)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, null=True, related_name="answer_rows")
    registration_version = models.PositiveIntegerField(null=True)
    kind = models.CharField(_("isi jawaban"), max_length=16, choices=AnswerKind)
    reason = models.CharField(_("kode alasan"), max_length=200, blank=True)
    decile = models.PositiveSmallIntegerField(
        _("desil"), null=True, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    period = models.CharField(_("periode"), max_length=10, blank=True)
    outcome = models.CharField(_("hasil"), max_length=8, choices=AnswerOutcome, default="", blank=True)
    # What the file calls the person, where that is another name; the row waits until somebody says that it is the same person.
    name = models.CharField(_("nama di berkas"), max_length=200, blank=True, db_default="")
    same_person_reason = models.CharField(_("alasan orangnya sama"), max_length=300, blank=True, db_default="")
    problem = models.CharField(_("sebab"), max_length=300, blank=True)

    class Meta:
        ordering = ["file", "line"]
        verbose_name = _("baris jawaban")
        verbose_name_plural = _("baris jawaban")
        constraints = [models.UniqueConstraint(fields=["file", "line"], name="answer_line_once")]

    def __str__(self) -> str:
        return f"{self.file_id}:{self.line}"

    @property
    def held(self) -> bool:
        """Whether the row moves nothing because it bears another name and nobody said that it is the same person."""
        return self.kind in EFFECTIVE and bool(self.name) and not self.same_person_reason

    @property
    def kind_tone(self) -> str:
        """The tone of the row's tag."""
        return AnswerKind(self.kind).tone
