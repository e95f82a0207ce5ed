"""A person decides what happens to somebody of the extract who already lives in another family here."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Family, ImportConflict, Membership, Person
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed


def decide(conflict: ImportConflict, decision: str, *, by: User, note: str) -> ImportConflict:
    """Keep the person where they are ("keep") or move them to the extract's family ("move"). Raises Refusals.

    Somebody whom the file takes for another person of the same family can only be kept; what is wrong here is corrected there.
    """
    allowed = may(by, Permission.IMPORT_RUN, conflict.run)
    if not allowed:
        raise NotPermitted(allowed.reason)
    if decision not in ("keep", "move"):
        raise GuardFailed("decision", _("Pilih: tetap atau pindah."))
    if not note.strip():
        raise GuardFailed("note", _("Tulis alasan keputusan Anda."))
    with transaction.atomic():
        row = ImportConflict.objects.select_for_update(of=("self",)).get(pk=conflict.pk)
        if row.decision:
            raise TransitionNotAllowed(_("Perbedaan ini sudah diputuskan."))
        if decision == "move":
            _move(row, by)
        row.decision, row.decided_by, row.decided_at, row.note = decision, by, clock.now(), note.strip()[:300]
        row.save()
        trail.write(
            "decide", row, by=by, place=conflict.run.area_id, to_state=decision, note=row.note, person=row.person_id
        )
    return row


@dataclass(frozen=True)
class Sides:
    """What a move is between: the person, the family of the file as it stands here, where the import found them and where they live."""

    person: Person | None
    target: int | None
    stored: int | None
    living: int | None
    own: Collection[int]

    @property
    def why_not(self) -> str:
        """Why the person cannot be moved, or an empty text."""
        if self.person is not None and self.person.died_on:
            return _("Orang ini tercatat meninggal. Bila itu keliru, betulkan kematiannya di halaman anggota.")
        if self.target is not None and self.target == (self.living or self.stored):
            return _("Orang ini sudah tercatat di keluarga itu. Betulkan datanya di halaman anggota bila perlu.")
        if not {self.stored, self.living or self.stored} <= set(self.own):
            return _("Keluarganya sekarang di luar wilayah Anda. Minta petugas wilayah itu memutuskan.")
        if self.target is None:
            return _(
                "Keluarga menurut berkas belum tercatat di sini, jadi belum ada tujuan pindah. "
                "Bila orang ini memang berkartu sendiri, catat pecah kartu di halaman keluarganya."
            )
        if self.target not in self.own:
            return _("Keluarga menurut berkas di luar wilayah Anda. Minta petugas wilayah itu memutuskan.")
        return ""


def sides_of(conflicts: Collection[ImportConflict], by: User) -> dict[int, Sides]:
    """Return both sides of each conflict as they stand now, by the conflict's number, for whoever decides."""
    people = Person.objects.select_related("merged_into").in_bulk({c.person_id for c in conflicts})
    survivors = {pk: person.survivor() for pk, person in people.items()}
    living = dict(
        Membership.objects.open()
        .filter(person_id__in=[person.pk for person in survivors.values()])
        .values_list("person_id", "family_id")
    )
    named = {pk for c in conflicts for pk in (c.extract_family_id, c.stored_family_id) if pk}
    there = Family.objects.only("pk", "merged_into").in_bulk(named)
    leads = {pk: Family.survivor_of(pk) if family.merged_into_id else pk for pk, family in there.items()}
    asked = {*leads.values(), *living.values()}
    own = set(Family.objects.visible_to(by).filter(pk__in=asked).values_list("pk", flat=True))
    found = {}
    for c in conflicts:
        person = survivors.get(c.person_id)
        target, stored = (leads.get(pk or 0) for pk in (c.extract_family_id, c.stored_family_id))
        found[c.pk] = Sides(person, target, stored, living.get(person.pk if person else 0), own)
    return found


def _move(row: ImportConflict, by: User) -> None:
    sides = sides_of([row], by)[row.pk]
    if reason := sides.why_not:
        raise GuardFailed("decision", reason)
    target = Family.objects.get(pk=sides.target or 0)
    today = clock.today()
    person = sides.person.pk if sides.person else row.person_id
    left = Family.objects.filter(pk=sides.living or sides.stored or 0).first()
    Membership.objects.open().filter(person_id=person).update(ended_on=today, end_reason="moved")
    relation = row.relation or "8"
    if relation == "1" and target.memberships.open().filter(relation="1").exists():
        relation = "8"
    Membership.objects.create(
        person_id=person, family=target, relation=relation, household_relation=relation, started_on=today
    )
    if left is not None and left.head_id == person:
        left.head = None
        left.save()
    if relation == "1":
        target.head_id = person
        target.save()
