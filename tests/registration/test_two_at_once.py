"""Two people take one step of one registration: what stands is shown beside what was entered, and nothing is overwritten."""

from datetime import timedelta

import pytest

from households.models import Registration
from slrt.core import clock
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from slrt.workflow.stepping import next_steps
from tests import cases, people


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def test_both_are_shown_when_two_tell_the_same_result(browse, family, sari, nurma):
    row = cases.registration(family, "determined", proposed_by=sari)
    seen, day = row.version, clock.today() - timedelta(days=2)
    engine.apply("tell", row, by=sari, told_on=day, told_how="phone", told_whom="head")
    said = {"told_on": clock.today().strftime("%d/%m/%Y"), "told_how": "visit", "told_whom": "head"}
    answer = browse(nurma).post(f"/registrasi/{row.pk}/tell/", {**said, "version": seen, "idempotency_key": new_key()})
    row = Registration.objects.get(pk=row.pk)
    assert (answer.status_code, row.told_on, row.told_how) == (409, day, "phone"), answer.context["form"].errors
    stored = dict(answer.context["stored_values"])
    assert stored["disampaikan lewat"] == "Telepon"
    page = answer.content.decode()
    assert "Telepon" in page
    assert said["told_on"] in page, "what was entered is still there"


def test_two_decrees_for_one_family(browse, family, hendra):
    row = cases.registration(family, "office_verified")
    family.household.address = "Jl. Pasar 3"
    family.household.save()
    seen = row.version
    engine.apply("endorse", row, by=hendra, decree_number="460/1/2026", decree_on=clock.today())
    said = {"decree_number": "460/2/2026", "decree_on": clock.today().strftime("%d/%m/%Y"), "version": seen}
    answer = browse(hendra).post(f"/registrasi/{row.pk}/endorse/", {**said, "idempotency_key": new_key()})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "460/1/2026" in page
    assert "460/2/2026" in page
    assert Registration.objects.get(pk=row.pk).decree_number == "460/1/2026"


@pytest.mark.parametrize(("state", "who"), [("sent_to_ministry", "rina"), ("determined", "nurma")])
def test_a_step_back_is_never_the_filled_button(request, family, state, who):
    row = cases.registration(family, state)
    steps = next_steps(row, request.getfixturevalue(who), str, hidden=())
    filled = [found["transition"].name for found in steps["options"] if found["first"]]
    assert not set(filled) & {"return_to_village", "propose_exit", "correct_result"}
