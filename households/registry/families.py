"""Events of whole families: a new card number, another head, a split card, another house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from households.choices.events import EventKind
from households.choices.person import Relation
from households.models import Family, FormerFamilyCard, Household, Membership, RegistryEvent
from households.registry import ledger as book
from households.registry import rules
from households.registry.heads import lead_household, place_head, settle_households
from households.registry.ledger import Ledger
from households.registry.members import day_possible, membership_of
from households.registry.numbers import free_kk
from households.registry.rounds import stays_of
from households.validators import clean_digits
from slrt.accounts.models import User
from slrt.core import clock
from slrt.core.errors import GuardFailed


@dataclass(frozen=True)
class Place:
    """A house as people describe it; `village` is a region code."""

    village: str
    hamlet: str = ""
    address: str = ""
    rt: str = ""
    rw: str = ""


def change_card(family: Family, *, by: User, version: int, kk: str, on: date, reason: str = "") -> RegistryEvent:
    """Give a family the number of its new card; the old number stays in its history and is still found by search."""
    with book.opened(family, by=by, version=version) as opened:
        family = opened.family
        rules.within_memory("on", on, clock.today())
        number, index = free_kk(kk, by=by, family=family, reason=reason)
        if family.kk_index is not None:
            opened.make(
                FormerFamilyCard(
                    family=family, kk_encrypted=family.kk_encrypted, kk_index=family.kk_index, until=clock.now()
                )
            )
        opened.change(family, kk_encrypted=number, kk_index=index)
        return book.close(opened, EventKind.CARD, on=on, reason=reason)


def change_head(
    family: Family,
    *,
    by: User,
    version: int,
    new_head: int,
    on: date,
    relations: Mapping[int, str] | None = None,
    reason: str = "",
) -> RegistryEvent:
    """Make another member the head of the family; `relations` says by person what the others are to them."""
    with book.opened(family, by=by, version=version) as opened:
        rules.within_memory("on", on, clock.today())
        chosen = membership_of(opened.family, new_head, "new_head")
        if chosen.relation == Relation.HEAD:
            raise GuardFailed("new_head", _("Ia sudah kepala keluarga ini."))
        if Relation.HEAD in (relations or {}).values():
            raise GuardFailed(
                "relation", _("Hanya satu orang yang boleh jadi kepala keluarga. Periksa hubungan anggota lain.")
            )
        place_head(opened, opened.family, chosen, relations=relations)
        return book.close(opened, EventKind.HEAD, on=on, person=chosen.person, reason=reason)


def change_household_head(
    family: Family, *, by: User, version: int, new_head: int, on: date, reason: str = ""
) -> RegistryEvent:
    """Make somebody of any family of the house the head of the household."""
    with book.opened(family, by=by, version=version) as opened:
        rules.within_memory("on", on, clock.today())
        house = opened.family.household
        chosen = (
            Membership.objects.open()
            .select_for_update(of=("self",))
            .select_related("person")
            .filter(person_id=new_head, family__household=house)
            .first()
        )
        if chosen is None:
            raise GuardFailed("new_head", _("Orang ini tidak tinggal di rumah tangga ini. Muat ulang halamannya."))
        if house.head_id == chosen.person_id:
            raise GuardFailed("new_head", _("Ia sudah kepala rumah tangga ini."))
        lead_household(opened, house, chosen)
        return book.close(opened, EventKind.HOUSE_HEAD, on=on, person=chosen.person, reason=reason)


def split(
    family: Family,
    *,
    by: User,
    version: int,
    going: Iterable[int],
    head_of_new: int,
    on: date,
    kk: str = "",
    new_head: int | None = None,
    reason: str = "",
) -> RegistryEvent:
    """Split a card: the persons `going` become a family of their own in the same household, led by one of them.

    `new_head` follows in the old family when its head goes. `kk` may be empty until the new card is printed.
    """
    with book.opened(family, by=by, version=version) as opened:
        family = opened.family
        rules.within_memory("on", on, clock.today())
        wanted = set(going)
        rows = [membership_of(family, pk, "going") for pk in sorted(wanted)]
        for row in rows:
            day_possible(row, on)
        staying = family.memberships.open().exclude(person_id__in=wanted)
        _splittable(rows, staying.exists(), wanted, head_of_new, new_head)
        made = Family(household=family.household)
        if clean_digits(kk):
            made.kk_encrypted, made.kk_index = free_kk(kk, by=by, family=family, reason=reason)
        chosen = next(row for row in rows if row.person_id == head_of_new)
        made.head = chosen.person
        opened.make(made)
        head_goes = any(row.relation == Relation.HEAD for row in rows)
        for row in rows:
            opened.change(row, ended_on=on, end_reason="split")
            relation = Relation.HEAD if row is chosen else rules.relation_after(row.relation, chosen.relation)
            if chosen.relation == Relation.HEAD and row is not chosen:
                relation = row.relation
            opened.make(
                Membership(
                    person=row.person,
                    family=made,
                    relation=relation,
                    household_relation=row.household_relation,
                    started_on=on,
                    absent_since=row.absent_since,
                    absence_reason=row.absence_reason,
                )
            )
        if head_goes:
            place_head(opened, family, membership_of(family, new_head, "new_head"))
        rules.one_head(family.memberships.open())
        return book.close(
            opened, EventKind.SPLIT, on=on, person=chosen.person, other=made, reason=reason, moved=len(rows)
        )


def _splittable(
    rows: list[Membership], some_stay: bool, wanted: set[int], head_of_new: int, new_head: int | None
) -> None:
    if not rows:
        raise GuardFailed("going", _("Pilih anggota yang masuk kartu baru."))
    if not some_stay:
        raise GuardFailed("going", _("Semua anggota dipilih. Kalau nomornya saja yang ganti, pakai “Ganti nomor KK”."))
    if head_of_new not in wanted:
        raise GuardFailed("head_of_new", _("Kepala kartu baru harus salah satu anggota yang dipilih."))
    if any(row.relation == Relation.HEAD for row in rows):
        if not new_head:
            raise GuardFailed("new_head", _("Kepala keluarga ikut ke kartu baru. Pilih kepala untuk yang tinggal."))
        if new_head in wanted:
            raise GuardFailed("new_head", _("Kepala untuk kartu lama harus anggota yang tinggal."))


def rehouse(
    family: Family,
    *,
    by: User,
    version: int,
    on: date,
    joins: Family | None = None,
    place: Place | None = None,
    reason: str = "",
) -> RegistryEvent:
    """Move a whole family: into the household of another family (`joins`), or to a house of its own at `place`."""
    others = [joins] if joins is not None else []
    with book.opened(family, by=by, version=version, others=others) as opened:
        family = opened.family
        rules.within_memory("on", on, clock.today())
        _after_the_last_move(family, on)
        old = family.household_id
        if joins is not None:
            joins = Family.objects.select_related("household").get(pk=joins.pk)
            if joins.household_id == old:
                raise GuardFailed("target", _("Kedua keluarga sudah serumah."))
            house = book.lock_household(joins.household_id)
        else:
            house = _new_house(opened, place)
        opened.change(family, household=house)
        _own_relations(opened, family, leads=joins is None)
        settle_households(opened, old, house.pk)
        return book.close(
            opened, EventKind.REHOUSE, on=on, other=joins, reason=reason, household=house.pk, village=house.village_id
        )


def _after_the_last_move(family: Family, on: date) -> None:
    """Refuse a move before the one recorded last: what was asked in which house would be told of others."""
    last = stays_of(family)[-1].since
    if last is not None and on < last:
        sentence = _("Keluarga ini tercatat pindah pada %(day)s. Isi tanggal itu atau sesudahnya.")
        raise GuardFailed("on", sentence % {"day": f"{last:%d/%m/%Y}"})


def _new_house(opened: Ledger, place: Place | None) -> Household:
    if place is None or not place.village:
        raise GuardFailed("village", _("Pilih desa rumah yang baru, atau isi nomor KK keluarga yang ditumpangi."))
    house = Household(village_id=place.village, hamlet=place.hamlet, address=place.address, rt=place.rt, rw=place.rw)
    opened.make(house)
    target = Family(household=house)
    book.demand(opened.by, target)
    return house


def _own_relations(opened: Ledger, family: Family, leads: bool) -> None:
    """In a house of its own the family's relations are the household's; in another's house nobody of it leads by itself."""
    for row in family.memberships.open().order_by("pk"):
        kept = Relation.OTHER if row.household_relation == Relation.HEAD else row.household_relation
        wanted = row.relation if leads else kept
        if wanted != row.household_relation:
            opened.change(row, household_relation=wanted)
    if leads and family.head is not None:
        opened.change(family.household, head=family.head)
