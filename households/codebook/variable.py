"""One variable of a code book."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

UNKNOWN = "?"


@dataclass(frozen=True)
class Variable:
    """A question's name, label and codes.

    `kind`: choice; boolean ("1" yes, "2" no); number; text; set (many codes); bitmask (the codes are powers of two, the answer
    is their sum); open (a code of the book whose meanings are known only where `codes` has them; `low` to `high` are
    allowed); rows (a list of answers to `parts`). `private` answers name somebody or their accounts and papers: they are
    kept encrypted, apart from the plain answers. `not_known`: the book's own code for it; then "?" is not offered beside it.
    """

    name: str
    label: Any
    kind: str = "choice"
    codes: dict[str, Any] = field(default_factory=dict)
    why: Any = ""
    unit: str = ""
    low: int = 0
    high: int | None = None
    private: bool = False
    parts: tuple["Variable", ...] = ()
    not_known: str = ""

    def say(self, code: Any) -> str:
        """Return a raw code in words."""
        if code in (None, ""):
            return _("Tidak diisi")
        if code == UNKNOWN:
            return _("Tidak tahu")
        if self.kind == "boolean":
            return {"1": _("Ya"), "2": _("Tidak")}.get(str(code), str(code))
        if self.kind == "set":
            return self._words(code)
        if self.kind == "bitmask":
            return self._words(bits_of(code)) if str(code).isdecimal() and int(code) else _("Tidak ada")
        if self.kind == "number":
            return f"{code} {self.unit}".strip()
        if self.kind == "rows":
            return "; ".join(", ".join(part.say(row.get(part.name)) for part in self.parts) for row in code)
        if self.kind == "open" and str(code) not in self.codes:
            return _("kode %(code)s (artinya tidak ada di buku kode ini)") % {"code": code}
        return str(self.codes.get(str(code), code))

    def knows(self, code: str) -> bool:
        """Whether the book allows this code."""
        if self.kind == "boolean":
            return code in ("1", "2")
        if self.kind in ("open", "number", "bitmask"):
            if not code.isdecimal():
                return False
            if self.kind == "bitmask" and self.codes:
                return int(code) <= sum(map(int, self.codes)) and all(bit in self.codes for bit in bits_of(code))
            return int(code) >= self.low and (self.high is None or int(code) <= self.high)
        return self.kind in ("text", "rows") or code in self.codes

    def _words(self, codes: Iterable[str]) -> str:
        return ", ".join(str(self.codes.get(c, c)) for c in codes) or _("Tidak ada")


def bits_of(code: Any) -> list[str]:
    """Return the powers of two in a bitmask: "5" is ["1", "4"]. Raises ValueError when it is no whole number."""
    number = int(code)
    return [str(1 << place) for place in range(number.bit_length()) if number >> place & 1]


def bitmask_of(bits: Iterable[str]) -> str:
    """Return the sum of ticked powers of two as the raw code: ["1", "4"] is "5"; nothing ticked is "0"."""
    return str(sum({int(bit) for bit in bits}))
