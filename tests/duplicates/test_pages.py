"""The pages: who sees which pair, what is marked, how a merge is proposed and confirmed, where old addresses lead."""

from uuid import uuid4

import pytest

from households.duplicates.search import search
from households.models import DuplicateCandidate, Household, Membership, Merge, Person
from slrt.audit.models import AuditEntry
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND


@pytest.fixture
def pair(places):
    """Rosna stands in Sago Salido twice and the search has found it."""
    first = cases.family_in(people.SAGO, nik=FIRST)
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD)
    Person.objects.filter(pk=second.head_id).update(occupation="Petani")
    search()
    row = DuplicateCandidate.objects.get()
    assert (row.first_id, row.second_id) == (first.head_id, second.head_id)
    return row


def move(person, village):
    Household.objects.filter(families__memberships__person=person).update(village_id=village)


def proposal(pair, **more):
    """What the form sends: keep the first, its number, its place; the occupation of the second."""
    first, second = Person.objects.get(pk=pair.first_id), Person.objects.get(pk=pair.second_id)
    entered = {
        "keep": "first",
        "nik": "first",
        "name": "first",
        "occupation": "second",
        "place": "first",
        "reason": "Sama.",
    }
    hidden = {"first_version": first.version, "second_version": second.version, "idempotency_key": str(uuid4())}
    return {**entered, **hidden, **more}


def step(answer, note=""):
    """What a verb's form sends."""
    form = answer.context["form"]
    return {"note": note, "version": form["version"].value(), "idempotency_key": form["idempotency_key"].value()}


def test_the_list_shows_both_names_the_score_and_why(browse, rina, pair):
    page = browse(rina).get("/ganda/").content.decode()
    assert "Rosna Tanjung" in page
    assert "Tandjoeng Rosna" in page
    assert "Nama sama" in page
    assert FIRST not in page


def test_the_list_is_empty_and_says_so(browse, rina, places):
    client = browse(rina)
    page = client.get("/ganda/").content.decode()
    assert "Tidak ada dugaan ganda" in page
    assert "Pencarian berjalan setiap malam" in page, "nothing was narrowed, so no other filter would help"
    assert "Ubah saringan" in client.get("/ganda/?least=95").content.decode()


@pytest.mark.parametrize("tab", ["open", "dismissed", "proposed", "merged", "nonsense"])
def test_every_tab_opens(browse, rina, pair, tab):
    assert browse(rina).get(f"/ganda/?tab={tab}").status_code == 200


def test_the_list_is_narrowed_by_village_and_score(browse, rina, pair):
    client = browse(rina)
    assert "Tandjoeng" in client.get(f"/ganda/?village={people.SAGO}&least=85").content.decode()
    assert "Tandjoeng" not in client.get(f"/ganda/?village={people.SALIDO}").content.decode()
    move(pair.second, people.SALIDO)
    assert "Tandjoeng" in client.get(f"/ganda/?village={people.SALIDO}").content.decode()


@pytest.mark.parametrize("who", ["first", "second"])
def test_a_pair_with_one_person_outside_the_area_is_not_there(browse, nurma, pair, who):
    client = browse(nurma)
    assert client.get(f"/ganda/{pair.pk}/").status_code == 200
    move(getattr(pair, who), people.SALIDO)
    assert "Rosna" not in client.get("/ganda/").content.decode()
    for path in (f"/ganda/{pair.pk}/", f"/ganda/{pair.pk}/gabung/", f"/ganda/{pair.pk}/dismiss/"):
        assert client.get(path).status_code == 404


def test_side_by_side_marks_what_differs(browse, rina, pair):
    page = browse(rina).get(f"/ganda/{pair.pk}/").content.decode()
    assert page.count('class="differs"') >= 3
    assert "NIK beda satu angka" in page
    assert "Nilai" in page
    assert FIRST not in page
    assert "js/pairs.js" in page


