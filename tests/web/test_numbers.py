"""Every number on a home page is the number of rows behind it, in the own area alone."""

import re

import pytest

from households.models import Family
from slrt.dashboard import homes
from slrt.dashboard.indicators import INDICATORS
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
