"""Periodic data updates of the registry: what has grown old is handed back to the facilitator as visits."""

from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, TruncDate

from households.choices.registration import RegistrationState
from households.choices.visit import VisitOrigin, VisitStatus
from households.models import Family, Household, Membership, Registration, SurveyRound, Visit
from households.models.registration import ENDED_STATES
from households.questionnaire import QUESTIONNAIRES
from households.registry.freshness import CHUNK, with_old_data
from households.visiting.beginning import known_answers
from slrt.accounts.models import Assignment, User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Role
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import TransitionNotAllowed
from slrt.workflow import engine

Step = Callable[[int, int], None]  # told after each row: how many of how many


def _nobody(done: int, total: int) -> None:
    pass


def flag_outdated(step: Step = _nobody) -> int:
    """Move determined registrations whose data are older than DATA_UPDATE_DAYS to "update due"; return how many.

    What is old is said in one place (`registry.freshness`). A second run finds nothing left to do. Households without a registration
    have no state to move: `hand_over` finds them.
    """
    rows = Registration.objects.filter(
        state=RegistrationState.DETERMINED, family__in=with_old_data(Family.objects.all()).values("pk")
    ).select_related("family__household")
    flagged, total = 0, rows.count()
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK), 1):
        step(min(number, total), total)
        try:
            engine.apply("grow_old", row, by=None)
        except TransitionNotAllowed:
            continue
        flagged += 1
    return flagged


def hand_over(step: Step = _nobody) -> int:
    """Lay out a renewal visit for the facilitator of every family that is due; return how many were new.

    Due are families with old data: those whose registration says so and, one a household, those of households in which nobody is or
    was registered. A family with an open draft gets none. A facilitator holds at most RENEWALS_PER_FACILITATOR of them at a time,
    oldest data first; the others follow as visits are sent.
    """
    posts = Facilitators()
    _take_back(posts)
    _refresh_untouched()
    made = seen = 0
    parts = (_registered(), _unregistered())
    total = sum(part.count() for part in parts)
    for part in parts:
        for family_id, village in part.iterator(chunk_size=CHUNK):
            seen += 1
            step(min(seen, total), total)
            facilitator = posts.of(village)
            if facilitator is not None and _lay_out(family_id, village, facilitator):
                made += 1
                posts.open[facilitator.pk] += 1
    step(total, total)
    return made


def _registered() -> QuerySet[Registration, tuple[int, str]]:
    """Families whose registration waits for new data and that nobody has asked since they grew old: (family, village)."""
    due = Registration.objects.filter(state=RegistrationState.UPDATE_DUE)
    drafts = Visit.objects.filter(family=OuterRef("family"), state=VisitStatus.DRAFT)
    old = with_old_data(Family.objects.filter(pk__in=due.values("family"), merged_into=None))
    return (
        due.filter(Exists(_lived_in()), family__in=old.values("pk"))
        .exclude(Exists(drafts))
        .order_by("state_since", "pk")
        .values_list("family_id", "family__household__village_id")
    )


def _lived_in() -> QuerySet[Membership]:
    """Who lives in the family of a row now."""
    return Membership.objects.open().filter(family=OuterRef("family"))


def _unregistered() -> QuerySet[Household, tuple[int, str]]:
    """Families to visit whose data are old, one a household in which nobody is or was registered, oldest first: (family, village)."""
    inside = with_old_data(Family.objects.filter(merged_into=None)).filter(household=OuterRef("pk"))
    lived_in = inside.filter(memberships__isnull=False, memberships__ended_on=None).order_by("pk")
    taken = SurveyRound.objects.filter(household=OuterRef("pk"))
    return (
        Household.objects.exclude(Exists(Registration.objects.filter(family__household=OuterRef("pk"))))
        .exclude(Exists(Visit.objects.filter(family__household=OuterRef("pk"), state=VisitStatus.DRAFT)))
        .annotate(
            newest=Coalesce(
                Subquery(taken.order_by("-collected_on").values("collected_on")[:1]), TruncDate("created_at")
            ),
            family=Subquery(lived_in.values("pk")[:1]),
        )
        .filter(family__isnull=False)
        .order_by("newest", "pk")
        .values_list("family", "village_id")
    )


