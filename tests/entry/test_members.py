"""Families that cannot be: each with its own sentence, nothing lost, and a way out where it may be true after all."""

import re

import pytest

from households import visiting
from households.models import Family, Membership, Person, Visit
from slrt.core.errors import GuardFailed
from tests import people
from tests.entry.homes import MOTHER, SON, agreed, enter


@pytest.fixture
def visit(sari):
    return agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"m1": {**MOTHER, "relation": "8"}}, "Belum ada kepala keluarga"),
        ({"m2": {**SON, "relation": "1"}}, "lebih dari satu kepala keluarga"),
        (
            {"m2": {**SON, "birth_date": "1980-01-01"}},
            "Budi Tanjung tercatat sebagai anak, tetapi lebih tua dari Rosna Tanjung",
        ),
        ({"m2": {**SON, "birth_date": "1993-01-01"}}, "waktu Rosna Tanjung masih anak-anak"),
        ({"m2": {**SON, "nik": MOTHER["nik"]}}, "NIK yang sama"),
    ],
)
def test_each_has_its_own_sentence_and_nothing_is_written(browse, visit, sari, members, said):
    draft = enter(visit, sari, **members)
    found = [problem.sentence for problem in visiting.problems(draft)]
    assert len(found) == 1
    assert said in found[0]
    page = browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
    assert said in page
    with pytest.raises(GuardFailed):
        visiting.send(draft, by=sari, attested=True)
    assert (Person.objects.count(), Family.objects.count(), Membership.objects.count()) == (0, 0, 0)
    assert Visit.objects.get().answers == draft.answers


def test_an_older_stepchild_is_kept_with_a_reason(browse, visit, sari):
    draft = enter(visit, sari)
    path = f"/kunjungan/{draft.pk}/isi/person/m2/"
    entered = {
        "no_nik_reason": "no_papers",
        "name": "Budi Tanjung",
        "birth_date": "01/01/1984",
        "sex": "1",
        "relation": "3",
    }
    warned = browse(sari).post(path, entered)
    assert warned.status_code == 422
    assert "lebih tua dari Rosna Tanjung" in warned.content.decode()
    assert (
        browse(sari).post(path, {**entered, "keep_older-m2-m1": "Anak tiri, dicocokkan dengan KK"}).status_code == 302
    )
    draft = Visit.objects.get()
    assert not [problem for problem in visiting.problems(draft) if problem.step_id == "person:m2"]


def test_the_oldest_child_may_be_of_any_age_a_mother_can_have(visit, sari):
    assert visiting.problems(enter(visit, sari, m2={**SON, "birth_date": "2001-01-01"})) == []


def test_the_card_of_the_member_before_is_copied_and_kept_only_when_saved(browse, visit, sari):
    draft = enter(visit, sari, m1={**MOTHER, "tempat_lahir": "Painan", "agama": "Islam", "nama_ibu": "?"})
    path = f"/kunjungan/{draft.pk}/isi/origin/m2/"
    page = browse(sari).get(path).content.decode()
    assert "Salin dari Rosna Tanjung" in page
    copied = browse(sari).post(path, {"copy": "1", "agama": ""})
    assert 'value="Painan"' in copied.content.decode()
    assert "tempat_lahir" not in Visit.objects.get().answers["members"]["m2"]
    assert browse(sari).post(path, {"tempat_lahir": "Painan", "agama": "Islam"}).status_code == 302
    assert Visit.objects.get().answers["members"]["m2"]["tempat_lahir"] == "Painan"
    assert "Salin dari" not in browse(sari).get(f"/kunjungan/{draft.pk}/isi/origin/m1/").content.decode()


def test_after_the_last_member_of_the_card_it_goes_on_to_the_house(browse, visit, sari):
    draft = enter(visit, sari, household={"jumlah_art": "3"})
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/isi/about/m2/", {"marital": "1"})
    assert answer["Location"] == f"/kunjungan/{draft.pk}/isi/person/m3/"
    draft = enter(draft, sari, household={"jumlah_art": "2"}, without=("house",))
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/isi/about/m2/", {"marital": "1"})
    assert answer["Location"] == f"/kunjungan/{draft.pk}/periksa/"


def test_each_warning_has_a_reason_of_its_own(browse, visit, sari):
    draft = enter(visit, sari, m2={**SON, "nik": "1301991204120002", "no_nik_reason": ""})
    path = f"/kunjungan/{draft.pk}/isi/person/m2/"
    entered = {"nik": "1301991204120002", "name": "Budi", "birth_date": "01/01/1984", "sex": "1", "relation": "3"}
    page = browse(sari).post(path, entered).content.decode()
    names = re.findall(r'name="keep_([^"]+)"', page)
    assert len(names) == 2
    assert "1301991204120002" not in "".join(names)
    about_nik = next(name for name in names if name.startswith("nik_birth"))
    half = browse(sari).post(path, {**entered, f"keep_{about_nik}": "KTP memang begitu"})
    assert half.status_code == 422
    assert "lebih tua dari Rosna Tanjung" in half.content.decode()
    assert "Tanggal lahir di NIK" not in half.content.decode()
    both = {**entered, f"keep_{about_nik}": "KTP memang begitu", "keep_older-m2-m1": "Anak tiri"}
    assert browse(sari).post(path, both).status_code == 302
    assert visiting.problems(Visit.objects.get()) == []


@pytest.mark.parametrize(
    ("members", "said", "code"),
    [
        ({"m2": {**SON, "relation": "6", "birth_date": "1990-01-01"}}, "orang tua atau mertua", "parent-m2-m1"),
        (
            {"m2": {**SON, "relation": "2"}, "m3": {**SON, "name": "Zul", "relation": "2"}},
            "Budi Tanjung, Zul sama-sama tercatat sebagai istri atau suami",
            "spouses-m2-m3",
        ),
    ],
)
def test_what_is_odd_between_members_wants_a_reason(visit, sari, members, said, code):
    draft = enter(visit, sari, household={"jumlah_art": str(len(members) + 1)}, **members)
    (problem,) = visiting.problems(draft)
    assert said in problem.sentence
    explained = {**members["m2"], "kept_reasons": {code: "Menurut KK"}}
    draft = visiting.save_screen(
        draft, by=sari, household={}, members={"m2": explained}, step_id="person:m2", complete=True
    )
    assert visiting.problems(draft) == []
