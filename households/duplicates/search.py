"""The search over the whole registry: blocks by sets in the database, pairs streamed through the scores, nothing held.

The first search compares everybody; each later one only those whose data, family or village differ from what they were
compared by, and reads only those of whom something was written since (`changes.py`). One transaction: a search that is killed
leaves the pairs as they were, and the next one does the same work.
"""

import io
import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from households.duplicates import blocking, changes, folding
from households.duplicates.changes import Since
from households.duplicates.scoring import Record, Verdict, compare, could_be, wants_mothers
from households.models import DuplicateCandidate, NameWord, Person
from slrt.core import clock, crypto

log = logging.getLogger(__name__)

# Told how much is done: (done, all) in thousandths of the whole.
Progress = Callable[[int, int], None]
AT_ONCE = 20_000
WHOLE = 1000
# Below so many people no name is called rare or common.
LEAST_PEOPLE = 500
# The words of names are counted again when more than this share of the people counted last has changed.
RENEWED = 0.1
_LOCK = 20_260_026  # one search at a time
_FIELDS = 7  # of a Record that stand in the row of a pair


@dataclass(frozen=True)
class Result:
    """What a search did. `asked`: people whose data were read and hashed to see whether they changed; `people` did, and got keys.
    `too_large`: blocks left out because so many people share them."""

    people: int = 0
    pairs: int = 0
    alike: int = 0
    gone: int = 0
    too_large: int = 0
    asked: int = field(default=0, compare=False)


