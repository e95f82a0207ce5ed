"""What people decide about entries that look like one person: not the same; merge, confirmed by somebody else; undo."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.duplicates import DuplicateState, MergeState
from households.duplicates import merging, proposing, undoing
from households.models import DuplicateCandidate, Family, Merge, Person
from households.models.duplicates import village_of
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission as P
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, NotPermitted, TransitionNotAllowed, denied
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import move

D, M = DuplicateState, MergeState


def _both_in(permission: str, *names: str) -> engine.Condition:
    """The right has to cover both persons, wherever the second one lives."""

    def condition(row: Any, user: User) -> Decision:
        places = [village_of(getattr(row, f"{name}_id")) for name in names]
        areas = user.areas_for(permission)
        if all(any(covers(area, place) for area in areas) for place in places):
            return ALLOWED
        return denied(_("Salah satu orang ini di luar wilayah Anda."))

    return condition


def _second_person(row: Merge, user: User) -> Decision:
    if row.proposed_by_id == user.pk:
        return denied(_("Anda sendiri yang mengusulkan; orang lain harus mengesahkan."))
    return _both_in(P.DUPLICATE_CONFIRM, "kept", "gone")(row, user)


def _own_proposal(row: Merge, user: User) -> Decision:
    return (
        ALLOWED
        if row.proposed_by_id == user.pk
        else denied(_("Ini usulan orang lain. Penolakannya punya langkah sendiri."))
    )


def _dismiss(row: DuplicateCandidate, step: Step) -> None:
    row.dismissed_reason, row.dismissed_compared = step.note[:300], row.compared


def _reopen(row: DuplicateCandidate, step: Step) -> None:
    row.dismissed_reason = row.dismissed_compared = ""


def _merge(row: Merge, step: Step) -> None:
    merging.merge(row)
    trail.write("merged", row.kept, by=step.by, at=step.at, place=row.place_code, merge=row.pk, gone=row.gone_id)
    for relation, count in sorted(row.moved.items()):
        trail.write("moved", row.kept, by=step.by, at=step.at, place=row.place_code, relation=relation, rows=count)
    if row.family_id:
        trail.write("merged", _into(row), by=step.by, at=step.at, merge=row.pk, gone=row.family_id)


def _undo(row: Merge, step: Step) -> None:
    place, family = row.place_code, _into(row)
    undoing.undo(row)
    trail.write("unmerged", row.kept, by=step.by, at=step.at, place=place, merge=row.pk, gone=row.gone_id)
    if family is not None:
        trail.write("unmerged", family, by=step.by, at=step.at, merge=row.pk, gone=row.family_id)


def _into(row: Merge) -> Family | None:
    """The family into which the other was merged along, None when none was."""
    return Family.objects.filter(pk__in=Family.objects.filter(pk=row.family_id or 0).values("merged_into")).first()


DUPLICATE = Workflow(
    "duplicate",
    "households.duplicatecandidate",
    DuplicateState,
    (
        move(
            "dismiss",
            {D.OPEN},
            D.DISMISSED,
            P.DUPLICATE_DECIDE,
            gettext_lazy("Bukan orang yang sama"),
            told=gettext_lazy("Dinyatakan bukan orang yang sama"),
            needs_note=True,
            condition=_both_in(P.DUPLICATE_DECIDE, "first", "second"),
            effect=_dismiss,
            done=gettext_lazy("Dicatat: dua orang yang berbeda. Pasangan ini tidak muncul lagi selama datanya tetap."),
        ),
        move(
            "reopen",
            {D.DISMISSED},
            D.OPEN,
            P.DUPLICATE_DECIDE,
            gettext_lazy("Buka lagi"),
            told=gettext_lazy("Dibuka lagi"),
            condition=_both_in(P.DUPLICATE_DECIDE, "first", "second"),
            effect=_reopen,
        ),
    ),
    initial=D.OPEN,
    final=frozenset({D.DISMISSED}),
)
MERGE = Workflow(
    "merge",
    "households.merge",
    MergeState,
    (
        move(
            "confirm",
            {M.PROPOSED},
            M.MERGED,
            P.DUPLICATE_CONFIRM,
            gettext_lazy("Sahkan dan gabungkan"),
            told=gettext_lazy("Disahkan dan digabungkan"),
            condition=_second_person,
            effect=_merge,
            done=gettext_lazy("Digabung. Alamat data yang lama menuju ke data yang dipertahankan."),
        ),
        move(
            "reject",
            {M.PROPOSED},
            M.REJECTED,
            P.DUPLICATE_CONFIRM,
            gettext_lazy("Tolak usulan"),
            told=gettext_lazy("Usulan ditolak"),
            needs_note=True,
            condition=_both_in(P.DUPLICATE_CONFIRM, "kept", "gone"),
            tone="warn",
        ),
        move(
            "withdraw",
            {M.PROPOSED},
            M.WITHDRAWN,
            P.DUPLICATE_DECIDE,
            gettext_lazy("Tarik usulan saya"),
            told=gettext_lazy("Usulan ditarik"),
            tone="warn",
            condition=_own_proposal,
        ),
        move(
            "undo",
            {M.MERGED},
            M.UNDONE,
            P.DUPLICATE_CONFIRM,
            gettext_lazy("Kembalikan seperti semula"),
            told=gettext_lazy("Dikembalikan seperti semula"),
            needs_note=True,
            effect=_undo,
            tone="bad",
            done=gettext_lazy("Dikembalikan. Kedua data berdiri sendiri lagi seperti sebelum digabung."),
        ),
    ),
    initial=M.PROPOSED,
    final=frozenset({M.REJECTED, M.WITHDRAWN, M.UNDONE}),
)


def propose_merge(
    kept: Person, gone: Person, choices: dict[str, str], *, by: User, reason: str, versions: tuple[int, int]
) -> Merge:
    """Propose to make `gone` part of `kept`; `choices` says for each field whether the kept or the gone value stays.

    `versions` are those of the two entries as the person saw them. Raises NotPermitted, GuardFailed or
    TransitionNotAllowed (one of them is already in a proposal); then nothing was written.
    """
    known = {*proposing.CHOICES, proposing.PLACE}
    row = Merge(
        kept=kept,
        gone=gone,
        kept_version=versions[0],
        gone_version=versions[1],
        choices={name: side for name, side in choices.items() if name in known and side in ("kept", "gone")},
        reason=reason.strip()[:300],
        proposed_by=by,
        state_since=clock.now(),
    )
    allowed = may(by, P.DUPLICATE_DECIDE, row)
    if allowed:
        allowed = _both_in(P.DUPLICATE_DECIDE, "kept", "gone")(row, by)
    if not allowed:
        raise NotPermitted(allowed.reason)
    if not row.reason:
        raise GuardFailed("reason", _("Tulis mengapa kedua data ini orang yang sama."))
    with transaction.atomic():
        list(Person.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk"))
        both = (kept.pk, gone.pk)
        if Merge.objects.filter(state=M.PROPOSED).filter(kept__in=both).exists() or (
            Merge.objects.filter(state=M.PROPOSED, gone__in=both).exists()
        ):
            raise TransitionNotAllowed(_("Salah satu orang ini sudah ada di usulan penggabungan yang menunggu."))
        row.kept, row.gone = Person.objects.get(pk=kept.pk), Person.objects.get(pk=gone.pk)
        proposing.check(row)
        engine.create(
            row, by=by, permission=P.DUPLICATE_DECIDE, note=row.reason, verb="propose_merge", kept=kept.pk, gone=gone.pk
        )
    return row
