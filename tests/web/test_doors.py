"""Signing in, tracking, forms sent twice, expired pages: plain words, nothing lost, nothing told."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from complaints.models import Complaint
from slrt.audit.models import AuditEntry
from tests import cases, people

PASSWORD = "rahasia-sekali-2026"
INTAKE = {
    **{"kind": "grievance", "sector": "health", "issue": "card", "channel": "home_visit", "urgency": "normal"},
    **{"description": "Kartu hilang.", "village": people.SAGO},
}


def test_the_right_password_opens_the_door_and_is_noted(tamu, sari):
    answer = tamu.post("/masuk/", {"username": "sari", "password": PASSWORD})
    assert answer["Location"] == "/dasbor/"
    assert AuditEntry.objects.filter(verb="sign_in", actor=sari).count() == 1


def test_a_wrong_password_says_so_and_not_which_half_was_wrong(tamu, sari):
    wrong = tamu.post("/masuk/", {"username": "sari", "password": "x"}).content.decode()
    nobody = tamu.post("/masuk/", {"username": "tidakada", "password": "x"}).content.decode()
    said = [re.search(r'class="errors".*?</div>', page, re.S) for page in (wrong, nobody)]
    assert said[0], wrong
    assert said[1]
    assert said[0].group() == said[1].group()
    assert not AuditEntry.objects.filter(verb="sign_in").exists()


def test_a_form_without_its_token_gets_a_page_that_says_what_to_do(sari):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/masuk/", {"username": "sari", "password": PASSWORD})
    assert answer.status_code == 403
    assert "Masuk" in answer.content.decode() or "muat" in answer.content.decode().lower()


def test_an_unknown_tracking_code_says_so(tamu, places):
    answer = tamu.post("/lacak/", {"kode": "SLRT-0000-0000-000"})
    assert answer.status_code == 404
    assert "kode" in answer.content.decode().lower()


def test_tracking_tells_steps_and_nothing_personal(tamu, sari):
    family = cases.family_in(people.SAGO)
    row = cases.complaint(family, sari)
    answer = tamu.post("/lacak/", {"kode": row.tracking_code.lower()})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<script" not in page
    for secret in ("Rosna", "Tanjung", "Sari", "Sago", "Anak sakit", "1301"):
        assert secret not in page.split("<main")[1].split("</main>")[0]


def test_guessing_codes_is_slowed_down(tamu, places, settings):
    settings.TRACKING_TRIES_PER_MINUTE = 3
    codes = [tamu.post("/lacak/", {"kode": f"SLRT-0000-0000-00{n}"}).status_code for n in range(5)]
    assert codes == [404, 404, 404, 429, 429]


def test_a_complaint_sent_twice_is_one_complaint(browse, sari):
    client, key = browse(sari), str(uuid4())
    answers = [client.post("/keluhan/baru/", {**INTAKE, "idempotency_key": key}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Complaint.objects.count() == 1


def test_a_form_with_errors_keeps_what_was_entered(browse, sari):
    answer = browse(sari).post("/keluhan/baru/", {**INTAKE, "issue": "", "idempotency_key": str(uuid4())})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kartu hilang." in page
    assert "Pilih salah satu." in page
    assert not Complaint.objects.exists()


def test_a_stale_step_shows_both_and_changes_nothing(browse, sari, fitri):
    row = cases.complaint(cases.family_in(people.SAGO), sari)
    entered = {"kind": "grievance", "sector": "food", "issue": "card", "urgency": "normal", "note": "Catatan saya"}
    old = {**entered, "version": row.version, "idempotency_key": str(uuid4())}
    Complaint.objects.filter(pk=row.pk).update(version=row.version + 1)
    answer = browse(fitri).post(f"/keluhan/{row.pk}/triage/", old)
    assert answer.status_code == 409
    assert "Catatan saya" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "recorded"


@pytest.mark.parametrize("path", ["/keluarga/", "/keluhan/?tab=new", "/registrasi/", "/rujukan/", "/dasbor/"])
def test_a_page_costs_the_same_whatever_the_number_of_rows(browse, sari, lestari, path, django_assert_max_num_queries):
    for n in range(12):
        family = cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}")
        cases.registration(family)
        cases.complaint(family, sari)
        cases.referral(family, sari, "draft")
    client = browse(lestari)
    client.get(path)
    limit = 12 if path != "/dasbor/" else 60
    with django_assert_max_num_queries(limit):
        assert client.get(path).status_code == 200


def test_lists_and_files_carry_no_full_number(browse, sari):
    family = cases.family_in(people.SAGO)
    for path in ("/keluarga/", f"/keluarga/{family.pk}/"):
        page = browse(sari).get(path).content.decode()
        assert "1301994506850001" not in page
        assert family.kk_encrypted not in page


def test_english_is_a_choice_and_indonesian_the_rule(tamu, places):
    asked = tamu.get("/masuk/", headers={"accept-language": "en"}).content.decode()
    assert 'lang="id"' in asked.split(">")[1]
    tamu.post("/bahasa/", {"language": "en", "next": "/masuk/"})
    assert "Sign in" in tamu.get("/masuk/").content.decode()
