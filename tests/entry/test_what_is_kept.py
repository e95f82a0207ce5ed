"""What a visit leaves in the registry: raw codes of what was asked, nothing of what was not, nothing personal in clear."""

import json

import pytest
from django.db import connection

from households import visiting
from households.models import Person, PersonAnswers, SurveyRound, Visit
from slrt.core.errors import GuardFailed
from tests import people
from tests.entry.homes import HOUSE, MOTHER, SON, agreed, enter, save


@pytest.fixture
def visit(sari):
    return agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)


def sent(visit, sari):
    visiting.send(visit, by=sari, attested=True)
    return SurveyRound.objects.get()


def about(name):
    return PersonAnswers.objects.get(person__name=name)


def test_raw_codes_are_kept_under_the_book_they_belong_to(visit, sari):
    survey = sent(enter(visit, sari), sari)
    assert (survey.codebook, survey.consent_version, survey.attested) == ("bdt2015", "2026-1", True)
    for name in ("lantai", "dinding", "fasbab", "jumlah_art", "aset", "lahan", "rumah_lain", "takut_lapar"):
        assert survey.answers[name] == HOUSE[name]
    assert survey.answers["belanja_makan"] == "?", "not known is an answer of its own"
    son = about("Budi Tanjung").answers
    assert (son["hub_keluarga"], son["jenis_kelamin"], son["status_kawin"]) == ("3", "1", "1")
    assert (son["sekolah"], son["disabilitas"], son["penyakit"], son["bekerja"]) == ("0", "00", "0", "2")


def test_a_question_that_was_hidden_leaves_no_answer(visit, sari):
    draft = enter(
        visit, sari, household={"dinding": "4", "kondisi_dinding": "2", "daya": "1", "kloset": "1", "sapi": "3"}
    )
    survey = sent(draft, sari)
    assert not {"kondisi_dinding", "daya", "kloset", "sapi", "luas_lahan"} & set(survey.answers)
    assert "hamil" not in about("Budi Tanjung").answers


def test_a_box_on_a_screen_that_was_never_saved_is_not_a_no(visit, sari):
    survey = sent(enter(visit, sari), sari)
    assert not {"pkh", "pbi_jk", "ada_kks", "keberadaan", "identitas"} & set(about("Rosna Tanjung").answers)
    assert not {"asuransi", "status_art_usaha", "status_rumahtangga"} & set(survey.answers)


def test_a_member_added_later_was_not_asked_and_the_screen_waits_again(visit, sari):
    draft = enter(visit, sari)
    late = {"nik": "", "no_nik_reason": "newborn", "name": "Anisa Tanjung", "birth_date": "2015-01-01", "sex": "2"}
    draft = save(draft, sari, "person:m3", m3={**late, "relation": "3"})
    draft = save(draft, sari, "about:m3", m3={"marital": "1"})
    assert [problem.step_id for problem in visiting.problems(draft)] == ["health_who"]
    with pytest.raises(GuardFailed):
        visiting.send(draft, by=sari, attested=True)
    assert SurveyRound.objects.count() == 0


def test_an_optional_screen_begun_and_not_saved_is_pointed_out(visit, sari):
    draft = enter(visit, sari)
    draft = visiting.save_screen(
        draft, by=sari, household={"nomor_kks": "6013"}, members={}, step_id="cards", complete=False
    )
    assert "sudah diisi sebagian" in visiting.problems(draft)[0].sentence
    assert visiting.problems(save(draft, sari, "cards")) == []


def test_names_papers_and_accounts_lie_encrypted(visit, sari):
    draft = enter(visit, sari)
    draft = save(draft, sari, "cards", {"asuransi": [], "nomor_kks": "6013019900001", "nomor_pkh": "?"})
    draft = save(draft, sari, "origin:m2", m2={"tempat_lahir": "Painan", "nama_ibu": "Rosna", "agama": "Islam"})
    survey, son = sent(draft, sari), None
    son = about("Budi Tanjung")
    assert survey.private == {"nomor_kks": "6013019900001", "nomor_pkh": "?"}
    assert son.private == {"tempat_lahir": "Painan", "nama_ibu": "Rosna", "agama": "Islam"}
    assert not {"nomor_kks", "nama_ibu", "agama"} & {*survey.answers, *son.answers}
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers::text, private FROM households_personanswers WHERE private IS NOT NULL")
        plain, private = cursor.fetchone()
    assert "Painan" not in plain
    assert b"Painan" not in bytes(private)


