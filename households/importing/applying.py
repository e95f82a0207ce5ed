"""The third door: a person decides to apply a preview, and a job writes it, all or nothing."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportKind, ImportState
from households.importing import asking, left_out, listing, locking, meanwhile, staging
from households.importing.claiming import claim_area, demand, fail, failing, hold_run, take_import_lock
from households.importing.examining import Examined, examine
from households.importing.kinds import KINDS
from households.importing.previewing import checked_for, compared
from households.importing.reading import Unreadable
from households.importing.rows import Rows
from households.importing.staging import Stager, looking_into
from households.importing.telling import telling
from households.importing.writing import write
from households.models import ImportRun
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission, roles_with
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import NotPermitted, TransitionNotAllowed


def who_applies(run: ImportRun, by: User) -> str:
    """Why this person may not apply a preview, or an empty text. A large file is applied by somebody else than its uploader."""
    return who_decides(
        run,
        by,
        gettext_noop(
            "Berkas lebih dari %(limit)s baris diterapkan oleh orang kedua, bukan oleh pengunggahnya. "
            "Mintalah: %(roles)s wilayah ini."
        ),
    )


def who_decides(run: ImportRun, by: User, second_person: str) -> str:
    """Why this person may not decide about a run's rows, or an empty text; `second_person` is what a large file's uploader is told."""
    rows, limit = run.counts.get("accepted", 0), settings.IMPORT_SECOND_PERSON_ROWS
    if limit and rows > limit and by.pk == run.started_by_id:
        roles = ", ".join(str(role.label) for role in roles_with(Permission.IMPORT_APPROVE))
        return _(second_person) % {"limit": number_format(limit, force_grouping=True), "roles": roles}
    decision = may(by, Permission.IMPORT_APPROVE, run)
    if not decision and not may(by, Permission.IMPORT_RUN, run):
        return decision.reason
    return ""


def request_apply(
    run: ImportRun, *, by: User, version: int, at_console: bool = False, complete: bool = False
) -> ImportRun:
    """A person decides to apply a preview; the work is promised. Raises NotPermitted or TransitionNotAllowed.

    `complete`: the person says that an extract holds every family of its villages; those it lacks are flagged. Nobody can say so of
    a file that was cut off.
    Whoever works `at_console` of the server has a second person's trust already.
    """
    if at_console:
        demand(by, run)
    elif reason := who_applies(run, by):
        raise NotPermitted(reason)
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if row.state != ImportState.PREVIEWED or row.version != version:
            raise TransitionNotAllowed(_("Berkas ini sudah diterapkan, dibatalkan, atau sedang diterapkan."))
        if complete and row.cut_off:
            raise TransitionNotAllowed(
                _(
                    "Berkas ini terpotong, jadi tidak bisa dinyatakan lengkap. Unduh lagi sampai selesai, lalu unggah yang utuh."
                )
            )
        claim_area(row.area_id, row.kind, besides=row.pk)
        row.state, row.state_since, row.version = ImportState.APPLYING, clock.now(), row.version + 1
        row.applied_by, row.complete = by, complete and row.kind == ImportKind.EXTRACT
        row.save()
        note = _("Berkas dinyatakan lengkap untuk desa-desanya.") if row.complete else ""
        trail.write(
            "apply",
            row,
            by=by,
            from_state=ImportState.PREVIEWED,
            to_state=ImportState.APPLYING,
            note=note,
            complete=row.complete,
        )
        outbox.promise("households.apply_import", run_id=row.pk)
    return row


def apply(run_id: int) -> None:
    """Write a run's rows into the registry, all or nothing, exactly once however often it is called."""
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)
    if run.state != ImportState.APPLYING:
        return
    with failing(run_id):
        if run.kind == ImportKind.EXTRACT:
            _apply_extract(run)
        else:
            _apply_list(run)


def _apply_extract(run: ImportRun) -> None:
    """Write families and people; compared anew when others wrote since the preview."""
    run_id = run.pk
    try:
        examined = _staged_again(run)
        with telling(run_id) as tell, looking_into(run_id):
            hold_run(run_id)
            take_import_lock()
            row = ImportRun.objects.select_for_update(of=("self",)).select_related("applied_by").get(pk=run_id)
            if row.state != ImportState.APPLYING:
                return
            counts = _settled(run, row.counts, examined)
            at = clock.now()
            counts["memberships_made"] = write(run_id, at, clock.today(), counts, tell, row.complete)
            outbox.promise("households.tidy_name_index")
            outbox.promise("households.search_duplicates")
            _applied(row, counts, at)
    except Unreadable as fault:
        fail(run, fault.sentence)


def _settled(run: ImportRun, counts: dict[str, Any], examined: Examined | None) -> dict[str, Any]:
    """Lock what will change and return the counts of a comparison that nobody's write came after.

    Others may have written since the preview, or until the locks were there; then it is compared anew. The locked houses become
    only more, so that this ends.
    """
    seen = meanwhile.since(counts)
    fresh = examined is None and meanwhile.still_stands(counts)
    counts = counts | (examined.counts() if examined else {})
    while True:
        if not fresh:
            counts = counts | compared(run, part=counts.get("returned", False), since=seen)
        # All that changes was locked before it was compared, or nobody wrote before it was locked.
        if not locking.lock_changed() or meanwhile.still_stands(counts):
            break
        fresh = False
    return counts | left_out.noted(counts) | asking.noted(counts)


def _apply_list(run: ImportRun) -> None:
    """Write a list's facts. It is small beside an extract: it is always compared anew, and read anew when its rows are gone."""
    try:
        rows = Rows(KINDS[run.kind], run.pk)
        with telling(run.pk) as tell, looking_into(run.pk):
            hold_run(run.pk)
            take_import_lock()
            row = ImportRun.objects.select_for_update(of=("self",)).select_related("applied_by").get(pk=run.pk)
            if row.state != ImportState.APPLYING:
                return
            counts = listing.compared_again(row, rows, checked_for(run))
            at = clock.now()
            by = row.applied_by or run.started_by
            if rows.kind.apply:
                counts |= rows.kind.apply(row, by, at, tell)
            else:
                rows.write(at, clock.today(), by.pk, tell)
            _applied(row, counts, at)
    except Unreadable as fault:
        fail(run, fault.sentence)


def _applied(row: ImportRun, counts: dict[str, Any], at: datetime) -> None:
    """What belongs to the end of every run, in its transaction."""
    counts["written_in"] = _transaction_time()
    row.state, row.state_since, row.applied_at, row.counts = ImportState.APPLIED, at, at, counts
    row.done = row.total = counts["rows"]
    row.version += 1
    row.save()
    staging.put_aside(row.pk)
    trail.write(
        "applied",
        row,
        by=row.applied_by,
        from_state=ImportState.APPLYING,
        to_state=ImportState.APPLIED,
        rows=counts["rows"],
        people=counts[counts.get("about", "people")],
    )


def _staged_again(run: ImportRun) -> Examined | None:
    """Read the file once more when its rows are gone, or were checked for another day or area."""
    counts = run.counts
    if counts["checked_for"] == checked_for(run) and staging.is_kept(run.pk, counts["accepted"]):
        return None
    return examine(run, stager=Stager(run.pk))


def _transaction_time() -> str:
    """The time the row history writes beside everything this transaction changes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()::text")
        return str(cursor.fetchone()[0])
