"""The second door: a file is read, checked and compared; the registry stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from households.choices.imports import ImportKind, ImportState
from households.importing import asking, headless, left_out, listing, meanwhile, missing, recognising, replaced, staging
from households.importing.claiming import fail, failing, holding, move
from households.importing.comparing import compare, examples, sample
from households.importing.counting import count_anew
from households.importing.examining import Examined, Tell, examine
from households.importing.kinds import KINDS
from households.importing.matching import MATCHED_LIKE, ask_for_columns, match_like_before
from households.importing.staging import Stager, looking_into
from households.importing.unreadable import ColumnsMissing, Unreadable
from households.models import Family, ImportRun
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock


class Stopped(Exception):
    """Somebody cancelled the run while its file was being read."""


def preview(run_id: int) -> None:
    """Read, check and compare a file without changing the registry; leave the counts on the run."""
    with holding(run_id):
        if move(run_id, (ImportState.UPLOADED, ImportState.READING), ImportState.READING):
            _preview(run_id)


def _preview(run_id: int) -> None:
    ImportRun.objects.filter(pk=run_id).update(done=0)  # what an attempt before this one told holds no more
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)

    def tell(rows: int, heading_row: int) -> None:
        reading = ImportRun.objects.filter(pk=run_id, state=ImportState.READING)
        # The upload took one line for the headings; titles may stand above them.
        if not reading.update(done=rows, total=max(rows, run.total + 1 - heading_row)):
            raise Stopped

    try:
        with failing(run_id), _examined(run, tell) as (examined, counts):
            matched = {name: said for name, said in run.counts.items() if name == MATCHED_LIKE}
            counts |= {"kind": examined.kind, "checked_for": checked_for(run), **matched}
            reading = ImportRun.objects.filter(pk=run_id, state=ImportState.READING)
            if not reading.update(
                state=ImportState.PREVIEWED, state_since=clock.now(), counts=counts, total=examined.rows, done=0
            ):
                raise Stopped
            if run.kind in KINDS and (told := KINDS[run.kind].previewed):
                told(run)
            trail.write(
                "preview",
                run,
                by=run.started_by,
                from_state=ImportState.READING,
                to_state=ImportState.PREVIEWED,
                rows=examined.rows,
                refused=counts["refused"],
            )
    except Stopped:
        with transaction.atomic():
            staging.put_aside(run_id)
    except ColumnsMissing as fault:
        if match_like_before(run, fault):
            preview(run_id)
        else:
            ask_for_columns(run, fault)
    except Unreadable as fault:
        fail(run, fault.sentence)


@contextmanager
def _examined(run: ImportRun, tell: Tell) -> Iterator[tuple[Examined, dict[str, Any]]]:
    """Read and check the file, then yield in a transaction what it means beside the registry."""
    if run.kind != ImportKind.EXTRACT:
        examined, counts = listing.examine(run, tell)
        with looking_into(run.pk):
            yield examined, counts
        return
    examined = examine(run, tell, Stager(run.pk))
    count_anew()
    with looking_into(run.pk):
        counts = examined.counts() | {meanwhile.SEEN_AT: meanwhile.seen_at()} | compared(run, part=examined.returned)
        with connection.cursor() as cursor:
            gone = missing.some_families(cursor) if counts["missing_families"] else []
            leaderless = headless.some(cursor) if "headless" in counts["warned"] else []
            others = replaced.some(cursor) if "replaced" in counts["warned"] else []
        shown = {"sample": sample(counts), "examples": examples(counts)}
        yield (
            examined,
            counts | shown | {"missing_sample": gone, "headless_sample": leaderless, "replaced_sample": others},
        )


def compared(run: ImportRun, *, part: bool, since: datetime | None = None) -> dict[str, Any]:
    """Compare, and note where the registry stood meanwhile; None when somebody was writing. A `part` of a file misses nobody.

    Families that were written on `since` a person saw the comparison are left as they are. Raises Unreadable where the file has
    to be read again.
    """
    areas = run.started_by.areas_for(Permission.IMPORT_RUN)
    doubted: frozenset[str] = frozenset()
    while True:
        marks = {recognising.DROPS: recognising.drops_now(), meanwhile.COMPARED_AT_MARK: meanwhile.mark_now()}
        try:
            found = compare(Family.objects.exists(), areas, part=part, since=since)
            return asking.counted(left_out.counted_apart(found)) | marks
        except recognising.Doubted as fault:
            if fault.digests <= doubted:
                raise  # read again, it would come to the same
            doubted |= fault.digests
            examine(run, stager=Stager(run.pk, doubted))


def checked_for(run: ImportRun) -> list[str]:
    """What a check depends on besides the file; rows checked for another area or day are checked again."""
    return [clock.today().isoformat(), *run.started_by.areas_for(Permission.IMPORT_RUN)]
