"""A family that a meeting decided on and that moved out of the reader's area since: the decision stays in the record, the name goes."""

import pytest

from households import printing
from households.models import Family
from tests import cases, people

NEW_HEAD, NEW_ADDRESS = "Zulkarnain Baharu", "Jl. Samudra 9"
SAID = "pindah ke luar wilayah"


@pytest.fixture
def closed(nurma):
    """A closed meeting whose accepted family lives in Padang now, where somebody else leads it."""
    return cases.decided_meeting(people.SAGO, nurma, "closed")


@pytest.fixture
def moved(closed):
    family = closed.decisions.get(accepted=True).registration.family
    family.household.village_id = people.PADANG
    family.household.address = NEW_ADDRESS
    family.household.save()
    family.head.name = NEW_HEAD
    family.head.save()
    return family


@pytest.fixture
def wide(places):
    return people.make_user("wide", people.Part(people.CAST["lestari"].role, "13"))


@pytest.fixture
def printed(browse, closed, monkeypatch):
    """The cells of the table in the minutes as a person prints them."""

    def cells(user):
        seen = []
        real = printing._table
        monkeypatch.setattr(
            printing, "_table", lambda head, rows, *a, **k: seen.extend(rows) or real(head, rows, *a, **k)
        )
        answer = browse(user).get(f"/musyawarah/{closed.pk}/berita-acara.pdf")
        assert answer.status_code == 200
        monkeypatch.setattr(printing, "_table", real)
        return seen

    return cells


def test_the_village_reads_the_decision_and_no_name(browse, closed, moved, nurma):
    page = browse(nurma).get(f"/musyawarah/{closed.pk}/").content.decode()
    registration = closed.decisions.get(accepted=True).registration
    assert NEW_HEAD not in page
    assert SAID in page
    assert str(registration) in page, "which family it was, by the number of its registration"
    assert f"/registrasi/{registration.pk}/" not in page, "a link that would lead nowhere"
    assert "Disepakati" in page


def test_as_many_decisions_stand_there_as_the_list_of_meetings_says(browse, closed, moved, nurma):
    page = browse(nurma).get(f"/musyawarah/{closed.pk}/").content.decode()
    assert page.split("Keputusan per keluarga")[1].split("</section>")[0].count("<li>") == 2
    assert "2 keluarga" in browse(nurma).get("/musyawarah/").content.decode()


def test_the_printed_minutes_hold_every_decision_and_neither_name_nor_new_address(printed, closed, moved, nurma):
    rows = printed(nurma)
    assert len(rows) == 2
    said = " ".join(cell for row in rows for cell in row)
    assert NEW_HEAD not in said
    assert NEW_ADDRESS not in said
    assert SAID in said


def test_whoever_works_in_both_places_reads_the_name(browse, printed, closed, moved, wide):
    assert NEW_HEAD in browse(wide).get(f"/musyawarah/{closed.pk}/").content.decode()
    assert NEW_HEAD in " ".join(cell for row in printed(wide) for cell in row)


def test_a_family_that_stayed_is_named(browse, printed, closed, nurma):
    name = Family.objects.get(registrations__meeting_decisions__in=closed.decisions.filter(accepted=True)).head.name
    assert name in browse(nurma).get(f"/musyawarah/{closed.pk}/").content.decode()
    assert name in " ".join(cell for row in printed(nurma) for cell in row)