def test_identity_papers_are_kept_as_the_sum_of_their_codes(browse, visit, sari):
    draft = enter(visit, sari)
    page = browse(sari).post(f"/kunjungan/{draft.pk}/isi/papers/m1/", {"keberadaan": "1", "identitas": ["1", "4"]})
    assert page.status_code == 302
    draft = Visit.objects.get()
    assert draft.answers["members"]["m1"]["identitas"] == "5"
    sent(draft, sari)
    assert about("Rosna Tanjung").answers["identitas"] == "5"


def test_businesses_become_rows_of_the_household(visit, sari):
    draft = save(enter(visit, sari), sari, "business_who", m1={"punya_usaha": "1"}, m2={"punya_usaha": "2"})
    draft = save(draft, sari, "business:m1", m1={"usaha_jenis": "Warung", "usaha_pekerja": "1", "usaha_omzet": "?"})
    survey = sent(draft, sari)
    assert survey.answers["status_art_usaha"] == "1"
    assert survey.answers["usaha"] == [{"art": "1", "jenis": "Warung", "pekerja": "1", "omzet": "?"}]
    assert not [name for name in about("Rosna Tanjung").answers if "usaha" in name]


def test_not_known_is_empty_in_the_registry_and_said_in_the_round(visit, sari):
    unknown = {**SON, "birth_date": "?", "usia": "13", "marital": "?"}
    sent(enter(visit, sari, household={"address": "?", "rt": "?", "kk": "?"}, m2=unknown), sari)
    son = Person.objects.get(name="Budi Tanjung")
    assert (son.birth_date, son.marital) == (None, "")
    assert about("Budi Tanjung").answers["status_kawin"] == "?"
    house = Visit.objects.get().family.household
    assert (house.address, house.rt, Visit.objects.get().family.kk_encrypted) == ("", "", None)


def test_the_next_visit_begins_with_what_was_said_and_confirms_nothing_by_itself(visit, sari):
    draft = save(enter(visit, sari), sari, "origin:m2", m2={"nama_ibu": "Rosna"})
    sent(draft, sari)
    family = Visit.objects.get().family
    again = visiting.begin(by=sari, village_id=people.SAGO, family=family)
    son = next(m for m in again.answers["members"].values() if m["name"] == "Budi Tanjung")
    assert (again.answers["household"]["lantai"], son["nama_ibu"], son["belum_sekolah"]) == ("9", "Rosna", "1")
    assert "consent" not in again.answers["household"], "consent is asked on every visit"
    assert again.answers["saved"] == []
    assert json.dumps(again.answers)


def test_the_paper_forms_column_of_goods_is_read_row_by_row(browse, visit, sari):
    path = f"/kunjungan/{visit.pk}/isi/goods/"
    slip = browse(sari).post(path, {"aset_kertas": "1 3 1 1 2 3 2 4 1 3 2 4 2 4 2"})
    assert slip.status_code == 422
    assert "Baris 4" in slip.content.decode()
    assert browse(sari).post(path, {"aset_kertas": "1 3 1 4 2 3 2 4 1 3 2 4 2 4 2"}).status_code == 302
    assert Visit.objects.get().answers["household"]["aset"] == ["gas", "kulkas", "ac", "tv", "sepeda", "motor"]


def test_known_and_not_known_at_once_is_pointed_out(browse, visit, sari):
    path = f"/kunjungan/{visit.pk}/isi/"
    both = browse(sari).post(f"{path}place/", {"address": "Jl. Pasar 3", "address-tt": "1"})
    assert both.status_code == 422
    assert "Jangan keduanya" in both.content.decode()
    assert browse(sari).post(f"{path}goods/", {"aset": ["tv", "?"]}).status_code == 422
    assert browse(sari).post(f"{path}place/", {"address": "", "address-tt": "1"}).status_code == 302
    assert browse(sari).post(f"{path}goods/", {"aset": ["?"], "milik": ["lahan", "?"]}).status_code == 302
    house = Visit.objects.get().answers["household"]
    assert (house["address"], house["aset"], house["lahan"], house["ternak"]) == ("?", "?", "1", "?")


def test_mother_and_members_stand_as_entered(visit, sari):
    assert {MOTHER["name"], SON["name"]} == {m["name"] for m in enter(visit, sari).answers["members"].values()}
