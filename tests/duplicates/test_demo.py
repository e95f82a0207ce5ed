"""A newcomer finds people entered twice in the demo, and can merge them."""

from datetime import timedelta

from households.duplicates import proposing
from households.models import DuplicateCandidate, Merge
from slrt.core import clock
from slrt.dashboard.demo.accounts import make_accounts, make_organisations
from slrt.dashboard.demo.office import Office
from slrt.dashboard.demo.people import Inventor
from slrt.dashboard.demo.twice import WAYS, enter_twice
from tests import people


def test_the_demo_holds_a_pair_of_every_kind_and_each_can_be_merged(places):
    organisations, now = make_organisations(), clock.now()
    office, inventor = Office(make_accounts(organisations), organisations, now), Inventor(1, clock.today())
    visited = [
        office.visit(inventor.family(people.SAGO), "fasilitator", now - timedelta(days=5 + n)).pk for n in range(4)
    ]
    assert enter_twice(office, inventor, visited, now) == len(WAYS)
    for pair in DuplicateCandidate.objects.select_related("first", "second"):
        versions = {"kept_version": pair.first.version, "gone_version": pair.second.version}
        proposing.check(Merge(kept=pair.first, gone=pair.second, choices={"nik": "kept"}, **versions))
    reasons = {code for pair in DuplicateCandidate.objects.all() for code in pair.reasons}
    assert {"name_same", "nik_digit", "nik_missing"} <= reasons
