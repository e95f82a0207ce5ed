"""Whatever files come, and in whatever order: nobody lives twice, no house loses its head, and a run taken back leaves nothing.

Files are drawn by chance from a number, so that one that breaks a rule can be drawn again.
"""

from random import Random

import pytest

from households.importing import deciding
from households.models import DecileRecord, Family, FormerFamilyCard, ImportConflict, Registration
from slrt.core.errors import Refusal
from slrt.dashboard.integrity import checks
from tests.importing import families as files
from tests.registry import homes

pytestmark = pytest.mark.django_db(transaction=True)  # a run is told from the next by the time of its transaction
RULES = {"membership.twice", "household.one_head", "membership.overlap"}
FILES = 12
VILLAGES = ("1301052006", "1301052003")
CHANGES = ("name", "card", "decile", "move", "head", "number", "id", "village")


def broken():
    """Which rules the registry breaks, with the rows."""
    return {check.code: rows for check in checks() if check.code in RULES and (rows := check.broken())}


def registry():
    """All that a file writes and taking it back has to restore."""
    cards = list(FormerFamilyCard.objects.order_by("pk").values_list("family", "kk_index"))
    deciles = sorted(DecileRecord.objects.values_list("family", "decile", "period", "source"))
    registered = list(Registration.objects.order_by("pk").values_list("family", "state"))
    return {*homes.everything(), *((f, bytes(k)) for f, k in cards), *deciles, *registered}


class Ministry:
    """Draws files about a few families, each a little different from the one before."""

    def __init__(self, number, changes=CHANGES):
        self.random, self.changes = Random(number), changes
        self.rows = [self.person(family, n) for family in range(5) for n in range(self.random.randint(1, 4))]

    def person(self, family, n):
        sex, serial = self.random.choice("12"), f"{family}{n}{self.random.randint(10, 99)}"
        year, month = self.random.randint(1950, 2020), self.random.randint(1, 12)
        day = self.random.randint(1, 28)
        return {
            **files.ROSNA,
            "NO_KK": f"13019901011{family:04d}1",
            "NIK": f"130199{day + (40 if sex == '2' else 0):02d}{month:02d}{year % 100:02d}{serial}",
            "NAMA": f"{self.random.choice(('Andi', 'Budi', 'Siti', 'Rosna'))} {self.random.choice(('Koto', 'Guci'))}",
            "TGL_LAHIR": f"{year}-{month:02d}-{day:02d}",
            "JENIS_KELAMIN": sex,
            "HUB_KELUARGA": "1" if n == 0 else "3",
            "KODE_DESA": VILLAGES[family % 2],
            "ID_KELUARGA": f"K{family}",
        }

    def next_file(self):
        """The rows of the next file: some missing, some changed, some in another family, somebody new."""
        draw = self.random
        for row in draw.sample(self.rows, min(3, len(self.rows))):
            other = draw.choice(self.rows)
            change = draw.choice(self.changes)
            if change == "name":
                row["NAMA"] += "h"
            elif change == "card":
                number = f"130199010110{draw.randint(1000, 9999)}"
                for one in self.rows:
                    if one["ID_KELUARGA"] == row["ID_KELUARGA"]:
                        one["NO_KK"] = number
            elif change == "decile":
                row["DESIL"], row["PERIODE_DESIL"] = str(draw.randint(1, 10)), draw.choice(("2026-Q2", "2026-Q4"))
            elif change == "move":
                row |= {name: other[name] for name in ("NO_KK", "ID_KELUARGA", "KODE_DESA")}
            elif change == "head":
                for one in self.rows:
                    if one["ID_KELUARGA"] == row["ID_KELUARGA"]:
                        one["HUB_KELUARGA"] = "1" if one is row else "3"
            elif change == "number":
                row["NIK"] = "" if row["NIK"] else self.person(0, 0)["NIK"]
            elif change == "renumber":
                row["NIK"] = row["NIK"] and self.person(0, 0)["NIK"]
            elif change == "id":
                for one in self.rows:
                    if one["NO_KK"] == row["NO_KK"]:
                        one["ID_KELUARGA"] = other["ID_KELUARGA"] if draw.random() < 0.2 else f"N{draw.randint(0, 99)}"
            else:
                for one in self.rows:
                    if one["ID_KELUARGA"] == row["ID_KELUARGA"]:
                        one["KODE_DESA"] = draw.choice(VILLAGES)
        if draw.random() < 0.5:
            self.rows.append(self.person(draw.randint(0, 6), draw.randint(0, 9)))
        return [row for row in self.rows if draw.random() < 0.85] or self.rows[:1]


# The second once left a house with two heads.
@pytest.mark.parametrize(("number", "changes"), [(0, CHANGES), (11, CHANGES), (5, (*CHANGES, "renumber", "renumber"))])
def test_a_file_taken_back_leaves_nothing_and_none_breaks_a_rule(places, lestari, number, changes):
    ministry = Ministry(number, changes)
    for _turn in range(FILES):
        before, rows = registry(), ministry.next_file()
        run = files.apply(lestari, files.preview(lestari, *rows), complete=ministry.random.random() < 0.5)
        assert broken() == {}, run.counts
        if ministry.random.random() < 0.4:
            files.take_back(lestari, run)
            after = registry()
            assert (sorted(map(str, after - before)), sorted(map(str, before - after))) == ([], []), run.counts
            continue
        same = files.preview(lestari, *rows)
        assert same.counts["people"]["changed"] == same.counts["people"]["new"] == 0, (run.counts, same.counts)
        assert same.counts["households"]["changed"] == same.counts["households"]["new"] == 0, (run.counts, same.counts)
        for conflict in ImportConflict.objects.undecided():
            try:
                heirs = deciding.sides_of([conflict], lestari)[conflict.pk].heirs
                heir = ministry.random.choice(heirs).person_id if heirs else None
                what = ministry.random.choice(("keep", "move"))
                deciding.decide(conflict, what, by=lestari, note="Ditanyakan", new_head=heir)
            except Refusal:
                continue
            assert broken() == {}
    assert Family.objects.exists()
