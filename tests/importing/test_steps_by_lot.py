"""Steps of an office drawn by lot: whatever comes after what, previews tell what is done, the history what was, and files go back."""

from contextlib import contextmanager
from random import Random

import pytest

from households.choices.imports import ImportKind
from households.importing import applying, deciding, ending, standing, undoing
from households.models import DecileRecord, Family, Household, ImportConflict, Membership, Person, Registration
from households.registry import correcting
from programs.models import Enrolment
from slrt.audit.models import AuditEntry
from slrt.core.errors import Refusal
from tests import cases
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, file_of
from tests.importing.lists import previewed
from tests.importing.test_files_by_lot import OTHERS

pytestmark = pytest.mark.django_db(transaction=True)
TRACKED = (Person, Household, Family, Membership, Registration, DecileRecord, Enrolment)
TOLD = ("people", "households", "conflicts", "missing", "refused", "reasons", "villages")
LISTS = {
    ImportKind.DECILES: ("ID_KELUARGA,DESIL,PERIODE_DESIL", ("3,2026-Q2", "4,2026-Q4", "11,2026-Q4")),
    ImportKind.MATCH: ("NIK,HASIL,TANGGAL", ("PADAN,", "TIDAK PADAN,2026-01-01", "apa,")),
    ImportKind.PARTICIPATION: ("NIK,PROGRAM,SEJAK,SAMPAI", ("KIS,2025-01-01,", "KIS,2025-01-01,2025-12-31", "X,2025-01-01,")),
}  # fmt: skip


def _stands():
    return {model: {row["id"]: row for row in model._base_manager.values()} for model in TRACKED}


def _meant(rows):
    """What stands here, without what goes on with every writing."""
    return {
        model: {pk: {k: v for k, v in row.items() if k not in ("version", "updated_at")} for pk, row in found.items()}
        for model, found in rows.items()
    }


class Office:
    def __init__(self, seed, by, corrects):
        self.lot, self.by, self.corrects = Random(seed), by, corrects
        self.people = [dict(row) for row in (ROSNA, ANDI, BUDI, CITRA, DEDI)]
        self.waiting, self.written, self.done = [], [], []

    @contextmanager
    def step(self, name, *verbs, writes=True):
        """Whatever changed left its old row behind, first; and the trail says what was done, once."""
        events = {model: standing.event_of(model) for model in TRACKED}
        newest = {model: max(event.objects.values_list("pk", flat=True), default=0) for model, event in events.items()}
        before, entries = _stands(), AuditEntry.objects.count()
        yield before
        after = _stands()
        for model, rows in before.items():
            for pk, row in rows.items():
                if after[model].get(pk) != row:
                    kept = events[model].objects.filter(pgh_obj_id=pk, pk__gt=newest[model]).order_by("pk").values()
                    assert {column: kept[0][column] for column in row} == row, (name, model, pk)
        assert writes or after == before, name
        said = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)[entries:])
        assert not verbs or said == [*verbs], name
        self.done.append(name)

    def brings_an_extract(self):
        for _change in range(self.lot.randint(1, 3)):
            column = self.lot.choice([*OTHERS])
            row = self.lot.choice(self.people)
            for other in self.people:
                if other is row or (column in ("NO_KK", "KODE_DESA") and other["ID_KELUARGA"] == row["ID_KELUARGA"]):
                    other[column] = OTHERS[column]
        if self.lot.random() < 0.5:
            self.lot.choice(self.people).update(ID_KELUARGA="K0", NO_KK=ROSNA["NO_KK"])  # somebody moves in with Rosna
        self._brings(file_of(*(row for row in self.people if self.lot.random() < 0.9)).decode(), ImportKind.EXTRACT)

    def brings_a_list(self):
        kind = self.lot.choice([*LISTS])
        heading, facts = LISTS[kind]
        keys = dict.fromkeys(row[heading.split(",")[0]] for row in self.people if self.lot.random() < 0.7)
        self._brings(
            "\n".join([heading, *(f"{key},{self.lot.choice(facts)}" for key in keys if key), "X,,,", ""]), kind
        )

    def _brings(self, text, kind):
        with self.step(f"preview {kind}", "upload", "preview", writes=False):
            run = previewed(self.by, text, kind)
        if self.lot.random() < 0.3:
            self.waiting.append(run)
        else:
            self._applies(run, told={name: run.counts.get(name) for name in TOLD})

    def applies_what_waited(self):
        if self.waiting and self.lot.random() < 0.7:
            self._applies(self.waiting.pop())
        elif self.waiting:
            with self.step("cancel", "cancel", writes=False):
                ending.cancel(self.waiting.pop(), by=self.by)

    def _applies(self, run, told=None):
        with self.step(f"apply {run.kind}", "apply", "applied") as before:
            applying.request_apply(run, by=self.by, version=run.version)
            applying.apply(run.pk)
        run.refresh_from_db()
        assert run.state == "applied", run.problem
        assert told is None or told == {name: run.counts.get(name) for name in TOLD}, "what the preview told was done"
        if run.kind == ImportKind.EXTRACT:
            made = [Person.objects.count() - len(before[Person]), Family.objects.count() - len(before[Family])]
            assert made == [run.counts[kind]["new"] for kind in ("people", "households")]
        self.written.append((run, _meant(before)))

    def corrects_somebody(self):
        row = self.lot.choice([*Membership.objects.open().select_related("person", "family__household").order_by("pk")])
        values = {"name": self.lot.choice(["Wati", "Rosnawati", "Eli"])}
        with self.step("correct"):
            correcting.correct(
                row.family, by=self.corrects, person=row.person, version=row.person.version, values=values, reason="KTP"
            )
        self.written.append((None, None))

    def decides(self):
        for conflict in ImportConflict.objects.undecided()[:1]:
            with self.step("decide") as before:
                try:
                    deciding.decide(conflict, self.lot.choice(["keep", "move"]), by=self.by, note="Ditanyakan")
                except Refusal:
                    assert _stands() == before
            self.written.append((None, None))

    def takes_back(self):
        if not self.written or self.written[-1][0] is None:
            return
        run, stood = self.written.pop()
        with self.step(f"take back {run.kind}", "take_back", "taken_back"):
            undoing.request(run, by=self.by, note="Berkas salah", version=run.version)
            undoing.take_back(run.pk)
        assert _meant(_stands()) == stood

    def works(self, steps):
        does = (
            self.brings_an_extract,
            self.brings_a_list,
            self.applies_what_waited,
            self.corrects_somebody,
            self.decides,
        )
        self.brings_an_extract()
        for _step in range(steps):
            self.lot.choice([*does, self.takes_back] if Membership.objects.exists() else does[:1])()
        while self.written and self.written[-1][0]:
            self.takes_back()


@pytest.mark.parametrize("seed", [7, 10, 12])
def test_whatever_comes_after_what_nothing_is_lost_and_all_is_told(places, lestari, nurma, seed):
    cases.programme()
    nurma.assignments.update(area_id="13.01")
    office = Office(seed, lestari, nurma)
    office.works(16)
    assert {"preview", "apply", "take", "correct"} <= {name.split()[0] for name in office.done}, office.done
