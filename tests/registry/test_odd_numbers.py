"""Numbers of no province want a reason, numbers of zeros are refused; at the door, on a visit and in an event alike."""

import re

import pytest

from households import visiting
from households.models import Family, Visit
from households.registry import families
from slrt.core import clock
from slrt.core.errors import GuardFailed
from tests import people
from tests.entry.homes import agreed, enter
from tests.registry import homes

ZEROS, NOWHERE = "0" * 16, "9901990101260009"


@pytest.fixture
def visit(places, sari):
    return visiting.begin(by=sari, village_id=people.SAGO)


def test_a_card_of_zeros_is_refused_on_a_visit(browse, visit, sari):
    agreed(visit, sari)
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/isi/card/", {"kk": ZEROS, "jumlah_art": "2"})
    assert answer.status_code == 422
    assert "tidak pernah nol semua" in answer.content.decode()
    assert "kk" not in Visit.objects.get().answers["household"]


def test_a_card_of_no_province_is_kept_on_a_visit_with_its_reason(browse, visit, sari):
    draft = enter(visit, sari, household={"kk": homes.KK})
    page, said = f"/kunjungan/{draft.pk}/isi/card/", {"kk": NOWHERE, "jumlah_art": "2"}
    warned = browse(sari).post(page, said)
    assert warned.status_code == 422
    assert "tidak ada provinsi dengan kode itu" in warned.content.decode()
    name = re.search(r'name="(keep_[^"]+)"', warned.content.decode()).group(1)
    assert NOWHERE not in name
    assert browse(sari).post(page, {**said, name: "Begitu di kartunya."}).status_code == 302
    visiting.send(Visit.objects.get(), by=sari, attested=True)
    family = Family.objects.get()
    assert family.kk_encrypted == NOWHERE
    assert family.household.rounds.get().private["kept_reason"] == "Begitu di kartunya."


def test_a_new_card_in_the_registry(places, sari):
    family = homes.rosnas()
    said = {"by": sari, "version": family.version, "on": clock.today()}
    with pytest.raises(GuardFailed, match="nol semua"):
        families.change_card(family, kk=ZEROS, reason="Kartu baru.", **said)
    with pytest.raises(GuardFailed, match="tidak ada provinsi"):
        families.change_card(family, kk=NOWHERE, **said)
    family.refresh_from_db()
    assert family.kk_encrypted == homes.KK
    families.change_card(family, kk=NOWHERE, reason="Begitu di kartunya.", **said)
    family.refresh_from_db()
    assert family.kk_encrypted == NOWHERE
