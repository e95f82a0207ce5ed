"""What happened to families: registry events with what is needed to undo them, NIK checks, tasks toward civil registration."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.events import CivilTaskState, EventKind, MatchSource
from households.choices.person import NikMatch
from households.models.household import Family
from households.models.imports import ImportRun
from households.models.person import Person
from households.querysets.household import CivilTaskQuerySet
from slrt.accounts.models import User
from slrt.core.fields import EncryptedJSON
from slrt.core.models import Versioned


class RegistryEvent(models.Model):
    """One event of a family. `rows` holds, per row it touched, the fields before and after; encrypted, for undoing."""

    kind = models.CharField(_("peristiwa"), max_length=12, choices=EventKind)
    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, related_name="registry_events", verbose_name=_("keluarga")
    )
    # The family the person or the card came from or went to; empty again when undoing takes that family away.
    other_family = models.ForeignKey(
        Family,
        on_delete=models.PROTECT,
        null=True,
        related_name="registry_events_elsewhere",
        verbose_name=_("keluarga lain"),
    )
    # No foreign key: undoing a birth takes the person away, the event stays.
    person_id = models.BigIntegerField(null=True)
    happened_on = models.DateField(_("tanggal kejadian"))
    at = models.DateTimeField(_("dicatat"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("oleh"))
    reason = models.CharField(_("alasan"), max_length=300, blank=True)
    rows = EncryptedJSON(default=list)
    undone_at = models.DateTimeField(_("dibatalkan"), null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("peristiwa keluarga")
        verbose_name_plural = _("peristiwa keluarga")

    def __str__(self) -> str:
        return f"{self.family} {self.kind} {self.happened_on}"


class NikCheck(models.Model):
    """Once a NIK was compared: what came out, who did it, when and where."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="nik_checks")
    result = models.CharField(_("hasil"), max_length=12, choices=NikMatch)
    source = models.CharField(_("sumber"), max_length=12, choices=MatchSource)
    # The day of the result itself; a list is often brought later.
    checked_on = models.DateField(_("tanggal hasil"))
    at = models.DateTimeField(_("dicatat"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("oleh"))
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, related_name="nik_checks", verbose_name=_("dari berkas")
    )

    class Meta:
        ordering = ["-checked_on", "-at", "-pk"]
        verbose_name = _("pencocokan NIK")
        verbose_name_plural = _("pencocokan NIK")

    def __str__(self) -> str:
        return f"{self.person} {self.result} {self.at:%Y-%m-%d}"


class CivilTask(Versioned):
    """How far somebody without NIK is with civil registration. Nobody has a row before the first step is taken."""

    STATES = CivilTaskState

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="civil_task")
    state = models.CharField(_("status"), max_length=12, choices=CivilTaskState, default=CivilTaskState.OPEN)
    state_since = models.DateTimeField(_("sejak"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("oleh"))
    note = models.CharField(_("catatan"), max_length=300, blank=True)

    objects = CivilTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("tugas catatan sipil")
        verbose_name_plural = _("tugas catatan sipil")

    def __str__(self) -> str:
        return f"{self.person} {self.state}"
