"""The book of registry events: every row an event touches is written down before and after, so that it can be taken back.

An event is recorded in one transaction: the rows are locked (households, families, persons, always in that order and by
number), the version the person saw is compared, the rows change, the event and its audit entry are written. Undoing puts
every field back, if within a day and if no field has changed since.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from households.choices.events import EventKind
from households.models import Family, Household, Membership, Person, RegistryEvent
from households.registry.written import moved_on, plain, put_back, strangers_would_lead
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, NotPermitted, StaleVersion, TransitionNotAllowed, denied

UNDO_WITHIN = timedelta(hours=24)
# What an event asks for beyond the permission to change families; whoever takes it back holds it too.
ASKS_FOR: dict[str, str] = {EventKind.DEATH_MENDED: Permission.DEATH_CORRECT}
NOT_COMPARED = ("version", "created_at", "updated_at")


class Ledger:
    """Writes rows and remembers what they were. One ledger is one event."""

    def __init__(self, family: Family, by: User) -> None:
        self.family, self.by = family, by
        self.rows: list[dict[str, Any]] = []
        self._touched: dict[tuple[str, int], dict[str, Any]] = {}

    def change(self, row: Any, **values: Any) -> None:
        """Set fields of a row; a row that carries a version gets the next one, once per event."""
        key = (row._meta.label, row.pk)
        entry = self._touched.get(key)
        if entry is None:
            entry = {"model": row._meta.label, "pk": row.pk, "before": {}, "after": {}}
            self._touched[key] = entry
            self.rows.append(entry)
            if hasattr(row, "version"):
                row.version += 1
        for name, value in values.items():
            if "made" not in entry:
                entry["before"].setdefault(name, plain(getattr(row, name)))
            setattr(row, name, value)
            entry["after"][name] = plain(getattr(row, name))
        if hasattr(row, "version"):
            entry["version"] = row.version
        row.save()

    def make(self, row: Any) -> Any:
        """Save a new row and return it; undoing takes it away again."""
        row.save(force_insert=True)
        after = {f.name: plain(getattr(row, f.name)) for f in row._meta.concrete_fields if f.name not in NOT_COMPARED}
        entry = {"model": row._meta.label, "pk": row.pk, "made": True, "before": {}, "after": after}
        if hasattr(row, "version"):
            entry["version"] = row.version
        self._touched[(row._meta.label, row.pk)] = entry
        self.rows.append(entry)
        return row


def demand(by: User, family: Family, permission: str = Permission.FAMILY_CHANGE) -> None:
    """Raise NotPermitted unless the person may record changes of this family."""
    decision = may(by, permission, family)
    if not decision:
        raise NotPermitted(decision.reason)


@contextmanager
def opened(
    family: Family,
    *,
    by: User,
    version: int | None,
    others: Iterable[Family] = (),
    permission: str = Permission.FAMILY_CHANGE,
) -> Iterator[Ledger]:
    """Lock a family, its household and the other families of an event, and hand out the ledger of one transaction.

    `version` is the family's as the person saw it. `permission`: what allows the event, at each family's place. Raises
    NotPermitted, or StaleVersion with the family as it stands now.
    """
    everybody = [family, *others]
    for one in everybody:
        demand(by, one, permission)
    with transaction.atomic():
        wanted = sorted({one.pk for one in everybody})
        houses = Household.objects.filter(families__in=wanted).order_by("pk").values_list("pk", flat=True)
        list(Household.objects.select_for_update(of=("self",)).filter(pk__in=list(houses)).order_by("pk"))
        locked = {
            row.pk: row
            for row in Family.objects.select_for_update(of=("self",))
            .select_related("household__village", "head")
            .filter(pk__in=wanted)
            .order_by("pk")
        }
        current = locked.get(family.pk)
        # A family that an undone split made is not there any more.
        if current is None or len(locked) < len(wanted) or version not in (None, current.version):
            raise StaleVersion(_("Data keluarga ini sudah diubah orang lain sejak Anda membukanya."), current=current)
        for one in everybody:
            demand(by, locked[one.pk], permission)
        yield Ledger(current, by)


def lock_person(pk: int) -> Person:
    """Lock one person and return them."""
    return Person.objects.select_for_update(of=("self",)).get(pk=pk)


def lock_household(pk: int) -> Household:
    """Lock one household and return it with its village."""
    return Household.objects.select_for_update(of=("self",)).select_related("village").get(pk=pk)


def close(
    ledger: Ledger,
    kind: EventKind,
    *,
    on: date | None = None,
    person: Person | None = None,
    other: Family | None = None,
    reason: str = "",
    **details: Any,
) -> RegistryEvent:
    """Write the event and its audit entries; every touched family gets a new version, so that older forms find out.

    `details` may hold codes, counts and row numbers, never names or numbers of persons.
    """
    for family in (ledger.family, other):
        if family is not None and (family._meta.label, family.pk) not in ledger._touched:
            ledger.change(family)
    event = RegistryEvent.objects.create(
        kind=kind,
        family=ledger.family,
        other_family=other,
        person_id=person.pk if person else None,
        happened_on=on or clock.today(),
        at=clock.now(),
        by=ledger.by,
        reason=reason.strip()[:300],
        rows=ledger.rows,
    )
    told = {"event": event.pk, "person": event.person_id, **details}
    trail.write(f"family_{kind}", ledger.family, by=ledger.by, note=event.reason, **told)
    if other is not None:
        trail.write(f"family_{kind}", other, by=ledger.by, note=event.reason, **told)
    return event


def last_event(family: Family) -> RegistryEvent | None:
    """Return the newest event of a family that was not undone."""
    mine = Q(family=family) | Q(other_family=family)
    return RegistryEvent.objects.filter(mine, undone_at=None).select_related("family__household", "by").first()


def may_undo(event: RegistryEvent, by: User) -> Decision:
    """Whether the event may still be taken back by this person, with the reason when not; reads only, locks nothing."""
    decision = _may_record(event, by)
    if not decision:
        return decision
    if event.undone_at is not None:
        return denied(_("Peristiwa ini sudah dibatalkan."))
    if clock.now() - event.at > UNDO_WITHIN:
        return denied(_("Sudah lewat 24 jam. Catat perubahan baru untuk membetulkannya."))
    for family in (event.family, event.other_family):
        newest = last_event(family) if family is not None else event
        if newest is None or newest.pk != event.pk:
            return denied(_("Sesudahnya ada peristiwa lain di keluarga ini. Batalkan yang terbaru dulu."))
    if any(moved_on(entry) for entry in event.rows):
        return denied(_("Data keluarga ini sudah diubah sesudahnya, jadi tidak bisa dibatalkan lagi."))
    houses = [family.household_id for family in (event.family, event.other_family) if family is not None]
    if strangers_would_lead(event.rows, houses):
        return denied(
            _("Rumah tangganya jadi dikepalai orang yang tidak tinggal di sana lagi, jadi tidak bisa dibatalkan.")
        )
    return ALLOWED


def _may_record(event: RegistryEvent, by: User) -> Decision:
    """Whether this person may record such an event of this family."""
    decision = may(by, Permission.FAMILY_CHANGE, event.family)
    asked = ASKS_FOR.get(event.kind)
    return may(by, asked, event.family) if decision and asked else decision


def undo(event: RegistryEvent, *, by: User) -> RegistryEvent:
    """Put every row back as it was before the event and return the event.

    Raises NotPermitted, or TransitionNotAllowed when it is too late; then nothing changed.
    """
    decision = _may_record(event, by)
    if not decision:
        raise NotPermitted(decision.reason)
    with transaction.atomic():
        # The event first: whoever comes second finds it taken back, before asking for families that went with it.
        row = RegistryEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
        if row.undone_at is not None:
            raise TransitionNotAllowed(may_undo(row, by).reason)
        others = [row.other_family] if row.other_family is not None else []
        with opened(row.family, by=by, version=None, others=others):
            _lock_rows(row.rows)
            decision = may_undo(row, by)
            if not decision:
                raise TransitionNotAllowed(decision.reason)
            place = row.family.place_code
            row.undone_at, row.undone_by = clock.now(), by
            entries = row.rows
            if row.other_family_id in {e["pk"] for e in entries if e["model"] == Family._meta.label and "made" in e}:
                row.other_family = None
            row.save()
            try:
                with transaction.atomic():
                    for entry in reversed(entries):
                        put_back(entry)
            except (IntegrityError, ProtectedError):
                raise TransitionNotAllowed(
                    _("Sesudahnya sudah ada catatan lain yang memakai data ini, jadi tidak bisa dibatalkan lagi.")
                ) from None
            trail.write("family_undo", row.family, by=by, place=place, event=row.pk, kind=row.kind)
    return row


def _lock_rows(entries: list[dict[str, Any]]) -> None:
    """Lock what the event touched, so that it stays as `may_undo` finds it: a NIK check locks a person and no family."""
    wanted: dict[str, list[int]] = {}
    for entry in entries:
        wanted.setdefault(entry["model"], []).append(entry["pk"])
    order = [model._meta.label for model in (Household, Family, Membership, Person)]
    for label in sorted(wanted, key=lambda label: order.index(label) if label in order else len(order)):
        rows = apps.get_model(label)._base_manager.select_for_update(of=("self",)).filter(pk__in=wanted[label])
        list(rows.order_by("pk"))
