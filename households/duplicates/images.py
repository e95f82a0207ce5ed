"""The rows that a merge writes, as they were before it: kept, put back, and told apart from what was changed since."""

import base64
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models import Q
from psycopg2 import sql

from households.duplicates import relations
from households.models import Family, Household, Membership, Merge, Person

DIGEST = sql.SQL(
    "SELECT coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(t::text) AS h FROM {} t WHERE {} = ANY(%s)) x"
)
ROWS = (Person, Membership, Family, Household)


def whereabouts(persons: tuple[int, int]) -> tuple[set[int], set[int]]:
    """Return the households and families in which either person lives, lived or leads."""
    families = set(Membership.objects.filter(person__in=persons).values_list("family", flat=True))
    families |= set(Family.objects.filter(head__in=persons).values_list("pk", flat=True))
    houses = set(Family.objects.filter(pk__in=families).values_list("household", flat=True))
    houses |= set(Household.objects.filter(head__in=persons).values_list("pk", flat=True))
    return houses, families


def images(row: Merge, along: tuple[Family, Family] | None) -> dict[str, Any]:
    """Return the rows that a merge writes itself, as they are: label of the model -> values by column."""
    persons = [row.kept_id, row.gone_id]
    # As one question the two indexes, of open and of ended memberships, would serve neither.
    either = Q(person__in=persons, ended_on=None) | Q(person__in=persons, ended_on__isnull=False)
    memberships = Membership.objects.select_for_update(of=("self",)).filter(either)
    households, families = whereabouts((row.kept_id, row.gone_id))
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


def restore(model: Any, image: dict[str, Any]) -> None:
    """Write a row as it was; its version goes on, so that no page shown meanwhile takes it for the one it knew."""
    values = {}
    for field in model._meta.concrete_fields:
        value = image[field.attname]
        values[field.attname] = base64.b64decode(value["bytes"]) if isinstance(value, dict) else field.to_python(value)
    if "version" in values:
        values["version"] = model._base_manager.values_list("version", flat=True).get(pk=image["id"]) + 1
    pk = values.pop("id")
    model._base_manager.filter(pk=pk).update(**values)


def model_of(label: str) -> Any:
    """Return the model of a label."""
    return next(model for model in ROWS if model._meta.label_lower == label)


def ids_of(rows: dict[str, Any], model: Any) -> list[int]:
    """Return the keys of a model's rows among the images."""
    return [image["id"] for image in rows[model._meta.label_lower]]


def digest(rows: dict[str, Any]) -> str:
    """Return a hash over the rows of a merge and over every row that refers to one of them."""
    parts = []
    with connection.cursor() as cursor:
        for model in ROWS:
            ids = ids_of(rows, model)
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
