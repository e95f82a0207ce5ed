"""Keeps checked rows, numbers and mothers' names encrypted, in tables of their own from the preview until they are applied or put aside.

Each run has a schema, `import_<run>`, with unlogged tables: what the file says (`import_family`, `import_person`) and what the
registry knows of it (`import_family_known`, `import_person_known`, see `comparing`). They are a copy: when a crash emptied them,
or the person's area or the day is no longer the one they were checked for, they are made again from the uploaded file.
"""

import io
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from string import Template

import polars as pl
from django.db import connection, transaction
from psycopg2 import sql

from households.importing import recognising
from households.importing.answering import with_person_answers
from households.importing.copied import as_csv, family_csv, person_csv, refused_csv, settled_family_csv
from households.names import fold

# Every row gets the number it would have as a new one; those of rows that turn out to be known are never used.
TABLES = """
CREATE UNLOGGED TABLE import_family (
    n int, line int, official_id text, kk_encrypted bytea, kk_index bytea, village text, address text, rt text, rw text,
    decile smallint, period text, answers jsonb, digest uuid,
    family_id bigint DEFAULT nextval('households_family_id_seq'),
    household_id bigint DEFAULT nextval('households_household_id_seq'),
    round_id bigint DEFAULT nextval('households_surveyround_id_seq')
);
CREATE UNLOGGED TABLE import_person (
    line int, n int, nik_encrypted bytea, nik_index bytea, name text, folded text, born date, birth_place text, sex text,
    marital text, occupation text, mother_name bytea, mother_index bytea, relation text, answers_id int,
    person_id bigint DEFAULT nextval('households_person_id_seq')
);
CREATE UNLOGGED TABLE import_answers (id int PRIMARY KEY, answers jsonb);
CREATE UNLOGGED TABLE import_withdrawn (line int, repeated boolean);
CREATE UNLOGGED TABLE import_refused (official_id text, kk_index bytea, nik_index bytea, folded text);
"""
FAMILY_COLUMNS = "import_family (n, line, official_id, kk_encrypted, kk_index, village, address, rt, rw, decile, period, answers, digest)"
PERSON_COLUMNS = (
    "import_person (line, n, nik_encrypted, nik_index, name, folded, born, birth_place, sex, marital, occupation, "
    "mother_name, mother_index, relation, answers_id)"
)
ANSWERS_COLUMNS = "import_answers (id, answers)"
REFUSED_COLUMNS = "import_refused (official_id, kk_index, nik_index, folded)"
WITHDRAWN = """
INSERT INTO import_refused SELECT f.official_id, f.kk_index, p.nik_index, p.folded
  FROM import_withdrawn w JOIN import_person p USING (line) JOIN import_family f USING (n) WHERE NOT w.repeated;
UPDATE import_family SET digest = NULL WHERE n IN (SELECT n FROM import_person JOIN import_withdrawn USING (line));
DELETE FROM import_person p USING import_withdrawn w WHERE p.line = w.line;
DELETE FROM import_family f WHERE EXISTS (SELECT FROM import_withdrawn w WHERE w.line = f.line);
"""
# Bytes handed over at once: with few, COPY would wait for the encrypting thread at every turn.
AT_ONCE = 1 << 20
# A run's schema comes first, so that the statements can name their tables bare.
SCHEMA = Template("import_$run")


