"""How far a run is that is being worked on: which step it is in, rows where rows are counted, and never all before it is all."""

from typing import Any

from households.choices.imports import ImportState
from households.importing import claiming
from households.importing.kinds import KINDS
from households.importing.telling import told
from households.models import ImportRun
from slrt.core import clock


def progress(run: ImportRun) -> dict[str, Any]:
    """Return `done` and `full` of the bar (no `full`: nobody knows how much is left), and what is said beside it.

    `interrupted`: somebody worked on it and does no more, and the next attempt has not begun. `step`, `steps` count what is written
    in one go each, the last is what ends the work; `rows`, `of_rows` count rows, with rows a second and seconds left.
    """
    if run.state == ImportState.READING:
        if _interrupted(run):
            return {"interrupted": True}
        return _of_rows(run, run.done, run.total, run.total) if run.done < run.total else {"read": run.done}
    if run.state not in (ImportState.APPLYING, ImportState.TAKING_BACK):
        return {}
    done, total = told(run.pk, since=run.state_since)
    if total and _interrupted(run):
        return {"interrupted": True}
    if _counts_rows(run):
        # Every row was looked at; what ends the work is still to come.
        return _of_rows(run, done, total, total + 1) if total else _waits(run)
    about = {"about": run.counts.get("accepted", 0)}
    if not total:
        return {**about, **_waits(run)}
    return {**about, "done": done, "full": total + 1, "step": done + 1, "steps": total + 1}


def _waits(run: ImportRun) -> dict[str, Any]:
    """What comes before the first step: its turn, and for a file to be applied a last comparison."""
    return {"compares" if run.state == ImportState.APPLYING else "waits": True}


def _interrupted(run: ImportRun) -> bool:
    """Whether nobody works on it any more and yet it is not over; asked in this order, since work that ends lets go as it ends."""
    if claiming.is_held(run.pk):
        return False
    return ImportRun.objects.filter(pk=run.pk, state=run.state, state_since=run.state_since).exists()


def _counts_rows(run: ImportRun) -> bool:
    """Rows that are steps of a workflow are taken one by one; what is only written is written by few statements for all of them."""
    kind = KINDS.get(run.kind)
    return bool(kind and kind.apply)


def _of_rows(run: ImportRun, done: int, total: int, full: int) -> dict[str, Any]:
    seconds = (clock.now() - run.state_since).total_seconds()
    speed = done / seconds if done and seconds > 0 else 0
    left = (total - done) / speed if speed and total > done else 0
    return {
        **{"done": done, "full": full, "rows": done, "of_rows": total},
        **{"speed": round(speed), "minutes": int(left // 60), "seconds": int(left % 60)},
    }
