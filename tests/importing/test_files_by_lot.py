"""Files drawn by lot, one after the other: however they are written down and read, they mean the same, and all goes back."""

from random import Random

import pytest
from django.db.models import F
from django.db.models.lookups import IsNull

from households.importing import delimited, recognising
from households.models import DecileRecord, Family, ImportConflict, Membership, Person, PersonAnswers, SurveyRound
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, HEAD, ROSNA, take_back
from tests.importing.rows import applied, previewed

pytestmark = pytest.mark.django_db(transaction=True)
BABY = {**ANDI, "NIK": "", "NAMA": "Bayi", "TGL_LAHIR": "2026-01-01"}
ELI = {**CITRA, "NIK": "1301994506760001", "NAMA": "Eli", "TGL_LAHIR": "1976-06-05", "HUB_KELUARGA": "2"}
OTHERS = {
    **{"NO_KK": "1301990101109999", "NIK": "", "NAMA": "Wati", "HUB_KELUARGA": "8", "KODE_DESA": "1301052001"},
    **{"DESIL": "5", "PERIODE_DESIL": "2026-Q1", "LANTAI": "6", "SEKOLAH": "2", "JENIS_KELAMIN": "?", "TGL_LAHIR": "x"},
}
MISSING = IsNull(F("missing_since"), False)


@pytest.fixture
def manager(places, lestari):
    return lestari


def _files(lot):
    """Three files: in each some people say something else than in the one before, some are away, some rows are wrong."""
    people = [dict(row) for row in (ROSNA, ANDI, BABY, BUDI, CITRA, ELI, DEDI)]
    for _file in range(3):
        for _change in range(lot.randint(1, 5)):
            column = lot.choice([*OTHERS])
            row = lot.choice(people)
            of_family = column in ("NO_KK", "KODE_DESA", "DESIL", "PERIODE_DESIL", "LANTAI")
            for other in people:
                if other is row or (of_family and other["ID_KELUARGA"] == row["ID_KELUARGA"]):
                    other[column] = OTHERS[column]
        yield [dict(row) for row in people if lot.random() < 0.9]


def _written(rows, columns=HEAD, separator=","):
    lines = [separator.join(columns), *(separator.join(row.get(name, "lihat") for name in columns) for row in rows), ""]
    return "\n".join(lines)


def _plainly(rows, lot, monkeypatch):
    return _written(rows).encode()


def _otherwise(rows, lot, monkeypatch):
    """Columns in another order and one more, families' rows in another order, read a few lines at a time."""
    monkeypatch.setattr(delimited, "BLOCK_BYTES", lot.choice([250, 400, 700]))
    columns = lot.sample([*HEAD, "CATATAN"], len(HEAD) + 1)
    families = [*dict.fromkeys(row["ID_KELUARGA"] for row in rows)]
    place = {id(row): (families.index(row["ID_KELUARGA"]), lot.random()) for row in rows}
    return _written(sorted(rows, key=lambda row: place[id(row)]), columns, "\t").encode("utf-16")


def _unrecognised(rows, lot, monkeypatch):
    """As if nobody had been recognised by a digest."""
    monkeypatch.setattr(recognising, "known", lambda digests: {})
    return _written(rows).encode()


def _registry():
    """What stands here, without numbers of ours and times."""
    family, person = "family__official_id", "person__name"
    return [
        sorted(map(repr, rows))
        for rows in (
            Family.objects.values_list(
                *("official_id", "kk_encrypted", "head__name", "decile", "decile_period", MISSING),
                *("household__village", "household__head__name", "registrations__state", "former_cards__kk_encrypted"),
            ),
            Person.objects.values_list("nik_encrypted", "name", "birth_date", "sex", "no_nik_reason"),
            Membership.objects.values_list(family, person, "relation", "household_relation", "ended_on", MISSING),
            DecileRecord.objects.values_list(family, "decile", "period", "source"),
            SurveyRound.objects.values_list("household__families__official_id", "period", "answers"),
            PersonAnswers.objects.values_list(person, "round__period", "answers"),
            ImportConflict.objects.values_list("relation", "said", "decision"),
        )
    ]


def _brought(by, files, write, lot, monkeypatch):
    """Bring the files and take them back; return what each was told to do and what stood here after it."""
    seen, runs, stood = [], [], [_registry()]
    for rows in files:
        with monkeypatch.context() as patched:
            data = write(rows, lot, patched)
            run = previewed(by, data)
            told = [
                run.counts[name] for name in ("people", "households", "conflicts", "missing", "refused", "repeated")
            ]
            runs.append(applied(by, run))
            assert run.state == "applied", run.problem
            assert told[:2] == [run.counts["people"], run.counts["households"]], "what the preview told was done"
            stood.append(_registry())
            seen.append((told, stood[-1]))
            again = applied(by, previewed(by, data))
        changes = {
            (kind, name): again.counts[kind][name] for kind in ("people", "households") for name in ("new", "changed")
        }
        assert not any(changes.values()), changes
        assert _registry() == stood[-1], "the same file again changes nothing"
    while runs:
        assert _registry() == stood.pop()
        take_back(by, runs.pop())
    assert _registry() == stood.pop()
    return seen


@pytest.mark.parametrize("seed", [2, 7])
def test_however_files_are_written_and_read_they_mean_the_same(manager, monkeypatch, seed):
    files = [*_files(Random(seed))]
    plainly = _brought(manager, files, _plainly, Random(seed), monkeypatch)
    assert any(told[0]["changed"] for told, _stood in plainly), "something happened"
    for other in (_otherwise, _unrecognised):
        assert _brought(manager, files, other, Random(seed), monkeypatch) == plainly, other.__doc__
