"""A person, and their dated membership in families."""

from datetime import date
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.person import AbsenceReason, MaritalStatus, NikMatch, NoNikReason, Relation, Sex
from households.models.digest import drops_digests
from households.models.household import REGISTRY_WRITES, Family
from households.querysets.household import MembershipQuerySet, PersonQuerySet
from slrt.audit.history import keep_history
from slrt.core import crypto
from slrt.core.fields import BlindIndex, EncryptedText
from slrt.core.marks import counted_writes
from slrt.core.models import Versioned
from slrt.core.references import checked_per_statement


def mother_columns(name: str) -> dict[str, Any]:
    """Return the two columns that hold a mother's name, both None when there is none."""
    known = name.strip()
    return {"mother_name": known or None, "mother_index": crypto.blind_index(known) if known else None}


@counted_writes(REGISTRY_WRITES)
@drops_digests("SELECT m.family_id FROM households_membership m JOIN $rows n ON n.id = m.person_id", "updated")
@keep_history()
class Person(Versioned):
    """Somebody who lives, or lived, in a registered household. NIK: encrypted, found by its blind index."""

    nik_encrypted = EncryptedText(null=True)
    nik_index = BlindIndex(null=True, unique=True)
    no_nik_reason = models.CharField(_("alasan tanpa NIK"), max_length=20, choices=NoNikReason, blank=True)
    nik_match = models.CharField(_("padan Dukcapil"), max_length=12, choices=NikMatch, default=NikMatch.UNCHECKED)
    name = models.CharField(_("nama"), max_length=120)
    name_folded = models.CharField(max_length=140, editable=False)
    birth_date = models.DateField(_("tanggal lahir"), null=True)
    birth_place = models.CharField(_("tempat lahir"), max_length=80, blank=True)
    sex = models.CharField(_("jenis kelamin"), max_length=1, choices=Sex)
    marital = models.CharField(_("status kawin"), max_length=1, choices=MaritalStatus, blank=True)
    occupation = models.CharField(_("pekerjaan"), max_length=80, blank=True)
    # A mother's name opens accounts elsewhere: encrypted, with an index that tells whether it changed (`mother_columns`).
    mother_name = EncryptedText(_("nama ibu kandung"), null=True)
    mother_index = BlindIndex(null=True)
    died_on = models.DateField(_("meninggal"), null=True, blank=True)
    # A second entry of one person leads to the first; it has no number and no open membership any more.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("orang")
        verbose_name_plural = _("orang")
        indexes = [
            GinIndex(SearchVector("name_folded", config="simple"), name="person_name_words"),
            models.Index(fields=["id"], name="person_without_nik", condition=models.Q(nik_index__isnull=True)),
            models.Index(fields=["merged_into"], name="person_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"ORG-{self.pk}"

    def survivor(self) -> "Person":
        """The entry that this one was merged into, itself when it was not."""
        person = self
        while person.merged_into is not None:
            person = person.merged_into
        return person

    def age_on(self, day: date) -> int | None:
        """Full years on a day; None when the birth date is not known."""
        if self.birth_date is None:
            return None
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before


@counted_writes(REGISTRY_WRITES)
@drops_digests("SELECT family_id FROM $rows", "inserted", "updated", "deleted")
@checked_per_statement("person", "family")
@keep_history()
class Membership(models.Model):
    """A person's place in a family from a day to a day. One open membership per person, one head per family.

    `relation` is empty where nobody knows it: another head came, or the family did not say.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", db_constraint=False, db_index=False
    )
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="memberships", db_constraint=False)
    relation = models.CharField(_("hubungan dengan kepala keluarga"), max_length=1, choices=Relation)
    household_relation = models.CharField(
        _("hubungan dengan kepala rumah tangga"), max_length=1, choices=Relation, blank=True
    )
    started_on = models.DateField(_("sejak"), null=True)
    ended_on = models.DateField(_("sampai"), null=True)
    end_reason = models.CharField(_("alasan"), max_length=20, blank=True)
    missing_since = models.DateTimeField(_("tidak ada di data terakhir sejak"), null=True, editable=False)
    # Away, and still of this family: the import, which writes by itself, leaves both out.
    absent_since = models.DateField(_("tidak di rumah sejak"), null=True)
    absence_reason = models.CharField(
        _("sebab tidak di rumah"), max_length=12, choices=AbsenceReason, blank=True, default="", db_default=""
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("keanggotaan")
        verbose_name_plural = _("keanggotaan")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_on__isnull=True), name="one_open_membership"
            ),
            models.UniqueConstraint(
                fields=["family"],
                condition=models.Q(ended_on__isnull=True, relation="1"),
                name="one_family_head",
            ),
        ]
        # The unique index above finds the open membership; this one the ended ones.
        indexes = [models.Index(fields=["person"], name="ended_membership", condition=models.Q(ended_on__isnull=False))]

    def __str__(self) -> str:
        return f"{self.person} – {self.family}"

    def get_relation_display(self) -> str:  # type: ignore[no-redef]
        """The relation to the family's head in words; that nobody knows it is said."""
        return str(Relation(self.relation).label if self.relation else _("Hubungan belum diketahui"))
