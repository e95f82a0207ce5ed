"""Takes an applied file back, whole or not at all, within IMPORT_UNDO_HOURS (docs/adr/0011).

What a run made and changed is told by the time it wrote into every row. Rows it made are deleted; rows it changed become what
the row history kept of them. Refused when anybody built on them since: nothing that a person did is thrown away.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from string import Template
from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg2 import sql

from households.choices.imports import ImportState
from households.importing import standing
from households.importing.applying import who_decides
from households.importing.claiming import fail, take_import_lock
from households.importing.kinds import KINDS, Tell
from households.importing.telling import telling
from households.models import (
    DecileRecord,
    DuplicateCandidate,
    Family,
    FormerFamilyCard,
    Household,
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

MADE = (Person, Household, Family)
# Models of apps above that a kind of file writes: kind -> models with a version and a row history (see `also_takes_back`).
ALSO: dict[str, tuple[type[models.Model], ...]] = {}


# Rows that jobs derive from what a run made: they go with it, and jobs make them anew. (model, column)
_DERIVED: list[tuple[str, str]] = [("households.personkeys", "person_id")]
_DERIVED += [("households.duplicatecandidate", column) for column in ("first_id", "second_id")]


def forgets(model: str, column: str) -> None:
    """Let an app above name derived rows (`app.model`, column) that point at a person (`person_id`) or a family (`family_id`)."""
    _DERIVED.append((model, column))


def also_takes_back(kind: str, *others: type[models.Model]) -> None:
    """Let an app above say which of its models a kind of file writes."""
    ALSO[kind] = others


# What the import itself hangs on rows it made; anything else that names them was added by somebody.
OWN = {
    Membership,
    SurveyRound,
    PersonAnswers,
    DecileRecord,
    Registration,
    FormerFamilyCard,
    Household,
    Family,
    ImportConflict,
}


class BuiltUpon(Exception):
    """Somebody worked with what the run wrote; the message says with how much of what."""


def until(run: ImportRun) -> datetime | None:
    """Until when a run can be taken back; None when it was not applied."""
    if run.state != ImportState.APPLIED or run.applied_at is None:
        return None
    return run.applied_at + timedelta(hours=settings.IMPORT_UNDO_HOURS)


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
    entry = _asked(run)
    return entry.actor if entry else None


def _asked(run: ImportRun) -> AuditEntry | None:
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
        end = until(row)
        if end is None or row.version != version:
            raise TransitionNotAllowed(_("Berkas ini tidak (lagi) berstatus diterapkan."))
        if clock.now() > end:
            raise TransitionNotAllowed(
                _("Sudah lewat %(hours)s jam sejak diterapkan. Perbaiki lewat berkas baru atau per keluarga.")
                % {"hours": settings.IMPORT_UNDO_HOURS}
            )
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
            tell(0, 1)  # what was told while it was applied holds no more
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
        fail(run, str(fault), asked_by(run))
    except IntegrityError:
        # What was before and what came since cannot both be, such as a need that a list met and somebody named anew.
        fail(
            run,
            _("Tidak bisa ditarik: catatan yang dibuat sesudahnya bertentangan dengan keadaan semula."),
            asked_by(run),
        )


def _undone(run: ImportRun, at: datetime, now: datetime, tell: Tell) -> dict[str, Any]:
    """Undo what the rows wrote, or the steps they took, and return what the run keeps of it among its counts."""
    kind = KINDS.get(run.kind)
    if kind and kind.take_back:
        entry = _asked(run)
        return {"undone": kind.take_back(run, entry.note if entry else "", tell)}
    return {"undone": _undo(run, at, now), **standing.noted(now)}


def _undo(run: ImportRun, at: datetime, now: datetime) -> dict[str, int]:
    made = {model: _ids(model, "created_at = %s", at) for model in MADE}
    when = run.counts["written_in"]
    _demand_untouched(run, at, when, made)
    people, homes, families = (made[model] for model in MADE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '96MB'")
    for name, column in _DERIVED:
        _delete(apps.get_model(name), column, families if column == "family_id" else people)
    PersonAnswers.objects.filter(round__run=run)._raw_delete("default")
    SurveyRound.objects.filter(run=run)._raw_delete("default")
    Registration.objects.filter(created_at=at, source="extract")._raw_delete("default")
    FormerFamilyCard.objects.filter(until=at)._raw_delete("default")
    ImportConflict.objects.filter(run=run)._raw_delete("default")
    NikCheck.objects.filter(run=run)._raw_delete("default")
    _restore(DecileRecord, when, now)
    DecileRecord.objects.filter(recorded_at=at)._raw_delete("default")
    _delete(Membership, "person_id", people)
    _delete(Membership, "id", run.counts.get("memberships_made") or [])
    # Changed rows first: a changed family may name a person the run made.
    restored = {model: _restore(model, when, now) for model in (*MADE, Membership)}
    for model in ALSO.get(run.kind, ()):
        _delete(model, "id", _ids(model, "created_at = %s", at))
        _restore(model, when, now)
    for model, ids in ((Family, families), (Household, homes), (Person, people)):
        _delete(model, "id", ids)
    return {
        "people_removed": len(people),
        "families_removed": len(families),
        "people_restored": restored[Person],
        "families_restored": restored[Family],
    }


def _rows(query: sql.Composable, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchall() if cursor.description else []


def _ids(model: type[models.Model], condition: str, *values: Any) -> list[int]:
    query = sql.SQL("SELECT id FROM {} WHERE {}").format(sql.Identifier(model._meta.db_table), sql.SQL(condition))
    return [pk for (pk,) in _rows(query, values)]


def _delete(model: type[models.Model], column: str, ids: list[int]) -> None:
    if ids:
        query = sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(
            sql.Identifier(model._meta.db_table), sql.Identifier(column)
        )
        _rows(query, [ids])


def _demand_untouched(run: ImportRun, at: datetime, when: str, made: dict[Any, list[int]]) -> None:
    """Raise BuiltUpon when a row the run wrote was changed since, or something new hangs on a row it made."""
    written: tuple[type[models.Model], ...] = (*MADE, *ALSO.get(run.kind, ()))
    for model in written:
        later = standing.changed_since(model, at)
        if later:
            raise BuiltUpon(_said(later, model))
    joined = Membership.objects.filter(family_id__in=made[Family]).exclude(person_id__in=made[Person])
    joined = joined.exclude(pk__in=run.counts.get("memberships_made") or [])
    moved = standing.moved_since(when, made[Person])
    if moved or joined.exists():
        raise BuiltUpon(_said(moved or joined.count(), Membership))
    if ImportConflict.objects.filter(run=run).exclude(decision="").exists():
        raise BuiltUpon(_("Sebagian perbedaan dari berkas ini sudah diputuskan orang."))
    worked = Registration.objects.filter(created_at=at, source="extract").exclude(version=1).count()
    if worked:
        raise BuiltUpon(_said(worked, Registration))
    decided = DuplicateCandidate.objects.exclude(state="open")
    if decided.filter(Q(first__in=made[Person]) | Q(second__in=made[Person])).exists():
        raise BuiltUpon(_("Sebagian dugaan ganda dari berkas ini sudah diputuskan orang."))
    if SurveyRound.objects.filter(household_id__in=made[Household]).exclude(run=run).exists():
        raise BuiltUpon(_("Sebagian keluarga dari berkas ini sudah dikunjungi."))
    for model, ids in made.items():
        for relation in model._meta.related_objects:
            other = relation.related_model
            if (
                other in OWN
                or (other._meta.label_lower, relation.field.attname) in _DERIVED
                or not relation.field.concrete
                or relation.many_to_many
                or issubclass(other, pghistory.models.Event)
            ):
                continue
            count = other._base_manager.filter(**{f"{relation.field.attname}__in": ids}).count() if ids else 0
            if count:
                raise BuiltUpon(_said(count, other))


def _said(count: int, model: Any) -> str:
    return _("Tidak bisa ditarik: %(count)s %(what)s dari berkas ini sudah diubah atau dipakai sesudahnya.") % {
        "count": count,
        "what": model._meta.verbose_name,
    }


RESTORE = Template("""
UPDATE $table t SET $columns FROM (
  SELECT DISTINCT ON (pgh_obj_id) * FROM $event WHERE pgh_created_at = %s ORDER BY pgh_obj_id, pgh_id) e
WHERE t.id = e.pgh_obj_id
""")


def _restore(model: type[models.Model], when: str, now: datetime) -> int:
    """Make rows what the history kept of them when the run's transaction first wrote them; the version goes on."""
    kept = ("id", "version", "updated_at", "created_at")
    columns = [f'"{f.column}" = e."{f.column}"' for f in model._meta.concrete_fields if f.column not in kept]
    values: list[Any] = []
    if any(f.column == "version" for f in model._meta.concrete_fields):
        columns += ["version = t.version + 1", "updated_at = %s"]
        values.append(now)
    table, event = model._meta.db_table, standing.event_of(model)._meta.db_table
    query = RESTORE.substitute(table=table, event=event, columns=", ".join(columns))
    with connection.cursor() as cursor:
        cursor.execute(query, [*values, when])
        return int(cursor.rowcount)
