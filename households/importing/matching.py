"""A file whose headings are not known waits until a person says which heading is which column."""

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.imports import ImportState
from households.importing import staging
from households.importing.claiming import demand, move
from households.importing.reading import ColumnsMissing
from households.models import ImportRun, ImportSource
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.core.numbers import holds_one, masked

# Among a run's counts: the earlier file whose columns were matched by a person.
MATCHED_LIKE = "matched_like"


def ask_for_columns(run: ImportRun, fault: ColumnsMissing) -> None:
    """A person may say which headings are the missing columns, when there are any that could be."""
    with transaction.atomic():
        staging.put_aside(run.pk)
        headers = [heading for heading in fault.headers if not holds_one(heading)]
        counts = {"headers": headers[:200], "missing_columns": fault.missing, "heading_row": fault.row}
        counts["merged"] = fault.merged
        run.counts = counts
        ImportRun.objects.filter(pk=run.pk, state=ImportState.READING).update(
            state=ImportState.COLUMNS, state_since=clock.now(), **run.problem_said(fault.sentence)
        )
        trail.write("columns", run, by=run.started_by, from_state=ImportState.READING, to_state=ImportState.COLUMNS)


EARLIER_LOOKED_AT = 50


def match_like_before(run: ImportRun, fault: ColumnsMissing) -> bool:
    """Match as a person matched an earlier file of this kind and area, when its headings are here too; return whether it was done.

    So the refused rows of a file whose columns were matched come in again without being asked.
    """
    earlier = ImportRun.objects.filter(kind=run.kind, area_id=run.area_id).exclude(pk=run.pk).exclude(mapping={})
    for other in earlier.order_by("-pk")[:EARLIER_LOOKED_AT]:
        said = {heading: column for heading, column in other.mapping.items() if heading in fault.headers}
        mapping = {**run.mapping, **said}
        if mapping == run.mapping or not set(fault.missing) <= set(said.values()):
            continue
        with transaction.atomic():
            staging.put_aside(run.pk)
            ImportRun.objects.filter(pk=run.pk, state=ImportState.READING).update(
                mapping=mapping, counts={MATCHED_LIKE: other.file_name}
            )
            trail.write("match_columns", run, by=run.started_by, like=other.pk)
        return True
    return False


def match_columns(run: ImportRun, columns: dict[str, str], *, by: User, source: str) -> ImportRun:
    """A person says which heading is which column (`{heading: column}`); remembered for the source when it has a name.

    Raises NotPermitted, TransitionNotAllowed, or GuardFailed when a required column is still without a heading.
    """
    demand(by, run)
    source = masked(source)
    headers = set(run.counts.get("headers", []))
    chosen = {heading: column for heading, column in columns.items() if heading in headers and column}
    left = [column for column in run.counts.get("missing_columns", []) if column not in chosen.values()]
    if left:
        raise GuardFailed("columns", _("Pilih judul untuk kolom: %(columns)s.") % {"columns": ", ".join(left)})
    if len(set(chosen.values())) < len(chosen):
        raise GuardFailed("columns", _("Satu kolom hanya boleh dipilih untuk satu judul."))
    with transaction.atomic():
        if not move(run.pk, (ImportState.COLUMNS,), ImportState.UPLOADED):
            raise TransitionNotAllowed(_("Kolom berkas ini sudah dicocokkan."))
        ImportRun.objects.filter(pk=run.pk).update(
            mapping={**run.mapping, **chosen}, source=source[:60], problem="", counts={}, done=0
        )
        if source:
            known, _created = ImportSource.objects.get_or_create(
                kind=run.kind, name=source[:60], defaults={"updated_by": by}
            )
            known.columns, known.updated_by = {**known.columns, **chosen}, by
            known.save()
        trail.write("match_columns", run, by=by, from_state=ImportState.COLUMNS, to_state=ImportState.UPLOADED)
        outbox.promise("households.preview_import", run_id=run.pk)
    run.refresh_from_db()
    return run
