"""Ages and relations of a family that are odd: a child older than its parents, a parent younger than a child, two spouses.

Pure. A stepchild may be older than its step-parent and a man may have two wives, so each oddity has a code of its own under which
a reason is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from households.choices.person import Relation

YOUNGEST_PARENT = 10  # years between a parent and a child below which a birth date must be wrong


@dataclass(frozen=True)
class Member:
    """What is compared of a member; `key` names them, `relation` is to the family's head."""

    key: str
    name: str
    relation: str
    born: date | None


@dataclass(frozen=True)
class Oddity:
    """Something odd between members; `code` stays the same as long as it is about the same people."""

    code: str
    keys: tuple[str, ...]
    sentence: str
    about_ages: bool = True


def oddities(members: Sequence[Member]) -> list[Oddity]:
    """Return everything odd in a family, in the order of its members."""
    found: list[Oddity] = []
    for member in members:
        if member.relation == Relation.CHILD:
            parents = (row for row in members if row.relation in (Relation.HEAD, Relation.SPOUSE))
            found += [odd for parent in parents for odd in _child(member, parent)]
        elif member.relation == Relation.PARENT:
            found += [odd for head in members if head.relation == Relation.HEAD for odd in _parent(member, head)]
    spouses = [row for row in members if row.relation == Relation.SPOUSE]
    if len(spouses) > 1:
        sentence = _("%(names)s sama-sama tercatat sebagai istri atau suami kepala keluarga. Periksa hubungannya.")
        names = ", ".join(row.name for row in spouses)
        keys = tuple(row.key for row in spouses)
        found.append(Oddity("spouses-" + "-".join(sorted(keys)), keys, sentence % {"names": names}, about_ages=False))
    return found


def _child(child: Member, parent: Member) -> Iterator[Oddity]:
    if child.born is None or parent.born is None or child.born.year - parent.born.year >= YOUNGEST_PARENT:
        return
    older = child.born <= parent.born
    sentence = (
        _("%(child)s tercatat sebagai anak, tetapi lebih tua dari %(parent)s. Periksa tanggal lahir keduanya.")
        if older
        else _("%(child)s tercatat lahir waktu %(parent)s masih anak-anak. Periksa tanggal lahir keduanya.")
    )
    code = f"{'older' if older else 'close'}-{child.key}-{parent.key}"
    yield Oddity(code, (child.key, parent.key), sentence % {"child": child.name, "parent": parent.name})


def _parent(parent: Member, head: Member) -> Iterator[Oddity]:
    if head.born is None or parent.born is None or head.born.year - parent.born.year >= YOUNGEST_PARENT:
        return
    sentence = _(
        "%(parent)s tercatat sebagai orang tua atau mertua, tetapi lebih muda atau hampir seumur dengan %(head)s. Periksa"
        " tanggal lahir dan hubungannya."
    )
    code = f"parent-{parent.key}-{head.key}"
    yield Oddity(code, (parent.key, head.key), sentence % {"parent": parent.name, "head": head.name})
