"""Vocabulary for reaching rows of the registry. `visible_to` is the only door for views."""

from typing import Any

from django.db import models
from django.db.models.functions import NullIf

from households.choices.objection import ObjectionState
from households.choices.registration import RegistrationState as S
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission

# States in which somebody has to go and look at the house.
TO_VERIFY = (S.FINAL_LIST, S.FIELD_VERIFICATION, S.RETURNED)
LISTED = (S.DETERMINED, S.UPDATE_DUE)
# States in which an objector has an answer to hear.
ANSWERED_OBJECTION = (ObjectionState.ACCEPTED, ObjectionState.REJECTED)
# Ends that a verifier found and the supervisor agreed to.
NEGATIVE_ENDS = (S.NOT_FOUND, S.MOVED, S.PART_OF_OTHER, S.REFUSED, S.DUPLICATE)
# States that end in something the family has to hear, or whoever proposed it.
TOLD_OF = (S.DETERMINED, S.NOT_DETERMINED, S.REJECTED_BY_MEETING, S.EXITED, *NEGATIVE_ENDS)

# The head first, whose relation nobody knows last.
BY_RELATION = NullIf("relation", models.Value(""))


class HouseholdQuerySet(models.QuerySet):
    """Households by area."""

    def visible_to(self, user: Any) -> "HouseholdQuerySet":
        """Households in the areas where the person may see families."""
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), "village__code"))


class FamilyQuerySet(models.QuerySet):
    """Families by area and identity."""

    def visible_to(self, user: Any) -> "FamilyQuerySet":
        """Families in the areas where the person may see them; one that was merged into another is not there any more."""
        areas = user.areas_for(Permission.FAMILY_VIEW)
        return self.filter(within(areas, "household__village__code"), merged_into=None)

    def in_region(self, code: str) -> "FamilyQuerySet":
        """Families in a region or below it."""
        return self.filter(within((code,), "household__village__code"))

    def for_page(self) -> "FamilyQuerySet":
        """With place and head."""
        return self.select_related("household__village", "head")

    def for_list(self) -> "FamilyQuerySet":
        """Only what a list line shows; no person's number is read for it."""
        return self.for_page().only(
            *("kk_encrypted", "decile", "decile_period", "head__name"),
            *("household__address", "household__village__name"),
        )


class PersonQuerySet(models.QuerySet):
    """Persons by area."""

    def visible_to(self, user: Any) -> "PersonQuerySet":
        """Persons whose open membership lies in the areas where the person may see families."""
        place = "memberships__family__household__village__code"
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), place), memberships__ended_on__isnull=True)


class MembershipQuerySet(models.QuerySet):
    """Memberships by time."""

    def open(self) -> "MembershipQuerySet":
        """Those that have not ended."""
        return self.filter(ended_on__isnull=True)

    def unrelated(self) -> "MembershipQuerySet":
        """Present ones of whom nobody knows what they are to the family's head; the next visit asks."""
        return self.open().filter(relation="")


class RegistrationQuerySet(models.QuerySet):
    """Registrations by area and state."""

    def visible_to(self, user: Any) -> "RegistrationQuerySet":
        """Registrations of families in the areas where the person may see registrations."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_VIEW), "family__household__village__code"))

    def in_region(self, code: str) -> "RegistrationQuerySet":
        """Registrations in a region or below it."""
        return self.filter(within((code,), "family__household__village__code"))

    def for_page(self) -> "RegistrationQuerySet":
        """With place and head."""
        return self.select_related("family__household__village", "family__head")

    def for_list(self) -> "RegistrationQuerySet":
        """Only what a list line shows."""
        return (
            self.for_page()
            .select_related("verifier")
            .only(
                *("state", "state_since", "family__head__name", "family__household__village__name"),
                *("verifier__full_name", "verifier__username"),
            )
        )

    def to_verify_by(self, user: Any) -> "RegistrationQuerySet":
        """Those waiting for a field verification that this person was asked to make; nobody's when `user` is None."""
        return self.filter(state__in=TO_VERIFY, verifier=user)

    def listed(self) -> "RegistrationQuerySet":
        """Those that stand on the ministry's list, also while somebody proposes that they leave it."""
        leaving = models.Q(state=S.EXIT_PROPOSED, exit_from__in=("", *LISTED))
        return self.filter(leaving | models.Q(state__in=LISTED))

    def untold(self) -> "RegistrationQuerySet":
        """Those with a result that the family has not heard yet; what came with an extract is nobody's result to tell."""
        told_of = models.Q(proposed_by__isnull=False, state__in=TOLD_OF) | models.Q(state=S.EXITED)
        return self.filter(told_of, told_on__isnull=True)


