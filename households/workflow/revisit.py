"""The supervisors' second look: a random share of the verified families, drawn so that the draw can be repeated and checked.

A registration comes into the pot once in each round of verification.
"""

from math import ceil
from random import Random
from secrets import randbelow
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.fieldcheck import RevisitState
from households.choices.registration import RegistrationState as R
from households.models import Registration, Revisit, RevisitSample
from households.querysets.registration import NEGATIVE_ENDS
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission as P
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, NotPermitted, denied
from slrt.workflow.engine import Workflow
from slrt.workflow.guards import filled, move, not_future

S = RevisitState
LOOKED_AT = (R.VERIFIED, R.SUPERVISOR_APPROVED, R.END_PROPOSED, *NEGATIVE_ENDS)  # the results of verifications
SEEDS = 2**31
DRAW_LOCK = 0x52565354


def _not_own(row: Revisit, user: User) -> Decision:
    if row.registration.surveyor_id == user.pk:
        return denied(_("Anda sendiri yang memverifikasi; orang lain harus meninjau ulang."))
    return ALLOWED


def _after_first_look(row: Revisit, data: dict[str, Any]) -> None:
    first = row.registration.checks.order_by("-pk").first()
    if first is not None and data["revisited_on"] < first.visited_on:
        raise GuardFailed(
            "revisited_on",
            _("Verifikasinya baru pada %(day)s. Isi tanggal itu atau sesudahnya.")
            % {"day": date_format(first.visited_on, "j F Y")},
        )


_DAY = (
    filled("revisited_on", gettext_lazy("Tanggal tinjau ulang wajib diisi.")),
    not_future("revisited_on"),
    _after_first_look,
)

REVISIT = Workflow(
    "revisit",
    "households.revisit",
    RevisitState,
    (
        move(
            "agrees",
            {S.DRAWN},
            S.AGREES,
            P.REGISTRATION_SUPERVISE,
            gettext_lazy("Sesuai dengan hasil verifikasi"),
            tone="good",
            condition=_not_own,
            writes=("revisited_on",),
            tells=("revisited_on",),
            guards=_DAY,
        ),
        move(
            "differs",
            {S.DRAWN},
            S.DIFFERS,
            P.REGISTRATION_SUPERVISE,
            gettext_lazy("Berbeda dari hasil verifikasi"),
            needs_note=True,
            tone="bad",
            condition=_not_own,
            writes=("revisited_on",),
            tells=("revisited_on",),
            guards=_DAY,
        ),
    ),
    initial=S.DRAWN,
    final=frozenset({S.AGREES, S.DIFFERS}),
)


def chosen(population: list[int], seed: int, share: int) -> list[int]:
    """Return the sample: `share` per cent of the numbers, rounded up, the same for the same seed whatever the order."""
    size = ceil(len(population) * share / 100)
    return sorted(Random(seed).sample(sorted(population), size))  # noqa: S311  # nosec B311  a repeatable draw, no secret


def waiting(areas: tuple[str, ...]) -> list[int]:
    """Return the registrations of areas that were verified and in no pot since their round of verification began, ascending."""
    last_drawn = {
        pk: drawn_at
        for drawn_at, pot in RevisitSample.objects.order_by("drawn_at").values_list("drawn_at", "population")
        for pk in pot
    }
    rows = Registration.objects.filter(within(areas, "family__household__village__code"), state__in=LOOKED_AT)
    return [
        pk
        for pk, began in rows.order_by("pk").values_list("pk", "verification_from")
        if pk not in last_drawn or (began is not None and last_drawn[pk] < began)
    ]


def draw(*, by: User, seed: int | None = None) -> list[RevisitSample]:
    """Draw a share (REVISIT_SHARE, per cent) of what was verified since the last draw, in each of the supervisor's areas by itself.

    Raises NotPermitted, or GuardFailed when nothing was verified since. The seed, the pot and the share of each are kept.
    """
    decision = may(by, P.REGISTRATION_SUPERVISE)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        with connection.cursor() as cursor:  # areas overlap: who draws at the same time waits, and finds what is left
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DRAW_LOCK])
        samples = []
        for area in by.areas_for(P.REGISTRATION_SUPERVISE):
            pot = waiting((area,))
            if pot:
                samples.append(_draw_from(pot, area, by, randbelow(SEEDS) if seed is None else seed))
        if not samples:
            raise GuardFailed("", _("Belum ada verifikasi baru sejak undian terakhir."))
    return samples


def _draw_from(pot: list[int], area: str, by: User, seed: int) -> RevisitSample:
    sample = RevisitSample.objects.create(
        area_id=area, drawn_by=by, drawn_at=clock.now(), seed=seed, share=settings.REVISIT_SHARE, population=pot
    )
    picked = chosen(pot, seed, sample.share)
    Revisit.objects.bulk_create(
        Revisit(sample=sample, registration_id=pk, state_since=sample.drawn_at) for pk in picked
    )
    trail.write("draw", sample, by=by, place=area, population=len(pot), drawn=len(picked), seed=seed)
    return sample
