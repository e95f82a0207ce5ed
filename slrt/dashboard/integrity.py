"""Invariants of the data, asked of the database itself. What is found becomes an alert with count and row numbers."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_noop
from psycopg2 import sql

from complaints.choices import ComplaintState
from complaints.models import Complaint
from households import filekeeping
from households.choices.duplicates import MergeState
from households.choices.person import Relation
from households.models import DecileRecord, Family, Household, ImportRun, Membership, Registration, SurveyRound
from programs.models import Enrolment
from referrals.choices import ReferralState
from referrals.models import Referral
from referrals.workflow import REFERRAL, WITH_RECEIVER
from slrt.audit import sealing, trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.dashboard import kept_numbers
from slrt.jobs.models import Alert
from slrt.jobs.running import Failed
from slrt.workflow.engine import WORKFLOWS

IDS_KEPT = 100
NAMED = 5  # checks that could not be asked, in a sentence
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """An invariant: `broken` returns the ids of the rows that break it; `message` says so, with their number."""

    code: str
    message: str
    broken: Callable[[], list[Any]]


def checks() -> Iterator[Check]:
    """Every invariant, the general ones built from the tables of transitions and the models' references."""
    yield Check("membership.twice", gettext_noop("%(n)d orang menjadi anggota dua keluarga"), _twice)
    yield Check("family.head", gettext_noop("%(n)d keluarga tanpa tepat satu kepala"), _families_without_one_head)
    yield Check("household.head", gettext_noop("%(n)d rumah tangga tanpa kepala yang tinggal di situ"), _households)
    yield Check("household.one_head", gettext_noop("%(n)d rumah tangga tanpa tepat satu kepala"), _household_heads)
    yield Check("membership.overlap", gettext_noop("%(n)d orang dengan keanggotaan yang tumpang tindih"), _overlapping)
    yield Check("enrolment.person", gettext_noop("%(n)d kepesertaan tanpa orangnya di keluarga itu"), _enrolments)
    yield Check("enrolment.dates", gettext_noop("%(n)d kepesertaan berakhir sebelum mulai"), _ended_before_start)
    yield Check("referral.receiver", gettext_noop("%(n)d rujukan di lembaga yang tidak aktif"), _receivers)
    yield Check("referral.enrolment", gettext_noop("%(n)d rujukan terlayani tanpa kepesertaan"), _unenrolled)
    yield Check("file.photo", gettext_noop("%(n)d foto tanpa berkasnya"), filekeeping.missing_photos)
    yield Check("file.paper", gettext_noop("%(n)d surat pindaian tanpa berkasnya"), filekeeping.missing_papers)
    yield Check("file.import", gettext_noop("%(n)d impor tanpa berkas unggahannya"), filekeeping.missing_imports)
    yield Check("import.dropped", gettext_noop("%(n)d berkas dari folder titipan gagal dibaca"), _dropped)
    yield Check("trail.seal", gettext_noop("%(n)d blok jejak audit tidak cocok dengan segelnya"), _unsealed)
    yield Check("complaint.referral", gettext_noop("%(n)d keluhan dirujuk tanpa rujukan yang berjalan"), _unreferred)
    for label in sorted(WORKFLOWS):
        model = apps.get_model(label)
        yield Check(
            f"state.{label}", gettext_noop("%(n)d baris berstatus di luar daftar"), _outside(model, WORKFLOWS[label])
        )
        yield Check(
            f"trail.{label}", gettext_noop("%(n)d baris tidak cocok dengan jejak auditnya"), _trail(model, label)
        )
    for model, field in _unheld_references():
        yield Check(
            f"reference.{model._meta.label_lower}.{field.name}",
            gettext_noop("%(n)d baris menunjuk baris yang tidak ada"),
            _dangling(model, field),
        )
    for model, field in kept_numbers.fields():
        yield Check(
            kept_numbers.code_of(model, field),
            gettext_noop("%(n)d baris daftar acuan memuat NIK atau nomor KK"),
            partial(kept_numbers.holding, model, field),
        )


