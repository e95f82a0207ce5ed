"""Takes an applied file back, whole or not at all, within IMPORT_UNDO_HOURS (docs/adr/0011).

What a run made and changed is told by the time it wrote into every row. Rows it made are deleted; rows it changed become what
the row history kept of them. Refused when anybody built on them since: nothing that a person did is thrown away.
"""

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.importing import standing
from households.importing.applying import who_decides
from households.importing.belonging import ALSO, DERIVED
from households.importing.claiming import fail, hold_run, take_import_lock
from households.importing.kinds import KINDS, Tell
from households.importing.restoring import delete, ids_of, restore, write_on
from households.importing.telling import telling
from households.importing.untouched import MADE, BuiltUpon, demand_untouched, hold_fast
from households.models import (
    AnswerRow,
    DecileRecord,
    Family,
    FormerFamilyCard,
    Household,
    ImportAbsence,
    ImportConflict,
    ImportRun,
    Membership,
    NikCheck,
    Person,
    PersonAnswers,
    Registration,
    SurveyRound,
)
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.core.errors import NotPermitted, Refusal, TransitionNotAllowed
from slrt.core.sentence import Sentence

# What is told while a file's rows are taken back: looking whether they are untouched, what hangs on them, deciles and places, what
# was changed, what was made.
STEPS = 5


def until(run: ImportRun) -> datetime | None:
    """Until when a run can be taken back; None when it was not applied."""
    if run.state != ImportState.APPLIED or run.applied_at is None:
        return None
    return run.applied_at + timedelta(hours=settings.IMPORT_UNDO_HOURS)


def too_late(run: ImportRun) -> str:
    """Why an applied run cannot be taken back any more and what remains, or an empty text."""
    end = until(run)
    if end is None or clock.now() <= end:
        return ""
    return _(
        "Sudah lewat %(hours)s jam sejak diterapkan, jadi tidak bisa ditarik kembali. Perbaiki lewat berkas baru atau per keluarga."
    ) % {"hours": settings.IMPORT_UNDO_HOURS}


def who_takes_back(run: ImportRun, by: User) -> str:
    """Why this person may not take a file back, or an empty text: whoever may apply it may, and a large one needs a second person."""
    return who_decides(
        run,
        by,
        gettext_noop(
            "Berkas lebih dari %(limit)s baris ditarik kembali oleh orang kedua, bukan oleh pengunggahnya. "
            "Mintalah: %(roles)s wilayah ini."
        ),
    )


def asked_by(run: ImportRun) -> User | None:
    """Who asked for the file to be taken back, last."""
    entry = asked(run)
    return entry.actor if entry else None


def asked(run: ImportRun) -> AuditEntry | None:
    """The line of the trail by which the file was last asked back: who, and why."""
    entries = AuditEntry.objects.filter(verb="take_back", subject=run._meta.label_lower, subject_id=run.pk)
    return entries.select_related("actor").order_by("-pk").first()


def request(run: ImportRun, *, by: User, note: str, version: int) -> ImportRun:
    """A person decides to take a run back, with a reason; the work is promised. Raises NotPermitted or TransitionNotAllowed."""
    if reason := who_takes_back(run, by):
        raise NotPermitted(reason)
    if not note.strip():
        raise TransitionNotAllowed(_("Tulis alasan penarikan."))
    with transaction.atomic():
        row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if until(row) is None or row.version != version:
            raise TransitionNotAllowed(_("Berkas ini tidak (lagi) berstatus diterapkan."))
        if late := too_late(row):
            raise TransitionNotAllowed(late)
        row.state, row.state_since, row.version, row.problem = ImportState.TAKING_BACK, clock.now(), row.version + 1, ""
        row.save()
        trail.write(
            "take_back", row, by=by, from_state=ImportState.APPLIED, to_state=ImportState.TAKING_BACK, note=note.strip()
        )
        outbox.promise("households.take_import_back", run_id=row.pk)
    return row


