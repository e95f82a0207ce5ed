"""A person decides what happens to somebody of the extract who already lives in another family here.

A move is an event of both families like any other: both keep their history, older forms of them find out, a head who goes leaves a
new one behind, and whoever may change families can take it back within a day.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.models import Family, ImportConflict, Membership, Person
from households.registry import members
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.numbers import masked


def decide(
    conflict: ImportConflict, decision: str, *, by: User, note: str, new_head: int | None = None
) -> ImportConflict:
    """Keep the person where they are ("keep") or move them to the extract's family ("move"). Raises Refusals.

    `new_head`: who leads the family that a head leaves, by number of the person. Somebody whom the file takes for another
    person of the same family can only be kept; what is wrong here is corrected there.
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
        if not ImportConflict.objects.undecided().filter(pk=row.pk).exists():
            raise TransitionNotAllowed(_("NIK-nya sekarang sudah sama, jadi tidak ada lagi yang perlu diputuskan."))
        if decision == "move":
            _move(row, by, note, new_head)
        row.decision, row.decided_by, row.decided_at, row.note = decision, by, clock.now(), masked(note.strip())[:300]
        row.save()
        trail.write(
            "decide", row, by=by, place=conflict.run.area_id, to_state=decision, note=row.note, person=row.person_id
        )
    return row


@dataclass(frozen=True)
class Sides:
    """What a move is between: the person, the family of the file as it stands here, where the import found them and where they live.

    `relation` is the file's. `own`: families that the person who decides may see; `there` and `left` are the members of the
    family they would come to and of the one they would leave, themselves not among them.
    """

    person: Person | None
    target: int | None
    stored: int | None
    living: int | None
    own: Collection[int]
    relation: str = ""
    leads: bool = False
    there: list[Membership] = field(default_factory=list)
    left: list[Membership] = field(default_factory=list)

    @property
    def heirs(self) -> list[Membership]:
        """Who may lead the family after its head has gone; empty where nobody has to."""
        return self.left if self.leads else []

    @property
    def becomes(self) -> str:
        """What the person is to the head there: the file's word, open where another leads already, the head where nobody lives."""
        if not self.there:
            return Relation.HEAD
        led = any(row.relation == Relation.HEAD for row in self.there)
        return "" if self.relation == Relation.HEAD and led else self.relation

    @property
    def why_not(self) -> str:
        """Why the person cannot be moved, or an empty text."""
        if self.person is not None and self.person.died_on:
            return _("Orang ini tercatat meninggal. Bila itu keliru, betulkan kematiannya di halaman anggota.")
        if self.target is not None and self.target == self.living:
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
        if self.living is None:
            return _(
                "Orang ini sekarang tidak tercatat di keluarga mana pun. Catat kembalinya di halaman keluarganya dulu."
            )
        if self.becomes != Relation.HEAD and all(row.relation != Relation.HEAD for row in self.there):
            return _(
                "Keluarga tujuan belum punya kepala keluarga. Putuskan dulu orang yang jadi kepalanya, "
                "atau tetapkan kepalanya di halaman keluarga itu."
            )
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
    members_of: dict[int, list[Membership]] = defaultdict(list)
    for row in Membership.objects.open().filter(family__in=asked).select_related("person").order_by("pk"):
        members_of[row.family_id].append(row)
    found = {}
    for c in conflicts:
        person = survivors.get(c.person_id)
        pk = person.pk if person else 0
        target, stored = (leads.get(family or 0) for family in (c.extract_family_id, c.stored_family_id))
        home = members_of[living.get(pk, 0)]
        found[c.pk] = Sides(
            person,
            target,
            stored,
            living.get(pk),
            own,
            relation=c.relation,
            leads=any(row.person_id == pk and row.relation == Relation.HEAD for row in home),
            there=[row for row in members_of[target or 0] if row.person_id != pk],
            left=[row for row in home if row.person_id != pk],
        )
    return found


def _move(row: ImportConflict, by: User, note: str, new_head: int | None) -> None:
    sides = sides_of([row], by)[row.pk]
    if reason := sides.why_not:
        raise GuardFailed("decision", reason)
    families = Family.objects.select_related("household").in_bulk([sides.living or 0, sides.target or 0])
    members.move(
        families[sides.living or 0],
        by=by,
        version=None,
        person=sides.person.pk if sides.person else row.person_id,
        target=families[sides.target or 0],
        relation=sides.becomes,
        on=clock.today(),
        new_head=new_head,
        reason=note,
        permission=Permission.IMPORT_RUN,
    )
