"""However many pairs a search leaves: the home and the list count a thousand of them, say that there are more, and show them all."""

import re
from itertools import combinations, product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.duplicates.search import search
from households.models import DuplicateCandidate, Household, Membership, Person
from slrt.accounts.models import Assignment, User
from slrt.accounts.roles import Role
from slrt.core import clock
from slrt.regions.models import Region
from tests import cases, people

OF_1035 = 46  # people make 1,035 pairs


def pairs_among(rows, place, most=None):
    made = [
        DuplicateCandidate(
            **{"first": one, "second": other, "place": place, "score": 90, "state_since": clock.now()},
            **{"first_version": 1, "second_version": 1, "found_at": clock.now()},
        )
        for one, other in combinations(rows, 2)
    ]
    return DuplicateCandidate.objects.bulk_create(made[:most])


def folk(village, digits, how_many):
    return [cases.family_in(village, nik=f"{digits}99450685{n:04d}").head for n in range(1, how_many + 1)]


@pytest.fixture
def crowd(places):
    """1,035 pairs in Sago Salido and one in Inderapura."""
    pairs_among(folk(people.SAGO, "1301", OF_1035), people.SAGO)
    pairs_among(folk(people.INDERAPURA, "1302", 2), people.INDERAPURA)


def told(client):
    page = client.get("/dasbor/").content.decode()
    return re.search(r'href="/dasbor/duplicates_decide/"[^>]*>.*?<b>([^<]+)</b></span>', page, re.S)[1]


def test_more_than_a_thousand_pairs_are_a_thousand_and_more_on_the_home_and_on_both_lists(browse, crowd, rina):
    client = browse(rina)
    assert told(client) == "1.000+"
    page = client.get("/dasbor/duplicates_decide/").content.decode()
    assert re.search(r"1\.000\+\s+baris", page)
    assert "Halaman 1 · 1.000+ baris" in page
    tabs = client.get("/ganda/").content.decode()
    assert "Dugaan ganda<i>1.000+</i>" in tabs
    assert "Halaman 1 · 1.000+ baris" in tabs


def test_every_pair_is_reached_from_page_to_page_beyond_the_thousand(browse, crowd, rina):
    client, seen = browse(rina), []
    path = "/dasbor/duplicates_decide/?page=1"
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r'href="/ganda/(\d+)/"', page)
        onward = re.search(r'href="(\?page=\d+)">Berikutnya', page)
        path = f"/dasbor/duplicates_decide/{onward[1]}" if onward else ""
    assert sorted(map(int, seen)) == sorted(DuplicateCandidate.objects.values_list("pk", flat=True))
    assert len(seen) == 1036


def test_a_page_that_is_not_there_is_the_first_one(browse, crowd, rina):
    """Rina stays on the last page of a list that others work through meanwhile."""
    client = browse(rina)
    for path, page in product(("/dasbor/duplicates_decide/", "/ganda/"), ("999", "0", "-1", "9" * 30, "x")):
        answer = client.get(path, {"page": page})
        assert answer.status_code == 200, (path, page)
        assert "Halaman 1 · 1.000+ baris" in answer.content.decode(), (path, page)


@pytest.mark.parametrize("how_many", ["-1", "0", "9" * 30])
@pytest.mark.parametrize("path", ["/ganda/", "/keluarga/"])
def test_no_address_says_how_many_rows_a_page_has(browse, rosna_twice, rina, path, how_many):
    answer = browse(rina).get(path, {"per_page": how_many})
    assert answer.status_code == 200
    assert "Rosna" in answer.content.decode()


def test_exactly_a_thousand_are_said_as_they_are(browse, places, rina):
    pairs_among(folk(people.SAGO, "1301", OF_1035), people.SAGO, most=1000)
    client = browse(rina)
    assert told(client) == "1.000"
    assert "Halaman 1 dari 20 · 1.000 baris" in client.get("/dasbor/duplicates_decide/").content.decode()


def test_who_has_one_pair_among_a_thousand_is_told_of_one_and_shown_that_one(browse, crowd):
    wati = people.make_user("wati", people.Part(Role.BACK_OFFICER, "13.01.01"))
    client = browse(wati)
    assert told(client) == "1"
    row = DuplicateCandidate.objects.visible_to(wati).get()
    page = client.get("/ganda/").content.decode()
    assert re.findall(r'href="/ganda/(\d+)/', page) == [str(row.pk)]


