"""Complaints (keluhan): questions, suggestions and grievances of citizens."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.choices import (
    Channel,
    ComplaintKind,
    ComplaintState,
    EscalationLevel,
    FeedbackMean,
    Issue,
    Outcome,
    Sector,
    Urgency,
    Way,
)
from complaints.querysets import ComplaintQuerySet, RoutingRuleQuerySet
from households.models import Family
from slrt.accounts.models import Organisation, User
from slrt.audit.history import keep_history
from slrt.core.fields import BlindIndex, EncryptedText
from slrt.core.models import Versioned
from slrt.regions.models import Region


class Holiday(models.Model):
    """A day on which the working-day clock stands still (joint decree of three ministers, each year)."""

    on = models.DateField(_("tanggal"), unique=True)
    name = models.CharField(_("nama"), max_length=120)

    class Meta:
        ordering = ["on"]
        verbose_name = _("hari libur")
        verbose_name_plural = _("hari libur")

    def __str__(self) -> str:
        return f"{self.on} {self.name}"


class RoutingRule(models.Model):
    """Where complaints of a kind from an area usually go: a proposal on the complaint's page, never a step by itself.

    An empty sector or issue stands for every one. Of several rules that fit, the one for the smallest area counts, then the one
    that names the issue, then the one that names the sector (`complaints.selectors.proposal`).
    """

    sector = models.CharField(_("bidang"), max_length=20, choices=Sector, blank=True)
    issue = models.CharField(_("pokok masalah"), max_length=24, choices=Issue, blank=True)
    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    way = models.CharField(_("arah"), max_length=12, choices=Way)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lembaga")
    )
    unit = models.CharField(_("unit atau petugas"), max_length=120, blank=True)
    reason = models.CharField(_("dasar"), max_length=200, blank=True)
    active = models.BooleanField(_("aktif"), default=True)

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        ordering = ["area", "sector", "issue"]
        verbose_name = _("aturan arah keluhan")
        verbose_name_plural = _("aturan arah keluhan")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "sector", "issue"],
                name="one_route_per_case",
                violation_error_message=_("Sudah ada aturan untuk bidang, pokok masalah, dan wilayah ini."),
            )
        ]

    def __str__(self) -> str:
        kind = " · ".join(filter(None, (self.get_sector_display(), self.get_issue_display())))
        return f"{self.area} · {kind or gettext('Semua bidang')} → {self.get_way_display()}"

    def clean(self) -> None:
        """A referral needs to know where to, and only a referral does; the receiver has to serve the rule's area."""
        refers = self.way == Way.REFER
        if refers and self.organisation is None:
            raise ValidationError({"organisation": gettext("Pilih lembaga yang dituju.")})
        if not refers and self.organisation is not None:
            raise ValidationError({"organisation": gettext("Lembaga hanya untuk arah Rujuk ke lembaga.")})
        if self.organisation and self.area_id and not self.organisation.serves(self.area_id):
            raise ValidationError({"organisation": gettext("Lembaga ini tidak melayani wilayah itu.")})


@keep_history()
class Complaint(Versioned):
    """One complaint from intake to closing; states and verbs in `complaints/workflow.py`.

    The tracking code is kept encrypted to be printed again and found by its blind index; the public page shows steps only.
    """

    STATES = ComplaintState

    # Whether the person who asks sees the family, and then its head's name (`ComplaintQuerySet.visible_to`).
    family_here: bool
    head_here: str | None

    kind = models.CharField(_("jenis"), max_length=12, choices=ComplaintKind)
    sector = models.CharField(_("bidang"), max_length=20, choices=Sector)
    issue = models.CharField(_("pokok masalah"), max_length=24, choices=Issue)
    channel = models.CharField(_("saluran"), max_length=20, choices=Channel)
    urgency = models.CharField(_("kegentingan"), max_length=8, choices=Urgency, default=Urgency.NORMAL)
    state = models.CharField(_("status"), max_length=20, choices=ComplaintState, default=ComplaintState.RECORDED)
    state_since = models.DateTimeField(_("sejak"))
    village = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("desa"))
    family = models.ForeignKey(
        Family, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("keluarga")
    )
    anonymous = models.BooleanField(_("tanpa nama"), default=False)
    reporter_name = EncryptedText(null=True)
    reporter_phone = EncryptedText(null=True)
    description = EncryptedText()
    tracking_code = EncryptedText()
    tracking_index = BlindIndex(unique=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("dicatat oleh"))
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("penanggung jawab")
    )
    received_at = models.DateTimeField(_("diterima"))
    response_due_at = models.DateTimeField(_("tenggat tanggapan pertama"))
    responded_at = models.DateTimeField(_("tanggapan pertama"), null=True)
    due_at = models.DateTimeField(_("tenggat selesai"))
    paused_at = models.DateTimeField(_("menunggu warga sejak"), null=True)
    escalation = models.CharField(_("jenjang"), max_length=12, choices=EscalationLevel, default=EscalationLevel.VILLAGE)
    escalated_at = models.DateTimeField(_("naik jenjang"), null=True)
    findings = EncryptedText(null=True)
    answer = EncryptedText(null=True)
    missing_documents = models.JSONField(_("syarat yang kurang"), default=list)
    outcome = models.CharField(_("hasil"), max_length=12, choices=Outcome, blank=True)
    told_how = models.CharField(_("disampaikan lewat"), max_length=12, choices=FeedbackMean, blank=True)
    told_on = models.DateField(_("disampaikan pada"), null=True, blank=True)
    satisfied = models.BooleanField(_("warga puas"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("keluhan")
        verbose_name_plural = _("keluhan")
        indexes = [
            models.Index(fields=["village"], name="complaint_village", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["state", "due_at"], name="complaint_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The office's number, K-000123; not a secret and not the tracking code."""
        return f"K-{self.pk:06d}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.village_id
