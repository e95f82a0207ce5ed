"""Files other than the extract: a list of keys with one fact each, through the same stages as the extract.

A `Kind` says which columns its file has, how a row is checked, and in SQL what a row means beside the registry and what is
written. Its rows lie in `import_row` (see `rows`). The kinds of the registry itself are `deciles` and `dukcapil`; apps above
register kinds of their own (`register`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import polars as pl

from households.choices.imports import ImportKind
from households.importing.checking import BETWEEN_DIGITS, number_refusal
from households.importing.columns import Columns
from households.models import ImportRun
from households.refusals import MENDS_OF_NEEDED, NIK_EMPTY, REFUSALS, Refusal
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.core import clock

# Hears how many steps of how many are done.
Tell = Callable[[int, int], None]
# A person's name in the fact `name`, at most as long as a row keeps.
NAME = pl.col("NAMA").str.slice(0, 200)
FACTS = ("code", "until", "since", "amount", "period", "detail", "masked", "proposal", "name")


@dataclass(frozen=True)
class Fact:
    """What a row may change, in SQL: what stands in the registry, and what the file says (null: nothing)."""

    here: str
    file: str


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    `facts` are the expressions of `FACTS`; `refusals` those that give a reason or null, and may use the column `today`.
    `named`: a row whose `name` is quite another than that of the person who bears its NIK is refused.
    `key_of_fact` is what may differ between two rows of one person or family. `statuses` and `writes` are SQL over `import_row`
    with `%(today)s`, `writes` with `%(at)s`, `%(by)s` and `%(run)s` too; `statuses` leaves new, changed, unchanged or the code of a
    refusal in `status` where it is null. `about` ("people" or "households") is what its rows are counted as. A preview shows
    `shown`, whose SQL may name the row `r`, the family `f`, its person (or head) `p` and what `beside` joins. `joined` are the tables that
    all this looks into besides the registry's, which grow with every such file. `apart`: it is also about rows that nobody writes
    together with one of the registry's tables.

    `edited` is SQL with `%(since)s`: it gives the status 'edited_since' to new or changed rows that would write over what somebody
    wrote after a person saw the preview. Whom new and changed rows are about is locked before they are compared for the last time
    (see `locking`), with the houses they live in.

    A kind whose rows are steps of a workflow has `apply` (run, who applies, time, whom to tell; returns more counts) instead of
    `writes` and `take_back` (run, reason, who asked, whom to tell; returns counts, raises a Refusal when somebody built on it), is told
    when a preview stands (`previewed`) and when it was cancelled (`cancelled`).
    """

    name: str
    columns: Columns
    keys: tuple[str, ...]
    facts: dict[str, pl.Expr]
    refusals: tuple[pl.Expr, ...]
    statuses: str
    writes: tuple[str, ...]
    key_of_fact: str = "NULL::text"
    named: bool = False
    about: str = "people"
    shown: dict[str, Fact] = field(default_factory=dict)
    beside: str = ""
    joined: tuple[str, ...] = ()
    apart: bool = False
    edited: str = ""
    permission: Permission = Permission.IMPORT_RUN
    previewed: Callable[[ImportRun], None] | None = None
    cancelled: Callable[[ImportRun, User], None] | None = None
    apply: Callable[[ImportRun, User, datetime, Tell], dict[str, Any]] | None = None
    take_back: Callable[[ImportRun, str, User, Tell], dict[str, int]] | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; its name stands in `ImportKind`. Raises ValueError for a name that is not, or is taken."""
    if kind.name not in ImportKind.values or kind.name in KINDS:
        raise ValueError(f"Import kind {kind.name} is unknown or registered twice.")
    KINDS[kind.name] = kind
    return kind


def refusal(name: str, code: str) -> Refusal:
    """Return the words of a refusal: what is wrong with the key names the key's columns in this kind of file, and a column that it
    needs is not to be left empty."""
    found, kind = REFUSALS[code], KINDS.get(name)
    if kind is None:
        return found
    if code == "key_empty" and kind.keys == (NIK_EMPTY.column,):
        return NIK_EMPTY
    if code.startswith("key_"):
        return replace(found, column=" / ".join(kind.keys))
    needed = code in MENDS_OF_NEEDED and found.column in kind.columns.required
    return replace(found, mend=MENDS_OF_NEEDED[code]) if needed else found


def digits(column: str) -> pl.Expr:
    """A number's sixteen digits without the signs people write between them."""
    return pl.col(column).str.replace_all(BETWEEN_DIGITS, "")


def check_rows(kind: Kind, part: pl.DataFrame) -> pl.DataFrame:
    """Return a part's rows with keys, facts and `reason` (null for a good row)."""
    have = [name for name in kind.keys if name in kind.columns.all]
    keys = {
        "nik": digits("NIK") if "NIK" in have else pl.lit(""),
        "official_id": pl.col("ID_KELUARGA") if "ID_KELUARGA" in have else pl.lit(""),
        "kk": digits("NO_KK") if "NO_KK" in have else pl.lit(""),
    }
    facts = {name: kind.facts.get(name, pl.lit(None)) for name in FACTS}
    numbers = [number_refusal(c, p) for c, p in (("NIK", "nik"), ("NO_KK", "kk")) if c in have]
    table = part.with_columns(
        *(expression.alias(name) for name, expression in {**keys, **facts}.items()),
        *(digits(c).alias(f"{c.lower()}_digits") for c in ("NIK", "NO_KK") if c in have),
        pl.lit(clock.today()).alias("today"),
    )
    empty = pl.all_horizontal(pl.col(name) == "" for name in keys)
    given = [
        pl.when(pl.col(c) != "").then(r)
        for c, r in zip([c for c in ("NIK", "NO_KK") if c in have], numbers, strict=True)
    ]
    reason = pl.coalesce(pl.col("unread"), pl.when(empty).then(pl.lit("key_empty")), *given, *kind.refusals)
    return table.with_columns(reason.alias("reason"))