def test_the_page_of_a_pair_leads_on_to_the_one_that_the_list_shows_next(browse, crowd, rina):
    client = browse(rina)
    listed = list(dict.fromkeys(re.findall(r'href="/ganda/(\d+)/', client.get("/ganda/").content.decode())))
    page = client.get(f"/ganda/{listed[0]}/").content.decode()
    assert f'href="/ganda/{listed[1]}/"' in page
    assert "1 dari 1.000+" in page


def test_the_page_of_a_pair_beyond_the_thousand_does_not_say_which_one_it_is(browse, crowd, rina):
    last = DuplicateCandidate.objects.latest("pk")
    assert "1.000+ dari 1.000+" in browse(rina).get(f"/ganda/{last.pk}/").content.decode()


def test_the_only_pair_is_one_of_one(browse, rosna_twice, rina):
    assert "1 dari 1 ·" in browse(rina).get(f"/ganda/{rosna_twice.pk}/").content.decode()


def test_counting_asks_the_database_for_a_thousand_and_one_at_most(browse, crowd, rina):
    with CaptureQueriesContext(connection) as asked:
        browse(rina).get("/dasbor/")
    counts = [q["sql"] for q in asked if "households_duplicatecandidate" in q["sql"] and "COUNT(" in q["sql"]]
    assert counts
    assert all("LIMIT 1001" in sql for sql in counts)


@pytest.fixture
def rosna_twice(places):
    """Rosna stands in Sago Salido and in Salido, two villages of one district."""
    cases.family_in(people.SAGO, nik="1301994506850101")
    cases.family_in(people.SALIDO, name="Tandjoeng Rosna", nik="1301994506850107")
    search()
    return DuplicateCandidate.objects.get()


def test_a_search_notes_the_smallest_region_that_holds_both(rosna_twice):
    assert rosna_twice.place == "13.01.05"
    Household.objects.filter(village=people.SALIDO).update(village=people.SAGO)
    search()
    assert DuplicateCandidate.objects.get().place == people.SAGO
    Household.objects.filter(families__head__name="Tandjoeng Rosna").update(village=people.PADANG)
    search()
    assert DuplicateCandidate.objects.get().place == "13"


def test_a_pair_across_two_villages_is_seen_by_who_works_in_both_and_by_nobody_who_works_in_one(rosna_twice):
    wati = people.make_user("wati", people.Part(Role.BACK_OFFICER, people.SAGO))
    assert not DuplicateCandidate.objects.visible_to(wati).exists()
    Assignment.objects.create(user=wati, role=Role.BACK_OFFICER, area_id=people.SALIDO, started_on=clock.today())
    wati = User.objects.get(pk=wati.pk)
    assert DuplicateCandidate.objects.visible_to(wati).get() == rosna_twice


def test_who_moved_away_since_the_search_is_not_shown_any_more(rosna_twice, joko):
    assert DuplicateCandidate.objects.visible_to(joko).exists()
    Household.objects.filter(village=people.SALIDO).update(village=people.PADANG)
    assert not DuplicateCandidate.objects.visible_to(joko).exists()
    assert Person.objects.count() == 2


def test_who_went_over_to_a_family_elsewhere_is_not_shown_where_she_lived_before(rosna_twice, rina, joko):
    """The house in Salido stays where it is; who left it for Padang is a name from elsewhere to Joko, and to Rina."""
    elsewhere = cases.family_in(people.PADANG, name="Yusni", nik="1371994506850001")
    left = Membership.objects.get(person__name="Tandjoeng Rosna")
    Membership.objects.filter(pk=left.pk).update(ended_on=clock.today())
    Membership.objects.create(person=left.person, family=elsewhere, relation="9", started_on=clock.today())
    for user in (joko, rina):
        assert not DuplicateCandidate.objects.visible_to(user).exists()
    narrowed = DuplicateCandidate.objects.all().in_region
    assert not narrowed(people.SALIDO).exists(), "nobody of the pair lives there any more"
    assert narrowed(people.PADANG).get() == rosna_twice


def test_who_works_in_two_provinces_sees_pairs_across_them(rosna_twice):
    riau = Region.objects.create(code="14", name="Riau", level=1)
    pasir = Region.objects.create(code="14.06.01.2001", name="Pasir", level=4, parent=riau)
    Household.objects.filter(village=people.SALIDO).update(village=pasir)
    search()
    wati = people.make_user("wati", people.Part(Role.BACK_OFFICER, "13"))
    assert not DuplicateCandidate.objects.visible_to(wati).exists()
    Assignment.objects.create(user=wati, role=Role.BACK_OFFICER, area=riau, started_on=clock.today())
    wati = User.objects.get(pk=wati.pk)
    assert DuplicateCandidate.objects.visible_to(wati).get().place == ""
