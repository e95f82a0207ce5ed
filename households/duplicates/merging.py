"""Makes two entries of one person one, moves what hangs on the second, and puts everything back when that was wrong.

The second entry stays as a tombstone that leads to the first: without number, without membership. When nobody else lives in
its family, that family is the same one entered twice and goes the same way, and its household with it.
"""

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _
from psycopg2 import sql

from households.choices.person import Relation as Place
from households.duplicates import relations
from households.models import (
    DuplicateCandidate,
    Family,
    FormerFamilyCard,
    Household,
    Membership,
    Merge,
    Person,
    PersonKeys,
)
from households.models.registration import ENDED_STATES
from households.names import fold
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed

# What is chosen together -> the columns it stands for.
CHOICES: dict[str, tuple[str, ...]] = {
    "nik": ("nik_encrypted", "nik_index", "no_nik_reason", "nik_match"),
    "name": ("name",),
    "birth_date": ("birth_date",),
    "birth_place": ("birth_place",),
    "sex": ("sex",),
    "marital": ("marital",),
    "occupation": ("occupation",),
    "mother_name": ("mother_name",),
    "died_on": ("died_on",),
}
# Where the person lives from now on; no column of the person.
PLACE = "place"
DIGEST = sql.SQL(
    "SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(t::text) AS h FROM {} t WHERE {} = ANY(%s)) x"
)
_ROWS = (Person, Membership, Family, Household)


def differing(kept: Person, gone: Person) -> list[str]:
    """Return the choices in which two entries differ; the place is one when both live in a family, and not in the same row."""
    found = []
    for name, columns in CHOICES.items():
        one, other = getattr(kept, columns[0]), getattr(gone, columns[0])
        if one != other:
            found.append(name)
    if _open(kept) is not None and _open(gone) is not None:
        found.append(PLACE)
    return found


def check(row: Merge) -> None:
    """Refuse, with a sentence, what cannot be merged as it was proposed. Raises GuardFailed."""
    kept, gone = row.kept, row.gone
    if kept.merged_into_id or gone.merged_into_id:
        raise GuardFailed("", _("Salah satu data ini sudah digabung ke data lain."))
    if (kept.version, gone.version) != (row.kept_version, row.gone_version):
        raise GuardFailed("", _("Data salah satu orang berubah sejak diusulkan. Bandingkan lagi, lalu usulkan ulang."))
    if kept.nik_index and gone.nik_index and row.choices.get("nik") not in ("kept", "gone"):
        raise GuardFailed("nik", _("Keduanya punya NIK. Pilih NIK mana yang benar menurut KTP atau KK."))
    along = _families(row)
    if along is not None:
        live = [family.registrations.exclude(state__in=ENDED_STATES).exists() for family in along]
        if all(live):
            raise GuardFailed(
                "", _("Kedua keluarga punya pendaftaran DTSEN yang berjalan. Selesaikan salah satunya dulu.")
            )


def merge(row: Merge) -> None:
    """Merge as proposed; writes what is needed to undo it into `row` (not saved). Call inside a transaction.

    Raises GuardFailed when `check` does; then nothing was changed.
    """
    _lock(row)
    check(row)
    along = _families(row)
    before = _images(row, along)
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
    PersonKeys.objects.filter(pk=row.gone_id).delete()
    DuplicateCandidate.objects.filter(models.Q(first=row.gone_id) | models.Q(second=row.gone_id)).delete()
    row.before = {"rows": before, "moved": moved, "made": made}
    row.moved = _counts(row, before, moved)
    row.left_as = _digest(before)
    outbox.promise("households.search_duplicates", persons=[row.kept_id])


