"""Ages that cannot be: a child older than its parents, or born when they were children."""

from typing import Any

from django.utils.translation import gettext as _

from households.choices.person import Relation
from households.visiting.fields import day_of
from households.visiting.problem import Problem

YOUNGEST_PARENT = 10  # years between a parent and a child below which a birth date must be wrong


def children_too_old(answers: dict[str, Any]) -> list[Problem]:
    """A child older than its mother or father, or born when they were children themselves."""
    found: list[Problem] = []
    for key in answers["order"]:
        child = answers["members"][key]
        if child.get("relation") == Relation.CHILD and not child.get("kept_reason"):
            found += [Problem(f"person:{key}", sentence) for sentence in odd_ages(answers, key, child)]
    return found


def odd_ages(answers: dict[str, Any], key: str, member: dict[str, Any]) -> list[str]:
    """Return a sentence for each parent of whom `member` would be a child too old to be theirs, or the other way round.

    A stepchild may be older than its step-parent, so a reason that the facilitator gives is accepted.
    """
    sentences = []
    for other_key in answers["order"]:
        other = answers["members"][other_key]
        relations = (member.get("relation"), other.get("relation"))
        if other_key == key or Relation.CHILD not in relations:
            continue
        child, parent = (member, other) if relations[0] == Relation.CHILD else (other, member)
        born, parent_born = day_of(child.get("birth_date")), day_of(parent.get("birth_date"))
        if parent.get("relation") not in (Relation.HEAD, Relation.SPOUSE) or born is None or parent_born is None:
            continue
        if (child is other and child.get("kept_reason")) or born.year - parent_born.year >= YOUNGEST_PARENT:
            continue
        sentence = (
            _("%(child)s tercatat sebagai anak, tetapi lebih tua dari %(parent)s. Periksa tanggal lahir keduanya.")
            if born <= parent_born
            else _("%(child)s tercatat lahir waktu %(parent)s masih anak-anak. Periksa tanggal lahir keduanya.")
        )
        sentences.append(sentence % {"child": child.get("name", ""), "parent": parent.get("name", "")})
    return sentences