def _dropped() -> list[int]:
    """Files of the drop folder that failed, which nobody had uploaded: until a later one of the same area went further.

    After DROP_REFUSED_KEEP_DAYS they are no longer told of.
    """
    since = clock.now() - timedelta(days=settings.DROP_REFUSED_KEEP_DAYS)
    picked_up = AuditEntry.objects.filter(
        verb="pick_up", subject=ImportRun._meta.label_lower, subject_id=OuterRef("pk")
    )
    return _ids(ImportRun.objects.failed().filter(state_since__gte=since).filter(Exists(picked_up)))


def _ids(rows: models.QuerySet) -> list[int]:
    return list(rows.order_by().values_list("pk", flat=True))


def _asked(query: Any, parameters: Any = ()) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [row[0] for row in cursor.fetchall()]


def _twice() -> list[int]:
    return _asked(
        "SELECT person_id FROM households_membership WHERE ended_on IS NULL GROUP BY person_id HAVING count(*) > 1"
    )


def _families_without_one_head() -> list[int]:
    """A family with members has exactly one open head."""
    return _asked(
        "SELECT family_id FROM households_membership WHERE ended_on IS NULL "
        "GROUP BY family_id HAVING count(*) FILTER (WHERE relation = %s) <> 1",
        [Relation.HEAD.value],
    )


def _households() -> list[int]:
    """A household with members has a head who is an open member of one of its families.

    While one of its families lacks its own head, that is the cause, and it is named alone.
    """
    living = Membership.objects.open().filter(family__household=OuterRef("pk"))
    headless = Household.objects.filter(Exists(living)).exclude(Exists(living.filter(person=OuterRef("head"))))
    return _ids(headless.exclude(families__in=_families_without_one_head()))


def _household_heads() -> list[int]:
    """Of those who live in a household exactly one is called its head, and it is whoever leads it.

    Households nobody has said the relations of, as an extract may bring them, are left out, and those in which another
    check names the cause: a family without its own head, or nobody to lead the household at all.
    """
    named = {*Family.objects.filter(pk__in=_families_without_one_head()).values_list("household_id", flat=True)}
    named.update(_households())
    found = _asked(
        "SELECT h.id FROM households_household h JOIN households_family f ON f.household_id = h.id "
        "JOIN households_membership m ON m.family_id = f.id AND m.ended_on IS NULL GROUP BY h.id, h.head_id "
        "HAVING bool_or(m.household_relation <> '') AND (count(*) FILTER (WHERE m.household_relation = %s) <> 1 "
        "OR NOT bool_or(m.household_relation = %s AND m.person_id = h.head_id))",
        [Relation.HEAD.value] * 2,
    )
    return [pk for pk in found if pk not in named]


def _overlapping() -> list[int]:
    """Nobody belongs to two families on one day, and no membership ends before it begins. Days that are not known say nothing.

    Where two entries of one person were merged, each brought its own memberships: what began until that day may overlap.
    """
    return _asked(
        "SELECT a.person_id FROM households_membership a JOIN households_membership b ON b.person_id = a.person_id "
        "AND a.id < b.id AND b.started_on IS NOT NULL AND b.started_on < coalesce(a.ended_on, 'infinity') "
        "AND coalesce(a.started_on, '-infinity') < coalesce(b.ended_on, 'infinity') "
        "WHERE (a.ended_on IS NOT NULL OR b.ended_on IS NOT NULL) AND NOT EXISTS (SELECT FROM households_merge m "
        "WHERE m.kept_id = a.person_id AND m.state = %s "
        "AND greatest(a.started_on, b.started_on) <= (m.state_since AT TIME ZONE %s)::date) "
        "UNION SELECT person_id FROM households_membership WHERE ended_on < started_on",
        (MergeState.MERGED, settings.TIME_ZONE),
    )


def _enrolments() -> list[int]:
    """Whoever takes part for a family was its member at some time; a family that takes part has had members."""
    members = Membership.objects.filter(family=OuterRef("family"))
    personal = Enrolment.objects.filter(person__isnull=False).exclude(Exists(members.filter(person=OuterRef("person"))))
    empty = Enrolment.objects.filter(person__isnull=True).exclude(Exists(members))
    return sorted({*_ids(personal), *_ids(empty)})


def _ended_before_start() -> list[int]:
    """A constraint refuses such rows; those written before it came are still there."""
    return _ids(Enrolment.objects.filter(ended_on__lt=F("started_on")))


