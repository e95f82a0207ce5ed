"""Every number on a home page is the number of rows behind it, in the own area alone."""

import re

import pytest

from households.duplicates.search import search
from households.duplicates.workflow import propose_merge
from households.models import DuplicateCandidate, Family, Merge, Person
from slrt.accounts.models import Assignment
from slrt.dashboard import homes
from slrt.dashboard.indicators import INDICATORS, NEEDED
from slrt.workflow import engine
from tests import cases, people

STATES = {
    "registration": ("draft", "identity_check", "meeting", "verified", "determined", "update_due"),
    "complaint": ("recorded", "triaged", "data_check", "resolved", "feedback_given"),
    "referral": ("awaiting_review", "sent", "accepted", "served", "rejected"),
}


@pytest.fixture
def much(places, sari):
    """Cases in Sago Salido and the same in Padang, which the supervisor must not count."""
    for place, digits in ((people.SAGO, "1301"), (people.PADANG, "1371")):
        for n in range(6):
            family = cases.family_in(place, f"Warga {n}", f"{digits}9945068500{n + 1:02d}")
            cases.registration(family, STATES["registration"][n])
            if n < 5:
                cases.complaint(family, sari, STATES["complaint"][n])
                cases.referral(family, sari, STATES["referral"][n])


@pytest.mark.parametrize("code", INDICATORS)
@pytest.mark.parametrize("who", ["joko", "lestari"])
def test_a_number_is_its_list(request, browse, much, who, code):
    user = request.getfixturevalue(who)
    count = INDICATORS[code].rows(user).count()
    answer = browse(user).get(f"/dasbor/{code}/")
    if not user.holds(NEEDED[INDICATORS[code].kind]):
        assert (answer.status_code, count) == (403, 0)
        return
    assert answer.status_code == 200
    said = re.search(r"([\d.]+)\s+baris", answer.content.decode())
    assert said is not None
    assert int(said.group(1).replace(".", "")) == count
    places = {row.place_code for row in INDICATORS[code].rows(user)}
    assert places <= {people.SAGO}


def test_the_home_page_shows_the_same_numbers(browse, much, joko):
    page = browse(joko).get("/dasbor/").content.decode()
    for code, shown in re.findall(r'href="/dasbor/([\w-]+)/"[^>]*>.*?<b>([\d.]+)</b>', page, re.S):
        assert int(shown.replace(".", "")) == INDICATORS[code].rows(joko).count(), code


def test_who_reads_totals_alone_reads_the_same_total(much, tomo, lestari):
    gone, kept = Family.objects.filter(household__village_id=people.SAGO).order_by("pk")[:2]
    Family.objects.filter(pk=gone.pk).update(merged_into=kept)
    steps = {step["label"]: step["count"] for step in homes.funnel(lestari)}
    totals = {step["label"]: step["total"] for step in homes.aggregate_funnel(tomo)}
    assert set(totals.values()) == {5}, "a family that was merged into another is counted once"
    assert steps[INDICATORS["families"].label] == 5


@pytest.fixture
def pairs(places):
    """Rosna stands in Sago Salido twice, and somebody twice in Padang."""
    for place, digits in ((people.SAGO, "1301"), (people.PADANG, "1371")):
        cases.family_in(place, nik=f"{digits}994506850101")
        cases.family_in(place, name="Tandjoeng Rosna", nik=f"{digits}994506850107", kk=f"{digits}990506109{place[-3:]}")
    search()


def _waits(client):
    page = client.get("/dasbor/").content.decode()
    found = re.findall(r'href="/dasbor/(duplicates_decide|merges_confirm)/"[^>]*>.*?<b>([\d.]+)</b>', page, re.S)
    return {code: int(shown) for code, shown in found}


def test_whoever_decides_about_duplicates_is_told_on_the_home_page(browse, pairs, rina, lestari, joko):
    client = browse(rina)
    assert _waits(client)["duplicates_decide"] == 1
    page = client.get("/dasbor/duplicates_decide/").content.decode()
    row = DuplicateCandidate.objects.visible_to(rina).get(first__name="Rosna Tanjung")
    assert f'href="/ganda/{row.pk}/"' in page
    assert "Tandjoeng Rosna" in page
    assert "duplicates_decide" not in _waits(browse(joko)), "a supervisor looks and does not decide"
    engine.apply("dismiss", row, by=rina, note="Dua orang, sudah dikunjungi.")
    assert "duplicates_decide" not in _waits(client)


def test_in_all_of_the_own_area_no_pair_is_looked_up_again(pairs, rina):
    pair, everywhere = INDICATORS["duplicates_decide"], INDICATORS["duplicates_decide"].rows(rina)
    assert str(pair.rows(rina, "13.01").query) == str(everywhere.query)
    assert list(pair.rows(rina, people.SAGO)) == list(everywhere) != []
    assert list(pair.rows(rina, people.SALIDO)) == []
    two = people.make_user("dua", people.Part("back_officer", "13.01"))
    Assignment.objects.create(user=two, role="back_officer", area_id="13.71", started_on="2020-01-01")
    places = {row.pk: row.place for row in pair.rows(two)}
    for own, other in (("13.01", "13.71"), ("13.71", "13.01")):
        left_out = [place for pk, place in places.items() if not pair.rows(two, own).filter(pk=pk).exists()]
        assert len(left_out) == 1, "of two areas one narrows"
        assert left_out[0].startswith(other)


def test_a_corrected_pair_is_not_counted_any_more(browse, pairs, rina):
    row = DuplicateCandidate.objects.visible_to(rina).get()
    Person.objects.filter(pk=row.second_id).update(name="Hasan Basri", version=row.second_version + 1)
    assert "duplicates_decide" not in _waits(browse(rina))


def test_a_proposed_merge_waits_for_everybody_but_whoever_proposed_it(browse, pairs, rina, lestari):
    row = DuplicateCandidate.objects.visible_to(rina).get()
    versions = (row.first.version, row.second.version)
    choices = {"nik": "kept", "name": "kept", "place": "kept"}
    merge = propose_merge(row.first, row.second, choices, by=rina, reason="Sama.", versions=versions)
    assert _waits(browse(lestari))["merges_confirm"] == 1
    assert f'href="/gabung/{merge.pk}/"' in browse(lestari).get("/dasbor/merges_confirm/").content.decode()
    assert "merges_confirm" not in _waits(browse(rina))
    assert not Merge.objects.visible_to(lestari).to_confirm(rina).exists()
