"""Who is asked to verify in the field: advice of who goes, told to that person, no lock on the others."""

import pytest

from households import batch
from households.models import Registration
from households.verifying import verifiers
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.dashboard import homes
from slrt.workflow import engine
from tests import cases, people

NIKS = [f"13019945068500{n:02d}" for n in range(10, 20)]


def listed(n, village=people.SAGO, state="final_list", **more):
    return cases.registration(cases.family_in(village, f"Warga {n}", NIKS[n]), state, **more)


@pytest.fixture
def sinta(places):
    """A second facilitator of Sago Salido."""
    return people.make_user("sinta", people.CAST["sari"])


def counts(user):
    return {item["code"]: item["count"] for item in homes.waiting(user)}


@pytest.mark.parametrize("state", ["final_list", "field_verification", "returned"])
@pytest.mark.parametrize("who", ["joko", "rina"])
def test_supervisor_and_office_ask_somebody_of_the_village(request, sari, who, state):
    row = listed(0, state=state)
    engine.apply("assign", row, by=request.getfixturevalue(who), verifier=sari)
    row.refresh_from_db()
    assert (row.verifier, row.state) == (sari, state)
    assert AuditEntry.objects.about(row).get(verb="assign").details == {"verifier": sari.pk}


def test_somebody_else_can_be_asked_instead(sari, sinta, joko):
    row = listed(0, verifier=sari)
    engine.apply("assign", row, by=joko, verifier=sinta)
    assert Registration.objects.get().verifier == sinta
    assert AuditEntry.objects.about(row).filter(verb="assign").count() == 1


@pytest.mark.parametrize("who", ["budi", "nurma", "joko"])
def test_who_does_not_verify_there_cannot_be_asked(request, sari, joko, who):
    row = listed(0, verifier=sari)
    with pytest.raises(GuardFailed, match="tidak bertugas memverifikasi") as refused:
        engine.apply("assign", row, by=joko, verifier=request.getfixturevalue(who))
    row.refresh_from_db()
    assert (refused.value.field, row.verifier, AuditEntry.objects.count()) == ("verifier", sari, 0)


@pytest.mark.parametrize("who", ["sari", "nurma", "lestari", "hendra"])
def test_others_ask_nobody(request, sari, who):
    row = listed(0)
    with pytest.raises(NotPermitted):
        engine.apply("assign", row, by=request.getfixturevalue(who), verifier=sari)
    assert Registration.objects.get().verifier is None


def test_nothing_is_kept_when_the_trail_fails(sari, joko, monkeypatch):
    row = listed(0)

    def broken(*args, **kwargs):
        raise OSError("no trail")

    monkeypatch.setattr("slrt.audit.trail.write", broken)
    with pytest.raises(OSError, match="no trail"):
        engine.apply("assign", row, by=joko, verifier=sari)
    assert Registration.objects.get().verifier is None


def test_it_is_advice_and_no_lock(sari, sinta):
    row = listed(0, verifier=sari)
    engine.apply("begin_verification", row, by=sinta)
    row.refresh_from_db()
    assert (row.state, row.surveyor, row.verifier) == ("field_verification", sinta, sari)


def test_a_new_round_asks_anew(sari):
    row = listed(0, state="update_due", verifier=sari)
    engine.apply("begin_update", row, by=sari)
    assert Registration.objects.get().verifier is None


def test_the_account_of_many_adds_up(sari, budi, joko):
    rows = [listed(0), listed(1, state="returned"), listed(2, verifier=sari), listed(3, state="verified")]
    rows += [listed(4, village=people.SALIDO), listed(5, village=people.PADANG)]
    tally = batch.take("assign", [row.pk for row in rows], by=joko, verifier=sari).as_json()
    assert (tally["chosen"], tally["done"], tally["skipped"], tally["failed"]) == (6, 2, 2, 2)
    said = " ".join(line["reason"] for line in tally["reasons"])
    for words in ("Sudah ditugaskan kepada Sari", "statusnya sekarang", "tidak bertugas", "Tidak ada di wilayah"):
        assert words in said
    asked = Registration.objects.filter(verifier=sari).values_list("pk", flat=True)
    assert set(asked) == {row.pk for row in rows[:3]}


def test_many_at_once_from_the_filtered_list(browse, sari, joko):
    there, asked_already, elsewhere = listed(0), listed(1, verifier=sari), listed(2, village=people.SALIDO)
    desk = browse(joko)
    page = desk.get(f"/registrasi/?tab=field&village={people.SAGO}&verifier=nobody").content.decode()
    address = f"/registrasi/banyak/assign/?village={people.SAGO}&verifier=nobody"
    assert address.replace("&", "&amp;") in page
    page = desk.get(address).content.decode()
    assert [row.pk for row in (there, asked_already, elsewhere) if f'value="{row.pk}"' in page] == [there.pk]
    said = {"rows": [there.pk], "version": 0, "idempotency_key": new_key()}
    assert desk.post(address, said).status_code == 422, "nobody was chosen"
    answer = desk.post(address, {**said, "verifier": sari.pk}, follow=True)
    assert "Hasil dari 1 yang dipilih" in answer.content.decode()
    assert Registration.objects.get(pk=there.pk).verifier == sari


def test_one_at_a_time_from_its_page(browse, sari, budi, joko):
    row = listed(0)
    desk, address = browse(joko), f"/registrasi/{row.pk}/assign/"
    page = desk.get(address).content.decode()
    assert "Sari (Sago Salido)" in page
    assert "Budi" not in page
    said = {"version": row.version, "idempotency_key": new_key(), "verifier": sari.pk}
    assert desk.post(address, said).status_code == 302
    assert "Verifikasi ditugaskan kepada" in desk.get(f"/registrasi/{row.pk}/").content.decode()


def test_the_home_of_whoever_was_asked_leads_to_exactly_those(browse, sari, sinta, joko):
    listed(0, verifier=sari), listed(1, verifier=sinta), listed(2), listed(3, state="verified", verifier=sari)
    assert counts(sari)["registrations_yours"] == 1
    assert counts(joko)["registrations_unassigned"] == 1
    for code, user in (("registrations_yours", sari), ("registrations_unassigned", joko)):
        assert 'data-count="1"' in browse(user).get(f"/dasbor/{code}/").content.decode()
    titles = [task["about"] for task in homes.tasks(sari)]
    assert titles == ["Warga 0 · Sago Salido", "Warga 2 · Sago Salido"], "what others were asked is not on this list"
    page = browse(sari).get("/registrasi/?tab=field&verifier=me").content.decode()
    assert "Tugas Anda" in page
    assert [n for n in range(4) if f"Warga {n}" in page] == [0, 3][:1]


def test_the_choice_knows_areas_and_time(sari, budi, sinta):
    sinta.is_active = False
    sinta.save()
    assert list(verifiers((people.SAGO,), inside=False)) == [sari]
    assert list(verifiers(("13.01.05",), inside=True)) == [budi, sari]
    assert list(verifiers((), inside=True)) == []


def test_a_step_that_is_over_cannot_be_assigned(sari, joko):
    row = listed(0, state="verified")
    with pytest.raises(TransitionNotAllowed):
        engine.apply("assign", row, by=joko, verifier=sari)
    assert Registration.objects.get().verifier is None
