"""Whether anybody built on what a run wrote; then nothing of it is taken back: what a person did is never thrown away."""

from collections.abc import Collection
from datetime import datetime
from string import Template
from typing import Any

import pghistory.models
from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.choices.survey import SurveyKind
from households.importing import standing
from households.importing.belonging import ALSO, DERIVED
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
from slrt.core.sentence import Sentence

MADE = (Person, Household, Family)
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


# In the order in which registry events lock, so that neither waits for the other for ever.
LOCKED: tuple[tuple[type[models.Model], str], ...] = (
    (Household, "SELECT id FROM households_household WHERE created_at = %(at)s"),
    (
        Family,
        "SELECT id FROM households_family WHERE created_at = %(at)s UNION SELECT f.id FROM households_family f"
        " JOIN households_surveyround r ON r.household_id = f.household_id WHERE r.run_id = %(run)s",
    ),
    (
        Membership,
        "SELECT m.id FROM households_membership m JOIN households_person p ON p.id = m.person_id WHERE p.created_at = %(at)s",
    ),
    (Person, "SELECT id FROM households_person WHERE created_at = %(at)s"),
    (Registration, "SELECT id FROM households_registration WHERE created_at = %(at)s"),
    (ImportConflict, "SELECT id FROM households_importconflict WHERE run_id = %(run)s"),
    (
        DuplicateCandidate,
        "SELECT d.id FROM households_duplicatecandidate d JOIN households_person p ON p.id IN (d.first_id, d.second_id)"
        " WHERE p.created_at = %(at)s",
    ),
)
MADE_BY_RUN = Template("SELECT id FROM $table WHERE created_at = %(at)s")
CHANGED_BY_RUN = Template(" UNION SELECT pgh_obj_id FROM $event WHERE pgh_created_at = %(when)s")
LOCK = Template("SELECT count(*) FROM (SELECT id FROM $table WHERE id IN ($ids) ORDER BY id FOR UPDATE) AS held")


def hold_fast(run: ImportRun, at: datetime, when: str) -> None:
    """Lock what the run wrote until the transaction ends: nobody changes it between being found untouched and taken back."""
    besides = tuple((model, MADE_BY_RUN.substitute(table=model._meta.db_table)) for model in ALSO.get(run.kind, ()))
    for model, ids in (*LOCKED, *besides):
        if model not in (Registration, ImportConflict, DuplicateCandidate):
            ids += CHANGED_BY_RUN.substitute(event=standing.event_of(model)._meta.db_table)
        with connection.cursor() as cursor:
            values: dict[str, Any] = {"at": at, "when": when, "run": run.pk}
            cursor.execute(LOCK.substitute(table=model._meta.db_table, ids=ids), values)


class BuiltUpon(Exception):
    """Somebody worked with what the run wrote; the sentence says with how much of what."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.sentence = Sentence(message, values)


def demand_untouched(run: ImportRun, at: datetime, when: str, made: dict[Any, list[int]]) -> None:
    """Raise BuiltUpon when a row the run wrote was changed since, or something new hangs on a row it made."""
    written: tuple[type[models.Model], ...] = (*MADE, *ALSO.get(run.kind, ()))
    for model in written:
        later = standing.changed_since(model, at)
        if later:
            raise _built_upon(len(later), model, set(later.values()))
    joined = Membership.objects.filter(family_id__in=made[Family]).exclude(person_id__in=made[Person])
    joined = joined.exclude(pk__in=run.counts.get("memberships_made") or [])
    moved = standing.moved_since(when, made[Person])
    if moved or joined.exists():
        raise _built_upon(moved or joined.count(), Membership)
    if ImportConflict.objects.filter(run=run).exclude(decision="").exists():
        raise BuiltUpon(gettext_noop("Sebagian perbedaan dari berkas ini sudah diputuskan orang."))
    worked = Registration.objects.filter(created_at=at, source="extract").exclude(version=1).count()
    if worked:
        raise _built_upon(worked, Registration)
    decided = DuplicateCandidate.objects.exclude(state="open")
    if decided.filter(Q(first__in=made[Person]) | Q(second__in=made[Person])).exists():
        raise BuiltUpon(gettext_noop("Sebagian dugaan ganda dari berkas ini sudah diputuskan orang."))
    if SurveyRound.objects.filter(household_id__in=made[Household]).exclude(run=run).exists():
        raise BuiltUpon(gettext_noop("Sebagian keluarga dari berkas ini sudah dikunjungi."))
    _demand_newest(run, at, when)
    for model, ids in made.items():
        for relation in model._meta.related_objects:
            other = relation.related_model
            if (
                other in OWN
                or (other._meta.label_lower, relation.field.attname) in DERIVED
                or not relation.field.concrete
                or relation.many_to_many
                or issubclass(other, pghistory.models.Event)
            ):
                continue
            count = other._base_manager.filter(**{f"{relation.field.attname}__in": ids}).count() if ids else 0
            if count:
                raise _built_upon(count, other)


def _demand_newest(run: ImportRun, at: datetime, when: str) -> None:
    """Raise BuiltUpon when a later file took over what the run said: it would stand there after the run was taken back."""
    rounds = SurveyRound.objects.filter(kind=SurveyKind.EXTRACT)
    houses = rounds.filter(run=run).values("household")
    later = rounds.filter(household__in=houses, run__applied_at__gt=at).exists()
    people = NikCheck.objects.filter(run=run).values("person")
    later = later or NikCheck.objects.filter(person__in=people, at__gt=at).exists()
    if later or standing.ranked_since(at, when):
        raise BuiltUpon(
            gettext_noop(
                "Sebagian isi berkas ini sudah dipakai atau diganti sesudahnya. Tarik dulu berkas yang lebih baru."
            )
        )


def _built_upon(count: int, model: Any, moments: Collection[datetime | None] = ()) -> BuiltUpon:
    """`moments`: when it was written upon. A file tells by them that it did: it can be taken back first."""
    values: dict[str, Any] = {"count": count, "what": model._meta.verbose_name}
    later = ImportRun.objects.filter(state=ImportState.APPLIED, applied_at__in=[at for at in moments if at])
    if file := later.order_by("-applied_at").first():
        said = gettext_noop(
            "Tidak bisa ditarik: %(count)s %(what)s dari berkas ini sudah diubah atau dipakai sesudahnya, juga oleh berkas "
            "%(file)s. Tarik dulu berkas itu."
        )
        return BuiltUpon(said, **values, file=file.file_name)
    said = gettext_noop("Tidak bisa ditarik: %(count)s %(what)s dari berkas ini sudah diubah atau dipakai sesudahnya.")
    return BuiltUpon(said, **values)