class VisitQuerySet(models.QuerySet):
    """Visits by author."""

    def visible_to(self, user: Any) -> "VisitQuerySet":
        """A draft belongs to whoever began it, as long as they may visit in its village."""
        return self.filter(within(user.areas_for(Permission.VISIT_WRITE), "village__code"), facilitator=user)

    def told_to(self, user: Any) -> "VisitQuerySet":
        """Visits that are over, of families the person may see: when and by whom, as the case file tells it. Drafts are not."""
        place = "family__household__village__code"
        return self.filter(within(user.areas_for(Permission.FAMILY_VIEW), place)).exclude(state="draft")


class ImportRunQuerySet(models.QuerySet):
    """Import runs by area."""

    def visible_to(self, user: Any) -> "ImportRunQuerySet":
        """Runs for areas in which the person may import, or approve what others want to import."""
        areas = {*user.areas_for(Permission.IMPORT_RUN), *user.areas_for(Permission.IMPORT_APPROVE)}
        return self.filter(within(tuple(sorted(areas)), "area__code"))

    def busy(self) -> "ImportRunQuerySet":
        """Those a worker has or will have in its hands."""
        return self.filter(state__in=("uploaded", "reading", "applying", "taking_back"))

    def overlapping(self, area: str) -> "ImportRunQuerySet":
        """Those whose area covers, or is covered by, a region."""
        parts = area.split(".")
        above = [".".join(parts[:end]) for end in range(1, len(parts))]
        return self.filter(within((area,), "area__code") | models.Q(area_id__in=above))


class ImportConflictQuerySet(models.QuerySet):
    """Conflicts of import runs."""

    def visible_to(self, user: Any) -> "ImportConflictQuerySet":
        """Conflicts of visible runs."""
        return self.filter(within(user.areas_for(Permission.IMPORT_RUN), "run__area__code"))

    def undecided(self) -> "ImportConflictQuerySet":
        """Those that wait for a person."""
        return self.filter(decision="")


class InVillageQuerySet(models.QuerySet):
    """Meetings and papers of villages."""

    def visible_to(self, user: Any) -> "InVillageQuerySet":
        """Those of villages in the areas where the person may see registrations."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_VIEW), "village__code"))


class OfRegistrationQuerySet(models.QuerySet):
    """Rows that hang on a registration."""

    def visible_to(self, user: Any) -> "OfRegistrationQuerySet":
        """Those of visible registrations."""
        place = "registration__family__household__village__code"
        return self.filter(within(user.areas_for(Permission.REGISTRATION_VIEW), place))

    def for_page(self) -> "OfRegistrationQuerySet":
        """With place and head."""
        return self.select_related("registration__family__household__village", "registration__family__head")


class ExclusionFlagQuerySet(OfRegistrationQuerySet):
    """Signs against receiving aid."""


class ObjectionQuerySet(models.QuerySet):
    """Objections by area."""

    def visible_to(self, user: Any) -> "ObjectionQuerySet":
        """Objections about families in the areas where the person may see registrations."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_VIEW), "family__household__village__code"))

    def for_page(self) -> "ObjectionQuerySet":
        """With place and head."""
        return self.select_related("family__household__village", "family__head")

    def for_list(self) -> "ObjectionQuerySet":
        """Only what a list line shows."""
        return self.for_page().defer("reason")

    def in_region(self, code: str) -> "ObjectionQuerySet":
        """Objections about families in a region or below it."""
        return self.filter(within((code,), "family__household__village__code"))

    def open(self) -> "ObjectionQuerySet":
        """Those nobody has decided yet."""
        return self.exclude(state__in=ANSWERED_OBJECTION)

    def untold(self) -> "ObjectionQuerySet":
        """Those that were decided and whose objector has not heard it yet."""
        return self.filter(state__in=ANSWERED_OBJECTION, told_on__isnull=True)


class AnswerFileQuerySet(models.QuerySet):
    """Answer files by area."""

    def visible_to(self, user: Any) -> "AnswerFileQuerySet":
        """Files for areas in which the person may record the ministry's results."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_RESULT), "area__code"))


class SiksWorkbookQuerySet(models.QuerySet):
    """Workbooks for SIKS-NG by area."""

    def visible_to(self, user: Any) -> "SiksWorkbookQuerySet":
        """Workbooks of areas in which the person may send."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_SEND), "area__code"))


