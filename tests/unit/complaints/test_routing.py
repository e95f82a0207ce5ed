"""Routing rules propose where a complaint goes; the officer at the complaint decides."""

import pytest
from django.core.exceptions import ValidationError

from complaints.models import Complaint, RoutingRule
from complaints.selectors import ROUTED, proposal
from complaints.workflow import COMPLAINT
from slrt.accounts.models import Organisation
from slrt.workflow import engine
from tests import cases, people


@pytest.fixture
def dinkes(places):
    return people.make_organisation("dinkes")


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


@pytest.fixture
def triaged(family, sari):
    """A triaged complaint about health, of a family that receives nothing."""
    return cases.complaint(family, sari, "triaged")


def rule(area="13.01", way="check", **more):
    row = RoutingRule(area_id=area, way=way, **more)
    row.full_clean()
    row.save()
    return row


def test_without_a_rule_nothing_is_proposed(triaged):
    assert proposal(triaged) is None


def test_the_most_particular_rule_counts_area_first_then_issue_then_sector(triaged):
    order = [
        rule(),
        rule(sector="health"),
        rule(issue="nothing_received"),
        rule(sector="health", issue="nothing_received"),
        rule(area="13.01.05"),
        rule(area=people.SAGO),
    ]
    for expected in reversed(order):
        assert proposal(triaged) == expected
        expected.active = False
        expected.save()
    assert proposal(triaged) is None


def test_rules_for_other_sectors_issues_and_areas_do_not_count(triaged):
    rule(sector="food")
    rule(issue="conduct")
    rule(area=people.SALIDO)
    rule(area="13.71")
    assert proposal(triaged) is None


@pytest.mark.parametrize("state", [state for state in COMPLAINT.states.values if state not in ROUTED])
def test_where_the_way_was_chosen_nothing_is_proposed_any_more(triaged, state):
    rule()
    Complaint.objects.update(state=state)
    assert proposal(Complaint.objects.get()) is None


def test_a_referral_needs_a_receiver_that_serves_the_area(dinkes):
    for faulty in (
        {"way": "refer"},
        {"way": "check", "organisation": dinkes},
        {"way": "refer", "organisation": dinkes, "area": "13.71"},
    ):
        with pytest.raises(ValidationError, match=r"lembaga|Lembaga"):
            rule(**faulty)
    Organisation.objects.update(active=False)
    with pytest.raises(ValidationError, match="tidak melayani"):
        rule(way="refer", organisation=Organisation.objects.get())
    assert not RoutingRule.objects.exists()


def test_the_page_shows_the_proposal_as_one_and_takes_no_step(browse, rina, triaged, dinkes):
    rule(way="refer", organisation=dinkes, unit="Seksi <Rujukan>", reason="SOP 3")
    page = browse(rina).get(f"/keluhan/{triaged.pk}/").content.decode()
    assert "Rujuk ke lembaga: Dinas Kesehatan" in page
    assert "Seksi &lt;Rujukan&gt;" in page
    assert "Petugas yang memutuskan." in page
    triaged.refresh_from_db()
    assert (triaged.state, triaged.version) == ("triaged", 1)


def test_the_proposed_step_is_the_filled_button_for_whoever_may_take_it(browse, rina, triaged):
    def filled():
        answer = browse(rina).get(f"/keluhan/{triaged.pk}/")
        first = [o["transition"].name for o in answer.context["options"] if o["first"]]
        return first + [link["label"] for link in answer.context["links"] if link["first"]]

    assert filled() == [COMPLAINT.by_name["answer"].name]
    row = rule(way="handle")
    assert filled() == ["handle"]
    row.way, row.organisation = "refer", people.make_organisation("dinkes")
    row.save()
    assert filled() == ["Rujuk ke program dan dinas"]


def test_whoever_may_not_take_the_step_is_not_offered_it(browse, joko, triaged):
    rule(way="handle")
    answer = browse(joko).get(f"/keluhan/{triaged.pk}/")
    assert "handle" not in [option["transition"].name for option in answer.context["options"]]
    assert "Usulan arah" in answer.content.decode()


def test_the_referral_form_has_the_proposed_receiver_chosen_and_another_can_be_taken(browse, rina, triaged, dinkes):
    people.make_organisation("baznas")
    rule(way="refer", organisation=dinkes)
    programme = cases.programme()
    address = f"/rujukan/baru/?keluhan={triaged.pk}&program={programme.pk}"
    form = browse(rina).get(address).context["form"]
    assert form["receiver"].value() == dinkes.pk
    assert form.fields["receiver"].queryset.count() == 2


def test_the_engine_asks_no_rule(rina, triaged):
    rule(way="handle")
    engine.apply("check", triaged, by=rina)
    assert Complaint.objects.get().state == "data_check"
