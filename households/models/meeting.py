"""The village meeting (musdes, muskel, musyawarah nagari) that settles a village's list, and the papers that prove it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.meeting import AttendeeRole, MeetingReason, MeetingState, PaperKind
from households.querysets.registration import InVillageQuerySet, MeetingDecisionQuerySet, PaperQuerySet
from slrt.accounts.models import User
from slrt.audit.history import keep_history
from slrt.core.models import Versioned
from slrt.regions.models import Region


class Paper(models.Model):
    """A scanned paper of a village. The file lies encrypted under a random name; only `households/papers.py` opens it."""

    village = models.ForeignKey(
        Region, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("desa")
    )
    kind = models.CharField(_("jenis"), max_length=8, choices=PaperKind)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(_("ukuran"))
    stored_name = models.CharField(max_length=40, unique=True, editable=False)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("diunggah oleh")
    )
    created_at = models.DateTimeField(_("dibuat"), auto_now_add=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas pindaian")
        verbose_name_plural = _("berkas pindaian")

    def __str__(self) -> str:
        return f"BKS-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.village_id


@keep_history()
class VillageMeeting(Versioned):
    """One meeting of one village: when, where, who, on which families what was decided. Takes effect when closed."""

    STATES = MeetingState

    village = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("desa"))
    held_on = models.DateField(_("tanggal musyawarah"))
    place = models.CharField(_("tempat"), max_length=120)
    chair = models.CharField(_("pemimpin musyawarah"), max_length=120)
    state = models.CharField(_("status"), max_length=10, choices=MeetingState, default=MeetingState.OPEN)
    state_since = models.DateTimeField(_("sejak"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("dicatat oleh")
    )
    minutes_number = models.CharField(_("nomor berita acara"), max_length=80, blank=True)
    minutes = models.ForeignKey(
        Paper,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("berita acara"),
    )
    # How many families the closing moved, skipped and could not move, with reasons (`households/batch.py`).
    result = models.JSONField(default=dict, editable=False)

    objects = InVillageQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-pk"]
        verbose_name = _("musyawarah")
        verbose_name_plural = _("musyawarah")

    def __str__(self) -> str:
        return f"MUS-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.village_id


class Attendee(models.Model):
    """Somebody who took part in a meeting, and in what function."""

    meeting = models.ForeignKey(VillageMeeting, on_delete=models.PROTECT, related_name="attendees")
    name = models.CharField(_("nama"), max_length=120)
    role = models.CharField(_("sebagai"), max_length=12, choices=AttendeeRole)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("peserta musyawarah")
        verbose_name_plural = _("peserta musyawarah")

    def __str__(self) -> str:
        return f"PSR-{self.pk}"


class MeetingDecision(models.Model):
    """What an open meeting has decided on a family so far: accepted (no reason), or taken off the list with the reason."""

    # Whether the person who asks sees the family, and then its head's name (`MeetingDecisionQuerySet.told_to`).
    family_here: bool
    head_here: str | None

    meeting = models.ForeignKey(VillageMeeting, on_delete=models.PROTECT, related_name="decisions")
    registration = models.ForeignKey(
        "households.Registration", on_delete=models.PROTECT, related_name="meeting_decisions"
    )
    accepted = models.BooleanField(_("disepakati"))
    reason = models.CharField(_("alasan"), max_length=12, choices=MeetingReason, blank=True)
    decided_at = models.DateTimeField(_("pada"), auto_now=True)

    objects = MeetingDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("keputusan musyawarah")
        verbose_name_plural = _("keputusan musyawarah")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "registration"], name="one_decision_per_meeting"),
            models.CheckConstraint(
                condition=models.Q(accepted=True, reason="") | (models.Q(accepted=False) & ~models.Q(reason="")),
                name="refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} {self.registration_id}"
