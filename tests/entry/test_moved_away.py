"""A family moves out of the facilitator's area while her visit to it is a draft: nothing of it is shown, nothing written."""

import pytest

from households import visiting
from households.models import Family, Household, SurveyRound, Visit
from slrt.core.errors import GuardFailed
from tests import people
from tests.entry.homes import enter
from tests.registry import homes

ATTESTED = {"attested": "on", "idempotency_key": "6a0a8c4e-0b6f-4f57-9d2b-0d3f0c6c0b77"}


@pytest.fixture
def draft(sari):
    """Sari visits Rosna's family in Sago; everything is filled in."""
    family = homes.rosnas()
    return enter(visiting.begin(by=sari, village_id=people.SAGO, family=family), sari, m1=None, m2=None)


@pytest.fixture
def moved(draft):
    """Somebody else recorded meanwhile that the family lives in Salido."""
    Household.objects.update(village_id=people.SALIDO, address="Jl. Rahasia 3", version=9)
    Family.objects.update(version=9)
    return draft


def test_it_is_not_sent_and_she_is_told_whom_to_ask(browse, moved, sari, rina):
    before = homes.everything()
    answer = browse(sari).post(f"/kunjungan/{moved.pk}/periksa/", ATTESTED)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "di luar wilayah Anda" in page
    assert "Hubungi" in page
    assert "Rahasia" not in page
    assert homes.everything() == before
    assert not SurveyRound.objects.exists()
    assert Visit.objects.get().state == "draft", "what she entered is still there"


def test_settling_shows_and_takes_nothing_of_it(browse, moved, sari):
    answers = Visit.objects.get().answers
    answer = browse(sari).post(f"/kunjungan/{moved.pk}/bandingkan/", {"shown": "x"}, follow=True)
    assert "Rahasia" not in answer.content.decode()
    assert Visit.objects.get().answers == answers


def test_the_workflow_itself_refuses(moved, sari):
    with pytest.raises(GuardFailed, match="di luar wilayah Anda"):
        visiting.send(moved, by=sari, attested=True)


def test_within_the_area_both_are_shown_as_always(browse, draft, sari):
    Household.objects.update(address="Jl. Baru 1", version=9)
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/periksa/", ATTESTED)
    assert (answer.status_code, "Jl. Baru 1" in answer.content.decode()) == (409, True)