class Facilitators:
    """Who visits where today, and how many renewals each has open."""

    def __init__(self) -> None:
        self.posts = list(
            Assignment.objects.current(clock.today())
            .filter(role=Role.FACILITATOR, user__is_active=True)
            .select_related("user")
        )
        counts = (
            Visit.objects.filter(state=VisitStatus.DRAFT, origin=VisitOrigin.RENEWAL)
            .values_list("facilitator")
            .annotate(n=Count("pk"))
        )
        self.open: Counter[int] = Counter(dict(counts))
        self._fitting: dict[str, list[Assignment]] = {}

    def of(self, village: str) -> User | None:
        """Return a facilitator of the village who can take one more: the smallest area first, then who has the least to do."""
        if village not in self._fitting:
            holding = [post for post in self.posts if covers(post.area_id, village)]
            smallest = max((len(post.area_id) for post in holding), default=0)
            self._fitting[village] = [post for post in holding if len(post.area_id) == smallest]
        free = [p for p in self._fitting[village] if self.open[p.user_id] < settings.RENEWALS_PER_FACILITATOR]
        best = min(free, key=lambda post: (self.open[post.user_id], post.user_id), default=None)
        return best.user if best else None

    def serve(self, facilitator: int, village: str) -> bool:
        """Whether a facilitator, by number, visits in a village today."""
        return any(post.user_id == facilitator and covers(post.area_id, village) for post in self.posts)


def _lay_out(family_id: int, village: str, facilitator: User) -> bool:
    with transaction.atomic():
        family = Family.objects.select_for_update(of=("self",)).select_related("household").get(pk=family_id)
        if family.visits.filter(state=VisitStatus.DRAFT).exists():
            return False
        visit = Visit.objects.create(
            facilitator=facilitator,
            village_id=village,
            family=family,
            origin=VisitOrigin.RENEWAL,
            questionnaire=QUESTIONNAIRES[settings.VISIT_CODEBOOK].version,
            answers=known_answers(family, settings.VISIT_CODEBOOK),
        )
        trail.write("hand_over", visit, by=None, to_state=visit.state, family=family_id, facilitator=facilitator.pk)
    return True


def _untouched() -> QuerySet[Visit]:
    return Visit.objects.filter(state=VisitStatus.DRAFT, origin=VisitOrigin.RENEWAL, version=1)


def _take_back(posts: Facilitators) -> None:
    """Take back what nobody has begun and nobody needs, or whose family or facilitator is elsewhere now: others get it then."""
    old = with_old_data(Family.objects.filter(pk__in=_untouched().values("family"), merged_into=None))
    over = Registration.objects.filter(family=OuterRef("family"), state__in=ENDED_STATES)
    live = Registration.objects.filter(family=OuterRef("family")).exclude(state__in=ENDED_STATES)
    wanted = Q(family__in=old.values("pk")) & Exists(_lived_in()) & (~Exists(over) | Exists(live))
    laid_out = _untouched().annotate(
        needed=Case(When(wanted, then=True), default=False), home=F("family__household__village")
    )
    for pk, needed, home, village, facilitator in laid_out.values_list(
        "pk", "needed", "home", "village_id", "facilitator_id"
    ):
        if not needed or home != village or not posts.serve(facilitator, village):
            _withdraw(pk, posts)


def _withdraw(pk: int, posts: Facilitators) -> None:
    """Delete what was laid out, unless somebody has begun it meanwhile."""
    with transaction.atomic():
        visit = _untouched().select_for_update(of=("self",)).filter(pk=pk).first()
        if visit is None:
            return
        trail.write("withdraw", visit, by=None, from_state=visit.state, family=visit.family_id)
        posts.open[visit.facilitator_id] -= 1
        visit.delete()


def _refresh_untouched() -> None:
    """Fill in again what the registry has learnt since a renewal was laid out; what somebody began meanwhile is theirs."""
    stale = _untouched().filter(
        Q(family__updated_at__gt=F("updated_at")) | Q(family__household__updated_at__gt=F("updated_at"))
    )
    for pk in list(stale.values_list("pk", flat=True)):
        with transaction.atomic():
            visit = (
                _untouched().select_related("family__household").select_for_update(of=("self",)).filter(pk=pk).first()
            )
            if visit is not None and visit.family is not None:
                visit.answers = known_answers(visit.family, visit.codebook)
                visit.save(update_fields=["answers", "updated_at"])
