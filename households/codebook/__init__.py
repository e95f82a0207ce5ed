"""The code books: variables, their raw codes and labels. Answers keep the raw code; labels are looked up when shown."""

from households.codebook.bdt2015 import VARIABLES as BDT
from households.codebook.beside import BESIDE
from households.codebook.regsosek2022k import VARIABLES as REGSOSEK
from households.codebook.variable import Variable
from households.codebook.words import code_of

BOOKS: dict[str, dict[str, Variable]] = {
    "bdt2015": {variable.name: variable for variable in BDT},
    "regsosek2022k": {variable.name: variable for variable in REGSOSEK},
}
# What a round may hold: the variables of its book, and those that are asked beside it.
ASKED: dict[str, dict[str, Variable]] = {
    book: {**{variable.name: variable for variable in BESIDE}, **own} for book, own in BOOKS.items()
}


def variable(book: str, name: str) -> Variable | None:
    """Return a variable of a book or of what is asked beside it, or None."""
    return ASKED[book].get(name)


def label(book: str, name: str, code: object) -> str:
    """Return what a raw code means; the code itself when the book does not know it."""
    found = variable(book, name)
    return found.say(code) if found else str(code)


__all__ = ["ASKED", "BOOKS", "Variable", "code_of", "label", "variable"]
