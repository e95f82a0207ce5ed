"""Pairs of entries that look like one person, what they were found by, and the merging of two entries into one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.duplicates import DuplicateState, MergeState
from households.models.household import Family
from households.models.person import Person
from households.querysets.duplicates import DuplicateCandidateQuerySet, MergeQuerySet
from slrt.accounts.models import User
from slrt.core.fields import BlindIndex, EncryptedJSON
from slrt.core.models import Versioned


class PersonKeys(models.Model):
    """What one person is compared by, derived by `duplicates.search`; goes and comes with the person's data.

    `keys` are hashes of the blocking keys, each in its place or NULL, `print` a hash of everything they were derived from. Of the
    mother's name only a keyed hash of its folded form lies here.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="+"
    )
    print = models.BigIntegerField()
    version = models.PositiveIntegerField()
    name_key = models.CharField(max_length=140)
    mother_key = BlindIndex(null=True)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1)
    village = models.CharField(max_length=13, blank=True)
    family_id = models.BigIntegerField(null=True)
    has_nik = models.BooleanField()
    keys = ArrayField(models.BigIntegerField(null=True))

    class Meta:
        # PostgreSQL counts from one, Django from zero.
        indexes = [models.Index(models.F(f"keys__{n}"), name=f"person_key_{n + 1}") for n in range(10)]

    def __str__(self) -> str:
        return f"ORG-{self.person_id}"


class NameWord(models.Model):
    """How many people bear a word of a folded name; under the empty word, how many people were counted.

    Renewed by a search over many people; a word that one person bears is not kept.
    """

    word = models.CharField(max_length=140, primary_key=True)
    people = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.word


class SearchMark(models.Model):
    """Where the last search over everybody who changed stood; one row, see `duplicates.changes`.

    `horizon` is the oldest transaction that was under way then, a number that means something in one `cluster` of PostgreSQL alone;
    `making` the way keys were made, `keyed` how many were made since the words of names were counted.
    """

    horizon = models.BigIntegerField()
    cluster = models.BigIntegerField()
    making = models.CharField(max_length=20)
    keyed = models.PositiveBigIntegerField(default=0)
    whole_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.horizon)


class DuplicateCandidate(Versioned):
    """Two persons who look like one, `first` the older entry. A derived fact: it goes when the data are corrected.

    It holds for the versions it was found at; a dismissed one stays dismissed as long as what was compared is the same.
    """

    STATES = DuplicateState

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("orang pertama"))
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", verbose_name=_("orang kedua"))
    first_version = models.PositiveIntegerField()
    second_version = models.PositiveIntegerField()
    # The smallest region in which the search found both; empty where even their provinces differ.
    place = models.CharField(max_length=13, blank=True)
    score = models.PositiveSmallIntegerField(_("nilai"))
    reasons = models.JSONField(_("alasan"), default=list)
    compared = models.CharField(max_length=32)
    found_at = models.DateTimeField(_("ditemukan"))
    state = models.CharField(_("status"), max_length=12, choices=DuplicateState, default=DuplicateState.OPEN)
    state_since = models.DateTimeField(_("sejak"))
    dismissed_reason = models.CharField(_("alasan bukan orang yang sama"), max_length=300, blank=True)
    dismissed_compared = models.CharField(max_length=32, blank=True)

    objects = DuplicateCandidateQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "pk"]
        verbose_name = _("dugaan ganda")
        verbose_name_plural = _("dugaan ganda")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="duplicate_pair_ordered"),
        ]
        indexes = [
            models.Index(fields=["state", "-score", "id"], name="duplicate_by_score"),
            models.Index(fields=["state", "place"], opclasses=["varchar_pattern_ops"] * 2, name="duplicate_by_place"),
        ]

    def __str__(self) -> str:
        return f"GANDA-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village of the first person; the second is asked for by the step's own condition."""
        return village_of(self.first_id)


class Merge(Versioned):
    """The proposal to make two entries one, then the merging itself with everything needed to undo it."""

    STATES = MergeState

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("yang dipertahankan"))
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("yang digabungkan"))
    kept_version = models.PositiveIntegerField()
    gone_version = models.PositiveIntegerField()
    # Field -> "kept" or "gone": whose value stays.
    choices = models.JSONField(default=dict)
    reason = models.CharField(_("alasan"), max_length=300)
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name=_("diusulkan oleh")
    )
    state = models.CharField(_("status"), max_length=12, choices=MergeState, default=MergeState.PROPOSED)
    state_since = models.DateTimeField(_("sejak"))
    family = models.ForeignKey(Family, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    # Rows as they were, ids of the rows that moved and of those that were made; a digest of how they were left.
    before = EncryptedJSON(null=True)
    left_as = models.CharField(max_length=32, blank=True)
    # Relation -> how many rows moved; shown and audited.
    moved = models.JSONField(default=dict)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-state_since", "-pk"]
        verbose_name = _("penggabungan")
        verbose_name_plural = _("penggabungan")
        constraints = [
            models.UniqueConstraint(
                fields=["gone"], condition=models.Q(state__in=["proposed", "merged"]), name="one_merge_per_person"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("gone")), name="merge_of_two"),
        ]
        indexes = [
            models.Index(fields=["state", "-state_since"], name="merge_by_state"),
            models.Index(fields=["family"], name="merge_family", condition=models.Q(family__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"GAB-{self.pk}"

    @property
    def place_code(self) -> str:
        """The village of the entry that stays."""
        return village_of(self.kept_id)


class FormerNik(models.Model):
    """A NIK that was dropped when two entries of one person were merged: it leads to the person, and makes nobody new.

    Only the blind index is kept; the number itself lies in what the merge keeps to be undone. `person` is the entry that stayed then;
    merged again, it leads on (`Person.survivor`). Whoever bears the number by now comes before it.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_niks")
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="former_niks")
    nik_index = BlindIndex(db_index=True)

    class Meta:
        verbose_name = _("NIK yang dilepas")
        verbose_name_plural = _("NIK yang dilepas")

    def __str__(self) -> str:
        return f"{self.merge} – ORG-{self.person_id}"


class FormerEntry(models.Model):
    """An entry without NIK that became one with another in a merge: the rows by which an extract still names it make nobody new.

    Such a row has no number; what tells it is the family that the source puts it in, by id or card, with name and day of birth, all as
    the entry stood before the merge. `person` is the entry that stayed then; merged again, it leads on (`Person.survivor`).
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_entries")
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="former_entries")
    official_id = models.CharField(max_length=30, null=True)
    kk_index = BlindIndex(null=True)
    name_folded = models.CharField(max_length=140)
    birth_date = models.DateField()

    class Meta:
        verbose_name = _("data tanpa NIK yang digabung")
        verbose_name_plural = _("data tanpa NIK yang digabung")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(official_id__isnull=False) | models.Q(kk_index__isnull=False),
                name="former_entry_of_a_family",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merge} – ORG-{self.person_id}"


def village_of(person_id: int) -> str:
    """Return the code of the village in which a person lives now, "" for none."""
    found = Person.objects.filter(pk=person_id, memberships__ended_on=None)
    return found.values_list("memberships__family__household__village_id", flat=True).first() or ""
