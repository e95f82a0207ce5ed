"""A family that moved takes its own rounds along and is not taken for the people who lived in its new house before."""

from datetime import timedelta

import pytest

from households import exclusions
from households.models import Family, Household
from households.registry import families
from programs import keeping
from programs.selectors import facts_of, record_of
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from tests import cases, people


def ago(days):
    return clock.today() - timedelta(days=days)


@pytest.fixture(autouse=True)
def no_photos(settings):
    """These stories are about the visit, not about its photos."""
    settings.VERIFICATION_PHOTOS = {}


@pytest.fixture
def family(places):
    """A family of one that lives in a house of its own."""
    return cases.family_in(people.SAGO)


@pytest.fixture
def hosts(places):
    """Another family of the village, with an address."""
    row = cases.family_in(people.SAGO, "Murni", "1301994506850002")
    Household.objects.filter(pk=row.household_id).update(address="Jl. Pasar 3", latitude="-1.35", longitude="100.57")
    return row


def asked(family, days, job="1", **house):
    """A round of a visit to the family's present house, at which its head was asked."""
    found = cases.visited(family, ago(days), **house)
    found.person_answers.create(person=family.head, answers={"status_kerja": job, "hamil": "1"})
    return found


def moves_to(hosts, family, by, days):
    families.rehouse(family, by=by, version=family.version, on=ago(days), joins=hosts)
    return Family.objects.select_related("household", "head").get(pk=family.pk)


def in_verification(family):
    return cases.registration(family, "field_verification", verification_from=clock.now() - timedelta(days=9))


def test_who_moves_into_a_visited_house_was_not_visited(family, hosts, sari):
    asked(hosts, 5)
    row = in_verification(moves_to(hosts, family, sari, 2))
    with pytest.raises(GuardFailed, match="belum dikunjungi"):
        engine.apply("found_complete", row, by=sari)
    row.refresh_from_db()
    assert row.state == "field_verification"


def test_who_was_visited_and_then_moved_was_visited(family, hosts, sari):
    asked(family, 5)
    row = in_verification(moves_to(hosts, family, sari, 2))
    assert engine.apply("found_complete", row, by=sari).state == "verified"


def test_the_hosts_meter_and_work_are_no_sign_against_their_guests(family, hosts, sari):
    asked(hosts, 30, job="5", daya="5")
    row = in_verification(moves_to(hosts, family, sari, 2))
    assert exclusions.signs(row) == []
    assert {sign.code for sign in exclusions.signs(in_verification(hosts))} == {"power", "state_paid"}


def test_work_goes_along_and_the_meter_of_the_old_house_stays_there(family, hosts, sari):
    asked(family, 30, job="5", daya="5")
    assert {sign.code for sign in exclusions.signs(in_verification(family))} >= {"power", "state_paid"}
    family.registrations.all().delete()
    row = in_verification(moves_to(hosts, family, sari, 2))
    assert [sign.code for sign in exclusions.signs(row)] == ["state_paid"]


def test_advice_knows_the_familys_own_answers_and_not_those_of_the_house_before(family, hosts, sari):
    own = asked(family, 30, lantai="9", program=["1"])
    asked(hosts, 20, lantai="1")
    family = moves_to(hosts, family, sari, 2)
    record = record_of(family)
    assert [found.pk for found in record.rounds] == [own.pk]
    facts = facts_of(family, record)
    assert (facts.members[0].pregnant, facts.house) == ("1", {})


def test_the_nightly_advice_reads_what_the_case_file_reads(family, hosts, sari):
    own, theirs = asked(family, 30, lantai="9"), asked(hosts, 20, lantai="1")
    family = moves_to(hosts, family, sari, 2)
    read = {
        row.pk: [found.pk for found in record.rounds] for row, record in keeping.read_families([family.pk, hosts.pk])
    }
    assert read == {family.pk: [own.pk], hosts.pk: [theirs.pk]}


def test_the_case_file_shows_no_old_house_as_the_present_one(browse, family, hosts, sari):
    asked(family, 30, lantai="9")
    family = moves_to(hosts, family, sari, 2)
    page = browse(sari).get(f"/keluarga/{family.pk}/")
    assert (page.status_code, page.context["house"]) == (200, [])
    assert page.context["members"][0]["marks"]


def test_one_more_family_costs_the_nightly_advice_no_more_questions(family, hosts, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        keeping.read_families([family.pk, hosts.pk])
