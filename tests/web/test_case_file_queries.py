"""The case file costs the database the same, however much has happened to the family."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.choices.survey import CodeBook, SurveyKind
from households.models import DecileRecord, Family, Membership, Person, PersonAnswers, SurveyRound
from households.names import fold
from households.registry import families
from programs.loading import load as load_programmes
from programs.models import Enrolment, Programme
from slrt.audit import trail
from slrt.core import clock
from tests import cases, people

ALLOWED = 15
RELATIONS = ("2", "3", "3", "3", "7")


def add_member(family, n, relation):
    person = Person.objects.create(
        name=f"Anak {n} Tanjung",
        name_folded=fold(f"Anak {n} Tanjung"),
        no_nik_reason="newborn",
        birth_date=date(2010 + n, 1, 1),
        sex="1",
    )
    Membership.objects.create(person=person, family=family, relation=relation, started_on=date(2020, 1, 1))


def add_round(family, by, days_ago, floor):
    visited = SurveyRound.objects.create(
        household=family.household,
        kind=SurveyKind.VISIT,
        codebook=CodeBook.BDT2015,
        collected_on=clock.today() - timedelta(days=days_ago),
        collected_by=by,
        answers={"lantai": floor, "dinding": "3", "atap": "9"},
    )
    for membership in family.memberships.open():
        PersonAnswers.objects.create(person_id=membership.person_id, round=visited, answers={"sekolah": "1"})


def add_complaint(family, by):
    trail.write("record", cases.complaint(family, by), by=by, to_state="recorded")


@pytest.fixture
def family(sari, rina):
    """Six members, two rounds, three complaints, three referrals, two enrolments, and what is noted about them."""
    load_programmes()
    row = cases.family_in(people.SAGO)
    for n, relation in enumerate(RELATIONS):
        add_member(row, n, relation)
    add_round(row, sari, 100, "8")
    add_round(row, sari, 5, "1")
    cases.registration(row, "determined")
    DecileRecord.objects.create(family=row, period="2026-Q3", source="result", decile=1, recorded_at=clock.now())
    for state in ("draft", "sent", "served"):
        add_complaint(row, sari)
        trail.write("draft", cases.referral(row, rina, state), by=rina, to_state="draft")
    for programme in Programme.objects.all()[:2]:
        Enrolment.objects.create(
            family=row, programme=programme, organisation=people.make_organisation("dinkes"), started_on=clock.today()
        )
    return row


def queries_of(client, family):
    path = f"/keluarga/{family.pk}/"
    client.get(path)  # what is read once and kept is not counted
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    return asked.captured_queries, answer.context


def said(queries):
    return "\n".join(query["sql"][:160] for query in queries)


@pytest.mark.parametrize("who", ["sari", "joko", "lestari"])
def test_a_full_case_file_asks_at_most_fifteen_questions(request, browse, family, who):
    queries, shown = queries_of(browse(request.getfixturevalue(who)), family)
    assert (len(shown["members"]), len(shown["rounds"]), len(shown["complaints"])) == (6, 2, 3)
    assert (len(shown["referrals"]), len(shown["enrolments"]), len(shown["changes"])) == (3, 2, 1)
    assert shown["events"]
    assert len(queries) <= ALLOWED, said(queries)


@pytest.mark.parametrize("who", ["sari", "joko", "lestari"])
def test_a_full_case_file_of_a_family_that_moved_asks_no_more(request, browse, family, sari, who):
    for days, address in ((2, "Jl. Pasar 3"), (1, "Jl. Muara 8")):
        row = Family.objects.select_related("household", "head").get(pk=family.pk)
        place = families.Place(people.SAGO, address=address)
        families.rehouse(row, by=sari, version=row.version, place=place, on=clock.today() - timedelta(days=days))
    queries, shown = queries_of(browse(request.getfixturevalue(who)), family)
    assert len(shown["rounds"]) == 2, "those of the house it left"
    assert len(queries) <= ALLOWED, said(queries)


@pytest.mark.parametrize("who", ["sari", "joko", "lestari"])
def test_four_times_the_complaints_ask_no_question_more(request, browse, family, sari, who):
    client = browse(request.getfixturevalue(who))
    few, _shown = queries_of(client, family)
    for _n in range(9):
        add_complaint(family, sari)
    many, shown = queries_of(client, family)
    assert len(shown["complaints"]) == 12
    assert len(many) == len(few), said(many)


def test_twice_the_members_and_rounds_ask_no_question_more(browse, family, sari):
    client = browse(sari)
    few, _shown = queries_of(client, family)
    for n in range(6):
        add_member(family, n + 6, "3")
    add_round(family, sari, 1, "2")
    many, shown = queries_of(client, family)
    assert len(shown["members"]) == 12
    assert len(many) == len(few), said(many)
