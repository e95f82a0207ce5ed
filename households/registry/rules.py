"""What cannot be and what is only odd in the life of a family. Pure: looks at values, reads and writes nothing.

Errors raise GuardFailed with the field and one plain sentence; oddities come back as sentences that want a reason.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from households.choices.person import Relation, Sex
from households.models import Membership, Person
from households.validators import birth_fault
from slrt.core.errors import GuardFailed

# A mother younger than the first is impossible, younger than the second or older than the third wants a reason.
MOTHER_IMPOSSIBLE, MOTHER_YOUNG, MOTHER_OLD = 10, 15, 55

# What a member becomes to the new head, by what the new head was to the old one and the member to the old one. The code book
# calls siblings, grandparents and aunts "other". Whoever is not named may be one thing or another: that is asked, not guessed.
_AFTER: dict[str, dict[str, str]] = {
    Relation.SPOUSE: {Relation.HEAD: Relation.SPOUSE, Relation.CHILD: Relation.CHILD, Relation.GRANDCHILD: Relation.GRANDCHILD,
                      Relation.PARENT: Relation.PARENT, Relation.CHILD_IN_LAW: Relation.CHILD_IN_LAW, Relation.OTHER: Relation.OTHER,
                      Relation.SERVANT: Relation.SERVANT},
    Relation.CHILD: {Relation.HEAD: Relation.PARENT, Relation.SPOUSE: Relation.PARENT, Relation.CHILD: Relation.OTHER,
                     Relation.PARENT: Relation.OTHER, Relation.OTHER: Relation.OTHER, Relation.SERVANT: Relation.SERVANT},
    Relation.CHILD_IN_LAW: {Relation.HEAD: Relation.PARENT, Relation.SPOUSE: Relation.PARENT, Relation.PARENT: Relation.OTHER,
                            Relation.OTHER: Relation.OTHER, Relation.SERVANT: Relation.SERVANT},
    Relation.GRANDCHILD: {Relation.HEAD: Relation.OTHER, Relation.SPOUSE: Relation.OTHER, Relation.PARENT: Relation.OTHER,
                          Relation.OTHER: Relation.OTHER, Relation.SERVANT: Relation.SERVANT},
    Relation.PARENT: {Relation.HEAD: Relation.CHILD, Relation.PARENT: Relation.SPOUSE, Relation.SPOUSE: Relation.CHILD_IN_LAW,
                      Relation.CHILD: Relation.GRANDCHILD, Relation.GRANDCHILD: Relation.OTHER, Relation.CHILD_IN_LAW: Relation.OTHER,
                      Relation.SERVANT: Relation.SERVANT},
}  # fmt: skip


def relation_after(relation: str, heads_old_relation: str) -> str:
    """Return what a member with this relation to the old head is to the new one; empty where it cannot be told."""
    return _AFTER.get(heads_old_relation, {Relation.SERVANT: Relation.SERVANT}).get(relation, "")


def not_ahead(field: str, day: date, today: date) -> None:
    """Refuse a day that has not come yet."""
    if day > today:
        raise GuardFailed(field, _("Tanggal ini belum terjadi. Isi tanggal hari ini atau sebelumnya."))


def within_memory(field: str, day: date, today: date) -> None:
    """Refuse a day that has not come yet, or lies beyond living memory: of what concerns a family, not one person's life."""
    not_ahead(field, day, today)
    if birth_fault(day, today):
        raise GuardFailed(field, _("Tanggal ini lebih dari 120 tahun lalu. Periksa lagi."))


def not_before(field: str, day: date, since: date | None) -> None:
    """Refuse a day before somebody came to the family; one without a known day refuses nothing."""
    if since is not None and day < since:
        raise GuardFailed(
            field,
            _("Tanggal ini lebih awal dari hari ia tercatat di keluarga ini (%(since)s). Periksa tanggalnya.")
            % {"since": f"{since:%d/%m/%Y}"},
        )


def not_before_birth(field: str, day: date, person: Person, today: date) -> None:
    """Refuse a day before a person's birth; before any living memory where the birth date is not known."""
    if person.birth_date is not None and day < person.birth_date:
        raise GuardFailed(
            field,
            _("Tanggal ini lebih awal dari tanggal lahirnya (%(born)s). Periksa keduanya.")
            % {"born": f"{person.birth_date:%d/%m/%Y}"},
        )
    if birth_fault(day, today):
        raise GuardFailed(field, _("Tanggal ini lebih dari 120 tahun lalu. Periksa lagi."))


def death_possible(person: Person, died_on: date, today: date) -> None:
    """Refuse a death that lies ahead, comes before the birth, or was recorded already."""
    not_ahead("on", died_on, today)
    if person.died_on is not None:
        raise GuardFailed("person", _("Kematian orang ini sudah tercatat."))
    if person.birth_date is not None and died_on < person.birth_date:
        raise GuardFailed(
            "on",
            _("Tanggal meninggal lebih awal dari tanggal lahirnya (%(born)s). Periksa keduanya.")
            % {"born": f"{person.birth_date:%d/%m/%Y}"},
        )


def birth_possible(born: date, today: date) -> None:
    """Refuse a birth that lies ahead or more than 120 years back."""
    fault = birth_fault(born, today)
    if fault == "birth_future":
        raise GuardFailed("birth_date", _("Tanggal lahir ini belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    if fault:
        raise GuardFailed("birth_date", _("Tanggal lahir ini lebih dari 120 tahun lalu. Periksa lagi."))


def mother_possible(mother: Person, born: date) -> list[str]:
    """Refuse a mother who cannot be; return what is odd about her age at the birth. Ages in full years."""
    if mother.sex != Sex.FEMALE:
        raise GuardFailed(
            "mother", _("Ibu yang dipilih tercatat laki-laki. Pilih orang lain atau betulkan datanya dulu.")
        )
    if mother.died_on is not None and mother.died_on < born:
        raise GuardFailed("mother", _("Ibu yang dipilih sudah meninggal sebelum tanggal lahir ini."))
    age = mother.age_on(born)
    if age is None:
        return []
    if age < 0:
        raise GuardFailed("mother", _("Anak tidak bisa lebih tua dari ibunya. Periksa tanggal lahir dan pilihan ibu."))
    if age < MOTHER_IMPOSSIBLE:
        raise GuardFailed(
            "mother",
            _(
                "Ibu yang dipilih baru %(age)d tahun pada tanggal itu, tidak mungkin. Periksa tanggal lahir dan pilihan ibu."
            )
            % {"age": age},
        )
    if age < MOTHER_YOUNG or age > MOTHER_OLD:
        return [_("Ibu berumur %(age)d tahun pada tanggal itu.") % {"age": age}]
    return []


def demand_reason(warnings: Iterable[str], reason: str, field: str = "reason") -> None:
    """Refuse oddities that nobody gave a reason for."""
    said = " ".join(warnings)
    if said and not reason.strip():
        raise GuardFailed(field, _("%(warning)s Kalau memang benar, tulis alasannya.") % {"warning": said})


def one_head(members: Iterable[Membership]) -> None:
    """Refuse members without a head, or with two."""
    rows = list(members)
    heads = sum(row.relation == Relation.HEAD for row in rows)
    if rows and heads == 0:
        raise GuardFailed("new_head", _("Keluarga ini jadi tanpa kepala keluarga. Pilih kepala keluarga yang baru."))
    if heads > 1:
        raise GuardFailed(
            "relation",
            _("Keluarga ini jadi punya dua kepala keluarga. Pilih hubungan lain, atau ganti kepalanya dulu."),
        )
