"""A family's way into the social registry (DTKS, since 2025 DTSEN)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.fieldcheck import VerificationResult
from households.choices.meeting import MeetingReason
from households.choices.registration import Exclusion, ExitReason, RegistrationState
from households.choices.telling import ToldHow, ToldWhom
from households.models.digest import drops_digests
from households.models.household import Family
from households.models.meeting import Paper, VillageMeeting
from households.querysets.registration import ExclusionFlagQuerySet, RegistrationQuerySet
from slrt.accounts.models import User
from slrt.audit.history import keep_history
from slrt.audit.models import AuditEntry
from slrt.core.models import Versioned
from slrt.core.references import checked_per_statement

# A family has at most one registration outside these states.
ENDED_STATES = (
    RegistrationState.REJECTED_BY_MEETING,
    RegistrationState.NOT_FOUND,
    RegistrationState.MOVED,
    RegistrationState.PART_OF_OTHER,
    RegistrationState.REFUSED,
    RegistrationState.DUPLICATE,
    RegistrationState.NOT_DETERMINED,
    RegistrationState.EXITED,
)


# Steps that record what comes back from the ministry, and the one that takes it back.
RESULT_STEPS = ("rank", "determine", "not_determine", "correct_result")
# Where a verification other than "complete" leads once the supervisor agrees.
ENDED_BY_RESULT = {
    VerificationResult.NOT_FOUND: RegistrationState.NOT_FOUND,
    VerificationResult.MOVED: RegistrationState.MOVED,
    VerificationResult.PART_OF_OTHER: RegistrationState.PART_OF_OTHER,
    VerificationResult.REFUSED: RegistrationState.REFUSED,
    VerificationResult.DUPLICATE: RegistrationState.DUPLICATE,
}


@checked_per_statement("family")
@drops_digests("SELECT family_id FROM $rows", "deleted")
@keep_history()
class Registration(Versioned):
    """One proposal of a family, from draft to the Minister's determination; states in `households/workflow/registration/`."""

    STATES = RegistrationState

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="registrations", db_constraint=False)
    state = models.CharField(_("status"), max_length=24, choices=RegistrationState, default=RegistrationState.DRAFT)
    state_since = models.DateTimeField(_("sejak"))
    source = models.CharField(_("asal"), max_length=12, default="visit")
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("diusulkan oleh")
    )
    identity_waived = models.CharField(_("alasan tanpa kecocokan identitas"), max_length=200, blank=True)
    meeting = models.ForeignKey(
        VillageMeeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="registrations",
        verbose_name=_("musyawarah"),
    )
    meeting_on = models.DateField(_("tanggal musyawarah"), null=True, blank=True)
    minutes_number = models.CharField(_("nomor berita acara"), max_length=80, blank=True)
    meeting_reason = models.CharField(
        _("alasan ditolak musyawarah"), max_length=12, choices=MeetingReason, blank=True, db_default=""
    )
    sptjm_on = models.DateField(_("tanggal SPTJM"), null=True, blank=True)
    sptjm_paper = models.ForeignKey(
        Paper,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("pindaian SPTJM"),
    )
    # Who was asked to go; others of the area may go all the same.
    verifier = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("verifikasi ditugaskan kepada"),
    )
    # From when on the household waits to be seen; photos of this round are not older. Empty: not yet, or before this was
    # kept; then all count.
    verification_from = models.DateTimeField(_("menunggu verifikasi sejak"), null=True, blank=True)
    surveyor = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("petugas verifikasi"),
    )
    result_code = models.CharField(_("hasil verifikasi"), max_length=1, choices=VerificationResult, blank=True)
    other_family = models.ForeignKey(
        Family,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("keluarga lain"),
    )
    decree_number = models.CharField(_("nomor SK"), max_length=80, blank=True)
    decree_on = models.DateField(_("tanggal SK"), null=True, blank=True)
    sent_on = models.DateField(_("tanggal kirim"), null=True, blank=True)
    result_reason = models.CharField(_("alasan hasil"), max_length=200, blank=True)
    exit_reason = models.CharField(_("alasan keluar"), max_length=20, choices=ExitReason, blank=True)
    # Where the family stood when it was proposed to leave; it goes back there when it stays.
    exit_from = models.CharField(
        _("status sebelum diusulkan keluar"), max_length=24, choices=RegistrationState, blank=True, db_default=""
    )
    exit_evidence = models.CharField(_("bukti alasan keluar"), max_length=300, blank=True, db_default="")
    exit_proposed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("keluar diusulkan oleh"),
    )
    told_on = models.DateField(_("disampaikan kepada warga"), null=True, blank=True)
    told_how = models.CharField(_("disampaikan lewat"), max_length=8, choices=ToldHow, blank=True, db_default="")
    told_whom = models.CharField(_("disampaikan kepada"), max_length=8, choices=ToldWhom, blank=True, db_default="")

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["state_since", "pk"]
        verbose_name = _("pendaftaran DTSEN")
        verbose_name_plural = _("pendaftaran DTSEN")
        constraints = [
            models.UniqueConstraint(
                fields=["family"],
                condition=~models.Q(state__in=[str(state) for state in ENDED_STATES]),
                name="one_live_registration",
            )
        ]
        # Most rows come from an extract: nobody proposed them, nobody is to verify them.
        indexes = [
            models.Index(fields=["state", "state_since"], name="registration_state"),
            models.Index(
                fields=["proposed_by"], name="registration_proposer", condition=models.Q(proposed_by__isnull=False)
            ),
            # Whoever takes an import back is asked for every family whether one is named here.
            models.Index(
                fields=["other_family"], name="registration_other", condition=models.Q(other_family__isnull=False)
            ),
            models.Index(fields=["meeting"], name="registration_meeting", condition=models.Q(meeting__isnull=False)),
            models.Index(fields=["verifier"], name="registration_verifier", condition=models.Q(verifier__isnull=False)),
            models.Index(fields=["surveyor"], name="registration_surveyor", condition=models.Q(surveyor__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"DFT-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.family.household.village_id

    @property
    def end_found(self) -> str:
        """The state in which the verifier's result ends the case; empty when it does not."""
        return str(ENDED_BY_RESULT.get(self.result_code, ""))  # type: ignore[call-overload]

    def result_steps(self, state: str) -> list[AuditEntry]:
        """Return the steps of the trail that brought a result, its state, in their order; one answer may rank and determine."""
        told = AuditEntry.objects.filter(subject=self._meta.label_lower, subject_id=self.pk, verb__in=RESULT_STEPS)
        last = told.order_by("-pk").first()
        if last is None or last.to_state != state or last.verb == "correct_result":
            return []
        return list(told.filter(at=last.at).exclude(verb="correct_result").order_by("pk"))

    @property
    def before_result(self) -> str:
        """The state in which it waited for the result that stands; empty when no step here brought it."""
        steps = self.result_steps(self.state)
        return steps[0].from_state if steps else ""

    @property
    def stage(self) -> str:
        """The state that says how far the family came: its own, or the one before while it is proposed to leave."""
        leaving = self.state == RegistrationState.EXIT_PROPOSED
        return (self.exit_from if leaving else "") or self.state


@keep_history()
class ExclusionFlag(Versioned):
    """A sign against receiving aid that somebody saw, or the reason to go on in spite of one.

    `evidence` is what was seen and is empty for signs that the data show by themselves; `override_reason` says why the
    registration goes on. A reason counts for the round of verification it was given in and for what was known then. One row per
    registration and code.
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="flags")
    code = models.CharField(_("tanda"), max_length=12, choices=Exclusion)
    evidence = models.CharField(_("bukti"), max_length=300, blank=True)
    raised_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("dicatat oleh")
    )
    override_reason = models.CharField(_("alasan tetap diteruskan"), max_length=300, blank=True)
    overridden_at = models.DateTimeField(_("diteruskan pada"), null=True, blank=True)
    # The signs as they stood then (`exclusions.Sign.shows`); empty before this was kept.
    overridden_for = models.CharField(max_length=400, blank=True, db_default="")
    overridden_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("diteruskan oleh")
    )

    objects = ExclusionFlagQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("tanda pengecualian")
        verbose_name_plural = _("tanda pengecualian")
        constraints = [models.UniqueConstraint(fields=["registration", "code"], name="exclusion_flag_once")]

    def __str__(self) -> str:
        return f"{self.registration} {self.code}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.registration.place_code
