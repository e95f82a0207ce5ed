"""One variable of a code book."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

UNKNOWN = "?"


@dataclass(frozen=True)
class Variable:
    """A question's name, label and codes. `kind`: choice, boolean ("1" yes, "2" no), number, text or set (many codes)."""

    name: str
    label: Any
    kind: str = "choice"
    codes: dict[str, Any] = field(default_factory=dict)
    why: Any = ""
    unit: str = ""

    def say(self, code: Any) -> str:
        """Return a raw code in words."""
        if code in (None, ""):
            return _("Tidak diisi")
        if code == UNKNOWN:
            return _("Tidak tahu")
        if self.kind == "boolean":
            return {"1": _("Ya"), "2": _("Tidak")}.get(str(code), str(code))
        if self.kind == "set":
            return ", ".join(str(self.codes.get(c, c)) for c in code) or _("Tidak ada")
        if self.kind == "number":
            return f"{code} {self.unit}".strip()
        return str(self.codes.get(str(code), code))

    def knows(self, code: str) -> bool:
        """Whether the book has this code."""
        return code in ("1", "2") if self.kind == "boolean" else self.kind in ("text", "number") or code in self.codes
