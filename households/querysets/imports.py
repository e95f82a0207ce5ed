"""Vocabulary for reaching imports. `visible_to` is the only door for views."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models

from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission
from slrt.core import clock


class ImportRunQuerySet(models.QuerySet):
    """Import runs by area."""

    def visible_to(self, user: Any) -> "ImportRunQuerySet":
        """Runs for areas in which the person may import, or approve what others want to import."""
        areas = {*user.areas_for(Permission.IMPORT_RUN), *user.areas_for(Permission.IMPORT_APPROVE)}
        return self.filter(within(tuple(sorted(areas)), "area__code"))

    def busy(self) -> "ImportRunQuerySet":
        """Those a worker has or will have in its hands."""
        return self.filter(state__in=("uploaded", "reading", "applying", "taking_back"))

    def to_apply(self, user: Any) -> "ImportRunQuerySet":
        """Previews that wait for this person: a large file not for its uploader (`applying.who_decides`), a small one not for
        whoever only approves what others import."""
        waiting, limit = self.filter(state="previewed"), settings.IMPORT_SECOND_PERSON_ROWS
        if not user.holds(Permission.IMPORT_RUN):
            return waiting.filter(counts__accepted__gt=limit) if limit else waiting.none()
        return waiting.exclude(started_by=user, counts__accepted__gt=limit) if limit else waiting

    def to_continue(self) -> "ImportRunQuerySet":
        """Those whose headings have to be matched, applied ones with people about whom somebody has to decide, and failed ones.

        A page that may be closed tells nobody that its file failed; after IMPORT_KEEP_DAYS nobody is told any more.
        """
        conflicts = self.model._meta.apps.get_model("households", "ImportConflict").objects
        undecided = models.Q(state="applied") & models.Exists(conflicts.undecided().filter(run=models.OuterRef("pk")))
        since = clock.now() - timedelta(days=settings.IMPORT_KEEP_DAYS)
        failed = models.Q(pk__in=self.failed().filter(state_since__gte=since).values("pk"))
        return self.filter(models.Q(state="columns") | undecided | failed).distinct()

    def failed(self) -> "ImportRunQuerySet":
        """Failed ones after which none of the same area and kind got further."""
        later = self.model._default_manager.filter(
            area=models.OuterRef("area"), kind=models.OuterRef("kind"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(state="failed").exclude(models.Exists(later.exclude(state__in=("failed", "cancelled"))))

    def in_region(self, code: str) -> "ImportRunQuerySet":
        """Those for an area, or for a part of it."""
        return self.filter(within((code,), "area__code"))

    def for_list(self) -> "ImportRunQuerySet":
        """With what a list shows of each."""
        return self.select_related("area", "started_by")

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

    def with_agreed(self) -> "ImportConflictQuerySet":
        """With `agreed`: nobody decided, and both numbers of the person are one by now.

        Somebody corrected the NIK here to the file's, or a later file named the person by the NIK that stands here. Of somebody whom
        the file puts in another family more is asked than that.
        """
        people = self.model._meta.apps.get_model("households", "Person").objects
        corrected = models.Exists(
            people.filter(
                pk=models.OuterRef("person_id"),
                nik_index=models.OuterRef("nik_index"),
                memberships__ended_on=None,
                memberships__family_id=models.OuterRef("extract_family_id"),
            )
        )
        agreed = models.Q(decision="") & (models.Q(agreed_in__isnull=False) | models.Q(corrected))
        return self.annotate(agreed=models.ExpressionWrapper(agreed, output_field=models.BooleanField()))

    def undecided(self) -> "ImportConflictQuerySet":
        """Those that wait for a person."""
        return self.with_agreed().filter(decision="", agreed=False)
