"""One step for many families: every chosen one is accounted for."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households import batch
from households.choices.registration import RegistrationState as S
from households.models import Household, Registration
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from tests import cases, people

NIKS = [f"13019945068500{n:02d}" for n in range(10, 16)]


@pytest.fixture
def rows(places, joko):
    """Verified families: two ready, one already approved, one that the supervisor verified, one of another area."""
    places = (people.SAGO, people.SAGO, people.SAGO, people.SAGO, people.PADANG)
    states = ("verified", "verified", "supervisor_approved", "verified", "verified")
    made = [
        cases.registration(cases.family_in(village, f"Warga {n}", NIKS[n]), state)
        for n, (village, state) in enumerate(zip(places, states, strict=True))
    ]
    Registration.objects.filter(pk=made[3].pk).update(surveyor=joko)
    return made


def test_the_account_adds_up_and_says_why(rows, joko):
    tally = batch.take("approve", [row.pk for row in rows] + [rows[0].pk, 999_999], by=joko).as_json()
    assert tally["chosen"] == 6, "the one chosen twice counts once"
    assert (tally["done"], tally["skipped"], tally["failed"]) == (2, 2, 2)
    assert tally["done"] + tally["skipped"] + tally["failed"] == tally["chosen"]
    said = " ".join(line["reason"] for line in tally["reasons"])
    assert "Anda sendiri yang memverifikasi" in said
    assert "statusnya sekarang" in said
    assert sum(line["count"] for line in tally["reasons"]) == 4
    states = [Registration.objects.get(pk=row.pk).state for row in rows]
    assert states == ["supervisor_approved"] * 3 + ["verified"] * 2


def test_a_batch_without_the_permission_does_nothing(rows, sari):
    tally = batch.take("approve", [rows[0].pk], by=sari).as_json()
    assert (tally["chosen"], tally["skipped"]) == (1, 1)
    assert Registration.objects.get(pk=rows[0].pk).state == "verified"


def test_from_the_page_with_the_decree(browse, hendra, places):
    made = [cases.registration(cases.family_in(people.SAGO, f"Warga {n}", NIKS[n]), "office_verified") for n in (0, 1)]
    Household.objects.update(address="Jl. Pasar 3")
    desk, address = browse(hendra), "/registrasi/banyak/endorse/"
    said = {"rows": [row.pk for row in made], "version": 0, "idempotency_key": new_key(), "decree_on": "20/11/2026"}
    refused = desk.post(address, said)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Nomor SK wajib diisi" in page
    assert page.count("checked") == 2, "what was chosen stays chosen"
    assert 'value="20/11/2026"' in page
    assert set(Registration.objects.values_list("state", flat=True)) == {"office_verified"}
    said["decree_on"] = (clock.today() - timedelta(days=1)).strftime("%d/%m/%Y")
    answer = desk.post(address, {**said, "decree_number": "460/1/2026"}, follow=True)
    assert "Hasil dari 2 yang dipilih" in answer.content.decode()
    assert set(Registration.objects.values_list("state", "decree_number")) == {("endorsed", "460/1/2026")}
    again = desk.post(address, {**said, "decree_number": "460/1/2026"}, follow=True)
    assert "sudah dijalankan" in again.content.decode()
    assert AuditEntry.objects.filter(verb="endorse").count() == 2


def test_nothing_chosen_is_said(browse, rina, places):
    cases.registration(cases.family_in(people.SAGO), "identity_check")
    answer = browse(rina).post("/registrasi/banyak/match/", {"version": 0, "idempotency_key": new_key()})
    assert answer.status_code == 422
    assert "Belum ada yang dipilih" in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("joko", 200), ("sari", 403), ("dewi", 403)])
def test_the_page_is_for_whoever_may_take_the_step(request, browse, places, who, status):
    assert browse(request.getfixturevalue(who)).get("/registrasi/banyak/approve/").status_code == status


def test_steps_for_one_family_have_no_batch_page(browse, joko, lestari, places):
    assert browse(joko).get("/registrasi/banyak/return/").status_code == 404
    assert browse(lestari).get("/registrasi/banyak/nothing/").status_code == 404


FATES = st.lists(st.sampled_from([None, TransitionNotAllowed("x"), NotPermitted("y"), GuardFailed("", "z")]))


@given(fates=FATES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_done_and_skipped_and_failed_are_all_the_chosen(db, fates):
    def act(fate):
        if fate is not None:
            raise fate

    tally = batch.each(fates, act).as_json()
    assert tally["chosen"] == len(fates)
    assert tally["done"] + tally["skipped"] + tally["failed"] == len(fates)
    assert tally["done"] == fates.count(None)


def test_every_state_has_its_word_in_siks():
    from households.siks import STATUS

    assert set(STATUS) == set(S.values)
