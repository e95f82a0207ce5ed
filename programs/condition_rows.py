"""A rule's conditions as the rows of its form, and back, losing nothing."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from programs.eligibility.conditions import faults
from programs.eligibility.wording import WORDINGS

MOST = 50  # rows of one form


@dataclass(frozen=True)
class ConditionRow:
    """One row as it is typed. `was` is the condition it began as, in JSON: what the form does not show of it is kept."""

    kind: str = ""
    number: str = ""
    members: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    was: str = ""
    drop: bool = False

    @classmethod
    def of(cls, condition: Any) -> "ConditionRow":
        """Return the row of a stored condition, well formed or not."""
        whole = condition if isinstance(condition, dict) else {"kind": condition}
        kind, was = str(whole.get("kind")), json.dumps(condition)
        wording = WORDINGS.get(kind)
        if wording is None or not wording.takes:
            return cls(kind=kind, was=was)
        value = whole.get(wording.part)
        if wording.takes == "number":
            return cls(kind=kind, was=was, number="" if value is None else str(value))
        chosen = tuple(map(str, value)) if isinstance(value, list) else ()
        if wording.takes == "members":
            return cls(kind=kind, was=was, members=chosen)
        return cls(kind=kind, was=was, programmes=chosen)

    @property
    def blank(self) -> bool:
        """Whether nothing was chosen or typed in it."""
        return not (self.kind or self.number.strip() or self.members or self.programmes)

    def condition(self) -> dict[str, Any]:
        """Return the condition the row says. Values that belong to another kind are left out."""
        before = self._before()
        kept = before if before.get("kind") == self.kind else {}
        wording = WORDINGS.get(self.kind)
        if wording is None or not wording.takes:
            return {**kept, "kind": self.kind}
        return {**kept, "kind": self.kind, wording.part: self._value(wording.takes)}

    def fault(self, programmes: Collection[str]) -> str:
        """Return what keeps the row from being a condition, in a sentence; nothing when it is one. `programmes`: known codes."""
        if self.drop or self.blank:
            return ""
        if not self.kind:
            return _("Pilih dulu apa yang dilihat, atau centang Hapus.")
        wording = WORDINGS.get(self.kind)
        if wording is None:
            return _("Jenis ketentuan ini tidak dikenal. Pilih yang lain, atau centang Hapus.")
        condition = self.condition()
        strange = wording.takes == "programmes" and set(self.programmes) - {*programmes, *self._codes_before()}
        return str(wording.wanted) if strange or faults([condition]) else ""

    def _value(self, takes: str) -> Any:
        if takes != "number":
            return list(getattr(self, takes))
        typed = self.number.strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else None

    def _before(self) -> dict[str, Any]:
        try:
            before = json.loads(self.was)
        except (ValueError, RecursionError):
            return {}
        return before if isinstance(before, dict) and "\\u0000" not in self.was else {}

    def _codes_before(self) -> list[str]:
        before = self._before().get("programmes")
        return [code for code in before if isinstance(code, str)] if isinstance(before, list) else []


def rows_of(conditions: Any) -> list[ConditionRow]:
    """Return the rows of stored conditions; what is no list is one row that nobody can read."""
    return [ConditionRow.of(one) for one in (conditions if isinstance(conditions, list) else [conditions])]


def conditions_of(rows: list[ConditionRow]) -> list[dict[str, Any]]:
    """Return the conditions of rows; blank ones and those to be dropped are left out."""
    return [row.condition() for row in rows if not (row.drop or row.blank)]
