"""A facilitator's home visit: a draft that can be left and resumed, applied to the registry in one transaction."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.survey import CodeBook
from households.choices.visit import RefusalReason, VisitOrigin, VisitStatus
from households.models.household import Family
from households.models.survey import SurveyRound
from households.querysets.visit import VisitQuerySet
from households.questionnaire.books import questionnaire_of
from slrt.accounts.models import User
from slrt.core.fields import EncryptedJSON
from slrt.core.models import Versioned
from slrt.regions.models import Region


class Visit(Versioned):
    """What was entered on one visit. `answers` is one encrypted JSON value until it is sent."""

    STATES = VisitStatus

    facilitator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="visits", verbose_name=_("fasilitator")
    )
    village = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("desa"))
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, blank=True, related_name="visits")
    state = models.CharField(_("status"), max_length=8, choices=VisitStatus, default=VisitStatus.DRAFT)
    origin = models.CharField(
        _("asal"), max_length=8, choices=VisitOrigin, default=VisitOrigin.OWN, db_default=VisitOrigin.OWN
    )
    answers = EncryptedJSON(default=dict)
    screen = models.CharField(_("layar terakhir"), max_length=80, blank=True)
    refusal = models.CharField(_("alasan menolak"), max_length=12, choices=RefusalReason, blank=True)
    questionnaire = models.CharField(_("versi daftar isian"), max_length=16, default="2026-1")
    sent_at = models.DateTimeField(_("terkirim"), null=True)
    round = models.OneToOneField(SurveyRound, on_delete=models.PROTECT, null=True, related_name="visit")

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at"]
        verbose_name = _("kunjungan")
        verbose_name_plural = _("kunjungan")

    def __str__(self) -> str:
        return f"KUN-{self.pk}"

    @property
    def codebook(self) -> str:
        """The code book the visit is made with."""
        return str(questionnaire_of(self.answers).book)

    def get_codebook_display(self) -> str:
        """Its name."""
        return str(CodeBook(self.codebook).label)

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.village_id
