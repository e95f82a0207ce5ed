"""What was found by looking at the pages: the reason beside the next step, the newest on top, words instead of machine's signs."""

import re
from datetime import timedelta

import pytest

from households import visiting
from households.choices.imports import ImportKind
from households.duplicates.side_by_side import lines
from households.forms.duplicates import MergeForm
from households.models import VillageMeeting
from programs.models import Enrolment
from slrt.core import clock
from slrt.core.idempotency import new_key
from slrt.dashboard.integrity import check_all
from slrt.workflow import engine
from tests import cases, people
from tests.entry.homes import agreed
from tests.importing.conftest import manager, regency  # noqa: F401
from tests.importing.lists import EXTRACT, imported, previewed


def test_who_sent_a_proposal_back_and_why_stands_beside_the_next_step(browse, sari, joko):
    row = cases.registration(cases.family_in(people.SAGO), "verified")
    engine.apply("return", row, by=joko, note="Luas lantai belum sesuai foto.")
    page = browse(sari).get(f"/registrasi/{row.pk}/").content.decode()
    nearest = page[page.index("Langkah berikutnya") :].split("</section>")[0]
    assert "oleh Joko" in nearest
    assert "<q>Luas lantai belum sesuai foto.</q>" in nearest


def test_the_newest_meeting_comes_first(browse, nurma):
    for days in (40, 3, 20):
        cases.meeting(people.SAGO, nurma)
        newest = VillageMeeting.objects.order_by("pk").last()
        VillageMeeting.objects.filter(pk=newest.pk).update(held_on=clock.today() - timedelta(days=days))
    listed = browse(nurma).get("/musyawarah/").context["rows"]
    assert [row.held_on for row in listed] == [clock.today() - timedelta(days=days) for days in (3, 20, 40)]


def test_a_phone_too_leads_to_the_own_password(browse, sari, tamu):
    assert 'href="/akun/sandi/"' in browse(sari).get("/bantuan/").content.decode().split("<footer")[1]
    assert 'href="/akun/sandi/"' not in tamu.get("/bantuan/").content.decode()


def test_a_preview_names_the_kind_of_file_and_counts_deciles_not_families(browse, manager):  # noqa: F811
    imported(manager, EXTRACT)
    run = previewed(manager, "ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,3,2026-Q3\n", ImportKind.DECILES)
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "Daftar desil per periode · " in page
    assert "desil baru dicatat" in page
    assert "keluarga baru" not in page


def test_a_changed_birthday_is_shown_as_people_write_it(browse, manager):  # noqa: F811
    imported(manager, EXTRACT)
    run = previewed(manager, EXTRACT.replace("Rosna,05/06/1985", "Rosna,05/06/1986"))
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "5 Jun 1985 → <b>5 Jun 1986</b>" in page
    assert "1986-06-05" not in page


def test_a_question_left_empty_says_what_to_do(browse, sari):
    family = cases.family_in(people.SAGO)
    answer = browse(sari).post(f"/keluarga/{family.pk}/ubah/meninggal/", {"reason": ""})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert errors["person"] == ["Pilih salah satu."]
    errors = browse(sari).post(f"/keluarga/{family.pk}/ubah/lahir/", {"reason": ""}).context["form"].errors
    assert errors["name"] == ["Isi dulu bagian ini."]


def test_a_negative_result_says_who_decides_and_folds_the_position_away(browse, sari):
    row = cases.registration(cases.family_in(people.SAGO), "field_verification")
    page = browse(sari).get(f"/registrasi/{row.pk}/not_found/").content.decode()
    assert "Supervisor memutuskan" in page
    folded = page.split("<details")[1].split("</details>")[0]
    assert all(f'name="{name}"' in folded for name in ("latitude", "longitude", "accuracy"))
    assert page.count('name="latitude"') == page.count('name="version"') == page.count('name="note"') == 1
    assert "Supervisor memutuskan" not in browse(sari).get(f"/registrasi/{row.pk}/found_complete/").content.decode()


def test_a_name_of_sixteen_letters_is_no_number(browse, sari):
    page = browse(sari).post("/kunjungan/baru/", {"q": "Tidak Ada Orangnya", "cari": "1"}).content.decode()
    assert "Mulai keluarga baru" in page
    assert "nomor tadi" not in page
    page = browse(sari).post("/kunjungan/baru/", {"q": "1301 9945 0685 0009", "cari": "1"}).content.decode()
    assert "nomor tadi NIK kepala keluarga" in page


def test_the_front_office_finds_a_family_from_its_home(browse, fitri, tomo):
    home = browse(fitri).get("/dasbor/").content.decode()
    assert 'action="/keluarga/" class="search"' in home
    assert "Catat keluhan tanpa keluarga" in home
    assert 'class="search"' not in browse(tomo).get("/dasbor/").content.decode()


def test_after_a_step_for_many_each_family_that_was_held_up_says_why(browse, rina):
    homes = [cases.family_in(people.SAGO, f"Warga {n}", f"130199450685000{n}") for n in (1, 2, 3)]
    rows = [cases.registration(home, "identity_check") for home in homes]
    said = {"version": 0, "idempotency_key": new_key(), "rows": [rows[0].pk, rows[1].pk]}
    page = browse(rina).post("/registrasi/banyak/match/", said, follow=True).content.decode()
    lines = [page.split(f'for="r{row.pk}"')[1].split("</label>")[0] for row in rows]
    assert ["belum dinyatakan padan" in line for line in lines] == [True, True, False]


