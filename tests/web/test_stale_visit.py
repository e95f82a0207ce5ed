"""A visit sent over data that somebody else changed meanwhile: both values are shown, neither is lost."""

from uuid import uuid4

from households import visiting
from households.models import Household
from households.questionnaire import steps
from slrt.core import clock
from tests import cases, people
from tests.entry.homes import agreed


def test_both_values_are_shown_and_nothing_is_overwritten(browse, sari):
    family = cases.family_in(people.SAGO)
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO, family=family), sari)
    visit = visiting.save_screen(
        visit, by=sari, household={"address": "Jl. Saya 1"}, members={}, step_id="place", complete=True
    )
    for step in steps(visit.answers, clock.today()):
        visit = visiting.save_screen(visit, by=sari, household={}, members={}, step_id=step.id, complete=True)
    Household.objects.filter(pk=family.household_id).update(address="Jl. Orang Lain 2", version=7)
    sent = {"attested": "on", "idempotency_key": str(uuid4())}
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/periksa/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Jl. Saya 1" in page
    assert "Jl. Orang Lain 2" in page
    assert "Alamat" in page
    assert Household.objects.get().address == "Jl. Orang Lain 2"
    visit.refresh_from_db()
    assert (visit.state, visit.answers["household"]["address"]) == ("draft", "Jl. Saya 1")
