"""Foreign keys that the database checks once per statement instead of once per row.

PostgreSQL checks its own foreign keys row by row and locks every row pointed at; for tables that take rows by the hundred
thousand that is the larger half of an import (docs/adr/0009). `@checked_per_statement("person")` on a model whose field says
`db_constraint=False` gives the same promise set by set:

- an insert, or an update that changes the key, that names a missing row fails with IntegrityError;
- a delete of a row that is still named fails with IntegrityError. It locks the naming table first, so that no insert can
  slip past it; deletes are rare here and inserts are not.
"""

from collections.abc import Callable
from string import Template
from typing import Any, TypeVar

import pgtrigger
from django.db import models
from django.db.models.fields.related import lazy_related_operation

M = TypeVar("M", bound=type[models.Model])


def checked_per_statement(*names: str, kept: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Class decorator: hold the named foreign keys by triggers. `kept`: keys to tables that themselves refuse every delete.

    Raises TypeError for a field with a constraint of its own, or a parent in `kept` that can be deleted.
    """

    def hold(model: M) -> M:
        for name in names + kept:
            field: Any = model._meta.get_field(name)
            if not isinstance(field, models.ForeignKey) or getattr(field, "db_constraint", True):
                raise TypeError(f"{model.__name__}.{name} has to be a foreign key with db_constraint=False.")
            guard = _demand_kept if name in kept else _guard
            lazy_related_operation(guard, model, field.remote_field.model, name=name)
        pgtrigger.register(_Inserted(names + kept), _Changed(names + kept))(model)
        return model

    return hold


def _guard(model: type[models.Model], parent: type[models.Model], name: str) -> None:
    pgtrigger.register(_Deleted(model, name))(parent)


def _demand_kept(model: type[models.Model], parent: type[models.Model], name: str) -> None:
    triggers = getattr(parent._meta, "triggers", ())
    if not any(isinstance(found, pgtrigger.Protect) and found.operation == pgtrigger.Delete for found in triggers):
        raise TypeError(f"{parent.__name__} has to refuse deletes for {model.__name__}.{name} to rely on it.")


# The bulk import writes rows and those they name in one transaction from one table; it says so for these statements alone.
GIVEN = "IF current_setting('slrt.references_given', true) = 'on' THEN RETURN NULL; END IF;"
# EXECUTE, because the plan for one row is not the plan for a million; count, because EXISTS makes the planner hope for an
# early hit, and there is none.
MISSING = Template("""
EXECUTE 'SELECT count(*) > 0 FROM new_rows n WHERE n."$column" IS NOT NULL AND NOT EXISTS (
  SELECT FROM "$parent" p WHERE p."$key" = n."$column")' INTO broken;
IF broken THEN
  RAISE EXCEPTION '$table.$column names a row that does not exist in $parent' USING ERRCODE = 'foreign_key_violation';
END IF;
""")
MISSING_ONE = Template("""
IF NEW."$column" IS NOT NULL AND NOT EXISTS (SELECT FROM "$parent" p WHERE p."$key" = NEW."$column") THEN
  RAISE EXCEPTION '$table.$column names a row that does not exist in $parent' USING ERRCODE = 'foreign_key_violation';
END IF;
""")
STILL_NAMED = Template("""
LOCK TABLE "$table" IN SHARE ROW EXCLUSIVE MODE;
EXECUTE 'SELECT count(*) > 0 FROM old_rows o JOIN "$table" c ON c."$column" = o."$key"' INTO broken;
IF broken THEN
  RAISE EXCEPTION '$parent row is still named by $table.$column' USING ERRCODE = 'foreign_key_violation';
END IF;
RETURN NULL;
""")


def _sql(template: Template, model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)
    parent = field.remote_field.model._meta
    return template.substitute(
        table=model._meta.db_table, column=field.column, parent=parent.db_table, key=parent.pk.column
    )


class _Inserted(pgtrigger.Trigger):
    name = "references_inserted"
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_rows")

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        super().__init__(declare=[("broken", "boolean")])

    def get_func(self, model: type[models.Model]) -> str:
        return GIVEN + "".join(_sql(MISSING, model, name) for name in self._names) + "RETURN NULL;"


class _Changed(pgtrigger.Trigger):
    name = "references_changed"
    level = pgtrigger.Row
    when = pgtrigger.After
    operation = pgtrigger.Update

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        super().__init__(condition=pgtrigger.AnyChange(*names))

    def get_func(self, model: type[models.Model]) -> str:
        return "".join(_sql(MISSING_ONE, model, name) for name in self._names) + "RETURN NULL;"


class _Deleted(pgtrigger.Trigger):
    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Delete
    referencing = pgtrigger.Referencing(old="old_rows")

    def __init__(self, child: type[models.Model], name: str) -> None:
        self._child, self._field = child, name
        super().__init__(name=f"kept_for_{child._meta.model_name}_{name}", declare=[("broken", "boolean")])

    def get_func(self, model: type[models.Model]) -> str:
        return _sql(STILL_NAMED, self._child, self._field)