class Stager:
    """Takes a file's good rows part by part; a thread writes the one before while the next is being made."""

    def __init__(self, run_id: int, doubted: Collection[str] = ()) -> None:
        """`doubted`: digests by which no family is to be recognised (see `recognising`)."""
        self.run_id = run_id
        self.doubted = frozenset(doubted)
        self._split: set[int] = set()
        self._withdrawn = False
        self._numbers: dict[str, int] = {}
        self._folded: dict[str, str] = {}
        self._answers: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(1)
        self._coming: Future[list[tuple[str, io.BytesIO]]] | None = None

    def begin(self) -> None:
        """Make the run's tables anew."""
        with transaction.atomic():
            put_aside(self.run_id)
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA {schema(self.run_id)}")
                look_into(self.run_id)
                cursor.execute(TABLES)
                cursor.execute(recognising.TABLE)

    def take(self, good: pl.DataFrame, refused: pl.DataFrame) -> None:
        """Hand in the good rows of one part, and of the others whom they are about (columns `checking.REFUSED_KEYS`)."""
        rows, families = self._numbered(good)
        rows, settled = self._settled(rows, families)

        def made() -> list[tuple[str, io.BytesIO]]:
            theirs = families["n"].is_in(settled["n"].implode())
            parts = [
                (recognising.COLUMNS, settled, as_csv),
                (FAMILY_COLUMNS, families.filter(theirs), settled_family_csv),
                (FAMILY_COLUMNS, families.filter(~theirs), family_csv),
                (REFUSED_COLUMNS, refused, refused_csv),
            ]
            if rows.height:
                people, answers = self._with_answers(self._with_folded(rows))
                parts += [(ANSWERS_COLUMNS, answers, as_csv), (PERSON_COLUMNS, people, person_csv)]
            return [(target, write(frame)) for target, frame, write in parts if frame.height]

        coming = self._pool.submit(made)
        self._write()
        self._coming = coming

    def _numbered(self, good: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Number the families in the order in which the file brings them; the second table holds each new one's first row."""
        numbers, before = self._numbers, len(self._numbers)
        n = [numbers.setdefault(family, len(numbers)) for family in good["family"].to_list()]
        rows = good.with_columns(pl.Series("n", n, dtype=pl.Int32))
        self._split.update(rows["n"].filter(rows["n"] < before).unique())
        families = rows.filter((pl.col("n") >= before) & pl.col("n").is_first_distinct())
        return rows, families

    def _settled(self, rows: pl.DataFrame, families: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Leave out the rows of families that stand here as they say; the second table names these."""
        digests = families["digest"].drop_nulls().to_list()
        found = recognising.known([digest for digest in digests if digest not in self.doubted])
        known = pl.DataFrame(
            {"digest": list(found), "family_id": list(found.values())},
            schema={"digest": pl.String, "family_id": pl.Int64},
        )
        of_them = families.select("n", "digest").join(known, "digest", maintain_order="left")
        theirs = rows["n"].is_in(of_them["n"].implode())
        lines = rows.select("n", pl.col("line").cast(pl.String)).filter(theirs).group_by("n").agg("line")
        said = pl.format("{{{}}}", pl.col("line").list.join(","))
        settled = of_them.join(lines, "n").select("n", "family_id", "digest", said)
        return rows.filter(~theirs) if settled.height else rows, settled

    def _with_folded(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Fold the names, each once."""
        folded = self._folded
        if len(folded) > 50_000:
            folded.clear()
        names = rows["name"].to_list()
        for name in names:
            if name not in folded:
                folded[name] = fold(name)
        return rows.with_columns(pl.Series("folded", [folded[name] for name in names], dtype=pl.String))

    def _with_answers(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Number the sets of answers, which many people share; the second table holds those that are new."""
        numbers, before = self._answers, len(self._answers)
        rows = with_person_answers(rows)
        said = rows["person_answers"].unique(maintain_order=True)
        ids = pl.Series([numbers.setdefault(text, len(numbers)) for text in said.to_list()], dtype=pl.Int32)
        new = pl.DataFrame({"id": ids, "answers": said}).filter(pl.col("id") >= before)
        return rows.with_columns(pl.col("person_answers").replace_strict(said, ids).alias("answers_id")), new

    def _write(self) -> None:
        if self._coming is None:
            return
        parts, self._coming = self._coming.result(), None
        with transaction.atomic():
            look_into(self.run_id)
            with connection.cursor() as cursor:
                for target, part in parts:
                    cursor.copy_expert(f"COPY {target} FROM STDIN WITH (FORMAT csv)", part, AT_ONCE)

    def finish(self, goes_on: pl.DataFrame | None) -> None:
        """Write what is still on its way; `goes_on`: whose rows may stand behind the end of a file that was cut off (`cut_off`)."""
        self._write()
        if goes_on is not None:
            self._coming = self._made([(REFUSED_COLUMNS, refused_csv(goes_on))])
            self._write()
        self._pool.shutdown()
        if self._split:
            with transaction.atomic():
                look_into(self.run_id)
                recognising.forget_split(self._split)

    def misread(self) -> frozenset[str]:
        """Return the digests by which a family was recognised that is not like that: it came again, or a row of it was withdrawn."""
        with transaction.atomic():
            look_into(self.run_id)
            return recognising.misread(self._split, withdrawn=self._withdrawn)

    def withdraw(self, lines: pl.Series, repeats: pl.Series, again: Callable[[], Iterable[pl.DataFrame]]) -> None:
        """Take rows back that turned out not to be good beside the others; those that only repeat one are not refused.

        A family whose columns came from such a row takes them from the next good one; `again` reads the good rows a second time.
        """
        self._withdrawn = True
        gone, repeated = set(lines.to_list()), set(repeats.to_list())
        with transaction.atomic():
            look_into(self.run_id)
            with connection.cursor() as cursor:
                said = "".join(f"{line}\t{line in repeated}\n" for line in gone)
                cursor.copy_expert("COPY import_withdrawn FROM STDIN", io.StringIO(said))
                cursor.execute(WITHDRAWN)
                cursor.execute(
                    "SELECT DISTINCT n FROM import_person p WHERE NOT EXISTS (SELECT FROM import_family f WHERE f.n = p.n)"
                )
                without = {n for (n,) in cursor.fetchall()}
        if not without:
            return
        named = {family: n for family, n in self._numbers.items() if n in without}
        for part in again():
            rows = part.filter(pl.col("family").is_in(list(named)) & ~pl.col("line").is_in(lines.implode()))
            if rows.height:
                found = rows.unique("family", keep="first", maintain_order=True)
                numbers = [named.pop(family) for family in found["family"].to_list()]
                families = found.with_columns(
                    pl.Series("n", numbers, dtype=pl.Int32), pl.lit(None, pl.String).alias("digest")
                )
                self._coming = self._made([(FAMILY_COLUMNS, family_csv(families))])
                self._write()

    @staticmethod
    def _made(parts: list[tuple[str, io.BytesIO]]) -> "Future[list[tuple[str, io.BytesIO]]]":
        made: Future[list[tuple[str, io.BytesIO]]] = Future()
        made.set_result(parts)
        return made


@contextmanager
def looking_into(run_id: int) -> Iterator[None]:
    """A transaction in which the run's tables stand first and whole tables are joined.

    Room for the hashes, and no time spent on compiling what runs once, nor on statistics finer than whole tables need.
    """
    with transaction.atomic():
        look_into(run_id)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '96MB'; SET LOCAL default_statistics_target = 10")
        yield


def look_into(run_id: int) -> None:
    """Put the run's tables first until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('search_path', %s || ', public', true)",
            [schema(run_id)],
        )


def has_table(run_id: int, name: str) -> bool:
    """Whether a table of an earlier reading is there, and not empty, which a crash leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema(run_id)}.{name}"])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(schema(run_id), name)))
        return bool(cursor.fetchone()[0])


# How many rows of an extract are staged, and of how many people it was enough to know whose they are.
STAGED = """
SELECT (SELECT count(*) FROM {people}) + (SELECT coalesce(sum(cardinality(lines)), 0) FROM {settled})
"""


# The column that came last: tables of a preview from before an upgrade lack it, and are made anew.
NEWEST_COLUMN = "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'numbers')"


def is_kept(run_id: int, rows: int) -> bool:
    """Whether an extract's tables of an earlier reading are there as they are made now, and hold that many rows."""
    people, settled = (sql.Identifier(schema(run_id), name) for name in ("import_person", "import_family_settled"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema(run_id)}.import_family_settled"])
        if not cursor.fetchone()[0]:
            return rows == 0
        cursor.execute(NEWEST_COLUMN, [f"{schema(run_id)}.import_person_known"])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(sql.SQL(STAGED).format(people=people, settled=settled))
        return bool(cursor.fetchone()[0] == rows)


def is_kept_list(run_id: int, rows: int) -> bool:
    """Whether a list's table of an earlier reading is there and holds that many rows."""
    if not has_table(run_id, "import_row"):
        return rows == 0
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema(run_id), "import_row")))
        return bool(cursor.fetchone()[0] == rows)


def put_aside(run_id: int) -> bool:
    """Drop the run's tables; return whether there were any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema(run_id)])
        found = bool(cursor.fetchone()[0])
        if found:
            cursor.execute(f"DROP SCHEMA {schema(run_id)} CASCADE")
    return found


def schema(run_id: int) -> str:
    """The name of the run's schema."""
    return SCHEMA.substitute(run=int(run_id))
