"""The demo's letters look like letters of an office: who writes, from where, who signs, who gets a copy."""

import pytest
from django.test import Client

from programs.loading import load as load_programmes
from referrals.models import Referral
from slrt.accounts.models import Organisation, User
from slrt.core import clock
from slrt.dashboard.demo.accounts import make_accounts, make_organisations
from slrt.dashboard.demo.office import Office
from slrt.dashboard.demo.ways import CASES
from slrt.letters.letterhead import letterhead
from tests import cases, people


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


def test_every_letter_of_the_demo_is_signed_by_the_head_of_office(demo):
    load_programmes()
    accounts = {user.username: user for user in User.objects.all()}
    receivers = {row.code: row for row in Organisation.objects.all()}
    office = Office(accounts, receivers, clock.now())
    referred = [case for case in CASES if case.referral]
    for n, case in enumerate(referred):
        family = cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}")
        office.complain(case, family, case.days_ago)
    signed = Referral.objects.exclude(signed_by=None)
    assert signed.exclude(letter_number="").exclude(sent_at=None).count() >= 6
    assert {row.signed_by.username for row in signed} == {"kadis"}
    assert not Referral.objects.filter(state="sent", signed_by=None).exists()
    assert Referral.objects.filter(state="initialled").exists(), "the head has something to sign"
    page = browse_letter(accounts["backoffice"], signed.first())
    for line in ("Kepala Dinas Sosial PPPA Kabupaten Pesisir Selatan", "Hendra Gunawan", "NIP 196905171994039001"):
        assert line in page


def browse_letter(user, row):
    client = Client()
    client.force_login(user)
    return client.get(f"/rujukan/{row.pk}/surat/").content.decode()


def test_every_receiver_has_an_address(demo):
    assert not Organisation.objects.filter(address="").exists()
    for row in Organisation.objects.all():
        row.full_clean()


def test_what_the_administrator_changed_stays(demo):
    Organisation.objects.filter(code="dinsos").update(address="", town="Tarusan")
    make_organisations()
    assert letterhead(people.SAGO).town == "Tarusan"
    assert letterhead(people.SAGO).address == ""
