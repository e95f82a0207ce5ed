"""The demo's letters look like letters of an office: who writes, from where, who signs, who gets a copy."""

import pytest

from slrt.accounts.models import Organisation, User
from slrt.dashboard.demo.accounts import make_accounts, make_organisations
from slrt.letters.letterhead import letterhead
from tests import people


@pytest.fixture
def demo(places):
    make_accounts(make_organisations())


def test_the_head_says_office_address_and_how_to_reach_it(demo):
    of = letterhead(people.SAGO)
    assert of.government == "PEMERINTAH KABUPATEN PESISIR SELATAN"
    assert of.office == "DINAS SOSIAL PPPA PESISIR SELATAN"
    assert "Painan" in of.address
    assert of.reached == "Telepon 0756-21001 · Surel dinsos@demo.invalid"
    assert (of.town, len(of.copies)) == ("Painan", 2)


def test_the_head_of_office_signs_with_title_and_nip(demo):
    head = User.objects.get(username="kadis")
    head.full_clean(exclude=["password"])
    assert head.position.startswith("Kepala Dinas Sosial")
    assert len(head.nip) == 18


def test_every_receiver_has_an_address(demo):
    assert not Organisation.objects.filter(address="").exists()
    for row in Organisation.objects.all():
        row.full_clean()


def test_what_the_administrator_changed_stays(demo):
    Organisation.objects.filter(code="dinsos").update(address="", town="Tarusan")
    make_organisations()
    assert letterhead(people.SAGO).town == "Tarusan"
    assert letterhead(people.SAGO).address == ""
