"""What sari's home counts is what its button opens, and no visit of hers is left off a list."""

import re

import pytest

from households.models import Visit
from households.questionnaire.flow import empty_answers
from tests import cases, people

BEGUN = {"village_id": people.SAGO, "answers": empty_answers("bdt2015")}


@pytest.fixture
def visits(sari):
    """Three drafts, two that were sent, one refused."""
    for state in ("draft", "sent", "draft", "refused", "draft", "sent"):
        Visit.objects.create(facilitator=sari, **BEGUN, state=state)


def told(page):
    """The number on the button of the home, and where it leads."""
    path, number = re.search(r'href="([^"]+)">Lanjutkan \(([\d.]+)\)', page).groups()
    return path, int(number.replace(".", ""))


def listed(client, path):
    """The visits on all pages of a list, by number."""
    found, n = [], 1
    while True:
        page = client.get(path, {"page": n} if "?" not in path else None) if n == 1 else client.get(_on(path, n))
        text = page.content.decode()
        found += re.findall(r'href="/kunjungan/(\d+)/"', text)
        if f"page={n + 1}" not in text:
            return found
        n += 1


def _on(path, n):
    return f"{path}{'&' if '?' in path else '?'}page={n}"


def test_the_number_on_the_button_is_the_number_of_its_list(browse, sari, visits):
    client = browse(sari)
    path, number = told(client.get("/dasbor/").content.decode())
    found = listed(client, path)
    assert number == len(found) == 3
    assert set(Visit.objects.filter(pk__in=found).values_list("state", flat=True)) == {"draft"}


def test_the_whole_list_still_shows_what_was_sent_and_both_parts_say_how_many(browse, sari, visits):
    client = browse(sari)
    page = client.get("/kunjungan/").content.decode()
    assert len(listed(client, "/kunjungan/")) == 6
    assert re.findall(r"<i>(\d+)</i>", page.split('class="tabs"')[1].split("</nav>")[0]) == ["3", "6"]


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_more_than_a_page_is_paged_and_nothing_left_off(browse, sari, state):
    made = {str(Visit.objects.create(facilitator=sari, **BEGUN, state=state).pk) for _n in range(52)}
    client = browse(sari)
    assert "Halaman 1 dari 2" in client.get("/kunjungan/").content.decode()
    found = listed(client, "/kunjungan/")
    assert len(found) == 52
    assert set(found) == made


def test_many_drafts_are_paged_behind_the_button_too(browse, sari):
    for _n in range(51):
        Visit.objects.create(facilitator=sari, **BEGUN)
    client = browse(sari)
    path, number = told(client.get("/dasbor/").content.decode())
    assert number == 51 == len(set(listed(client, path)))


def test_an_empty_part_says_so_and_an_unknown_one_is_the_whole_list(browse, sari):
    Visit.objects.create(facilitator=sari, **BEGUN, state="sent")
    client = browse(sari)
    assert "Tidak ada draf" in client.get("/kunjungan/?tab=draft").content.decode()
    assert len(listed(client, "/kunjungan/?tab=entah")) == 1


def test_of_a_family_that_moved_away_the_exported_list_holds_no_name(rf, sari):
    from households.exporting import visits_shown
    from slrt.exports.registry import LISTINGS, Asked

    family = cases.family_in(people.SAGO)
    Visit.objects.create(facilitator=sari, **BEGUN, family=family, state="sent")
    name = next(column.source for column in LISTINGS["kunjungan"].columns if str(column.header) == "Kepala keluarga")
    asked = Asked(sari, rf.get("/").GET)
    assert list(visits_shown(asked).rows.values_list(name, flat=True)) == [family.head.name]
    family.household.village_id = people.PADANG
    family.household.save()
    assert list(visits_shown(asked).rows.values_list(name, flat=True)) == [None]