def _receivers() -> list[int]:
    return _ids(Referral.objects.filter(state__in=WITH_RECEIVER, receiver__active=False))


def _unenrolled() -> list[int]:
    served = (ReferralState.SERVED, ReferralState.CONFIRMED, ReferralState.CLOSED)
    return _ids(Referral.objects.filter(state__in=served, enrolment__isnull=True))


def _unreferred() -> list[int]:
    going = Referral.objects.filter(complaint=OuterRef("pk")).exclude(state__in=REFERRAL.final)
    return _ids(Complaint.objects.filter(state=ComplaintState.REFERRED).exclude(Exists(going)))


def _unsealed() -> list[int]:
    """The seals, by number, under which lines of the trail were altered, removed or slipped in."""
    return list(sealing.broken())


def _outside(model: Any, flow: Any) -> Callable[[], list[int]]:
    return lambda: _ids(model._default_manager.exclude(**{f"{flow.state_field}__in": flow.states.values}))


LAST_WORD = sql.SQL(
    "SELECT r.id FROM {table} r JOIN (SELECT DISTINCT ON (subject_id) subject_id, to_state FROM audit_auditentry "
    "WHERE subject = %s AND to_state <> '' ORDER BY subject_id, at DESC, id DESC) last ON last.subject_id = r.id "
    "WHERE last.to_state <> r.{state}"
)


def _trail(model: Any, label: str) -> Callable[[], list[int]]:
    """The last audit line of a row that names a state names the row's own."""
    query = LAST_WORD.format(
        table=sql.Identifier(model._meta.db_table), state=sql.Identifier(WORKFLOWS[label].state_field)
    )
    return lambda: _asked(query, [label])


def _unheld_references() -> Iterator[tuple[Any, Any]]:
    """The foreign keys that triggers hold instead of a constraint (docs/adr/0009)."""
    rows: tuple[Any, ...] = (Membership, Family, Household, Registration, SurveyRound, DecileRecord)
    for model in rows:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and not getattr(field, "db_constraint", True):
                yield model, field


def _dangling(model: Any, field: Any) -> Callable[[], list[int]]:
    target = field.remote_field.model._default_manager.filter(pk=OuterRef(field.attname))
    named = model._default_manager.filter(**{f"{field.attname}__isnull": False})
    return lambda: _ids(named.exclude(Exists(target)))


def check_all(step: Callable[[int, int], None] = lambda done, total: None) -> tuple[int, int]:
    """Ask every check; raise, renew or resolve its alert. Return (checks asked, checks that found something).

    One that cannot be asked keeps no other from being asked: its alert stays as it is, and Failed names it at the end.
    """
    asked = list(checks())
    found, unasked = 0, []
    for number, check in enumerate(asked, 1):
        try:
            broken = check.broken()
        except Exception:
            log.exception("Integrity check %s could not be asked.", check.code)
            unasked.append(check.code)
        else:
            found += _note(check, broken)
        step(number, len(asked))
    Alert.objects.open().exclude(check_code__in=[check.code for check in asked]).update(resolved_at=clock.now())
    if unasked:
        raise Failed(
            gettext_noop(
                "%(n)d dari %(asked)d pemeriksaan tidak bisa dijalankan: %(names)s. %(found)d dari yang lain dengan temuan. "
                "Sebabnya tercatat di log server."
            ),
            n=len(unasked),
            asked=len(asked),
            names=", ".join(unasked[:NAMED]) + (", …" if len(unasked) > NAMED else ""),
            found=found,
        )
    return len(asked), found


def _note(check: Check, ids: list[Any]) -> bool:
    now = clock.now()
    with transaction.atomic():
        standing = Alert.objects.select_for_update().open().filter(check_code=check.code).first()
        if not ids:
            if standing:
                Alert.objects.filter(pk=standing.pk).update(resolved_at=now)
                trail.write("resolve_alert", standing, by=None, check=check.code)
            return False
        values = {"message": check.message, "count": len(ids), "ids": sorted(ids)[:IDS_KEPT], "seen_at": now}
        if standing:
            Alert.objects.filter(pk=standing.pk).update(**values)
        else:
            raised = Alert.objects.create(check_code=check.code, found_at=now, **values)
            trail.write("raise_alert", raised, by=None, check=check.code, count=len(ids))
    return True
