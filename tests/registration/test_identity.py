"""A family comes onto the initial list when every living member's number agrees, or the way to one is begun; or with a reason."""

from datetime import date

import pytest

from households import batch
from households.choices.person import NikMatch
from households.models import CivilTask, Person, Registration
from households.registry import identity
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people
from tests.registry import homes


@pytest.fixture
def family(places):
    """Rosna, Ali, Siti and Upik, all matched."""
    row = homes.rosnas()
    Person.objects.update(nik_match=NikMatch.MATCHED)
    return row


@pytest.fixture
def row(family):
    return cases.registration(family, "identity_check")


def refused(row, by):
    with pytest.raises(GuardFailed) as fault:
        engine.apply("match", row, by=by)
    row.refresh_from_db()
    assert row.state == "identity_check"
    return str(fault.value)


def test_a_family_whose_every_number_agrees_comes_onto_the_list(row, rina):
    assert engine.apply("match", row, by=rina).state == "initial_list"


@pytest.mark.parametrize("result", [one for one in NikMatch if one != NikMatch.MATCHED])
def test_a_number_that_was_not_found_to_agree_holds_it_up(family, row, rina, result):
    Person.objects.filter(pk__in=[homes.named(family, name).pk for name in ("Ali", "Siti")]).update(nik_match=result)
    said = refused(row, rina)
    assert "2 dari 4 anggota" in said
    assert "halaman keluarga" in said, "it is said where to check"


def test_the_dead_and_those_who_left_do_not_count(family, row, rina):
    Person.objects.filter(pk=homes.named(family, "Upik").pk).update(nik_match="unchecked", died_on=date(2026, 1, 1))
    Person.objects.filter(pk=homes.named(family, "Ali").pk).update(nik_match="unchecked")
    family.memberships.filter(person=homes.named(family, "Ali")).update(ended_on=clock.today(), end_reason="left")
    assert engine.apply("match", row, by=rina).state == "initial_list"


def test_somebody_without_number_has_to_be_on_the_way_to_civil_registration(family, row, rina, sari):
    baby = homes.member(family, "Bayu Tanjung", date(2026, 10, 1), "3")
    said = refused(row, rina)
    assert "1 anggota tanpa NIK" in said
    assert "Orang tanpa NIK" in said, "it is said where to note the way"
    identity.take_step(family, baby, by=sari, state="handed")
    assert CivilTask.objects.get().person == baby
    assert engine.apply("match", row, by=rina).state == "initial_list"


def test_with_a_reason_it_goes_on_all_the_same(family, row, rina):
    Person.objects.update(nik_match="unmatched")
    refused(row, rina)
    row = engine.apply("waive", row, by=rina, note="Layanan Dukcapil putus sebulan.")
    assert (row.state, row.identity_waived) == ("initial_list", "Layanan Dukcapil putus sebulan.")


def test_the_page_says_why_and_leads_to_the_members(browse, family, row, rina):
    Person.objects.update(nik_match="duplicate")
    desk = browse(rina)
    assert f'href="/keluarga/{family.pk}/"' in desk.get(f"/registrasi/{row.pk}/").content.decode()
    said = {"version": row.version, "idempotency_key": new_key()}
    answer = desk.post(f"/registrasi/{row.pk}/match/", said)
    assert answer.status_code == 422
    assert "4 dari 4 anggota" in answer.content.decode()


def test_among_many_it_stays_behind_with_its_reason(family, row, rina):
    other = cases.registration(cases.family_in(people.SAGO, "Murni", "1301994506850042"), "identity_check")
    tally = batch.take("match", [row.pk, other.pk], by=rina).as_json()
    assert (tally["chosen"], tally["done"], tally["skipped"] + tally["failed"]) == (2, 1, 1)
    assert "1 dari 1 anggota" in tally["reasons"][0]["reason"]
    assert dict(Registration.objects.values_list("pk", "state")) == {row.pk: "initial_list", other.pk: "identity_check"}


def test_a_waiver_of_an_earlier_round_is_not_said_of_numbers_that_agree_now(row, rina):
    row.identity_waived = "SIAK mati seminggu."
    row.save()
    Person.objects.update(nik_match="matched")
    assert engine.apply("match", row, by=rina).identity_waived == ""
