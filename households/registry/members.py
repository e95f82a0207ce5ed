"""Events of members: birth, death, move to another family, leaving, absence, return."""

from datetime import date

from django.utils.translation import gettext as _

from households.choices.events import EventKind
from households.choices.person import AbsenceReason, NoNikReason, Relation
from households.models import Family, Membership, Person, RegistryEvent
from households.models.person import mother_columns
from households.names import fold
from households.registry import former_numbers, rules
from households.registry import ledger as book
from households.registry.heads import place_head, relation_in_house, settle_households
from households.registry.ledger import Ledger
from households.registry.numbers import free_nik
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.core.errors import GuardFailed

# How a membership ended that `back` takes up again; "visit" is how visits once ended it, without an event.
RETURNS = ("left", "visit")


def membership_of(family: Family, person_id: int | None, field: str = "person") -> Membership:
    """Return the locked open membership of a person in a family; raises GuardFailed when there is none."""
    row = (
        family.memberships.open()
        .select_for_update(of=("self",))
        .select_related("person")
        .filter(person_id=person_id)
        .first()
    )
    if row is None:
        raise GuardFailed(field, _("Orang ini bukan anggota keluarga ini lagi. Muat ulang halamannya."))
    return row


def day_possible(row: Membership, on: date) -> None:
    """Refuse a day on which a membership cannot end and the next begin: ahead, or before it or the person's birth began."""
    earlier = row.person.memberships.exclude(pk=row.pk).filter(ended_on__isnull=False)
    begun = [day for day in (row.started_on, *earlier.values_list("ended_on", flat=True)) if day is not None]
    rules.not_ahead("on", on, clock.today())
    rules.not_before_birth("on", on, row.person, clock.today())
    rules.not_before("on", on, max(begun, default=None))


def birth(
    family: Family,
    *,
    by: User,
    version: int,
    name: str,
    birth_date: date,
    sex: str,
    mother: int | None = None,
    relation: str = Relation.CHILD,
    birth_place: str = "",
    nik: str = "",
    no_nik_reason: str = NoNikReason.NEWBORN,
    reason: str = "",
) -> RegistryEvent:
    """Record a child born into a family. `mother` is the number of a person of the family, None when she is not in it."""
    with book.opened(family, by=by, version=version) as opened:
        family = opened.family
        rules.birth_possible(birth_date, clock.today())
        if not family.memberships.open().exists():
            raise GuardFailed(
                "", _("Keluarga ini tidak punya anggota lagi. Catat kelahirannya di keluarga yang merawat anak ini.")
            )
        if relation == Relation.HEAD:
            raise GuardFailed("relation", _("Bayi tidak bisa jadi kepala keluarga. Pilih hubungan lain."))
        mother_row = membership_of(family, mother, "mother").person if mother else None
        warnings = rules.mother_possible(mother_row, birth_date) if mother_row else []
        rules.demand_reason(warnings, reason)
        index = None
        if clean_digits(nik):
            index = free_nik(nik, by=by, family=family, person=None, born=birth_date, sex=sex, reason=reason)
            if fault := former_numbers.why_not(index, by=by, village=family.place_code):
                raise GuardFailed("nik", fault)
        child = opened.make(
            Person(
                name=name.strip(),
                name_folded=fold(name),
                birth_date=birth_date,
                birth_place=birth_place.strip(),
                sex=sex,
                **mother_columns(mother_row.name if mother_row else ""),
                nik_encrypted=clean_digits(nik) if index else None,
                nik_index=index,
                no_nik_reason="" if index else no_nik_reason or NoNikReason.NEWBORN,
            )
        )
        opened.make(
            Membership(
                person=child,
                family=family,
                relation=relation,
                household_relation=relation_in_house(family, relation),
                started_on=birth_date,
            )
        )
        return book.close(
            opened, EventKind.BIRTH, on=birth_date, person=child, reason=reason, mother=mother, warned=len(warnings)
        )


def _depart(
    opened: Ledger, row: Membership, until: date, end_reason: str, new_head: int | None, head_stays: bool = False
) -> None:
    """End a membership; a head who goes leaves a new one behind. A family may end up without members, never without a head."""
    family = opened.family
    others = list(family.memberships.open().exclude(pk=row.pk).select_related("person"))
    was_head = row.relation == Relation.HEAD
    if was_head and others and not new_head:
        raise GuardFailed(
            "new_head", _("Ia kepala keluarga. Pilih kepala keluarga yang baru dari anggota yang tinggal.")
        )
    opened.change(row, ended_on=until, end_reason=end_reason)
    if was_head and others:
        place_head(opened, family, membership_of(family, new_head, "new_head"), after=row.relation)
    elif was_head and not head_stays:
        opened.change(family, head=None)
    rules.one_head(family.memberships.open())


def death(
    family: Family, *, by: User, version: int, person: int, on: date, new_head: int | None = None, reason: str = ""
) -> RegistryEvent:
    """Record a death: the membership ends on the day, a head is followed by the one chosen."""
    with book.opened(family, by=by, version=version) as opened:
        row = membership_of(opened.family, person)
        who = book.lock_person(row.person_id)
        rules.death_possible(who, on, clock.today())
        opened.change(who, died_on=on)
        # A death may lie before the day the registry first heard of the person; the place in the family ends when it began.
        until = max(on, row.started_on or on)
        # The name of a family that died out stays that of its last head.
        _depart(opened, row, until, "died", new_head, head_stays=True)
        settle_households(opened, opened.family.household_id)
        return book.close(opened, EventKind.DEATH, on=on, person=who, reason=reason, new_head=new_head)