def test_previous_and_next_follow_the_list(browse, rina, pair):
    third = cases.family_in(people.SAGO, name="Hasan Basri", nik="1301990506700001", kk="1301990506109003").head
    cases.family_in(people.SAGO, name="Hasan Bashri", nik="1301990506700003", kk="1301990506109004")
    Person.objects.filter(pk=third.pk).update(version=2)
    search()
    other = DuplicateCandidate.objects.exclude(pk=pair.pk).get()
    first, last = sorted((pair, other), key=lambda row: (-row.score, row.pk))
    client = browse(rina)
    assert f'href="/ganda/{last.pk}/?least=85"' in client.get(f"/ganda/{first.pk}/?least=85").content.decode()
    page = client.get(f"/ganda/{last.pk}/").content.decode()
    assert f'href="/ganda/{first.pk}/"' in page
    assert "2 dari 2" in page


def test_a_corrected_pair_leaves_the_list_at_once(browse, rina, pair):
    Person.objects.filter(pk=pair.second_id).update(name="Hasan Basri", birth_date="1970-01-02", version=2)
    client = browse(rina)
    assert "Rosna" not in client.get("/ganda/").content.decode()
    assert "sudah diperbaiki" in client.get(f"/ganda/{pair.pk}/").content.decode()


def test_dismissing_with_a_reason(browse, rina, pair):
    client, path = browse(rina), f"/ganda/{pair.pk}/dismiss/"
    assert client.post(path, step(client.get(path))).status_code == 422
    pair.refresh_from_db()
    assert pair.state == "open"
    answer = client.post(path, step(client.get(path), "Ibu dan anak, sudah dikunjungi."))
    assert answer.status_code == 302
    page = client.get(f"/ganda/{pair.pk}/").content.decode()
    assert "Ibu dan anak" in page
    assert "Tandjoeng" in client.get("/ganda/?tab=dismissed").content.decode()


def test_a_supervisor_sees_the_pair_and_does_not_dismiss_it(browse, joko, pair):
    client = browse(joko)
    assert client.get(f"/ganda/{pair.pk}/").status_code == 200
    for path in (f"/ganda/{pair.pk}/dismiss/", f"/ganda/{pair.pk}/gabung/"):
        assert client.get(path).status_code == 403
    pair.refresh_from_db()
    assert pair.state == "open"


def test_of_two_numbers_neither_is_chosen_beforehand(browse, rina, pair):
    client, path = browse(rina), f"/ganda/{pair.pk}/gabung/"
    form = client.get(path).context["form"]
    assert form.fields["nik"].initial is None
    assert form.fields["occupation"].initial == "second"
    answer = client.post(path, proposal(pair, nik=""))
    assert answer.status_code == 422
    assert "Pilih mana yang benar" in answer.content.decode()
    assert not Merge.objects.exists()


def test_proposed_by_one_confirmed_by_another_and_undone(browse, rina, lestari, pair):
    one, two = browse(rina), browse(lestari)
    kept, gone = pair.first, pair.second
    old_family = gone.memberships.get().family_id
    sent = proposal(pair)
    path = one.post(f"/ganda/{pair.pk}/gabung/", sent)["Location"]
    assert one.post(f"/ganda/{pair.pk}/gabung/", sent)["Location"] == path, "a second press makes no second proposal"
    assert Merge.objects.count() == 1
    page = one.get(path).content.decode()
    assert "Petani" in page
    assert one.get(path + "confirm/").status_code == 403
    assert path in one.get(f"/ganda/{pair.pk}/").content.decode()
    assert "Rosna" in two.get("/ganda/?tab=proposed").content.decode()

    answer = two.post(path + "confirm/", step(two.get(path + "confirm/")))
    assert answer.status_code == 302
    kept.refresh_from_db()
    assert kept.occupation == "Petani"
    assert "keanggotaan" in two.get(path).content.decode()
    home = f"/keluarga/{kept.memberships.open().get().family_id}/"
    for old in (f"/orang/{gone.pk}/", f"/orang/{kept.pk}/", f"/keluarga/{old_family}/"):
        assert two.get(old)["Location"] == home
    assert two.get(home).status_code == 200
    assert two.get(f"/ganda/{pair.pk}/").status_code == 404

    answer = two.post(path + "undo/", step(two.get(path + "undo/"), "Ternyata dua orang."))
    assert answer.status_code == 302
    assert two.get(f"/keluarga/{old_family}/").status_code == 200
    assert two.get(f"/orang/{gone.pk}/")["Location"] == f"/keluarga/{old_family}/"


