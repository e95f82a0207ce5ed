"""What names somebody lies encrypted; it is shown on one page, to whoever may see full numbers, with a line in the trail."""

import pytest

from households import visiting
from households.models import Family, Person
from slrt.audit.models import AuditEntry
from tests import people
from tests.entry import homes, regsosek
from tests.entry.homes import save

SECRETS = ("6013019900001", "Painan", "Siti Aminah", "Pak Wali")


@pytest.fixture
def family(sari):
    """Rosna's family, sent with private answers of the household and of her son."""
    draft = homes.enter(visiting.begin(by=sari, village_id=people.SAGO), sari)
    draft = save(draft, sari, "household", {"responden": "Pak Wali"})
    draft = save(draft, sari, "cards", {"nomor_kks": "6013019900001", "nomor_pkh": "?"})
    draft = save(draft, sari, "origin:m2", m2={"tempat_lahir": "Painan", "nama_ibu": "Siti Aminah"})
    visiting.send(draft, by=sari, attested=True)
    return Family.objects.get()


@pytest.mark.parametrize("who", ["sari", "rina", "nurma", "lestari"])
def test_whoever_may_see_full_numbers_sees_them_and_the_trail_says_so(request, browse, family, who):
    user = request.getfixturevalue(who)
    page = browse(user).post(f"/keluarga/{family.pk}/nomor/")
    text = page.content.decode()
    for words in (*SECRETS, "Budi Tanjung · Nama ibu kandung", "BDT 2015", "Tidak tahu"):
        assert words in text, words
    assert page["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="reveal")
    assert (entry.actor, entry.kind, entry.subject_id) == (user, AuditEntry.Kind.READ, family.pk)
    assert set(entry.details["answers"]) == {"responden", "nomor_kks", "nomor_pkh", "tempat_lahir", "nama_ibu"}
    assert not [words for words in SECRETS if words in str(entry.details)], "which questions, never the answers"


@pytest.mark.parametrize("who", ["joko", "fitri", "hendra", "agus", "tomo", "dewi", "adi", "budi"])
def test_nobody_else_sees_them_and_nothing_is_said_of_a_reading(request, browse, family, who):
    answer = browse(request.getfixturevalue(who)).post(f"/keluarga/{family.pk}/nomor/")
    assert answer.status_code in (403, 404)
    assert not [words for words in SECRETS if words in answer.content.decode()]
    assert not AuditEntry.objects.filter(verb="reveal").exists()


def test_no_other_page_of_the_family_shows_them(browse, family, sari):
    for path in ("", "riwayat/", "foto/"):
        text = browse(sari).get(f"/keluarga/{family.pk}/{path}").content.decode()
        assert not [words for words in SECRETS if words in text], path
    assert browse(sari).get(f"/keluarga/{family.pk}/nomor/").status_code == 405


def test_the_newest_answer_of_each_book_is_shown(browse, family, sari):
    again = visiting.begin(by=sari, village_id=people.SAGO, family=family, book="regsosek2022k")
    keys = again.answers["order"]
    own = {
        key: {**member, "person_id": int(key[1:])}
        for key, member in zip(keys, (regsosek.MOTHER, regsosek.SON), strict=True)
    }
    draft = homes.enter(again, sari, household=regsosek.HOUSE, m1=None, m2=None, **own)
    draft = save(draft, sari, f"papers:{keys[0]}", **{keys[0]: {"npwp": "09.254.294.3-407.000"}})
    visiting.send(draft, by=sari, attested=True)
    text = browse(sari).post(f"/keluarga/{family.pk}/nomor/").content.decode()
    assert "09.254.294.3-407.000" in text
    assert "Siti Aminah" in text
    third = visiting.begin(by=sari, village_id=people.SAGO, family=Family.objects.get())
    own = {
        key: {**member, "person_id": int(key[1:])} for key, member in zip(keys, (homes.MOTHER, homes.SON), strict=True)
    }
    draft = homes.enter(third, sari, m1=None, m2=None, **own)
    visiting.send(save(draft, sari, "household", {"responden": "Ibu Rosna"}), by=sari, attested=True)
    text = browse(sari).post(f"/keluarga/{family.pk}/nomor/").content.decode()
    assert "Ibu Rosna" in text
    assert "Pak Wali" not in text


def test_somebody_who_has_left_the_family_is_not_shown_with_it(browse, family, sari):
    son = Person.objects.get(name="Budi Tanjung")
    son.memberships.update(ended_on="2026-11-01")
    text = browse(sari).post(f"/keluarga/{family.pk}/nomor/").content.decode()
    assert "Siti Aminah" not in text
    assert "Pak Wali" in text
