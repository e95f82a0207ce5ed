"""The programme catalogue with dated rules, the needs families name, and enrolments."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models import Family, Person
from programs.querysets import EnrolmentQuerySet, NeedQuerySet, ProgrammeQuerySet, ProgrammeRuleQuerySet
from slrt.accounts.models import Organisation, User
from slrt.audit.history import keep_history
from slrt.core.models import Versioned


class Programme(Versioned):
    """A programme or service a family can be referred to. Closed and renamed ones stay, with their successor."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Berjalan")
        RENAMED = "renamed", _("Berganti nama")
        CLOSED = "closed", _("Ditutup")

    class Service(models.TextChoices):
        CASH = "cash", _("Uang")
        GOODS = "goods", _("Barang")
        CARD = "card", _("Kartu atau jaminan")
        CREDIT = "credit", _("Kredit")
        SERVICE = "service", _("Layanan")
        INSTITUTION = "institution", _("Untuk lembaga")

    code = models.CharField(_("kode"), max_length=20, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("pengganti"))
    owner = models.CharField(_("penyelenggara"), max_length=160, blank=True)
    sector = models.CharField(_("bidang"), max_length=20, blank=True)
    service = models.CharField(_("bentuk"), max_length=12, choices=Service, default=Service.SERVICE)
    for_whom = models.TextField(_("untuk siapa"), blank=True)
    benefit = models.TextField(_("manfaat"), blank=True)
    prerequisites = models.JSONField(_("syarat"), default=list, help_text="[{code, label}]")
    legal_base = models.CharField(_("dasar hukum"), max_length=200, blank=True)
    receivers = models.ManyToManyField(
        Organisation, blank=True, related_name="programmes", verbose_name=_("lembaga penerima rujukan")
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("program")
        verbose_name_plural = _("program")

    def __str__(self) -> str:
        return self.name


class ProgrammeRule(models.Model):
    """The machine-checkable rule of a programme in a span of time; its result is advice, never a decision."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="rules", verbose_name=_("program"))
    valid_from = models.DateField(_("berlaku dari"))
    valid_to = models.DateField(_("berlaku sampai"), null=True, blank=True)
    conditions = models.JSONField(_("ketentuan"), default=list)
    source = models.CharField(_("sumber"), max_length=200)

    objects = ProgrammeRuleQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "-valid_from"]
        verbose_name = _("ketentuan program")
        verbose_name_plural = _("ketentuan program")

    def __str__(self) -> str:
        return f"{self.programme} {self.valid_from}"


class FamilyAdvice(models.Model):
    """What the rules said of a family, per programme code with the day since which it stands: {code: {outcome, since}}."""

    family = models.OneToOneField(Family, on_delete=models.PROTECT, primary_key=True, related_name="stored_advice")
    outcomes = models.JSONField(_("saran"), default=dict)
    changed_at = models.DateTimeField(_("berubah"))
    # When the rules were last put to this family, and the sum of the facts they were put to (`FamilyFacts.mark`).
    checked_at = models.DateTimeField(_("dicek"), null=True)
    facts_mark = models.CharField(max_length=16, blank=True)

    class Meta:
        verbose_name = _("saran program")
        verbose_name_plural = _("saran program")

    def __str__(self) -> str:
        return f"{self.family_id}: {len(self.outcomes)}"


@keep_history()
class Need(Versioned):
    """A programme a family says it needs, recorded on a visit or a complaint."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="needs")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="needs")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_on = models.DateField(_("dicatat"))
    note = models.CharField(_("catatan"), max_length=200, blank=True)
    met_on = models.DateField(_("terpenuhi"), null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("kebutuhan")
        verbose_name_plural = _("kebutuhan")
        constraints = [
            models.UniqueConstraint(
                fields=["family", "programme"], condition=models.Q(met_on__isnull=True), name="one_open_need"
            )
        ]

    def __str__(self) -> str:
        return f"{self.family_id} – {self.programme_id}"


@keep_history()
class Enrolment(Versioned):
    """A family or one of its members takes part in a programme, from a day; born when a referral is served."""

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    started_on = models.DateField(_("sejak"))
    ended_on = models.DateField(_("sampai"), null=True, blank=True)
    benefit = models.CharField(_("bantuan"), max_length=160, blank=True)
    amount = models.DecimalField(_("nilai (Rp)"), max_digits=14, decimal_places=0, null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("asal"), max_length=12, default="referral")

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        verbose_name = _("kepesertaan")
        verbose_name_plural = _("kepesertaan")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="enrolment_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.family_id} – {self.programme_id} – {self.started_on}"

    @property
    def place_code(self) -> str:
        """The village's code."""
        return self.family.household.village_id
