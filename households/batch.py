"""One step for many rows: each row in a savepoint of its own, and an account of every one of them.

done + skipped + failed = chosen, always: a row that moved; one left out, because the step is not due (any more), not this person's, or
somebody has to answer the family's own signs against aid first; one that a rule refused.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.exclusions import SignsUnanswered
from households.models import Registration
from slrt.accounts.models import User
from slrt.core.errors import NotPermitted, Refusal, TransitionNotAllowed
from slrt.workflow import engine

LEFT_OUT = (TransitionNotAllowed, NotPermitted, SignsUnanswered)


@dataclass
class Tally:
    """What became of the chosen rows. `skipped` and `failed` count by reason.

    `left_out` and `refused` say of which registrations.
    """

    chosen: int = 0
    done: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the account for a JSON column or a page."""
        return {
            "chosen": self.chosen,
            "done": self.done,
            "skipped": self.skipped.total(),
            "failed": self.failed.total(),
            "reasons": [
                {"reason": reason, "count": count} for reason, count in [*self.skipped.items(), *self.failed.items()]
            ],
        }


def each(rows: Iterable[Any], act: Callable[[Any], object], tally: Tally | None = None) -> Tally:
    """Act on every row in a savepoint and return the account; what a row's refusal leaves behind is nothing."""
    tally = tally or Tally()
    for row in rows:
        tally.chosen += 1
        try:
            with transaction.atomic():
                act(row)
        except LEFT_OUT as fault:
            tally.skipped[str(fault)] += 1
        except Refusal as fault:
            tally.failed[str(fault)] += 1
        else:
            tally.done += 1
    return tally


def take(
    verb: str,
    ids: Iterable[int],
    *,
    by: User,
    note: str = "",
    own: Mapping[int, dict[str, Any]] | None = None,
    **data: Any,
) -> Tally:
    """Take one step for many registrations and return the account.

    `own` is what was entered for one registration alone, beside what was entered for all. Numbers that stand twice
    count once. Rows outside the person's area count as failed and are not told apart from rows that do not exist.
    """
    chosen = list(dict.fromkeys(ids))
    rows = {row.pk: row for row in Registration.objects.visible_to(by).for_page().filter(pk__in=chosen)}
    unseen = len(chosen) - len(rows)
    tally = Tally(chosen=unseen)
    if unseen:
        tally.failed[_("Tidak ada di wilayah Anda.")] += unseen

    def act(row: Registration) -> None:
        try:
            engine.apply(verb, row, by=by, note=note, **{**data, **(own or {}).get(row.pk, {})})
        except LEFT_OUT as fault:
            tally.left_out.append((row.pk, str(fault)))
            raise
        except Refusal as fault:
            tally.refused.append((row.pk, str(fault)))
            raise

    return each([rows[pk] for pk in chosen if pk in rows], act, tally)