def _lock(row: Merge) -> None:
    """Lock what the merge writes, in the order of registry events (households, families, persons), and read the persons anew.

    Raises GuardFailed when somebody moved one of them meanwhile: what was proposed is about where they lived before.
    """
    both = (row.kept_id, row.gone_id)
    houses, families = _where(both)
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=houses).order_by("pk"))
    list(Family.objects.select_for_update(of=("self",)).filter(pk__in=families).order_by("pk"))
    persons = {p.pk: p for p in Person.objects.select_for_update().filter(pk__in=both).order_by("pk")}
    row.kept, row.gone = persons[row.kept_id], persons[row.gone_id]
    if _where(both) != (houses, families):
        raise GuardFailed("", _("Salah satu orang ini baru saja dipindahkan. Bandingkan lagi, lalu sahkan."))


def _where(persons: tuple[int, int]) -> tuple[set[int], set[int]]:
    """Return the households and families in which either person lives, lived or leads."""
    families = set(Membership.objects.filter(person__in=persons).values_list("family", flat=True))
    families |= set(Family.objects.filter(head__in=persons).values_list("pk", flat=True))
    houses = set(Family.objects.filter(pk__in=families).values_list("household", flat=True))
    houses |= set(Household.objects.filter(head__in=persons).values_list("pk", flat=True))
    return houses, families


def undo(row: Merge) -> None:
    """Put everything back as it was before the merge. Call inside a transaction.

    Raises GuardFailed when anything that hangs on the two entries was changed, added or removed since: nobody could say
    to which of the two it belongs.
    """
    kept: dict[str, Any] = row.before or {}
    rows = kept["rows"]
    for model in reversed(_ROWS):  # households first, as registry events lock them
        list(model._base_manager.select_for_update(of=("self",)).filter(pk__in=_ids(rows, model)).order_by("pk"))
    if _digest(rows) != row.left_as:
        raise GuardFailed(
            "",
            _(
                "Ada yang berubah sesudah penggabungan ini, jadi tidak bisa dikembalikan dengan pasti. Perbaiki satu per satu."
            ),
        )
    FormerFamilyCard.objects.filter(pk__in=kept["made"]).delete()
    # First nothing stands in anything's way: no number, no open membership. Then everything as it was.
    Person.objects.filter(pk__in=_ids(rows, Person)).update(nik_index=None)
    Family.objects.filter(pk__in=_ids(rows, Family)).update(kk_index=None, official_id=None)
    Membership.objects.filter(pk__in=_ids(rows, Membership), ended_on=None).update(ended_on=clock.today())
    for entry in kept["moved"]:
        relation = next(r for r in relations.to(_model(entry["target"])) if r.name == entry["relation"])
        found = relation.rows.filter(**{relation.column: entry["to"], f"{relation.identity}__in": entry["ids"]})
        found.update(**{relation.column: entry["of"]})
    for model in (Person, Household, Family, Membership):
        for image in rows[model._meta.label_lower]:
            _restore(model, image)
    outbox.promise("households.search_duplicates", persons=[row.kept_id, row.gone_id])


def _open(person: Person) -> Membership | None:
    return person.memberships.open().select_related("family__household").first()


def _families(row: Merge) -> tuple[Family, Family] | None:
    """Return (family that stays, family that goes along), or None when nobody's family is left empty."""
    stays, leaves = _sides(row)
    if stays is None or leaves is None or stays.family_id == leaves.family_id:
        return None
    if leaves.family.memberships.open().exclude(pk=leaves.pk).exists():
        return None
    return stays.family, leaves.family


def _sides(row: Merge) -> tuple[Membership | None, Membership | None]:
    """Return the membership that stays open and the one that ends."""
    kept, gone = _open(row.kept), _open(row.gone)
    return (gone, kept) if gone is not None and (kept is None or row.choices.get(PLACE) == "gone") else (kept, gone)


def _persons(row: Merge) -> None:
    kept, gone = row.kept, row.gone
    values = {
        column: getattr(gone, column)
        for name, columns in CHOICES.items()
        if row.choices.get(name) == "gone"
        for column in columns
    }
    # The number is unique: the tombstone lets go of it before the other takes it.
    gone.nik_encrypted = gone.nik_index = None
    gone.merged_into, gone.version = kept, gone.version + 1
    gone.save()
    for column, value in values.items():
        setattr(kept, column, value)
    kept.name_folded, kept.version = fold(kept.name), kept.version + 1
    kept.save()


