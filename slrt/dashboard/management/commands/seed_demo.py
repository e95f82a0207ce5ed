"""Fills an empty registry with invented people, accounts and cases. Demo mode only."""

from datetime import date, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from complaints.models import Holiday
from households.importing import applying, previewing, uploading
from households.models import Family
from households.updating import flag_outdated
from programs.loading import load as load_programmes
from slrt.core import clock
from slrt.dashboard import trends
from slrt.dashboard.demo import registers
from slrt.dashboard.demo.accounts import make_accounts, make_organisations
from slrt.dashboard.demo.happenings import Happenings
from slrt.dashboard.demo.office import Office
from slrt.dashboard.demo.people import Inventor, as_extract
from slrt.dashboard.demo.roster import NAGARI, OTHER_NAGARI
from slrt.dashboard.demo.twice import enter_twice
from slrt.dashboard.demo.ways import CASES, registration_ways
from slrt.regions.models import Region

# National holidays of the joint ministerial decree (SKB 3 Menteri) that fall on fixed dates; others are entered by hand.
HOLIDAYS = (
    (1, 1, "Tahun Baru"),
    (5, 1, "Hari Buruh"),
    (6, 1, "Hari Lahir Pancasila"),
    (8, 17, "Hari Kemerdekaan"),
    (12, 25, "Natal"),
)
PERIOD = "2026-Q3"


class Command(BaseCommand):
    """Everything is made in one transaction, through the same functions the pages call."""

    help = "Make invented families, accounts and cases (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--households", type=int, default=120, help="how many families (default 120)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same families")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Demo data belong in demo mode only (SLRT_DEMO=1).")
        if not Region.objects.filter(pk=NAGARI).exists():
            raise CommandError("Load the regions first: manage.py load_regions")
        with transaction.atomic():
            organisations = make_organisations()
            accounts = make_accounts(organisations)
            load_programmes()
            self._holidays()
            registers.fill(organisations)
            if Family.objects.exists():
                self.stdout.write("There are families already; accounts and programmes were brought up to date.")
                return
            made = _Seeding(accounts, organisations, options["households"], options["seed"]).run()
        self.stdout.write(", ".join(f"{count} {name}" for name, count in made.items()))

    @staticmethod
    def _holidays() -> None:
        this_year = clock.today().year
        for year in (this_year - 1, this_year, this_year + 1):
            for month, day, name in HOLIDAYS:
                Holiday.objects.get_or_create(on=date(year, month, day), defaults={"name": name})


class _Seeding:
    def __init__(self, accounts: Any, organisations: Any, households: int, seed: int) -> None:
        self.accounts, self.count, self.random = accounts, households, Random(seed)  # noqa: S311  # nosec B311  invented data
        self.now = clock.now()
        self.office = Office(accounts, organisations, self.now)
        self.inventor = Inventor(seed, clock.today())

    def run(self) -> dict[str, int]:
        sago, salido, old, newer = self._shares()
        extract = self._import("dtsen_2025_q3.csv", "2025-Q3", "13.01.0", old, days_ago=400)
        extract += self._import("dtsen_2026_q3.csv", PERIOD, "13.01.05", newer, days_ago=45)
        visited = self._visits(NAGARI, "fasilitator", sago)
        self._visits(OTHER_NAGARI, "fasilitator2", salido)
        for account, village in (("fasilitator", NAGARI), ("fasilitator2", OTHER_NAGARI)):
            self.office.half_a_visit(self.inventor.family(village), account)
        complaints = self._complaints(visited, extract)
        self.office.look_again()
        self.office.object_to(visited)
        self.office.receive_answer()
        Happenings(self.accounts, self.now).run(visited)
        pairs = enter_twice(self.office, self.inventor, visited, self.now)
        flag_outdated()
        # Today's numbers only: what the weeks before would have shown nobody counted, and a line made up would look like one that was.
        trends.snapshot()
        families = Family.objects.count()
        return {"families": families, "accounts": len(self.accounts), "complaints": complaints, "pairs": pairs}

    def _shares(self) -> tuple[int, int, int, int]:
        sago, salido = max(1, self.count * 22 // 100), max(1, self.count * 5 // 100)
        old = self.count * 15 // 100
        return sago, salido, old, max(0, self.count - sago - salido - old)

    def _import(self, name: str, period: str, prefix: str, count: int, days_ago: int) -> list[int]:
        if not count:
            return []
        own = (NAGARI, OTHER_NAGARI)
        old = prefix != "13.01.05"
        villages = Region.objects.villages().filter(code__startswith=prefix).exclude(code__in=own)
        if old:
            villages = villages.exclude(code__startswith="13.01.05")
        codes = list(villages.order_by("code").values_list("code", flat=True))
        before = set(Family.objects.values_list("pk", flat=True))
        with clock.told(self.now - timedelta(days=days_ago)):
            self.inventor.today = clock.today()
            families = [self.inventor.family(self.random.choice(codes)) for _n in range(count)]
            manager = self.accounts["manajer"]
            uploaded = uploading.upload(as_extract(families, period), name, by=manager)
            previewing.preview(uploaded.pk)
            uploaded.refresh_from_db()
            applying.request_apply(uploaded, by=manager, version=uploaded.version)
            applying.apply(uploaded.pk)
        self.inventor.today = clock.today()
        return [pk for pk in Family.objects.order_by("pk").values_list("pk", flat=True) if pk not in before]

    def _visits(self, village: str, account: str, count: int) -> list[int]:
        ways = (
            registration_ways(self.random) if village == NAGARI else [[], [("ask_identity", "fasilitator2", 0.1, {})]]
        )
        made = []
        for n in range(count):
            start = self.now - timedelta(days=2 + n * 2.2, hours=self.random.randint(0, 5))
            family = self.office.visit(self.inventor.family(village), account, start)
            self.office.register(family, start, ways[n % len(ways)])
            made.append(family.pk)
        self.office.meet(village)
        return made

    def _complaints(self, visited: list[int], extract: list[int]) -> int:
        if not visited or not extract:
            return 0
        made = 0
        for n in range(max(len(CASES), self.count // 4)):
            case = CASES[n % len(CASES)]
            pool = visited if case.by == "fasilitator" else extract
            family = Family.objects.select_related("household", "head").get(pk=pool[(n * 7) % len(pool)])
            self.office.complain(case, family, case.days_ago + n // len(CASES) * 2)
            made += 1
        return made