def leave(
    family: Family, *, by: User, version: int, person: int, on: date, new_head: int | None = None, reason: str = ""
) -> RegistryEvent:
    """Record that a member moved to a place that is not in the registry; `back` brings them home again."""
    with book.opened(family, by=by, version=version) as opened:
        row = membership_of(opened.family, person)
        day_possible(row, on)
        _depart(opened, row, on, "left", new_head, head_stays=True)
        settle_households(opened, opened.family.household_id)
        return book.close(opened, EventKind.LEFT, on=on, person=row.person, reason=reason, new_head=new_head)


def move(
    family: Family,
    *,
    by: User,
    version: int | None,
    person: int,
    target: Family,
    relation: str,
    on: date,
    new_head: int | None = None,
    reason: str = "",
    permission: str = Permission.FAMILY_CHANGE,
) -> RegistryEvent:
    """Move a member to another family, in the same household or another one; both families keep the history.

    `permission`: what allows it; whoever decides what an import left open changes no families otherwise.
    """
    if target.pk == family.pk:
        raise GuardFailed("target", _("Ia sudah di keluarga ini. Isi nomor KK keluarga tujuan."))
    with book.opened(family, by=by, version=version, others=[target], permission=permission) as opened:
        target = Family.objects.select_related("household").get(pk=target.pk)
        row = membership_of(opened.family, person)
        day_possible(row, on)
        heads = target.memberships.open().filter(relation=Relation.HEAD)
        if relation == Relation.HEAD and heads.exists():
            raise GuardFailed(
                "relation",
                _("Keluarga tujuan sudah punya kepala keluarga. Pilih hubungan lain, atau ganti kepalanya dulu."),
            )
        if relation != Relation.HEAD and not heads.exists():
            raise GuardFailed("relation", _("Keluarga tujuan tidak punya kepala keluarga. Ia harus jadi kepalanya."))
        _depart(opened, row, on, "moved", new_head)
        opened.make(
            Membership(
                person=row.person,
                family=target,
                relation=relation,
                household_relation=relation_in_house(target, relation),
                started_on=on,
            )
        )
        if relation == Relation.HEAD:
            opened.change(target, head=row.person)
        settle_households(opened, opened.family.household_id, target.household_id)
        return book.close(
            opened, EventKind.MOVE, on=on, person=row.person, other=target, reason=reason, new_head=new_head
        )


def absence(
    family: Family, *, by: User, version: int, person: int, on: date, why: str, reason: str = ""
) -> RegistryEvent:
    """Record that a member is away since a day and still of this family."""
    with book.opened(family, by=by, version=version) as opened:
        row = membership_of(opened.family, person)
        rules.not_ahead("on", on, clock.today())
        # Whoever works abroad was often away before the registry heard of the family: only the birth bounds the day.
        rules.not_before_birth("on", on, row.person, clock.today())
        if row.absent_since is not None:
            raise GuardFailed("person", _("Ia sudah tercatat tidak di rumah. Catat kembalinya dulu."))
        opened.change(row, absent_since=on, absence_reason=AbsenceReason(why))
        return book.close(opened, EventKind.ABSENCE, on=on, person=row.person, reason=reason, why=why)


def back(family: Family, *, by: User, version: int, person: int, on: date, reason: str = "") -> RegistryEvent:
    """Record that somebody who was away, or had moved out of the registry's sight, is home again."""
    with book.opened(family, by=by, version=version) as opened:
        family = opened.family
        rules.not_ahead("on", on, clock.today())
        row = family.memberships.open().select_for_update(of=("self",)).filter(person_id=person).first()
        who = book.lock_person(person)
        if row is not None:
            if row.absent_since is None:
                raise GuardFailed("person", _("Ia tidak tercatat pergi."))
            if on < row.absent_since:
                raise GuardFailed("on", _("Tanggal kembali lebih awal dari tanggal pergi. Periksa keduanya."))
            opened.change(row, absent_since=None, absence_reason="")
        else:
            _return(opened, family, who, on)
            settle_households(opened, family.household_id)
        return book.close(opened, EventKind.BACK, on=on, person=who, reason=reason)


def _return(opened: Ledger, family: Family, who: Person, on: date) -> None:
    if who.memberships.open().exists():
        raise GuardFailed("person", _("Ia sudah tercatat di keluarga lain. Satu orang tidak bisa di dua keluarga."))
    old = family.memberships.filter(person=who, end_reason__in=RETURNS).order_by("-ended_on", "-pk").first()
    if old is None or who.died_on is not None:
        raise GuardFailed("person", _("Ia tidak tercatat pergi dari keluarga ini."))
    gone = (
        who.memberships.filter(ended_on__isnull=False).order_by("-ended_on").values_list("ended_on", flat=True).first()
    )
    if gone is not None and on < gone:
        raise GuardFailed("on", _("Tanggal kembali lebih awal dari tanggal pergi. Periksa keduanya."))
    alone = not family.memberships.open().exists()
    relation = Relation.HEAD if alone else "" if old.relation == Relation.HEAD else old.relation
    opened.make(
        Membership(
            person=who,
            family=family,
            relation=relation,
            household_relation=relation_in_house(family, relation),
            started_on=on,
        )
    )
    if alone and family.head_id != who.pk:
        opened.change(family, head=who)
