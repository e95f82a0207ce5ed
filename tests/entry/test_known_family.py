"""A family that was visited before: what is known stands on the screens, and is called unchecked until it was looked at again."""

import pytest

from households import visiting
from households.models import Family
from households.questionnaire import progress
from slrt.core import clock
from tests import people
from tests.entry.homes import agreed, enter, save


@pytest.fixture
def again(sari):
    """Rosna's family was visited with every screen but the optional ones; Sari comes back, and the family agrees."""
    first = enter(visiting.begin(by=sari, village_id=people.SAGO), sari)
    visiting.send(first, by=sari, attested=True)
    return agreed(visiting.begin(by=sari, village_id=people.SAGO, family=Family.objects.get()), sari)


def sentence_of(visit, step_id):
    return next(problem.sentence for problem in visiting.problems(visit) if problem.step_id == step_id)


def test_a_screen_filled_from_last_time_is_unchecked_and_not_empty(again):
    assert "belum diperiksa" in sentence_of(again, "house")
    assert "belum diperiksa" in sentence_of(again, f"person:{again.answers['order'][0]}")
    assert "belum diperiksa" in sentence_of(again, "health_who")
    assert not [problem for problem in visiting.problems(again) if "belum diisi" in problem.sentence]


def test_the_task_list_says_how_many_screens_are_unchecked_and_the_screen_says_it_too(browse, again, sari):
    page = browse(sari).get(f"/kunjungan/{again.pk}/").content.decode()
    known = sum(task["known"] for task in progress(again.answers, clock.today()))
    assert known > 10
    assert f"{known} layar sudah terisi dari data lama dan belum diperiksa." in page
    assert "Belum diperiksa" in page
    screen = browse(sari).get(f"/kunjungan/{again.pk}/isi/materials/").content.decode()
    assert "Terisi dari data lama." in screen
    members = browse(sari).get(f"/kunjungan/{again.pk}/anggota/").content.decode()
    assert "Periksa Rosna Tanjung" in members
    assert "belum lengkap" not in members


def test_nothing_ticked_last_time_is_known_too(again):
    assert again.answers["household"]["program"] == []
    assert "belum diperiksa" in sentence_of(again, "programmes")


def test_members_known_from_before_are_looked_at_before_another_is_asked_for(browse, again, sari):
    draft = save(again, sari, "card", household={"jumlah_art": "3"})
    mother, son = draft.answers["order"]
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/isi/about/{mother}/", {"marital": "4"})
    assert "/isi/person/m" not in answer["Location"]
    for key in (mother, son):
        for screen in ("person", "about"):
            draft = save(draft, sari, f"{screen}:{key}")
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/isi/about/{son}/", {"marital": "1"})
    assert answer["Location"] == f"/kunjungan/{draft.pk}/isi/person/m1/"


def test_a_saved_screen_is_checked(browse, again, sari):
    entered = {"lantai": "9", "dinding": "4", "atap": "9"}
    assert browse(sari).post(f"/kunjungan/{again.pk}/isi/materials/", entered).status_code == 302
    again.refresh_from_db()
    assert "materials" not in {problem.step_id for problem in visiting.problems(again)}
    assert "Terisi dari data lama." not in browse(sari).get(f"/kunjungan/{again.pk}/isi/materials/").content.decode()


def test_a_screen_that_was_begun_is_neither_empty_nor_unchecked(browse, again, sari):
    entered = {"lantai": "2", "dinding": "4", "atap": "9"}
    browse(sari).post(f"/kunjungan/{again.pk}/isi/materials/", entered, headers={"X-Autosave": "1"})
    again.refresh_from_db()
    assert "sudah diisi sebagian" in sentence_of(again, "materials")


def test_a_member_who_came_since_is_not_known(again, sari):
    draft = save(again, sari, "card", m9={"name": "Anisa"})
    assert "belum diisi" in sentence_of(draft, "person:m9")


def test_a_new_family_has_nothing_unchecked(browse, sari):
    draft = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    draft = save(draft, sari, "card", household={"luas_lantai": "24"})
    assert "belum diisi" in sentence_of(draft, "house")
    assert "Belum diperiksa" not in browse(sari).get(f"/kunjungan/{draft.pk}/").content.decode()
