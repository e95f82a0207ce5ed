"""Runs of the periodic jobs, and what they leave for people: alerts and reminders.

Sentences are kept as message and values, a column each (`slrt.core.sentence`). They hold codes, counts and ids, never a
name or a number of a person.
"""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import Organisation, User
from slrt.core.sentence import Sentence
from slrt.jobs.choices import ACTIVE, RunState
from slrt.jobs.querysets import AlertQuerySet, JobRunQuerySet, ReminderQuerySet


class JobRun(models.Model):
    """One run of one job: who asked, how far it is, how it ended."""

    STATES = RunState

    job = models.CharField(_("pekerjaan"), max_length=60)
    state = models.CharField(_("status"), max_length=9, choices=RunState, default=RunState.WAITING)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("diminta oleh")
    )
    asked_at = models.DateTimeField(_("diminta"))
    started_at = models.DateTimeField(_("mulai"), null=True)
    ended_at = models.DateTimeField(_("selesai"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    result = models.CharField(_("hasil"), max_length=300, blank=True)
    error = models.CharField(_("masalah"), max_length=300, blank=True)
    counts = models.JSONField(default=dict)
    # Where the next run goes on, written when this one is done; and what pages show of what it found.
    marks = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    # The promise that carries it; a bare number, because promises are cleared away earlier than runs.
    outbox_id = models.BigIntegerField(null=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("pekerjaan berkala")
        verbose_name_plural = _("pekerjaan berkala")
        constraints = [
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(state__in=[str(state) for state in ACTIVE]),
                name="job_once_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["job", "-id"], name="job_history")]

    def __str__(self) -> str:
        return f"{self.job} #{self.pk} {self.state}"

    @property
    def sentence(self) -> str:
        """How it ended, in the reader's language."""
        return str(Sentence(self.error or self.result, self.counts))

    @property
    def counted(self) -> str:
        """What `done` and `total` count."""
        return gettext(self.unit) if self.unit else ""

    @property
    def per_cent(self) -> int:
        """How much is done, for a run that weighs its stages and counts nothing."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in ACTIVE


class Alert(models.Model):
    """Rows that break an invariant: one open alert per check, with how many and which."""

    check_code = models.CharField(_("pemeriksaan"), max_length=60)
    message = models.CharField(_("temuan"), max_length=300)
    count = models.PositiveIntegerField(_("jumlah"))
    ids = models.JSONField(default=list)  # of the first hundred rows
    found_at = models.DateTimeField(_("ditemukan"))
    seen_at = models.DateTimeField(_("terakhir ditemukan"))
    resolved_at = models.DateTimeField(_("beres"), null=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-found_at"]
        verbose_name = _("temuan pemeriksaan")
        verbose_name_plural = _("temuan pemeriksaan")
        constraints = [
            models.UniqueConstraint(
                fields=["check_code"], condition=models.Q(resolved_at__isnull=True), name="one_open_alert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_code}: {self.count}"

    @property
    def sentence(self) -> str:
        """What was found, in the reader's language."""
        return str(Sentence(self.message, {"n": self.count}))


class Snapshot(models.Model):
    """A count on a day in a region and everything below it, kept for trends; days and codes, no rows."""

    on = models.DateField(_("tanggal"))
    code = models.CharField(_("angka"), max_length=40)
    place = models.CharField(_("wilayah"), max_length=13)
    count = models.PositiveIntegerField(_("jumlah"))

    class Meta:
        verbose_name = _("angka harian")
        verbose_name_plural = _("angka harian")
        constraints = [models.UniqueConstraint(fields=["place", "code", "on"], name="snapshot_once_a_day")]

    def __str__(self) -> str:
        return f"{self.on} {self.code} {self.place}: {self.count}"


class Reminder(models.Model):
    """Something a person should look at, raised by a job: about one row, once, until it is handled or settles itself.

    It is for an owner, or for whoever holds a permission at a place (or for an organisation).
    """

    code = models.CharField(_("jenis"), max_length=40)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    place = models.CharField(_("wilayah"), max_length=13, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    permission = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    message = models.CharField(max_length=300)
    counts = models.JSONField(default=dict)
    since = models.DateField(_("sejak"))
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("pengingat")
        verbose_name_plural = _("pengingat")
        constraints = [
            models.UniqueConstraint(fields=["code", "subject", "subject_id", "since"], name="reminded_once_per_day"),
        ]
        indexes = [
            models.Index(
                fields=["permission", "place"], name="reminder_open", condition=models.Q(closed_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}#{self.subject_id}"

    @property
    def sentence(self) -> str:
        """What it says, in the reader's language."""
        return str(Sentence(self.message, self.counts))
