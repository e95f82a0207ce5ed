"""Survey rounds: raw codes with the code book they belong to; a round is kept, never rewritten."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.survey import CodeBook, SurveyKind
from households.models.digest import drops_digests
from households.models.household import REGISTRY_WRITES, Household
from households.models.imports import ImportRun
from households.models.person import Person
from slrt.accounts.models import User
from slrt.core.fields import EncryptedJSON
from slrt.core.marks import counted_writes
from slrt.core.references import checked_per_statement

HOUSE_OF = "SELECT f.id FROM households_family f JOIN $rows n ON n.household_id = f.household_id"
ROUND_OF = """SELECT f.id FROM households_family f JOIN households_surveyround r ON r.household_id = f.household_id
JOIN $rows n ON n.round_id = r.id"""


@counted_writes(REGISTRY_WRITES)
@drops_digests(HOUSE_OF, "inserted", "updated", "deleted")
@checked_per_statement("household", "run")
class SurveyRound(models.Model):
    """What a household answered once. `answers` maps variable names of the code book to raw codes.

    What names somebody, or their accounts and papers (private variables of the book), lies encrypted in `private`.
    """

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="rounds", db_constraint=False)
    kind = models.CharField(_("jenis"), max_length=10, choices=SurveyKind)
    codebook = models.CharField(_("buku kode"), max_length=16, choices=CodeBook)
    period = models.CharField(_("periode"), max_length=10, blank=True)
    collected_on = models.DateField(_("tanggal"))
    collected_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("oleh")
    )
    run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    answers = models.JSONField(_("jawaban"), default=dict)
    private = EncryptedJSON(null=True)
    consent_version = models.CharField(_("versi persetujuan"), max_length=20, blank=True)
    attested = models.BooleanField(_("pernyataan kebenaran"), default=False)

    class Meta:
        ordering = ["-collected_on", "-pk"]
        verbose_name = _("putaran pendataan")
        verbose_name_plural = _("putaran pendataan")

    def __str__(self) -> str:
        return f"{self.household} {self.kind} {self.collected_on}"


@counted_writes(REGISTRY_WRITES)
@drops_digests(ROUND_OF, "updated")
@checked_per_statement("person", "round")
class PersonAnswers(models.Model):
    """What was answered about one person in one round; read by round, so its index begins with the round."""

    pk = models.CompositePrimaryKey("round_id", "person_id")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="answers", db_constraint=False, db_index=False
    )
    round = models.ForeignKey(
        SurveyRound, on_delete=models.PROTECT, related_name="person_answers", db_constraint=False, db_index=False
    )
    answers = models.JSONField(_("jawaban"), default=dict)
    private = EncryptedJSON(null=True)

    class Meta:
        verbose_name = _("jawaban orang")
        verbose_name_plural = _("jawaban orang")

    def __str__(self) -> str:
        return f"{self.person_id}@{self.round_id}"