def take_back(run_id: int) -> None:
    """Undo a run in one transaction, exactly once however often it is called; leave a sentence when it cannot be done."""
    run = ImportRun.objects.select_related("started_by").get(pk=run_id)
    if run.state != ImportState.TAKING_BACK:
        return
    try:
        with telling(run_id) as tell, transaction.atomic():
            hold_run(run_id)
            take_import_lock()
            row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
            if row.state != ImportState.TAKING_BACK or row.applied_at is None:
                return
            now = clock.now()
            undone = _undone(row, row.applied_at, now, tell)
            row.state, row.state_since, row.version = ImportState.TAKEN_BACK, now, row.version + 1
            row.counts = {**row.counts, **undone}
            row.save()
            trail.write(
                "taken_back",
                row,
                by=asked_by(row),
                from_state=ImportState.TAKING_BACK,
                to_state=ImportState.TAKEN_BACK,
                undone=undone["undone"],
            )
    except (BuiltUpon, Refusal) as fault:
        fail(run, fault.sentence, asked_by(run))
    except IntegrityError:
        # What was before and what came since cannot both be, such as a need that a list met and somebody named anew.
        said = gettext_noop("Tidak bisa ditarik: catatan yang dibuat sesudahnya bertentangan dengan keadaan semula.")
        fail(run, Sentence(said), asked_by(run))


def _undone(run: ImportRun, at: datetime, now: datetime, tell: Tell) -> dict[str, Any]:
    """Undo what the rows wrote, or the steps they took, and return what the run keeps of it among its counts."""
    kind = KINDS.get(run.kind)
    if kind and kind.take_back:
        entry = asked(run)
        by = (entry and entry.actor) or run.started_by
        return {"undone": kind.take_back(run, entry.note if entry else "", by, tell)}
    return {"undone": _undo(run, at, now, tell), **standing.noted(now)}


def _undo(run: ImportRun, at: datetime, now: datetime, tell: Tell) -> dict[str, int]:
    tell(0, STEPS)
    when = run.counts["written_in"]
    hold_fast(run, at, when)
    made = {model: ids_of(model, "created_at = %s", at) for model in MADE}
    demand_untouched(run, at, when, made)
    tell(1, STEPS)
    people, homes, families = (made[model] for model in MADE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '96MB'")
    for name, column in DERIVED:
        delete(apps.get_model(name), column, families if column == "family_id" else people)
    write_on(run.pk, at, when, now)
    PersonAnswers.objects.filter(round__run=run)._raw_delete("default")
    SurveyRound.objects.filter(run=run)._raw_delete("default")
    made_here = Registration.objects.filter(created_at=at, source="extract")
    # What an answer file said of somebody who was determined already did nothing: that is no use of the registration.
    AnswerRow.objects.filter(registration__in=made_here).update(registration=None)
    made_here._raw_delete("default")
    FormerFamilyCard.objects.filter(until=at)._raw_delete("default")
    ImportConflict.objects.filter(agreed_in=run.pk).update(agreed_in=None)
    ImportConflict.objects.filter(run=run)._raw_delete("default")
    ImportAbsence.objects.filter(run=run)._raw_delete("default")
    NikCheck.objects.filter(run=run)._raw_delete("default")
    tell(2, STEPS)
    restore(DecileRecord, when, now)
    DecileRecord.objects.filter(recorded_at=at)._raw_delete("default")
    delete(Membership, "person_id", people)
    delete(Membership, "id", run.counts.get("memberships_made") or [])
    tell(3, STEPS)
    # A family the run made may hold a card number that another one gets back; a changed family may name a person the run made.
    delete(Family, "id", families)
    restored = {model: restore(model, when, now) for model in (*MADE, Membership)}
    tell(4, STEPS)
    for model in ALSO.get(run.kind, ()):
        delete(model, "id", ids_of(model, "created_at = %s", at))
        restore(model, when, now)
    for model, pks in ((Household, homes), (Person, people)):
        delete(model, "id", pks)
    tell(STEPS, STEPS)
    return {
        "people_removed": len(people),
        "families_removed": len(families),
        "people_restored": restored[Person],
        "families_restored": restored[Family],
    }
