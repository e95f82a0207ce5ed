"""Ages that cross a threshold and data that change renew the advice, for the families concerned and nobody else."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connections, transaction

from households.models import Family, Membership, Person, PersonAnswers, SurveyRound
from households.registry import families
from programs import ages, keeping
from programs.models import Enrolment, FamilyAdvice, ProgrammeRule
from programs.selectors import facts_of, record_of
from slrt.core import clock
from slrt.jobs.models import Reminder
from tests import cases, people

ELDERLY = [{"kind": "component", "any": ["old"]}]


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


@pytest.fixture
def elderly_rule(db):
    """A programme for people of 70 and more."""
    rule = ProgrammeRule(
        programme=cases.programme("LANSIA"), valid_from=date(2020, 1, 1), conditions=ELDERLY, source="x"
    )
    rule.save()
    return rule


def _born(family, day):
    Person.objects.filter(pk=family.head_id).update(birth_date=day)


def _today(year, month, day):
    return time_machine.travel(datetime(year, month, day, 3, tzinfo=UTC), tick=False)


@pytest.mark.parametrize(
    ("day", "age", "latest"),
    [
        (date(2027, 2, 28), 7, date(2020, 2, 28)),
        (date(2027, 3, 1), 7, date(2020, 3, 1)),
        (date(2028, 2, 29), 7, date(2021, 2, 28)),
        (date(2028, 2, 29), 60, date(1968, 2, 29)),
    ],
)
def test_who_is_old_enough_on_a_day(day, age, latest):
    assert ages.years_before(day, age) == latest
    assert Person(birth_date=latest).age_on(day) == age
    assert Person(birth_date=latest + timedelta(days=1)).age_on(day) == age - 1


def test_somebody_born_on_the_29th_of_february_grows_older_on_the_first_of_march():
    assert ages.turns(date(2020, 2, 29), 7) == date(2027, 3, 1)
    assert ages.turns(date(2020, 2, 29), 60) == date(2080, 2, 29)


@pytest.mark.parametrize("age", ages.THRESHOLDS)
def test_a_birthday_counts_once_on_its_day(family, age):
    _born(family, date(2026 - age, 11, 20))
    assert [b.age for b in ages.birthdays(date(2026, 11, 19), date(2026, 11, 20))] == [age]
    assert ages.birthdays(date(2026, 11, 20), date(2026, 11, 28)) == []
    assert ages.birthdays(date(2026, 11, 10), date(2026, 11, 19)) == []


def test_the_dead_and_those_who_left_are_not_counted(family):
    _born(family, date(1956, 11, 20))
    Person.objects.update(died_on=date(2026, 1, 1))
    assert ages.birthdays(date(2026, 11, 1), date(2026, 11, 28)) == []
    Person.objects.update(died_on=None)
    Membership.objects.update(ended_on=date(2026, 1, 1))
    assert ages.birthdays(date(2026, 11, 1), date(2026, 11, 28)) == []


def test_a_seventieth_birthday_is_told_to_facilitator_and_back_office(family, elderly_rule, sari, budi, rina, fitri):
    _born(family, date(1956, 11, 20))
    with _today(2026, 11, 28):
        marks = {}
        assert ages.remind(marks) == {"reached": 1, "affected": 1}
    row = Reminder.objects.visible_to(sari).get()
    assert (row.since, row.counts["gained"], row.counts["age"]) == (date(2026, 11, 20), "LANSIA", 70)
    assert "Saran, bukan keputusan" in row.sentence
    assert Reminder.objects.visible_to(rina).get().code == "age.office"
    assert not Reminder.objects.visible_to(budi).exists()
    assert not Reminder.objects.visible_to(fitri).exists()
    assert marks == {"until": "2026-11-28"}


def test_the_page_leads_to_the_family_and_names_the_person(family, elderly_rule, sari, browse):
    _born(family, date(1956, 11, 20))
    with _today(2026, 11, 28):
        ages.remind({})
    page = browse(sari).get("/pengingat/").content.decode()
    assert f"/keluarga/{family.pk}/" in page
    assert family.head.name in page
    assert family.head.name not in str(Reminder.objects.get(code="age").counts)


def test_a_birthday_without_consequences_reminds_nobody(family):
    _born(family, date(1956, 11, 20))
    with _today(2026, 11, 28):
        assert ages.remind({}) == {"reached": 1, "affected": 0}
    assert not Reminder.objects.exists()


def test_a_second_run_and_one_from_the_same_mark_raise_nothing_anew(family, elderly_rule):
    _born(family, date(1956, 11, 20))
    with _today(2026, 11, 28):
        ages.remind({})
        ages.remind({})
        assert ages.remind({"until": "2026-11-28"})["reached"] == 0
    assert Reminder.objects.count() == 2


def test_the_job_goes_on_where_the_last_one_ended(family, elderly_rule, do):
    _born(family, date(1956, 11, 5))
    with _today(2026, 10, 28):
        assert do("programs.ages").counts["reached"] == 0
    with _today(2026, 11, 7):
        assert do("programs.ages").counts == {"reached": 1, "affected": 1}


@pytest.mark.parametrize(("kind", "last"), [("pupil", 21), ("worker", 60), ("adult", 65), ("toddler", 6)])
def test_the_end_of_an_age_that_a_rule_asks_for_is_told_too(family, elderly_rule, kind, last):
    ProgrammeRule.objects.update(conditions=[{"kind": "component", "any": [kind]}])
    cases.visited(family).person_answers.create(person=family.head, answers={"sekolah": "1"})
    _born(family, date(2026 - last - 1, 11, 20))
    with _today(2026, 11, 28):
        assert ages.remind({}) == {"reached": 1, "affected": 1}
    row = Reminder.objects.get()
    assert (row.counts["age"], row.counts["lost"], row.counts["gained"]) == (last + 1, "LANSIA", "–")


def test_the_beginning_of_every_age_is_told(family, elderly_rule):
    ProgrammeRule.objects.update(conditions=[{"kind": "component", "any": ["very_old"]}])
    _born(family, date(1951, 11, 20))
    with _today(2026, 11, 28):
        ages.remind({})
    assert {row.counts["gained"] for row in Reminder.objects.all()} == {"LANSIA"}


def _reminded(family):
    _born(family, date(1956, 11, 20))
    with _today(2026, 11, 28):
        ages.remind({})
    assert Reminder.objects.open().count() == 2


@pytest.mark.parametrize("gone", ["died", "left", "other_family"])
def test_what_was_told_of_somebody_who_died_or_left_settles(family, elderly_rule, gone):
    _reminded(family)
    if gone == "died":
        Person.objects.filter(pk=family.head_id).update(died_on=date(2026, 11, 29))
    elif gone == "left":
        Membership.objects.update(ended_on=date(2026, 11, 29))
    else:
        other = cases.family_in(people.SAGO, nik="1301994506850002")
        Membership.objects.filter(person=family.head).update(family=other, relation="3")
    with _today(2026, 11, 30):
        ages.remind({"until": "2026-11-30"})
    assert not Reminder.objects.open().exists()


def test_a_family_that_moved_takes_what_was_told_of_it_along(family, elderly_rule, sari, budi):
    _reminded(family)
    family.household.village_id = people.SALIDO
    family.household.save()
    with _today(2026, 11, 30):
        ages.remind({"until": "2026-11-30"})
    assert not Reminder.objects.visible_to(sari).exists()
    assert Reminder.objects.visible_to(budi).open().get().subject_id == family.head_id


def test_the_queries_do_not_grow_with_the_birthdays(elderly_rule, places, django_assert_max_num_queries):
    for n in range(12):
        _born(cases.family_in(people.SAGO, nik=f"13019945068500{n:02d}"), date(1956, 11, 20))
    with _today(2026, 11, 28), django_assert_max_num_queries(45):
        assert ages.remind({})["affected"] == 12


def _outcome(family, code="LANSIA"):
    return FamilyAdvice.objects.get(pk=family.pk).outcomes[code]


def test_the_first_run_evaluates_everybody_and_the_second_nobody(family, elderly_rule):
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    marks = {}
    with _today(2026, 11, 28):
        assert keeping.reevaluate(marks) == {"checked": 2, "changed": 2}
    assert _outcome(family) == {"outcome": "fails", "since": "2026-11-28"}
    _settled(marks)
    assert keeping.reevaluate(marks)["checked"] == 0
    assert FamilyAdvice.objects.filter(pk__in=[family.pk, other.pk]).count() == 2


def _settled(marks):
    """The stories happen within one transaction and second: put the mark behind what has happened so far."""
    marks["since"] = (clock.now() + timedelta(seconds=1)).isoformat()


def _touch_person(family):
    Person.objects.get(pk=family.head_id).save()


def _touch_family(family):
    Family.objects.get(pk=family.pk).save()


def _touch_household(family):
    family.household.save()


def _new_round(family):
    SurveyRound.objects.create(household=family.household, kind="visit", codebook="bdt2015", collected_on=clock.today())


def _new_member(family):
    child = Person.objects.create(name="Anak", name_folded="anak", sex="1", birth_date=date(2015, 1, 1))
    Person.objects.filter(pk=child.pk).update(updated_at=clock.now() - timedelta(days=9))
    Membership.objects.create(person=child, family=family, relation="3")


def _member_left(family):
    Membership.objects.filter(family=family).update(ended_on=clock.today())
    # The history's trigger takes the database's own clock, which the story does not move.
    apps.get_model("households", "MembershipEvent").objects.update(pgh_created_at=clock.now())


def _enrolled(family):
    Enrolment.objects.create(family=family, programme=cases.programme(), started_on=clock.today())


@pytest.mark.parametrize(
    "change", [_touch_person, _touch_family, _touch_household, _new_round, _new_member, _member_left, _enrolled]
)
def test_only_the_family_that_changed_is_evaluated_again(family, elderly_rule, change):
    cases.family_in(people.SALIDO, nik="1301994506850002")
    with _today(2027, 1, 20):
        marks = {}
        keeping.reevaluate(marks)
        _settled(marks)
    with _today(2027, 1, 21):
        change(family)
        assert keeping.changed_since(datetime.fromisoformat(marks["since"]), marks, clock.now()) == {family.pk}


def test_what_changed_while_the_clock_had_stood_a_day_ahead_is_evaluated(family, elderly_rule):
    cases.family_in(people.SALIDO, nik="1301994506850002")
    marks = {}
    with _today(2027, 1, 21):  # it is the 20th
        keeping.reevaluate(marks)
    with time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=UTC), tick=False):
        _touch_person(family)
    with _today(2027, 1, 21):
        assert family.pk in keeping.changed_since(datetime.fromisoformat(marks["since"]), marks, clock.now())


class SlowImport(threading.Thread):
    """Somebody whose transaction wrote a round, in a house, and stays open until told."""

    def __init__(self, family):
        super().__init__()
        self.wrote, self.go_on, self.family = threading.Event(), threading.Event(), family

    def run(self):
        try:
            with transaction.atomic():
                _new_round(self.family)
                self.wrote.set()
                self.go_on.wait(60)
        finally:
            connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_round_that_is_committed_late_with_a_smaller_number_is_not_missed(family, elderly_rule):
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    slow, marks = SlowImport(family), {}
    _new_round(other)
    keeping.reevaluate(marks)
    slow.start()
    try:
        assert slow.wrote.wait(60)
        _new_round(other)  # commits at once, with the larger number
        keeping.reevaluate(marks)
    finally:
        slow.go_on.set()
        slow.join(60)
    _settled(marks)
    assert family.pk in keeping.changed_since(datetime.fromisoformat(marks["since"]), marks, clock.now())
    keeping.reevaluate(marks)
    _settled(marks)
    assert keeping.reevaluate(marks)["checked"] == 0, "once nobody writes, the mark moves on"


def test_a_birthday_alone_changes_the_advice_and_its_date(family, elderly_rule):
    _born(family, date(1956, 11, 29))
    Person.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    marks = {}
    with _today(2026, 11, 28):
        keeping.reevaluate(marks)
        _settled(marks)
    with _today(2026, 11, 30):
        assert keeping.reevaluate(marks) == {"checked": 1, "changed": 1}
    assert _outcome(family) == {"outcome": "meets", "since": "2026-11-30"}


@pytest.mark.parametrize(
    ("born", "before", "at"),
    [
        (date(1987, 11, 29), datetime(2057, 11, 27, 20, 30, tzinfo=UTC), datetime(2057, 11, 28, 20, 30, tzinfo=UTC)),
        (date(1988, 1, 1), datetime(2057, 12, 30, 20, 30, tzinfo=UTC), datetime(2057, 12, 31, 20, 30, tzinfo=UTC)),
        (date(1988, 2, 29), datetime(2058, 2, 27, 20, 30, tzinfo=UTC), datetime(2058, 2, 28, 20, 30, tzinfo=UTC)),
    ],
    ids=["night", "new year", "29 February"],
)
def test_whose_birthday_began_at_midnight_at_the_office_is_evaluated_that_night(family, elderly_rule, born, before, at):
    _born(family, born)
    marks = {}
    with time_machine.travel(before, tick=False):
        keeping.reevaluate(marks)
        assert _outcome(family)["outcome"] == "fails"
        _settled(marks)
    with time_machine.travel(at, tick=False):
        keeping.reevaluate(marks)
    assert _outcome(family)["outcome"] == "meets"


def test_advice_half_a_year_old_is_old_news(family, elderly_rule):
    _reminded(family)
    with _today(2027, 5, 19):
        ages.remind({"until": "2027-05-19"})
        assert Reminder.objects.open().count() == 2
    with _today(2027, 5, 20):
        ages.remind({"until": "2027-05-20"})
        assert not Reminder.objects.open().exists()


def test_what_stays_the_same_keeps_its_date(family, elderly_rule):
    cases.programme("LAIN")
    marks = {}
    with _today(2026, 11, 1):
        keeping.reevaluate(marks)
    with _today(2026, 11, 28):
        _born(family, date(1950, 1, 1))
        _touch_person(family)
        keeping.reevaluate(marks)
    assert _outcome(family) == {"outcome": "meets", "since": "2026-11-28"}
    assert _outcome(family, "LAIN")["since"] == "2026-11-01"


def test_a_changed_rule_evaluates_everybody(family, elderly_rule):
    marks = {}
    keeping.reevaluate(marks)
    _settled(marks)
    elderly_rule.conditions = [{"kind": "nik_missing"}]
    elderly_rule.save()
    assert keeping.reevaluate(marks)["checked"] == 1


def test_stored_and_fresh_advice_agree(family, elderly_rule):
    from programs.selectors import advice

    keeping.reevaluate({})
    fresh = {verdict.programme.code: str(verdict.outcome) for verdict in advice(family)}
    assert {code: said["outcome"] for code, said in FamilyAdvice.objects.get().outcomes.items()} == fresh


def test_the_queries_do_not_grow_with_the_families(elderly_rule, places, django_assert_max_num_queries):
    for n in range(10):
        cases.family_in(people.SAGO, nik=f"13019945068500{n:02d}")
    with django_assert_max_num_queries(22):
        keeping.reevaluate({})


def test_the_job_keeps_its_mark(do, family, elderly_rule):
    assert do("programs.advice").counts == {"checked": 1, "changed": 1}
    run = do("programs.advice")
    assert run.counts["changed"] == 0
    assert run.marks["rules"]


@pytest.mark.parametrize("programme", ["none", "closed", "without a rule in force"])
def test_with_no_rule_in_force_there_is_nothing_to_advise_and_the_job_ends_well(do, family, programme):
    if programme != "none":
        row = cases.programme("LANSIA")
        ProgrammeRule.objects.create(
            programme=row, valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31), conditions=ELDERLY, source="x"
        )
        type(row).objects.update(status="closed" if programme == "closed" else "active")
    for _ in range(2):
        run = do("programs.advice")
        assert (run.state, run.error) == ("done", "")
    kept = FamilyAdvice.objects.get(family=family)
    assert set(kept.outcomes) <= {"LANSIA"}
    ProgrammeRule.objects.all().delete()
    type(cases.programme("PKH")).objects.update(status="closed")
    assert do("programs.advice").state == "done", "what was advised is withdrawn with the last rule"
    assert FamilyAdvice.objects.get(family=family).outcomes == {}


def test_what_people_said_before_their_family_moved_counts_and_the_house_they_left_does_not(family, sari):
    """Advice and the case file's advice read the same; the new house is asked about anew."""
    said = SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=clock.today() - timedelta(days=40),
        answers={"lantai": "9"},
    )  # fmt: skip
    PersonAnswers.objects.create(round=said, person=family.head, answers={"bekerja": "2", "hamil": "1"})
    families.rehouse(
        family, by=sari, version=family.version, on=clock.today() - timedelta(days=5),
        place=families.Place(people.SAGO, address="Jl. Baru 1"),
    )  # fmt: skip
    moved = Family.objects.select_related("household").get(pk=family.pk)
    [(_family, many)] = keeping.read_families([moved.pk])
    for record in (many, record_of(moved)):
        facts = facts_of(moved, record)
        assert (facts.members[0].pregnant, facts.house) == ("1", {})
