"""Usul-sanggah: somebody says that a family is missing from the list, or should not stand on it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.objection import ObjectionKind, ObjectionState, ObjectorKind
from households.choices.telling import ToldHow
from households.models.household import Family
from households.querysets.registration import ObjectionQuerySet
from slrt.accounts.models import User
from slrt.audit.history import keep_history
from slrt.core import clock
from slrt.core.fields import EncryptedText
from slrt.core.models import Versioned


@keep_history()
class Objection(Versioned):
    """One objection about one family, from filing to its answer; states in `households/workflow/objection.py`."""

    STATES = ObjectionState

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="objections", verbose_name=_("keluarga"))
    kind = models.CharField(_("jenis"), max_length=8, choices=ObjectionKind)
    objector = models.CharField(_("diajukan oleh"), max_length=8, choices=ObjectorKind)
    reason = EncryptedText(_("alasan"))
    filed_on = models.DateField(_("tanggal diajukan"))
    due_on = models.DateField(_("dijawab paling lambat"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("dicatat oleh")
    )
    state = models.CharField(_("status"), max_length=10, choices=ObjectionState, default=ObjectionState.FILED)
    state_since = models.DateTimeField(_("sejak"))
    answer = models.CharField(_("jawaban"), max_length=500, blank=True)
    told_on = models.DateField(_("disampaikan kepada pengaju"), null=True, blank=True)
    told_how = models.CharField(_("disampaikan lewat"), max_length=8, choices=ToldHow, blank=True, db_default="")
    told_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("disampaikan oleh"),
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("usul atau sanggahan")
        verbose_name_plural = _("usul dan sanggahan")
        indexes = [models.Index(fields=["state", "due_on"], name="objection_open")]

    def __str__(self) -> str:
        return f"USG-{self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed; says nothing about objections that were answered."""
        return self.due_on < clock.today()

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.family.place_code
