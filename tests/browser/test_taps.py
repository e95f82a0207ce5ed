"""How many taps a household of four costs a facilitator: at most sixty, from the home page to the receipt.

Every tap counts: links, buttons, choices, ticks, and each field that is entered to type in it.
"""

import re

import pytest

from households.models import Visit
from tests.browser.test_entry import KK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 60
MOTHER, FATHER, SON, DAUGHTER = "1301994506850001", "1301990308820002", "1301991204160003", "1301995509180004"


class Finger:
    """Counts what a finger does."""

    def __init__(self, phone):
        self.phone, self.page, self.taps = phone, phone.page, 0

    def tap(self, locator):
        self.taps += 1
        locator.click()

    def type(self, name, text):
        self.taps += 1
        self.page.locator(f"[name={name}]").fill(text)

    def pick(self, name, value):
        """A radio or a tick, or the button that answers the last question and leads on."""
        self.taps += 1
        button = self.page.locator(f"button[name={name}][value='{value}']")
        if button.count():
            self._on(button)
        else:
            self.page.locator(f"input[name={name}][value='{value}']").check()

    def go_on(self, name="Simpan dan lanjut"):
        self.taps += 1
        self._on(self.page.get_by_role("button", name=name, exact=True).first)

    def _on(self, button):
        before = self.page.url
        button.click()
        self.page.wait_for_url(lambda url: url != before)

    def at(self, screen):
        assert f"/isi/{screen}/" in self.page.url, self.page.url
        return self


def _begin(hand):
    hand.tap(hand.page.get_by_role("link", name="Kunjungan baru").first)
    hand.type("q", MOTHER)
    hand.tap(hand.page.get_by_role("button", name="Cari"))
    hand.tap(hand.page.get_by_role("button", name="Mulai, nomor tadi NIK kepala keluarga"))
    hand.tap(hand.page.get_by_role("link", name="Lanjutkan"))
    hand.at("consent").pick("consent", "1")
    hand.at("place").type("hamlet", "Jorong Pasar")
    hand.type("address", "Jl. Pasar 3")
    hand.go_on()
    hand.at("card").type("kk", KK)
    hand.type("jumlah_art", "4")
    hand.go_on()


def _members(hand):
    hand.at("person/m1").type("name", "Rosna Tanjung")
    hand.pick("relation", "1")
    hand.at("about/m1").pick("marital", "2")
    for nik, name, relation, marital in (
        (FATHER, "Syafril Tanjung", "2", "2"),
        (SON, "Budi Tanjung", "3", "1"),
        (DAUGHTER, "Anisa Tanjung", "3", ""),
    ):
        hand.at("person").type("nik", nik)
        hand.type("name", name)
        hand.pick("relation", relation)
        if marital:
            hand.at("about").pick("marital", marital)


def _house(hand):
    hand.at("house").type("luas_lantai", "24")
    for name, value in (("status_bangunan", "1"), ("status_lahan", "1")):
        hand.pick(name, value)
    hand.at("materials")
    for name, value in (("lantai", "6"), ("dinding", "4"), ("atap", "6")):
        hand.pick(name, value)
    hand.at("condition").type("jumlah_kamar", "1")
    hand.pick("kondisi_atap", "2")
    hand.at("supply")
    for name, value in (("sumber_air", "7"), ("penerangan", "1"), ("bb_masak", "8")):
        hand.pick(name, value)
    hand.at("power").pick("daya", "1")
    hand.pick("fasbab", "1")
    hand.at("toilet").pick("kloset", "3")
    hand.pick("buang_tinja", "3")
    hand.at("goods").pick("aset", "tv")
    hand.pick("aset", "motor")
    hand.go_on()


def _people_and_needs(hand):
    hand.at("health_who").pick("masih_sekolah", "m3")
    hand.pick("masih_sekolah", "m4")
    hand.pick("bekerja", "m2")
    hand.go_on()
    hand.at("details/m2").pick("lapangan_kerja", "04")
    hand.pick("status_kerja", "1")
    hand.at("details/m3").pick("jenjang", "01")
    hand.at("details/m4").pick("jenjang", "01")
    hand.at("programmes").pick("kebutuhan", "KIP")
    hand.go_on()
    hand.at("shelter").pick("kepala_tidak_bekerja", "1")
    hand.at("hardship")
    for name in ("takut_lapar", "belanja_makan", "tidak_beli_baju"):
        hand.pick(name, "1")


def test_a_household_of_four_takes_at_most_sixty_taps(seat, sari, capsys):
    hand = Finger(seat(sari))
    for part in (_begin, _members, _house, _people_and_needs):
        part(hand)
        with capsys.disabled():
            print(f"\n  taps after{part.__name__.replace('_', ' ')}: {hand.taps}", end="")
    hand.phone.sees("Rosna Tanjung")
    hand.tap(hand.page.locator("input[name=attested]"))
    hand.go_on("Kirim data keluarga")
    hand.phone.sees("Data keluarga sudah terkirim")
    with capsys.disabled():
        print(f"\n  taps for a household with four members: {hand.taps} (at most {MOST})")
    assert hand.taps <= MOST
    visit = Visit.objects.get()
    assert visit.state == "sent"
    people = {m.person.name: m for m in visit.family.memberships.select_related("person")}
    assert len(people) == 4
    assert re.match("2018-09-15", str(people["Anisa Tanjung"].person.birth_date)), "the number told it"
    assert visit.round.person_answers.get(person=people["Budi Tanjung"].person).answers["jenjang"] == "01"
