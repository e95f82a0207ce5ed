"""Makes two entries of one person one, and moves what hangs on the second; `undoing` puts everything back.

The second entry stays as a tombstone that leads to the first: without number, without membership. When nobody else lives in
its family, that family is the same one entered twice and goes the same way, and its household with it.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from households.choices.person import Relation as Place
from households.duplicates import relations
from households.duplicates.images import digest, images, whereabouts
from households.duplicates.proposing import CHOICES, check, families_of, open_membership, sides
from households.models import (
    DuplicateCandidate,
    Family,
    FormerEntry,
    FormerFamilyCard,
    FormerNik,
    Household,
    Membership,
    Merge,
    Person,
    PersonKeys,
)
from households.names import fold
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed


def merge(row: Merge) -> None:
    """Merge as proposed; writes what is needed to undo it into `row` (not saved). Call inside a transaction.

    Raises GuardFailed when `check` does; then nothing was changed.
    """
    _lock(row)
    check(row)
    along = families_of(row)
    before = images(row, along)
    unnumbered = _without_number(row)
    moved: list[dict[str, Any]] = []
    made: list[int] = []
    _persons(row)
    _memberships(row)
    for relation in relations.to(Person):
        _move(relation, row.gone_id, row.kept_id, moved)
    if along is not None:
        into, other = along
        made = _card(into, other)
        _family(into, other, moved)
        row.family = other
    _heads(row)
    FormerEntry.objects.bulk_create(unnumbered)
    PersonKeys.objects.filter(pk=row.gone_id).delete()
    DuplicateCandidate.objects.filter(models.Q(first=row.gone_id) | models.Q(second=row.gone_id)).delete()
    row.before = {"rows": before, "moved": moved, "made": made}
    row.moved = _counts(row, before, moved)
    row.left_as = digest(before)
    outbox.promise("households.search_duplicates", persons=[row.kept_id])


def _lock(row: Merge) -> None:
    """Lock what the merge writes, in the order of registry events (households, families, persons), and read the persons anew.

    Raises GuardFailed when somebody moved one of them meanwhile: what was proposed is about where they lived before.
    """
    both = (row.kept_id, row.gone_id)
    houses, families = whereabouts(both)
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=houses).order_by("pk"))
    list(Family.objects.select_for_update(of=("self",)).filter(pk__in=families).order_by("pk"))
    persons = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=both).order_by("pk")}
    row.kept, row.gone = persons[row.kept_id], persons[row.gone_id]
    if whereabouts(both) != (houses, families):
        raise GuardFailed("", _("Salah satu orang ini baru saja dipindahkan. Bandingkan lagi, lalu sahkan."))


def _persons(row: Merge) -> None:
    kept, gone = row.kept, row.gone
    values = {
        column: getattr(gone, column)
        for name, columns in CHOICES.items()
        if row.choices.get(name) == "gone"
        for column in columns
    }
    numbers = {bytes(index) for index in (kept.nik_index, gone.nik_index) if index is not None}
    # The number is unique: the tombstone lets go of it before the other takes it.
    gone.nik_encrypted = gone.nik_index = None
    gone.merged_into, gone.version = kept, gone.version + 1
    gone.save()
    for column, value in values.items():
        setattr(kept, column, value)
    kept.name_folded, kept.version = fold(kept.name), kept.version + 1
    kept.save()
    dropped = numbers - ({bytes(kept.nik_index)} if kept.nik_index is not None else set())
    FormerNik.objects.bulk_create(FormerNik(person=kept, merge=row, nik_index=index) for index in sorted(dropped))


def _without_number(row: Merge) -> list[FormerEntry]:
    """The entries that an extract names without a NIK and that are nobody of their own afterwards, as they stand before the merge."""
    gone, kept = row.gone, row.kept
    numbered = kept.nik_index is None and gone.nik_index is not None and row.choices.get("nik") == "gone"
    found = []
    for entry in (gone, kept) if numbered else (gone,):
        home = open_membership(entry)
        if entry.nik_index is not None or entry.birth_date is None or home is None:
            continue
        family = home.family
        if family.official_id is not None or family.kk_index is not None:
            found.append(
                FormerEntry(
                    person=kept,
                    merge=row,
                    official_id=family.official_id,
                    kk_index=family.kk_index,
                    name_folded=entry.name_folded,
                    birth_date=entry.birth_date,
                )
            )
    return found


def _memberships(row: Merge) -> None:
    stays, leaves = sides(row)
    if leaves is not None:
        leaves.ended_on, leaves.end_reason = clock.today(), "merged"
        leaves.save()
    if stays is not None:
        same_family = leaves is not None and leaves.family_id == stays.family_id
        if same_family and leaves is not None and leaves.relation == Place.HEAD:
            stays.relation = Place.HEAD
        stays.person = row.kept
        stays.save()
    Membership.objects.filter(person=row.gone).update(person=row.kept)


def _heads(row: Merge) -> None:
    """Whoever was head stays head where the person lives; elsewhere the place is free for somebody who does."""
    lives = open_membership(row.kept)
    either = (row.kept_id, row.gone_id)
    for model, home in ((Family, lives and lives.family_id), (Household, lives and lives.family.household_id)):
        for place in model._base_manager.select_for_update(of=("self",)).filter(head__in=either):
            head = row.kept_id if place.pk == home else None
            if place.head_id != head:
                place.head_id, place.version = head, place.version + 1
                place.save()
            if model is Household and head and lives:
                lives.household_relation = Place.HEAD
                lives.save()


def _card(into: Family, other: Family) -> list[int]:
    """The numbers of the family that goes: taken over where there was none, else kept as a former card. Ids of cards made."""
    secret, index, official = other.kk_encrypted, other.kk_index, other.official_id
    decile, period = other.decile, other.decile_period
    other.kk_encrypted = other.kk_index = other.official_id = other.head = None
    other.merged_into, other.version = into, other.version + 1
    other.save()
    made = []
    if index is not None and into.kk_index is None:
        into.kk_encrypted, into.kk_index = secret, index
    elif index is not None:
        card = FormerFamilyCard.objects.create(family=into, kk_encrypted=secret, kk_index=index, until=clock.now())
        made.append(card.pk)
    into.official_id = into.official_id or official
    if into.decile is None:
        into.decile, into.decile_period = decile, period
    into.version += 1
    into.save()
    return made


def _family(into: Family, other: Family, moved: list[dict[str, Any]]) -> None:
    for relation in relations.to(Family):
        if relation.name == "households.membership.family":
            _shift(relation, other.pk, into.pk, relation.rows.filter(family=other), moved)
        else:
            _move(relation, other.pk, into.pk, moved)
    house, home = other.household, into.household
    if house.pk == home.pk or house.families.filter(merged_into=None).exists():
        return
    for relation in relations.to(Household):
        _move(relation, house.pk, home.pk, moved)
    house.refresh_from_db()
    house.head, house.merged_into, house.version = None, home, house.version + 1
    house.save()


def _move(relation: relations.Relation, of: int, to: int, moved: list[dict[str, Any]]) -> None:
    if relation.how != relations.MOVES:
        return
    rows = relation.rows.filter(**{relation.column: of})
    if relation.taken:
        there = relation.rows.filter(relation.taken_among, **{relation.column: to})
        met = list(there.values_list(*relation.taken))
        for values in met:
            same = models.Q(**dict(zip(relation.taken, values, strict=True)))
            rows = rows.exclude(relation.taken_among & same)
    _shift(relation, of, to, rows, moved)


def _shift(relation: relations.Relation, of: int, to: int, rows: Any, moved: list[dict[str, Any]]) -> None:
    ids = sorted(rows.values_list(relation.identity, flat=True))
    if not ids:
        return
    relation.rows.filter(**{relation.column: of, f"{relation.identity}__in": ids}).update(**{relation.column: to})
    target = relation.target._meta.label_lower
    moved.append({"relation": relation.name, "target": target, "ids": ids, "of": of, "to": to})


def _counts(row: Merge, before: dict[str, Any], moved: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    own = sum(image["person_id"] == row.gone_id for image in before[Membership._meta.label_lower])
    if own:
        counts["households.membership.person"] = own
    for entry in moved:
        counts[entry["relation"]] = counts.get(entry["relation"], 0) + len(entry["ids"])
    return counts