def test_a_proposed_merge_waits_for_whoever_may_confirm_it_and_reads_as_done_afterwards(browse, rina, lestari, pair):
    path = browse(rina).post(f"/ganda/{pair.pk}/gabung/", proposal(pair))["Location"]
    waits = 'Menunggu supervisor atau manajer: "Sahkan dan gabungkan".'
    assert browse(rina).get(path).context["waiting_for"] == waits
    client = browse(lestari)
    assert client.get(path).context["waiting_for"] == ""
    client.post(path + "confirm/", step(client.get(path + "confirm/")))
    client.post(path + "undo/", step(client.get(path + "undo/"), "Ternyata dua orang."))
    told = [event["sentence"] for event in client.get(path).context["events"]]
    assert told[-2:] == [
        f"Disahkan dan digabungkan oleh {lestari} · Digabung",
        f"Dikembalikan seperti semula oleh {lestari} · Dikembalikan",
    ]


def test_whoever_proposes_and_whoever_confirms_reads_first_what_follows(browse, rina, lestari, pair):
    follows = "Impor berikutnya sudah bisa mengubahnya"
    assert follows in browse(rina).get(f"/ganda/{pair.pk}/gabung/").content.decode()
    path = browse(rina).post(f"/ganda/{pair.pk}/gabung/", proposal(pair))["Location"]
    client = browse(lestari)
    assert follows in client.get(path).content.decode()
    client.post(path + "confirm/", step(client.get(path + "confirm/")))
    assert follows not in client.get(path).content.decode()


def test_a_refused_undo_says_why_on_the_page(browse, rina, lestari, pair):
    path = browse(rina).post(f"/ganda/{pair.pk}/gabung/", proposal(pair))["Location"]
    client = browse(lestari)
    client.post(path + "confirm/", step(client.get(path + "confirm/")))
    Person.objects.filter(pk=pair.first_id).update(occupation="Nelayan")
    answer = client.post(path + "undo/", step(client.get(path + "undo/"), "Salah."))
    assert answer.status_code == 422
    assert "berubah sesudah penggabungan" in answer.content.decode()
    assert Merge.objects.get().state == "merged"


def test_an_entry_that_changed_while_the_form_was_open(browse, rina, pair):
    sent = proposal(pair)
    Person.objects.filter(pk=pair.second_id).update(name="Rosni", version=2)
    answer = browse(rina).post(f"/ganda/{pair.pk}/gabung/", sent)
    assert answer.status_code == 422
    assert "berubah sejak diusulkan" in answer.content.decode()
    assert not Merge.objects.exists()


def test_a_merge_of_another_area_is_not_there(browse, rina, pair):
    path = browse(rina).post(f"/ganda/{pair.pk}/gabung/", proposal(pair))["Location"]
    stranger = people.make_user("lestari2", people.Part("manager", "13.71"))
    for address in (path, path + "confirm/", f"/orang/{pair.first_id}/"):
        assert browse(stranger).get(address).status_code == 404


def test_a_persons_address_outside_the_area_or_without_a_home_is_not_there(browse, budi, pair):
    client = browse(budi)
    assert client.get(f"/orang/{pair.first_id}/").status_code == 404
    Membership.objects.update(ended_on="2026-01-01")
    assert client.get(f"/orang/{pair.first_id}/").status_code == 404
    assert client.get("/orang/1/").status_code == 404


def test_pages_leave_no_name_in_the_trail(browse, rina, lestari, pair):
    path = browse(rina).post(f"/ganda/{pair.pk}/gabung/", proposal(pair))["Location"]
    client = browse(lestari)
    client.post(path + "confirm/", step(client.get(path + "confirm/")))
    assert "Rosna" not in " ".join(str(line.details) for line in AuditEntry.objects.all())
