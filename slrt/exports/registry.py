"""The lists that can leave: each app registers its own, with the rows its page shows and the columns of the file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import Http404, QueryDict
from django.urls import reverse

from slrt.accounts.models import User
from slrt.accounts.querysets import covers, within
from slrt.accounts.roles import Permission
from slrt.core.numbers import masked

# Under what name the kind of file stands in the address of a sheet.
FORM = "bentuk"
# What full numbers in a file ask for: to see them, and to take them out.
FULL_NUMBERS = (Permission.PERSON_REVEAL, Permission.EXPORT_NUMBERS)


class Kind(StrEnum):
    """How a column's values become cells."""

    TEXT = "text"
    WORDS = "words"  # what somebody typed; a NIK or KK number in it, kept from before, leaves masked
    REFERENCE = "reference"  # the number of minutes or of a decree, likewise
    CODE = "code"  # a stored code, shown by its label
    CODES = "codes"  # a JSON list of stored codes, shown by their labels
    WHOLE = "whole"  # a whole number
    SHAPED = "shaped"  # a row's number in the office's form, K-000123
    DATE = "date"
    MOMENT = "moment"  # shown in Asia/Jakarta, to the minute
    SAID = "said"  # a kept sentence (JSONObject of its message and values), as one in the reader's language
    GUARDED = "guarded"  # NIK or KK, encrypted in the table; masked unless asked for in full


@dataclass(frozen=True)
class Column:
    """One column: its header, where its value comes from (a field path or an expression), and its kind."""

    header: Any
    source: Any
    kind: Kind = Kind.TEXT
    labels: Mapping[Any, Any] = field(default_factory=dict)
    shape: str = "{}"


def person(path: str) -> Coalesce:
    """The source of a column that names a user as pages do: by the full name, by the account where there is none."""
    return Coalesce(NullIf(f"{path}__full_name", Value("")), f"{path}__username", output_field=CharField())


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
        """The choices made, in words: "Desa: Sago Salido". The name of a file among them may hold a number from before."""
        said = [masked(str(self.part))] if self.part else []
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
    # Other permissions that open its page as well.
    also: tuple[str, ...] = ()
    place: str = ""
    placeless: bool = False
    # Path to the organisation to which a row was sent: its officers export what they see of it, wherever it lies.
    receiver: str = ""
    # Takes areas, returns the condition that a row lies in them: instead of `place`, for rows that lie in more than one.
    lies: Callable[[tuple[str, ...]], Q] | None = None
    # The program makes the rows, as many as it likes: before they are asked for they are counted up to a bound only.
    bounded: bool = False
    # The page's address for what was asked, where its name alone does not lead there.
    address: Callable[[QueryDict], str] | None = None
    # What the form and the file itself say of what the file is good for.
    note: Any = ""
    # Parameters whose values the trail may hold: codes that `shown` knows, never what somebody typed.
    tells: tuple[str, ...] = ()
    # Makes a PDF of one letter per row instead of a table: takes the rows, who asked, and what is told how many are laid out;
    # returns how many there are, and the PDF.
    letters: Callable[[QuerySet, User, Callable[[int], None]], tuple[int, bytes]] | None = None
    # What `letters` makes is no letter but one sheet, such as the rows of a file that came: it is always made by a job, in the kind
    # of file that stands under FORM in the address, and tells how far it is in percent.
    sheet: bool = False
    # What the form proposes as purpose, empty where the person has to think of one.
    purpose: Callable[[Asked], str] | None = None
    # Letters with full numbers ask for the permission to see those.
    numbered: bool = True
    # For rows that are chosen one by one: how many of the address. Those that are not there any more are skipped and counted.
    chosen: Callable[[QueryDict], int] | None = None

    def permissions(self, user: User) -> tuple[str, ...]:
        """What this person has to hold to take the list out, besides the right to export."""
        opens = next((other for other in self.also if user.holds(other)), self.permission)
        return (opens, *FULL_NUMBERS) if self.full_letters else (opens,)

    @property
    def full_letters(self) -> bool:
        """Whether it leaves as letters that carry full numbers."""
        return self.letters is not None and self.numbered

    def url(self, params: QueryDict) -> str:
        """Where the list stands as it was asked for."""
        if self.address is not None:
            return self.address(params)
        return f"{reverse(self.page)}?{params.urlencode()}" if params else reverse(self.page)

    @property
    def guarded(self) -> bool:
        """Whether a column carries NIK or KK numbers."""
        return self.full_letters or any(column.kind is Kind.GUARDED for column in self.columns)

    def allowed(self, user: User, permission: str) -> Q:
        """The condition that a row lies where the person holds a permission, or was sent to an organisation of theirs.

        Rows that lie in more than one area are not looked up once more where all that are shown lie there.
        """
        areas = user.areas_for(permission)
        if self.lies and all(any(covers(area, own) for area in areas) for own in user.areas_for(self.permission)):
            return Q(pk__isnull=False)  # every one, also for exclude()
        here = self.within(areas)
        organisations = user.organisations_for(permission) if self.receiver else ()
        return here | Q(**{f"{self.receiver}__in": organisations}) if organisations else here

    def within(self, areas: tuple[str, ...]) -> Q:
        """The condition that a row lies in one of the areas."""
        if self.lies is not None:
            return self.lies(areas)
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
