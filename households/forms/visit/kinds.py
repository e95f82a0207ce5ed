"""How a question of a visit is answered, and whether "not known" is among the answers."""

from typing import Any

from households.choices.person import MaritalStatus, NoNikReason, Relation, Sex
from households.codebook import Variable
from households.questionnaire.structure import Question

FIXED = {"sex": Sex, "relation": Relation, "marital": MaritalStatus, "no_nik": NoNikReason}
SINGLE = (*FIXED, "consent", "yes_no")
TYPED = ("text", "digits", "date", "number", "cards")
# Questions that need no "not known": without a name there is nobody to write down, a missing NIK has its own reasons, a position
# is there or is not, and nobody copies a paper column that they do not have.
NEVER_UNKNOWN = ("consent", "name", "nik", "no_nik_reason", "aset_kertas", "latitude", "longitude", "accuracy")
# Numbers of other cards and registers, some as long as a NIK: kept as they are, masked where they are read out.
OTHER_NUMBERS = frozenset(
    ("nomor_prelist", "idbdt", "nomor_meter_air", "id_pln", "nomor_kks", "nomor_pkh", "nisn", "npwp")
)
SUFFIX = "-tt"  # the tick "not known" beside a field that is typed


def variable_of(question: Question) -> Variable | None:
    """Return the variable of the code book that a question asks for, or None for a field of the registry."""
    return question.variable if question.kind in ("book", *TYPED) else None


def kind_of(question: Question) -> str:
    """Return how a question is answered: a kind of `Question` or, where the book says it, of `Variable`."""
    found = variable_of(question)
    return question.kind if question.kind != "book" or found is None else found.kind


def label_of(question: Question) -> Any:
    """Return the words a question is put in."""
    found = variable_of(question)
    return question.label or (found.label if found else question.name)


def may_be_unknown(question: Question) -> bool:
    """Whether "not known" is offered; a book may have its own code for it among the answers."""
    found = variable_of(question)
    return question.name not in NEVER_UNKNOWN and not (found is not None and found.not_known)
