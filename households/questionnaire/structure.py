"""What a visit is made of: sections, screens with one small group of questions on each, and the questionnaire of a code book.

The questions themselves stand in a module for each code book. A skip rule depends on earlier screens (`asked_if`), so it holds
without JavaScript, or on a question above it (`shown_if`): then the page hides the question and the server leaves its answer out.

What a family needs for its registration is asked of everybody; the rest of the code book stands in the optional section, which
never keeps a visit from being sent. What was not asked leaves no answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from households.codebook import ASKED, BOOKS, Variable

Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A variable of the code book or a field of the registry. `asked_if(answers, member, today)` is the skip rule.

    `kind`: book (as the code book says), text, digits, date, number, members (tick whom it concerns), owned (tick which of several
    yes-or-no variables, its `parts`, hold), paper (codes copied from the paper form). `shown_if`: (a question of the same screen,
    its codes).
    """

    name: str
    label: Any = ""
    kind: str = "book"
    required: bool = True
    why: Any = ""
    asked_if: Callable[[Answers, Answers, date], bool] | None = None
    whom: Callable[[Answers, date], bool] | None = None
    shown_if: tuple[str, tuple[str, ...]] | None = None
    folded: bool = False
    parts: dict[str, Any] = field(default_factory=dict, hash=False)
    book: str = "bdt2015"

    @property
    def names(self) -> tuple[str, ...]:
        """The names its answers are kept under."""
        return tuple(self.parts) if self.kind == "owned" else (self.name,)

    @property
    def variable(self) -> Variable | None:
        """The variable of the code book, or asked beside it, that is asked for; None for a field of the registry."""
        found = ASKED[self.book].get(self.name)
        rows = BOOKS[self.book].get("usaha")
        if found is None and rows is not None and self.kind == "book":
            return next((part for part in rows.parts if f"usaha_{part.name}" == self.name), None)
        return found

    def is_asked(self, answers: Answers, member: Answers, today: date) -> bool:
        """Whether the question is put, given what was answered before."""
        return self.asked_if is None or self.asked_if(answers, member, today)

    def is_shown(self, own: Answers) -> bool:
        """Whether the answer above it, among `own`, calls for the question."""
        return self.shown_if is None or own.get(self.shown_if[0]) in self.shown_if[1]


@dataclass(frozen=True)
class Screen:
    """One page; `per_member` screens are shown once for each member, `optional` ones may be left out.

    `copies` names questions whose answers can be taken over from the member before.
    """

    key: str
    section: str
    title: Any
    questions: tuple[Question, ...]
    per_member: bool = False
    hint: Any = ""
    optional: bool = False
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One line of the task list."""

    key: str
    title: Any


@dataclass(frozen=True)
class Questionnaire:
    """All that is asked on a visit made with one code book.

    `to_codes` turns, in place, the ticks among a member's answers into codes of the book; `to_ticks` returns an earlier round's
    answers with the ticks that ask for them again.
    """

    book: str
    version: str
    sections: tuple[Section, ...]
    screens: tuple[Screen, ...]
    to_codes: Callable[[Answers], None]
    to_ticks: Callable[[Answers], Answers]

    @cached_property
    def by_key(self) -> dict[str, Screen]:
        """The screens by the name that stands in their address."""
        return {screen.key: screen for screen in self.screens}
