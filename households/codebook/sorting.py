"""Sorts the raw answers of one source by their code book: what may be kept in clear, what is private, what the book refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from households.codebook.variable import UNKNOWN, Variable

Answers = dict[str, Any]


@dataclass
class Sorted:
    """Answers by where they belong. `refused` keeps name and code as they came, for whoever mends the source."""

    open: Answers = field(default_factory=dict)
    private: Answers = field(default_factory=dict)
    refused: Answers = field(default_factory=dict)


def sort_answers(book: Mapping[str, Variable], answers: Mapping[str, Any]) -> Sorted:
    """Sort raw codes under one book; nothing is translated. An empty answer is left out, "?" (not known) is always allowed.

    A name that the book does not have, and a code that it does not allow for the name, are refused: under another book they may
    well mean something.
    """
    found = Sorted()
    for name, code in answers.items():
        if code in (None, ""):
            continue
        variable = book.get(name)
        if variable is None or not _allowed(variable, code):
            found.refused[name] = code
        elif variable.private:
            found.private[name] = code
        else:
            found.open[name] = code
    return found


def _allowed(variable: Variable, code: Any) -> bool:
    if code == UNKNOWN:
        return True
    if variable.kind in ("set", "rows"):
        return isinstance(code, list) and (variable.kind == "rows" or all(one in variable.codes for one in code))
    return isinstance(code, str) and variable.knows(code)
