"""Vocabulary for reaching registrations and what hangs on them. `visible_to` is the only door for views."""

from typing import Any

from django.db import models

from households.choices.meeting import PaperKind
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
                *("family__household__address", "family__household__hamlet"),
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


class InVillageQuerySet(models.QuerySet):
    """Meetings of villages."""

    def visible_to(self, user: Any) -> "InVillageQuerySet":
        """Those of villages in the areas where the person may see registrations."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_VIEW), "village__code"))


class PaperQuerySet(InVillageQuerySet):
    """Scanned papers: of a whole village, or of one family, which may have moved since."""

    def visible_to(self, user: Any) -> "PaperQuerySet":
        """A village's papers where the person may see registrations there, a family's own where they may see the family's."""
        registrations = self.model._meta.apps.get_model("households", "Registration").objects.visible_to(user)
        own = models.Exists(registrations.filter(sptjm_paper=models.OuterRef("pk")))
        of_village = models.Q(pk__in=super().visible_to(user)) & ~models.Q(kind=PaperKind.SPTJM)
        return self.filter(of_village | models.Q(own, kind=PaperKind.SPTJM))


class MeetingDecisionQuerySet(models.QuerySet):
    """What meetings decided, family by family."""

    def told_to(self, user: Any) -> "MeetingDecisionQuerySet":
        """With `family_here` and `head_here`: the family may have moved out of the person's areas, and then nothing is said of it."""
        place = "registration__family__household__village__code"
        here = within(user.areas_for(Permission.REGISTRATION_VIEW), place)
        return self.select_related("registration__family__household").annotate(
            family_here=models.Case(models.When(here, then=True), default=False),
            head_here=models.Case(models.When(here, then=models.F("registration__family__head__name"))),
        )


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

    def with_moved_nothing(self) -> "AnswerFileQuerySet":
        """With `moved_nothing`: its import was applied and none of its rows moved a proposal, so that nothing of it is applied.

        What an earlier reading of the same import laid out was put aside for a later one.
        """
        later = self.model._default_manager.filter(run=models.OuterRef("run"), pk__gt=models.OuterRef("pk"))
        ended = models.Q(state="cancelled", run__applied_at__isnull=False) & ~models.Exists(later)
        return self.annotate(moved_nothing=models.ExpressionWrapper(ended, output_field=models.BooleanField()))


class SiksWorkbookQuerySet(models.QuerySet):
    """Workbooks for SIKS-NG by area."""

    def visible_to(self, user: Any) -> "SiksWorkbookQuerySet":
        """Workbooks of areas in which the person may send."""
        return self.filter(within(user.areas_for(Permission.REGISTRATION_SEND), "area__code"))
