"""The append-only trail: who, when, what, from, to, why."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import User
from slrt.audit.querysets import AuditQuerySet


class AuditEntry(models.Model):
    """One line of the trail. The database itself refuses UPDATE, DELETE and TRUNCATE.

    `details` holds codes, counts and ids only, never a name or a number of a person; of a row of the administration its changed
    fields before and after (`slrt/audit/changes.py`).
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("Perubahan")
        READ = "read", _("Pembacaan data pribadi")
        EXPORT = "export", _("Pengeluaran data")
        LOGIN = "login", _("Masuk dan keluar")

    at = models.DateTimeField(_("waktu"), db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("oleh"))
    kind = models.CharField(_("jenis"), max_length=8, choices=Kind)
    verb = models.CharField(_("langkah"), max_length=60)
    subject = models.CharField(_("hal"), max_length=60)
    subject_id = models.BigIntegerField(_("nomor"), null=True)
    place = models.CharField(_("wilayah"), max_length=13, blank=True)
    from_state = models.CharField(_("dari"), max_length=40, blank=True)
    to_state = models.CharField(_("ke"), max_length=40, blank=True)
    note = models.TextField(_("catatan"), blank=True)
    details = models.JSONField(_("rincian"), default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("jejak audit")
        verbose_name_plural = _("jejak audit")
        indexes = [
            models.Index(fields=["subject", "subject_id", "at"], name="audit_subject"),
            models.Index(fields=["place"], name="audit_place", opclasses=["varchar_pattern_ops"]),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'audit_auditentry is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.subject}#{self.subject_id}"

    @property
    def by_whom(self) -> str:
        """Who did it: a person, the server's console, or the program by itself."""
        if self.actor:
            return str(self.actor)
        return gettext("Konsol server") if self.details.get("console") else gettext("SLRT (otomatis)")


class AuditSeal(models.Model):
    """A seal over the lines after the seal before it, up to `last_id` (`slrt/audit/sealing.py`). Never altered, as the trail."""

    first_id = models.BigIntegerField(_("dari nomor"))
    last_id = models.BigIntegerField(_("sampai nomor"))
    entries = models.PositiveIntegerField(_("jumlah baris"))
    previous = models.CharField(_("kode segel sebelumnya"), max_length=64, blank=True)
    code = models.CharField(_("kode segel"), max_length=64)
    sealed_at = models.DateTimeField(_("disegel"))

    class Meta:
        verbose_name = _("segel jejak audit")
        verbose_name_plural = _("segel jejak audit")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.last_id} {self.code[:8]}"