def _memberships(row: Merge) -> None:
    stays, leaves = _sides(row)
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
    lives = _open(row.kept)
    either = (row.kept_id, row.gone_id)
    for model, home in ((Family, lives and lives.family_id), (Household, lives and lives.family.household_id)):
        for place in model._base_manager.select_for_update(of=("self",)).filter(head__in=either):
            head = row.kept_id if place.pk == home else None
            if place.head_id != head:
                place.head_id, place.version = head, place.version + 1
                place.save()


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


def _images(row: Merge, along: tuple[Family, Family] | None) -> dict[str, Any]:
    """Return the rows that a merge writes itself, as they are: label of the model -> values by column."""
    persons = [row.kept_id, row.gone_id]
    memberships = Membership.objects.select_for_update(of=("self",)).filter(person__in=persons)
    households, families = _where((row.kept_id, row.gone_id))
    families |= {family.pk for family in along or ()}
    wanted = {
        Person: persons,
        Membership: list(memberships.values_list("pk", flat=True)),
        Family: families,
        Household: households,
    }
    return {
        model._meta.label_lower: [_image(found) for found in model._base_manager.filter(pk__in=ids).order_by("pk")]
        for model, ids in wanted.items()
    }


def _image(row: models.Model) -> dict[str, Any]:
    return {field.attname: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _restore(model: Any, image: dict[str, Any]) -> None:
    """Write a row as it was; its version goes on, so that no page shown meanwhile takes it for the one it knew."""
    values = {}
    for field in model._meta.concrete_fields:
        value = image[field.attname]
        values[field.attname] = base64.b64decode(value["bytes"]) if isinstance(value, dict) else field.to_python(value)
    if "version" in values:
        values["version"] = model._base_manager.values_list("version", flat=True).get(pk=image["id"]) + 1
    pk = values.pop("id")
    model._base_manager.filter(pk=pk).update(**values)


def _model(label: str) -> Any:
    return next(model for model in _ROWS if model._meta.label_lower == label)


def _ids(rows: dict[str, Any], model: Any) -> list[int]:
    return [image["id"] for image in rows[model._meta.label_lower]]


def _digest(rows: dict[str, Any]) -> str:
    """Return a hash over the rows of a merge and over every row that refers to one of them."""
    parts = []
    with connection.cursor() as cursor:
        for model in _ROWS:
            ids = _ids(rows, model)
            asked = [(model._meta.db_table, model._meta.pk.column)]
            for relation in relations.to(model):
                if relation.how != relations.STAYS:
                    field: Any = relation.rows.model._meta.get_field(relation.column)
                    asked.append((relation.rows.model._meta.db_table, field.column))
            for table, column in asked:
                # As text: the row history reads every statement of a request.
                asking = DIGEST.format(sql.Identifier(table), sql.Identifier(column)).as_string(connection.connection)
                cursor.execute(asking, [ids])
                parts.append(cursor.fetchone()[0])
        cursor.execute("SELECT md5(%s)", ["|".join(parts)])
        return str(cursor.fetchone()[0])


def hanging(person: Person) -> list[tuple[str, int]]:
    """Return what would follow if this entry were merged into another: (what it is called, how many), none of it zero."""
    open_one = _open(person)
    family = (
        open_one.family
        if open_one and not open_one.family.memberships.open().exclude(pk=open_one.pk).exists()
        else None
    )
    targets: list[tuple[Any, int]] = [(Person, person.pk)]
    if family is not None:
        targets += [(Family, family.pk), (Household, family.household_id)]
    found: dict[str, int] = {}
    for target, pk in targets:
        for relation in relations.to(target):
            if relation.how == relations.MOVES:
                name = str(relation.rows.model._meta.verbose_name)
                found[name] = found.get(name, 0) + relation.rows.filter(**{relation.column: pk}).count()
    return [(name, count) for name, count in found.items() if count]
