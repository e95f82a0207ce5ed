"""The family's story moves with the family: rounds of former houses, never those of other people."""

from datetime import timedelta

import pytest

from households.choices.survey import CodeBook
from households.models import Family, PersonAnswers, SurveyRound
from households.registry import families, ledger, story
from households.registry.private import private_answers
from households.visiting.beginning import known_answers
from slrt.core import clock
from tests import people
from tests.registry import homes


@pytest.fixture
def family(places):
    return homes.rosnas()


def ago(days):
    return clock.today() - timedelta(days=days)


def asked(family, days, floor, book=CodeBook.BDT2015, who="Siti", school="1"):
    made = SurveyRound.objects.create(
        household=family.household, kind="visit", codebook=book, collected_on=ago(days), answers={"lantai": floor}
    )
    if who:
        PersonAnswers.objects.create(
            round=made, person=homes.named(family, who), answers={"sekolah": school, "bekerja": "2"}
        )
    return made


def moved(family, by, days, joins=None):
    place = None if joins else families.Place(people.SAGO, address="Jl. Baru 1")
    event = families.rehouse(family, by=by, version=family.version, on=ago(days), place=place, joins=joins)
    return event, Family.objects.select_related("household", "head").get(pk=family.pk)


def told(family):
    return [entry.survey.pk for entry in story.rounds_of(family)]


def test_the_story_goes_along_to_a_new_house(browse, family, sari):
    old = asked(family, 400, "9", school="1")
    _event, family = moved(family, sari, 100)
    assert told(family) == [old.pk]
    new = asked(family, 10, "6", school="2")
    newest, first = story.rounds_of(family)
    assert (newest.survey.pk, first.survey.pk) == (new.pk, old.pk)
    assert {(change.part, change.whom.split(" ")[0]) for change in newest.changes} == {
        ("Rumah", ""),
        ("Sekolah", "Siti"),
    }
    assert "pindah rumah" in newest.notes[0]
    assert "rumah lama" in first.former_house
    assert not newest.former_house
    page = browse(sari).get(f"/keluarga/{family.pk}/riwayat/").content.decode()
    assert "Belum pernah didata" not in page
    assert "Di rumah lama, sebelum pindah pada" in page
    assert "Siti Tanjung" in page


def test_what_the_hosts_were_asked_before_is_not_the_family_s(family, sari):
    hosts = homes.neighbours()
    asked(hosts, 300, "8", who="Dahlia")
    own = asked(family, 400, "9")
    _event, family = moved(family, sari, 100, joins=hosts)
    assert told(family) == [own.pk]
    together = asked(hosts, 10, "8", who="Dahlia")
    assert told(family) == [together.pk, own.pk]


def test_the_hosts_keep_their_story_and_see_nothing_of_the_guests_old_house(family, sari):
    hosts = homes.neighbours()
    theirs = asked(hosts, 300, "8", who="Dahlia")
    asked(family, 400, "9")
    _event, family = moved(family, sari, 100, joins=hosts)
    assert told(hosts) == [theirs.pk]


def test_what_is_asked_in_the_old_house_after_the_move_is_not_the_family_s(family, sari):
    stayed = families.split(
        family, by=sari, version=family.version, going=[homes.named(family, "Upik").pk],
        head_of_new=homes.named(family, "Upik").pk, on=ago(200),
    ).other_family  # fmt: skip
    family.refresh_from_db()
    _event, family = moved(family, sari, 100)
    stayed = Family.objects.select_related("household").get(pk=stayed.pk)
    later = asked(stayed, 50, "9", who="Upik")
    assert told(family) == []
    assert told(stayed) == [later.pk]


def test_a_move_recorded_late_loses_no_round_of_the_own_people(family, sari):
    late = asked(family, 50, "9")
    _event, family = moved(family, sari, 100)
    assert told(family) == [late.pk]


def test_on_the_day_of_the_move_the_people_asked_decide(family, sari):
    hosts = homes.neighbours()
    theirs, own = asked(hosts, 100, "8", who="Dahlia"), asked(family, 100, "9")
    _event, family = moved(family, sari, 100, joins=hosts)
    assert told(family) == [own.pk]
    assert theirs.pk not in told(family)


def test_a_move_taken_back_never_was(family, sari):
    old = asked(family, 400, "9")
    event, family = moved(family, sari, 100)
    ledger.undo(event, by=sari)
    family = Family.objects.select_related("household").get(pk=family.pk)
    (entry,) = story.rounds_of(family)
    assert (entry.survey.pk, entry.former_house) == (old.pk, "")


def test_two_moves_three_houses(family, sari):
    first = asked(family, 400, "9")
    _event, family = moved(family, sari, 300)
    second = asked(family, 250, "6")
    _event, family = moved(family, sari, 200)
    third = asked(family, 100, "5")
    assert told(family) == [third.pk, second.pk, first.pk]
    assert [bool(entry.former_house) for entry in story.rounds_of(family)] == [False, True, True]


def test_a_round_is_compared_with_the_last_of_its_own_book(family):
    asked(family, 400, "9", school="1")
    asked(family, 200, "8", CodeBook.REGSOSEK2022K)
    asked(family, 10, "6", school="2")
    newest, middle, first = story.rounds_of(family)
    assert len(newest.changes) == 2
    assert newest.not_compared == ""
    assert "Dibandingkan dengan pendataan" in newest.notes[0]
    assert "sebelumnya BDT 2015, sekarang Regsosek 2022-K" in middle.not_compared
    assert first.not_compared == "Pendataan pertama."


def test_people_of_the_old_house_who_did_not_come_along_are_not_told_of(browse, family, sari):
    hosts = homes.neighbours()
    _event, family = moved(family, sari, 350, joins=hosts)
    for days, school in ((300, "1"), (200, "2")):
        made = asked(family, days, "9", school=school)
        PersonAnswers.objects.create(round=made, person=hosts.head, answers={"bekerja": school})
    _event, family = moved(family, sari, 100)
    newest = story.rounds_of(family)[0]
    assert [change.whom for change in newest.changes] == ["Siti Tanjung"]
    assert "Dahlia" not in browse(sari).get(f"/keluarga/{family.pk}/riwayat/").content.decode()


def test_private_answers_go_along_and_the_hosts_stay_private(family, sari):
    hosts = homes.neighbours()
    SurveyRound.objects.filter(pk=asked(hosts, 300, "8", who="Dahlia").pk).update(private={"kept_reason": "Hosts."})
    SurveyRound.objects.filter(pk=asked(family, 400, "9").pk).update(private={"kept_reason": "Rosna's own."})
    _event, family = moved(family, sari, 100, joins=hosts)
    assert [answer.value for answer in private_answers(family)] == ["Rosna's own."]
    assert [answer.value for answer in private_answers(hosts)] == ["Hosts."]


def test_a_visit_to_the_new_house_knows_the_people_and_asks_about_the_house(family, sari):
    hosts = homes.neighbours()
    asked(hosts, 50, "8", who="Dahlia")
    asked(family, 400, "9", school="1")
    siti = f"p{homes.named(family, 'Siti').pk}"
    assert known_answers(family, CodeBook.BDT2015)["household"]["lantai"] == "9"
    _event, family = moved(family, sari, 20, joins=hosts)
    known = known_answers(family, CodeBook.BDT2015)
    assert "lantai" not in known["household"]
    assert known["members"][siti]["masih_sekolah"] == "1"
