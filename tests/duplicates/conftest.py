"""Rosna stands in the registry twice."""

from datetime import date

import pytest

from households.models import (
    Person,
    PersonAnswers,
    SurveyRound,
)
from programs.models import Enrolment, Need
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND


@pytest.fixture
def twice(places, sari):
    """The first entry lives in Sago Salido with all that an office knows; the second, too, with a case of its own."""
    first = cases.family_in(people.SAGO, nik=FIRST)
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD)
    Person.objects.filter(pk=second.head_id).update(occupation="Petani", mother_name="Mariam")
    programme = cases.programme()
    for family in (first, second):
        survey = SurveyRound.objects.create(
            household=family.household, kind="visit", codebook="bdt2015", collected_on=date(2026, 1, 5)
        )
        PersonAnswers.objects.create(person=family.head, round=survey, answers={"hamil": "2"})
        Need.objects.create(family=family, programme=programme, recorded_by=sari, recorded_on=date(2026, 1, 5))
    cases.complaint(second, sari)
    cases.registration(second)
    cases.referral(second, sari, "sent")
    Enrolment.objects.create(family=second, person=second.head, programme=programme, started_on=date(2026, 2, 1))
    first.head.refresh_from_db()
    second.head.refresh_from_db()
    return first.head, second.head