def test_what_only_a_button_opens_says_so(browse, rina):
    family = cases.family_in(people.SAGO)
    answer = browse(rina).get(f"/keluarga/{family.pk}/nomor/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    page = answer.content.decode()
    assert "lewat tombolnya" in page
    assert "Belum tersimpan" not in page


def test_what_is_wrong_with_a_choice_stands_above_the_choices(browse, rina):
    page = browse(rina).post("/keluhan/baru/", {"description": ""}).content.decode()
    kind = page.split('id="div_id_kind"')[1].split('id="div_id_sector"')[0]
    assert kind.index("Pilih salah satu.") < kind.index('type="radio"')
    assert kind.count("Pilih salah satu.") == 1
    assert 'href="#id_kind"' in page
    assert page.count('id="id_kind"') == 1
    assert "Apa yang disampaikan warga? Tulis keluhannya" in page


def test_what_is_missing_before_sending_begins_with_a_few(browse, sari):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    page = browse(sari).get(f"/kunjungan/{visit.pk}/periksa/").content.decode()
    told = page.split("Belum bisa dikirim")[1].split("</details></div>")[0]
    assert told.split("<details>")[0].count("<li>") == 4
    assert told.split("<details>")[1].count("<li>") > 4


@pytest.mark.parametrize(("state", "marks"), [("not_found", 2), ("rejected_by_meeting", 1), ("not_determined", 4)])
def test_a_way_that_ended_shows_how_far_it_came(browse, sari, state, marks):
    row = cases.registration(cases.family_in(people.SAGO), state)
    journey = browse(sari).get(f"/registrasi/{row.pk}/").context["journey"]
    assert [step["mark"] for step in journey] == [*["done"] * marks, "now", *["todo"] * (len(journey) - marks - 1)]


def test_a_step_of_another_state_is_not_said_to_be_another_persons_task(browse, joko):
    row = cases.registration(cases.family_in(people.SAGO), "not_found")
    page = browse(joko).get(f"/registrasi/{row.pk}/return/").content.decode()
    assert "Langkah ini tidak bisa Anda lakukan" in page
    assert "bukan bagian tugas" not in page


def test_two_numbers_that_read_alike_are_told_apart(browse, rina):
    first, second = (
        cases.family_in(people.SAGO, "Rosna", nik).head for nik in ("1301994506850001", "1301994507850001")
    )
    labels = [
        str(label)
        for _side, label in MergeForm(first=first, second=second, lines=lines(first, second)).fields["nik"].choices
    ]
    assert labels[0] != labels[1]
    assert str(first) in labels[0]


def test_who_takes_part_in_a_programme_is_named(browse, sari):
    family = cases.family_in(people.SAGO, "Murni Chaniago")
    taking_part = {"family": family, "person": family.head, "programme": cases.programme("PKH")}
    Enrolment.objects.create(**taking_part, started_on=clock.today())
    page = browse(sari).get(f"/keluarga/{family.pk}/").content.decode()
    assert "<small>Murni Chaniago</small>" in page.split("Kepesertaan program")[1].split("</section>")[0]


def test_a_unit_and_what_may_stay_empty_share_one_bracket(browse, sari):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    page = browse(sari).get(f"/kunjungan/{visit.pk}/isi/card/").content.decode()
    assert "Nomor KK (boleh kosong)" in page
    assert "(orang, boleh kosong)" in page


def test_a_family_without_a_head_can_be_opened_from_what_was_found(browse, lestari):
    family = cases.family_in(people.SAGO)
    family.memberships.update(relation="3")
    check_all()
    found = browse(lestari).get("/dasbor/").content.decode().split("Temuan pemeriksaan data")[1].split("</section>")[0]
    assert f'href="/keluarga/{family.pk}/"' in found
    assert 'class="tag' not in found
    assert "beri tahu administrator" in found


def test_the_administrator_is_not_sent_to_the_administrator(browse, places, lestari, adi):
    family = cases.family_in(people.SAGO)
    family.memberships.update(relation="3")
    row = cases.registration(cases.family_in(people.SALIDO, "Lain", "1301994506850009"), "identity_check")
    type(row).objects.filter(pk=row.pk).update(state="nowhere")
    check_all()
    for user, told in ((lestari, "beri tahu administrator"), (adi, "beri tahu pengelola server")):
        found = browse(user).get("/dasbor/").content.decode().split("Temuan pemeriksaan data")[1].split("</section>")[0]
        assert set(re.findall("beri tahu (?:administrator|pengelola server)", found, re.IGNORECASE)) == {told}


@pytest.mark.parametrize(("language", "one", "two"), [("id", "1 baris", "2 baris"), ("en", "1 row", "2 rows")])
def test_rows_are_counted_as_one_says_it(browse, places, lestari, language, one, two):
    client = browse(lestari)
    client.post("/bahasa/", {"language": language, "next": "/"})
    for nik, said in (("1301994506850001", one), ("1301994506850003", two)):
        cases.family_in(people.SAGO, nik=nik, kk=f"130199050610{nik[-4:]}")
        page = client.get("/dasbor/families/").content.decode()
        assert re.search(rf"<span data-count[^>]*>{said}</span>", page)
        assert re.search(rf'<b data-count="[^"]*">{said}</b>', client.get("/ekspor/baru/keluarga/").content.decode())


@pytest.mark.parametrize(("language", "said"), [("id", "baris 2"), ("en", "row 2")])
def test_a_row_of_a_file_is_named_by_its_number(browse, manager, language, said):  # noqa: F811
    imported(manager, EXTRACT)
    run = previewed(manager, EXTRACT.replace("Rosna,05/06/1985", "Rosna,05/06/1986"))
    client = browse(manager)
    client.post("/bahasa/", {"language": language, "next": "/"})
    assert re.search(rf"<small>{said}( ·|<)", client.get(f"/impor/{run.pk}/").content.decode())
