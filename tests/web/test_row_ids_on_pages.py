"""Whoever sends a page something that is no row number gets a page back, never a fault of the program."""

import pytest

from households.models import Attendee, Registration, Visit
from programs.loading import load as load_programmes
from slrt.core.idempotency import new_key
from tests import cases, people

NO_NUMBERS = ["²", "9" * 40, "-5", "", "٣²"]
sent = pytest.mark.parametrize("number", NO_NUMBERS)


@sent
def test_a_batch_of_nothing_readable_is_a_batch_of_nothing(browse, rina, places, number):
    row = cases.registration(cases.family_in(people.SAGO), "identity_check")
    said = {"rows": [number], "version": 0, "idempotency_key": new_key()}
    answer = browse(rina).post("/registrasi/banyak/match/", said)
    assert answer.status_code == 422
    assert "Belum ada yang dipilih" in answer.content.decode()
    assert Registration.objects.get(pk=row.pk).state == "identity_check"


@sent
def test_a_meeting_calls_takes_off_and_decides_nobody(browse, nurma, places, number):
    row = cases.meeting(people.SAGO, nurma, complete=True)
    called = cases.registration(cases.family_in(people.SAGO), "meeting", meeting=row)
    desk, address = browse(nurma), f"/musyawarah/{row.pk}/"
    assert desk.post(f"{address}panggil/", {"rows": [number]}).status_code == 302
    assert desk.post(f"{address}peserta/", {"remove": number}).status_code in (302, 422)
    assert desk.post(f"{address}keputusan/", {f"d{number}": "accept"}).status_code == 302
    assert Attendee.objects.filter(meeting=row).count() == 1
    assert not row.decisions.exists()
    assert Registration.objects.get(pk=called.pk).state == "meeting"


@sent
def test_a_visit_to_no_readable_family_begins_nowhere(browse, sari, places, number):
    said = {"family": number, "idempotency_key": new_key()}
    assert browse(sari).post("/kunjungan/mulai/", said).status_code == 404
    assert not Visit.objects.exists()


@sent
def test_a_complaint_and_a_referral_of_nobody(browse, rina, places, number):
    load_programmes()
    family, desk = cases.family_in(people.SAGO), browse(rina)
    assert desk.get("/keluhan/baru/", {"keluarga": number}).status_code == 200
    assert desk.get("/rujukan/baru/", {"keluarga": number}).status_code == 404
    assert desk.get("/rujukan/baru/", {"keluhan": number}).status_code == 404
    assert desk.get("/rujukan/baru/", {"keluarga": family.pk, "program": number}).status_code == 200


@sent
def test_an_event_of_no_readable_member_is_refused_on_its_page(browse, nurma, places, number):
    family = cases.family_in(people.SAGO)
    said = {"person": number, "on": "01/11/2026", "version": 999, "idempotency_key": new_key()}
    assert browse(nurma).post(f"/keluarga/{family.pk}/ubah/meninggal/", said).status_code in (409, 422)
    assert family.memberships.open().count() == 1
