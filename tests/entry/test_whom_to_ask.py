"""A number or a person of another area: the facilitator is sent to somebody who may change both families, never to a supervisor."""

from datetime import date

import pytest

from households import visiting
from households.models import Family, Household, Membership, Person
from slrt.accounts.roles import Permission, Role, roles_with
from slrt.core.errors import GuardFailed
from tests import cases, people
from tests.entry.homes import MOTHER, agreed, enter

NIK, KK = "1301994506850009", "1301990506109009"


@pytest.fixture
def elsewhere(places):
    """A family in Inderapura, another district of the regency."""
    return cases.family_in(people.INDERAPURA, "Rahasia Sekali", NIK, KK)


@pytest.fixture
def office(rina, joko, lestari):
    """Rina, back officer of the regency, may change families; Joko (supervisor) and Lestari (manager) may not."""
    assert Role.SUPERVISOR not in roles_with(Permission.FAMILY_CHANGE)
    return rina


def test_the_search_before_a_visit(browse, sari, office, elsewhere):
    page = browse(sari).post("/kunjungan/baru/", {"q": KK}).content.decode()
    assert "Hubungi Rina (petugas back office)." in page
    assert "Joko" not in page
    assert "upervisor" not in page


@pytest.mark.parametrize(("screen", "sent"), [("card", {"kk": KK}), ("person/m1", {"nik": NIK, "name": "Rosna"})])
def test_a_number_typed_on_a_screen(browse, sari, office, elsewhere, screen, sent):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    person = {"birth_date": "05/06/1985", "sex": "2", "relation": "1"}
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/isi/{screen}/", {**person, **sent})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Rina (petugas back office)" in page
    assert "Joko" not in page
    assert "Rahasia" not in page


def _moved_meanwhile(sari, village):
    """Rosna's draft was filled in; before it is sent she is recorded in another family."""
    visit = enter(visiting.begin(by=sari, village_id=people.SAGO), sari)
    other = cases.family_in(village, "Rahasia Sekali", NIK, KK)
    person = Person.objects.get(pk=other.head_id)
    person.nik_encrypted = MOTHER["nik"]
    person.nik_index = cases.crypto.blind_index(MOTHER["nik"])
    person.save()
    return visit


@pytest.mark.parametrize(
    ("village", "said", "unsaid"),
    [
        (people.INDERAPURA, r"di luar wilayah Anda. Hubungi Rina \(petugas back office\)", "Rahasia"),
        (people.SAGO, "di keluarga Rahasia Sekali. Buka keluarga itu, pilih Catat perubahan", "Hubungi"),
    ],
)
def test_a_member_who_lives_in_another_family_when_the_visit_is_sent(sari, office, village, said, unsaid):
    visit = _moved_meanwhile(sari, village)
    with pytest.raises(GuardFailed, match=said) as refused:
        visiting.send(visit, by=sari, attested=True)
    assert unsaid not in str(refused.value.message)
    assert "upervisor" not in str(refused.value.message)
    assert (Family.objects.count(), Household.objects.count(), Membership.objects.count()) == (1, 1, 1)
    assert Membership.objects.get().started_on == date(2020, 1, 1)