def search(progress: Progress | None = None, *, only: Collection[int] | None = None, whole: bool = False) -> Result:
    """Bring the candidates up to date with the registry and return what was done.

    `only` (ids of persons) looks at these alone, for right after they were written; `whole` asks everybody and compares every pair
    again, trusting no earlier search. Waits while another search runs.
    """
    tell = progress or (lambda done, all_of_it: None)
    values: dict[str, Any] = {"only": list(only or ()), "at": clock.now(), "largest": blocking.LARGEST_BLOCK}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        since = changes.since_last(cursor, values["at"], named=only is not None, whole=whole)
        cursor.execute("SET LOCAL work_mem = '96MB'; SET LOCAL maintenance_work_mem = '128MB'; SET LOCAL jit = off")
        # The cursors are read to their end: no plan that is only quick to begin.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        asked, people = changes.find(cursor, since, values)
        tell(WHOLE // 20, WHOLE)
        _fold(people, tell)
        too_large = _block(cursor, people, since, values)
        keyed = _count_words(cursor, people, since)
        tell(WHOLE * 2 // 5, WHOLE)
        pairs, alike, gone = _compare(cursor, since, values, tell)
        changes.keep(since, keyed, values["at"])
        # A search inside a larger transaction may be followed by another: it finds no table of this one.
        cursor.execute(
            "DROP TABLE dup_asked, dup_changed, dup_left, dup_folded, dup_block, dup_pair, dup_found; DROP TABLE IF EXISTS dup_key"
        )
    tell(WHOLE, WHOLE)
    return Result(people, pairs, alike, gone, too_large, asked)


def _block(cursor: Any, people: int, since: Since, values: dict[str, Any]) -> int:
    """Write keys and blocks; return how many blocks were too large."""
    if since.first:
        cursor.execute(blocking.INDEXES_AWAY)
    cursor.execute(blocking.KEYS, values)
    if since.first:
        cursor.execute(blocking.INDEXES_BACK)
    few = people <= blocking.FEW
    blocks = blocking.BLOCKS_OF_ALL if since.whole else blocking.BLOCKS_OF_FEW if few else blocking.BLOCKS_OF_MANY
    cursor.execute(blocks, values)
    cursor.execute("SELECT count(*) FROM dup_block WHERE ids IS NULL")
    return int(cursor.fetchone()[0])


def _count_words(cursor: Any, people: int, since: Since) -> int:
    """Count the words of names once enough people got keys, in one search or in many; return how many did since they were counted."""
    keyed = since.keyed + people
    if not since.whole and people <= blocking.FEW and keyed <= Words().people * RENEWED:
        return keyed
    cursor.execute(blocking.WORDS)
    return 0


def _compare(cursor: Any, since: Since, values: dict[str, Any], tell: Progress) -> tuple[int, int, int]:
    """Score the pairs of the blocks and write them down; return how many were compared, are alike and are gone."""
    cursor.execute(blocking.PAIRS_OF_ALL if since.whole else blocking.PAIRS_OF_CHANGED, values)
    pairs = cursor.rowcount
    cursor.execute("ANALYZE dup_pair")
    tell(WHOLE // 2, WHOLE)
    _score(pairs, tell)
    cursor.execute(blocking.KEEP_FOUND, values)
    alike = cursor.rowcount
    cursor.execute(blocking.DROP_PAST_OF_ALL if since.whole else blocking.DROP_PAST_OF_CHANGED, values)
    gone = cursor.rowcount
    cursor.execute(blocking.DROP_ORPHANS if since.whole else blocking.DROP_ORPHANS_OF, values)
    return pairs, alike, gone + cursor.rowcount


def _rows(sql: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a query in parts, held by the database and not here."""
    with connection.chunked_cursor() as stream:
        stream.execute(sql)
        while part := stream.fetchmany(AT_ONCE):
            yield part


def _fold(people: int, tell: Progress) -> None:
    with connection.cursor() as cursor:
        cursor.execute(blocking.FOLDED)
        done = 0
        for part in _rows("SELECT person_id, name, mother_name FROM dup_changed"):
            lines = []
            mothers = folded_mothers({person: mother for person, _name, mother in part})
            for person, name, _mother in part:
                words = folding.words(name)
                bones, other = folding.skeletons(words)
                mother = mothers.get(person)
                key = rf"\\x{crypto.blind_index(mother).hex()}" if mother else r"\N"
                lines.append(f"{person}\t{' '.join(words)[:140]}\t{key}\t{bones}\t{other}")
            cursor.copy_expert("COPY dup_folded FROM STDIN", io.StringIO("\n".join(lines)))
            done += len(part)
            tell(WHOLE // 20 + WHOLE * done // (people * 5), WHOLE)


def _score(pairs: int, tell: Progress) -> None:
    with connection.cursor() as cursor:
        cursor.execute(blocking.FOUND)
        done, words, mothers = 0, Words(), Mothers()
        for part in _rows(blocking.PAIRS):
            lines = [
                f"{first}\t{second}\t{verdict.score}\t{json.dumps(verdict.reasons)}"
                for first, second, verdict in _alike(part, words, mothers)
            ]
            if lines:
                cursor.copy_expert("COPY dup_found FROM STDIN", io.StringIO("\n".join(lines)))
            done += len(part)
            tell(WHOLE // 2 + WHOLE * done // (pairs * 2), WHOLE)


def folded_mothers(stored: Mapping[int, Any]) -> dict[int, str]:
    """Return the folded mothers' names of people, from the encrypted ones; who has none is left out."""
    kept = {person: bytes(value) for person, value in stored.items() if value is not None}
    names = crypto.decrypt_many([*kept.values()])
    return {person: folding.key(name)[:140] for person, name in zip(kept, names, strict=True)}


class Mothers:
    """Mothers' names as they are compared, decrypted when a pair asks for them and held in memory alone."""

    MOST = 200_000

    def __init__(self) -> None:
        self._folded: dict[int, str] = {}

    def learn(self, people: Collection[int]) -> None:
        """Read the names of people that are not known yet."""
        if len(self._folded) > self.MOST:
            self._folded.clear()
        new = [person for person in people if person not in self._folded]
        if not new:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, mother_name FROM households_person WHERE id = ANY(%s)", [new])
            stored = dict(cursor.fetchall())
        self._folded.update(dict.fromkeys(new, ""))
        self._folded.update(folded_mothers(stored))

    def of(self, person: int) -> str:
        """Return a mother's folded name, empty when there is none or it was not asked for."""
        return self._folded.get(person, "")


class Words:
    """How large a share of the people bears each word of a name, read as names come along."""

    def __init__(self) -> None:
        self._shares: dict[str, float] = {}
        self.people = NameWord.objects.filter(word="").values_list("people", flat=True).first() or 0

    def share(self, word: str) -> float:
        """Return the share of people who bear the word; 0, which is "not known", in a registry too small to tell."""
        return self._shares.get(word, 0.0)

    def learn(self, names: Iterable[str]) -> None:
        """Read the shares of the words of folded names; a word that was not counted is borne by one."""
        if self.people < LEAST_PEOPLE:
            return
        new = {word for name in names for word in name.split()} - self._shares.keys()
        known = dict(NameWord.objects.filter(word__in=new).values_list("word", "people"))
        self._shares.update((word, known.get(word, 1) / self.people) for word in new)


def _alike(part: list[tuple[Any, ...]], words: Words, mothers: Mothers) -> Iterator[tuple[int, int, Verdict]]:
    """Yield the pairs of a part that look like one person. Names of mothers, then numbers, are decrypted only for those that
    they can still decide."""
    likely = [
        (first, second, one, other)
        for first, second, one, other in _named(part, words, mothers)
        if could_be(one, other, words.share)
    ]
    wanted = {person for a, b, one, other in likely if one.has_nik and other.has_nik for person in (a, b)}
    niks = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "nik_encrypted")) if wanted else {}
    for first, second, one, other in likely:
        verdict = compare(one._replace(nik=niks.get(first)), other._replace(nik=niks.get(second)), words.share)
        if verdict.alike:
            yield first, second, verdict


def _named(part: list[tuple[Any, ...]], words: Words, mothers: Mothers) -> list[tuple[int, int, Record, Record]]:
    """Return the pairs of a part that are worth it, with the mothers' names where both are known."""
    pairs = [(row[0], row[1], Record(*row[2 : 2 + _FIELDS]), Record(*row[2 + _FIELDS :])) for row in part]
    pairs = [pair for pair in pairs if wants_mothers(pair[2], pair[3])]
    both = [pair for pair in pairs if pair[2].mother and pair[3].mother]
    asked = {person for first, second, _one, _other in both for person in (first, second)}
    mothers.learn(asked)
    words.learn(name for _first, _second, one, other in pairs for name in (one.name, other.name))
    words.learn(map(mothers.of, asked))
    return [
        (first, second, *(row._replace(mother=name) for row, name in zip((one, other), names, strict=True)))
        for first, second, one, other in pairs
        for names in [(mothers.of(first), mothers.of(second)) if one.mother and other.mother else ("", "")]
    ]


def record_of(person: Person) -> Record:
    """Return what a person is compared by, read from the registry as it is now."""
    membership = person.memberships.open().select_related("family__household").first()
    return Record(
        name=folding.key(person.name),
        mother=folding.key(person.mother_name or ""),
        born=person.birth_date,
        sex=person.sex,
        village=membership.family.household.village_id if membership else "",
        family=membership.family_id if membership else None,
        has_nik=person.nik_index is not None,
        nik=person.nik_encrypted,
    )


def still_alike(candidate: DuplicateCandidate) -> Verdict:
    """Return how alike the two of a candidate are now, whatever the last search said."""
    one, other = record_of(candidate.first), record_of(candidate.second)
    words = Words()
    words.learn((one.name, one.mother, other.name, other.mother))
    return compare(one, other, words.share)
