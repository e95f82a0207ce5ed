"""What happened in the invented families since they were visited: births, deaths, cards, people away, NIK checks, photos."""

from collections.abc import Callable
from datetime import datetime, timedelta

from households.choices.person import AbsenceReason, NikMatch, Relation, Sex
from households.models import Family, Membership
from households.registry import families, identity, members, photos
from slrt.accounts.models import User
from slrt.core import clock
from slrt.dashboard.demo.pictures import HOUSES, house_photo

BABIES = ("Bayu", "Farhan", "Rizky", "Ilham", "Dimas", "Fauzan", "Hafiz", "Reza")


class Happenings:
    """Lets the facilitator and the back office record what happened, some days ago each."""

    def __init__(self, accounts: dict[str, User], now: datetime) -> None:
        self.by, self.office = accounts["fasilitator"], accounts["backoffice"]
        self.now = now

    def run(self, visited: list[int]) -> int:
        """Go through the visited families; return how many things were recorded."""
        steps = (self.photo, self.check, self.birth, self.away, self.card, self.death)
        done = 0
        for n, pk in enumerate(visited):
            family = Family.objects.select_related("household", "head").get(pk=pk)
            with clock.told(self.now - timedelta(days=1, hours=1 + n % 20)):
                done += sum(step(family, n) for step in steps)
        return done

    def photo(self, family: Family, n: int) -> int:
        if n % 3:
            return 0
        photos.add(house_photo(*HOUSES[n // 3 % len(HOUSES)]), by=self.by, kind="house", family=family)
        return 1

    def check(self, family: Family, n: int) -> int:
        if n % 4 or family.head is None:
            return 0
        family.head.refresh_from_db()
        result = NikMatch.UNMATCHED if n % 12 == 8 else NikMatch.MATCHED
        note = "Tanggal lahir di Dukcapil lain." if result == NikMatch.UNMATCHED else ""
        identity.record_check(
            family,
            family.head,
            by=self.office,
            result=result,
            source="dukcapil",
            version=family.head.version,
            note=note,
        )
        return 1

    def birth(self, family: Family, n: int) -> int:
        mother = self._first(family, lambda row: row.person.sex == Sex.FEMALE and 20 <= self._age(row) <= 40)
        if n % 5 != 1 or mother is None:
            return 0
        clan = mother.person.name.split()[-1]
        members.birth(
            family, by=self.by, version=self._version(family), name=f"{BABIES[n // 5 % len(BABIES)]} {clan}",
            birth_date=clock.today() - timedelta(days=9), sex=Sex.MALE, mother=mother.person_id, birth_place="Painan",
        )  # fmt: skip
        return 1

    def away(self, family: Family, n: int) -> int:
        row = self._first(family, lambda row: row.relation == Relation.CHILD and self._age(row) >= 18)
        if n % 5 != 2 or row is None:
            return 0
        members.absence(
            family, by=self.by, version=self._version(family), person=row.person_id,
            on=clock.today() - timedelta(days=40), why=AbsenceReason.WORK,
        )  # fmt: skip
        return 1

    def card(self, family: Family, n: int) -> int:
        if n % 7 != 3 or not family.kk_encrypted:
            return 0
        number = f"{family.kk_encrypted[:12]}{9000 + n:04d}"
        families.change_card(
            family, by=self.by, version=self._version(family), kk=number, on=clock.today(), reason="Kartu lama hilang."
        )
        return 1

    def death(self, family: Family, n: int) -> int:
        row = self._first(family, lambda row: row.relation == Relation.PARENT)
        if row is None:
            return 0
        members.death(
            family, by=self.by, version=self._version(family), person=row.person_id,
            on=clock.today() - timedelta(days=3), reason="Keterangan kepala jorong.",
        )  # fmt: skip
        return 1

    @staticmethod
    def _version(family: Family) -> int:
        return Family.objects.values_list("version", flat=True).get(pk=family.pk)

    @staticmethod
    def _age(row: Membership) -> int:
        return row.person.age_on(clock.today()) or 0

    @staticmethod
    def _first(family: Family, wanted: Callable[[Membership], bool]) -> Membership | None:
        rows = family.memberships.open().select_related("person").order_by("pk")
        return next((row for row in rows if wanted(row)), None)
