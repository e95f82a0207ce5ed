"""A merged person's two rows of memberships are no finding of the integrity checks; what is entered wrongly later is."""

from datetime import timedelta

from households.models import Membership
from slrt.core import clock
from slrt.dashboard.integrity import check_all
from slrt.jobs.models import Alert
from slrt.workflow import engine
from tests import cases, people
from tests.duplicates.entries import propose


def _overlapping():
    check_all()
    return [alert.ids for alert in Alert.objects.open().filter(check_code="membership.overlap")]


def test_where_both_entries_lived_before_is_no_overlap_but_what_comes_later_is(twice, rina, lestari):
    today = clock.today()
    for days, person in enumerate(twice, 10):
        person.memberships.update(started_on=today - timedelta(days=days))
    engine.apply("confirm", propose(twice, rina), by=lestari)
    assert Membership.objects.filter(person=twice[0]).count() == 2
    assert _overlapping() == []
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    Membership.objects.create(
        person=twice[0],
        family=other,
        relation="8",
        started_on=today + timedelta(days=1),
        ended_on=today + timedelta(days=3),
    )
    assert _overlapping() == [[twice[0].pk]]