class PhotoQuerySet(models.QuerySet):
    """Photos by area, kind and whether they still count."""

    def visible_to(self, user: Any) -> "PhotoQuerySet":
        """Photos of families of the own area, and those of the own visits. Opening a KTP asks for more, see `registry.photos`."""
        of_families = within(user.areas_for(Permission.FAMILY_VIEW), "family__household__village__code")
        of_visits = within(user.areas_for(Permission.VISIT_WRITE), "visit__village__code")
        return self.filter(of_families | (of_visits & models.Q(visit__facilitator=user)))

    def kept(self) -> "PhotoQuerySet":
        """Those nobody removed."""
        return self.filter(removed_at__isnull=True)


class CivilTaskQuerySet(models.QuerySet):
    """Tasks toward civil registration by area."""

    def visible_to(self, user: Any) -> "CivilTaskQuerySet":
        """Tasks of persons whose open membership lies in the own area."""
        place = "person__memberships__family__household__village__code"
        return self.filter(
            within(user.areas_for(Permission.FAMILY_VIEW), place), person__memberships__ended_on__isnull=True
        )


_PLACE = "memberships__family__household__village__code"


class DuplicateCandidateQuerySet(models.QuerySet):
    """Pairs that look like one person."""

    def visible_to(self, user: Any) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas where the person may see duplicates; no name from elsewhere."""
        return self.lying_in(user.areas_for(Permission.DUPLICATE_VIEW))

    def lying_in(self, areas: tuple[str, ...]) -> "DuplicateCandidateQuerySet":
        """Pairs of which both persons live in the areas."""
        return _both_within(self, areas, "first", "second")

    def current(self) -> "DuplicateCandidateQuerySet":
        """Pairs whose two entries are as they were compared; an edited entry hides its pairs until it is compared again."""
        return self.filter(first__version=models.F("first_version"), second__version=models.F("second_version"))

    def to_decide(self) -> "DuplicateCandidateQuerySet":
        """Open pairs as they are now."""
        return self.current().filter(state="open")

    def for_list(self) -> "DuplicateCandidateQuerySet":
        """With the two names; nobody's number is read for it."""
        shown = ("state", "score", "found_at", "first__name", "first__birth_date", "second__name", "second__birth_date")
        return self.select_related("first", "second").only(*shown)

    def in_region(self, code: str) -> "DuplicateCandidateQuerySet":
        """Pairs of which one person lives in a region or below it."""
        every = self.model._default_manager.all()
        of_first = _both_within(every, (code,), "first").values("pk")
        of_second = _both_within(every, (code,), "second").values("pk")
        return self.filter(models.Q(pk__in=of_first) | models.Q(pk__in=of_second))


class MergeQuerySet(models.QuerySet):
    """Proposals to merge, and merges."""

    def visible_to(self, user: Any) -> "MergeQuerySet":
        """Those whose entries lie in the areas where the person may see duplicates."""
        return self.lying_in(user.areas_for(Permission.DUPLICATE_VIEW))

    def lying_in(self, areas: tuple[str, ...]) -> "MergeQuerySet":
        """Those whose two entries lie in the areas. A merged one lives with the kept."""
        kept = _both_within(self, areas, "kept")
        both = _both_within(self, areas, "kept", "gone")
        return self.filter(
            models.Q(pk__in=kept.filter(state="merged").values("pk")) | models.Q(pk__in=both.values("pk"))
        )

    def to_confirm(self, user: Any) -> "MergeQuerySet":
        """Proposals that wait for a second person, without this person's own."""
        return self.filter(state="proposed").exclude(proposed_by=user)

    def in_region(self, code: str) -> "MergeQuerySet":
        """Merges whose kept entry lives in a region or below it."""
        every = self.model._default_manager.all()
        return self.filter(pk__in=_both_within(every, (code,), "kept").values("pk"))

    def for_list(self) -> "MergeQuerySet":
        """With the two names and who proposed it; nobody's number is read for it."""
        shown = ("state", "state_since", "kept__name", "gone__name", "proposed_by__full_name", "proposed_by__username")
        return self.select_related("kept", "gone", "proposed_by").only(*shown)


def _both_within(rows: Any, areas: tuple[str, ...], *names: str) -> Any:
    for name in names:
        rows = rows.filter(within(areas, f"{name}__{_PLACE}"), **{f"{name}__memberships__ended_on": None})
    return rows
