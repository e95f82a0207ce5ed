"""The lists that can leave: each app registers its own, with the rows its page shows and the columns of the file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse

from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission


class Kind(StrEnum):
    """How a column's values become cells."""

    TEXT = "text"
    CODE = "code"  # a stored code, shown by its label
    WHOLE = "whole"  # a whole number
    SHAPED = "shaped"  # a row's number in the office's form, K-000123
    DATE = "date"
    MOMENT = "moment"  # shown in Asia/Jakarta, to the minute
    GUARDED = "guarded"  # NIK or KK, encrypted in the table; masked unless asked for in full


@dataclass(frozen=True)
class Column:
    """One column: its header, where its value comes from (a field path or an expression), and its kind."""

    header: Any
    source: Any
    kind: Kind = Kind.TEXT
    labels: Mapping[Any, Any] = field(default_factory=dict)
    shape: str = "{}"


@dataclass(frozen=True)
class Asked:
    """A list page as one person asked for it: what its filter set needs of a request, and no more."""

    user: User
    params: QueryDict

    @property
    def GET(self) -> QueryDict:
        return self.params


@dataclass(frozen=True)
class Shown:
    """What a list page shows: rows in its order, the filter set it used (if it has one) and the part of the list chosen."""

    rows: QuerySet
    filter: Any = None
    part: Any = ""

    @property
    def words(self) -> list[str]:
        """The choices made, in words: "Desa: Sago Salido"."""
        said = [str(self.part)] if self.part else []
        if self.filter is not None and self.filter.form.is_valid():
            said += _chosen(self.filter.form)
        return said


def _chosen(form: Any) -> Iterable[str]:
    for name, value in form.cleaned_data.items():
        if value in (None, "", []):
            continue
        choices = dict(getattr(form.fields[name], "choices", ()) if isinstance(value, str) else ())
        yield f"{form.fields[name].label}: {choices.get(value, value)}"


@dataclass(frozen=True)
class Listing:
    """One exportable list.

    `permission` opens its page, `shown` is the very function its page calls, `place` the path from a row to its village's
    code: rows outside the areas where the person may export stay behind. Rows with an empty code belong to every area when
    `placeless`.
    """

    key: str
    title: Any
    permission: str
    page: str
    shown: Callable[[Asked], Shown]
    columns: tuple[Column, ...]
    place: str = ""
    placeless: bool = False
    # The page's address for what was asked, where its name alone does not lead there.
    address: Callable[[QueryDict], str] | None = None
    # Parameters whose values the trail may hold: codes that `shown` knows, never what somebody typed.
    tells: tuple[str, ...] = ()
    # Makes a PDF of one letter per row instead of a table: takes the rows, who asked, and what is told how many are laid out;
    # returns how many there are, and the PDF. Letters carry full numbers, so they ask for the permission to see those.
    letters: Callable[[QuerySet, User, Callable[[int], None]], tuple[int, bytes]] | None = None

    @property
    def permissions(self) -> tuple[str, ...]:
        """What a person has to hold to take the list out, besides the right to export."""
        return (self.permission, Permission.PERSON_REVEAL) if self.letters else (self.permission,)

    def url(self, params: QueryDict) -> str:
        """Where the list stands as it was asked for."""
        if self.address is not None:
            return self.address(params)
        return f"{reverse(self.page)}?{params.urlencode()}" if params else reverse(self.page)

    @property
    def guarded(self) -> bool:
        """Whether a column carries NIK or KK numbers."""
        return self.letters is not None or any(column.kind is Kind.GUARDED for column in self.columns)

    def within(self, areas: tuple[str, ...]) -> Q:
        """The condition that a row lies in one of the areas."""
        if not self.place:
            return Q()
        inside = within(areas, self.place)
        return inside | Q(**{self.place: ""}) if self.placeless else inside


LISTINGS: dict[str, Listing] = {}


def register(*listings: Listing) -> None:
    """Make lists exportable; raise ValueError for a second list of one key."""
    for listing in listings:
        if LISTINGS.get(listing.key, listing) is not listing:
            raise ValueError(f"Two lists named {listing.key}.")
        LISTINGS[listing.key] = listing


def listing_or_404(key: str) -> Listing:
    """Return a list by its key; raise Http404 when there is none."""
    try:
        return LISTINGS[key]
    except KeyError:
        raise Http404 from None
