"""Ground tables without a domain word: promised jobs, idempotency keys, rate buckets, versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A row that people edit: carries the version that an edit must have seen."""

    version = models.PositiveIntegerField(_("versi"), default=1, db_default=1, editable=False)
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)
    updated_at = models.DateTimeField(_("diubah"), auto_now=True)

    class Meta:
        abstract = True


class OutboxJob(models.Model):
    """A job promised by a committed transaction. The row is the truth; the broker is only a bell.

    States: waiting (run_after reached or not), leased (claimed until `leased_until`), done, failed (attempts used up).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu")
        LEASED = "leased", _("Dikerjakan")
        DONE = "done", _("Selesai")
        FAILED = "failed", _("Gagal")

    name = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    run_after = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_after"], name="outbox_open", condition=models.Q(state__in=["waiting", "leased"]))
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"


class IdempotencyKey(models.Model):
    """Remembers what a form's key already did, so that a form sent twice makes one record."""

    key = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=80)
    result = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class RateBucket(models.Model):
    """Counts tries per key and minute in the database, so that the limit holds over processes and without a cache."""

    key = models.CharField(max_length=100)
    window = models.BigIntegerField(help_text="Unix time // window length")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_bucket_once")]

    def __str__(self) -> str:
        return f"{self.key}@{self.window}"
