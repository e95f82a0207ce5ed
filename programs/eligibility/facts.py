"""What is known of a family, as rules need it."""

import hashlib
from dataclasses import astuple, dataclass, field
from datetime import date


@dataclass(frozen=True)
class MemberFacts:
    """One member. Codes are those of BDT 2015; an empty text means nobody asked."""

    born: date | None
    sex: str
    pregnant: str = ""
    disability: str = ""
    illness: str = ""
    schooling: str = ""
    working: str = ""
    nik_known: bool = True

    def age(self, on: date) -> int | None:
        """Full years on a day."""
        if self.born is None:
            return None
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class FamilyFacts:
    """A family: official decile, members, housing answers, programmes it takes part in now."""

    decile: int | None
    members: tuple[MemberFacts, ...]
    house: dict[str, str] = field(default_factory=dict)
    programmes: frozenset[str] = frozenset()

    @property
    def mark(self) -> str:
        """A short sum of the facts: the same for the same facts in whatever order they were read. It tells nothing of them."""
        members = sorted(repr(astuple(member)) for member in self.members)
        text = repr((self.decile, members, sorted(self.house.items()), sorted(self.programmes)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
