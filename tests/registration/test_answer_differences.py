"""What an answer file does not say, or says of somebody with another name: lestari sees it before anything moves."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from households.choices.imports import ImportKind
from households.importing import applying, telling
from households.models import AnswerFile, Registration
from households.workflow import answer as answering
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.idempotency import new_key
from tests import cases, people
from tests.importing import lists
from tests.registration.answers import NIKS, apply, csv, read, states

NAMED = "NIK,NAMA,STATUS,DESIL,PERIODE\n"


@pytest.fixture
def sent(places):
    """Three families that were sent, one that was ranked, one that is not sent yet."""
    given = ["sent_to_ministry"] * 3 + ["ranked", "endorsed"]
    names = ["Rosna Tanjung", "Murni Chaniago", "Ali Akbar", "Siti Aisyah", "Upik"]
    return [cases.registration(cases.family_in(people.SAGO, names[n], NIKS[n]), state) for n, state in enumerate(given)]


def named(by, *rows):
    run = read(csv(*rows, header=NAMED), by)
    assert run.state == "previewed", run.problem
    return run.answer_files.get()


# -- proposals the file says nothing of


def test_who_was_sent_and_is_not_in_the_file_is_counted_and_listed(browse, sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Rosna Tanjung,DITETAPKAN,,")
    desk = browse(lestari)
    page = desk.get(f"/jawaban/{answer.pk}/?isi=absent")
    told = page.content.decode()
    assert [row.pk for row in page.context["absent"]] == [row.pk for row in sent[1:4]]
    assert all(name in told for name in ("Murni Chaniago", "Ali Akbar", "Siti Aisyah"))
    assert "Upik" not in told
    assert NIKS[1] not in told
    assert (
        "3 usulan yang sudah dikirim tidak ada jawabannya di berkas ini"
        in desk.get(f"/impor/{answer.run_id}/").content.decode()
    )
    apply(answer, lestari)
    assert states()[:2] == ["determined", "sent_to_ministry"]
    assert [row.pk for row in desk.get(f"/jawaban/{answer.pk}/?isi=absent").context["absent"]] == [
        row.pk for row in sent[1:4]
    ]


def test_who_was_sent_after_the_file_came_is_not_missed_in_it(browse, sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Rosna Tanjung,DITETAPKAN,,")
    AnswerFile.objects.filter(pk=answer.pk).update(created_at=clock.now() - timedelta(days=9))
    Registration.objects.filter(pk=sent[1].pk).update(sent_on=clock.today() - timedelta(days=30))
    page = browse(lestari).get(f"/jawaban/{answer.pk}/?isi=absent")
    assert [row.pk for row in page.context["absent"]] == [sent[1].pk]


def test_proposals_of_another_regency_are_not_missed(browse, sent, lestari):
    cases.registration(cases.family_in(people.PADANG, "Warga Padang", NIKS[9]), "sent_to_ministry")
    answer = named(lestari, f"{NIKS[0]},Rosna Tanjung,DITETAPKAN,,")
    assert "Warga Padang" not in browse(lestari).get(f"/jawaban/{answer.pk}/?isi=absent").content.decode()


# -- another name


def test_another_name_is_shown_and_moves_nothing(browse, sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,2,2026-Q4", f"{NIKS[1]},Moerni Caniago,DITETAPKAN,,")
    page = browse(lestari).get(f"/jawaban/{answer.pk}/").content.decode()
    assert "Yusuf Marpaung" in page
    assert "Moerni Caniago" not in page, "the spelling of one name is no difference"
    apply(answer, lestari)
    assert states()[:2] == ["sent_to_ministry", "determined"]
    row = answer.rows.first()
    assert row.outcome == "skipped"
    assert "Nama" in row.problem
    assert (answer.counts["chosen"], answer.counts["done"], answer.counts["skipped"]) == (2, 1, 1)


def test_somebody_says_with_a_reason_that_it_is_the_same_person(browse, sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,2,2026-Q4")
    row = answer.rows.get()
    said = {"reason": "Nama di KTP baru; salinannya dilihat.", "idempotency_key": new_key()}
    assert browse(lestari).post(f"/jawaban/{answer.pk}/orang-sama/{row.pk}/", said).status_code == 302
    entry = AuditEntry.objects.get(verb="same_person")
    assert (entry.actor, entry.note) == (lestari, "Nama di KTP baru; salinannya dilihat.")
    apply(answer, lestari)
    assert states()[0] == "determined"


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_the_name_stays_different(browse, sent, lestari, reason):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,2,2026-Q4")
    row = answer.rows.get()
    browse(lestari).post(f"/jawaban/{answer.pk}/orang-sama/{row.pk}/", {"reason": reason})
    row.refresh_from_db()
    assert (row.same_person_reason, AuditEntry.objects.filter(verb="same_person").exists()) == ("", False)


def test_others_and_later_nobody_says_so(browse, sent, lestari, rina):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,,", f"{NIKS[1]},Murni Chaniago,DITETAPKAN,,")
    address, said = f"/jawaban/{answer.pk}/orang-sama/{answer.rows.first().pk}/", {"reason": "Sama."}
    assert browse(rina).post(address, said).status_code in (403, 404)
    apply(answer, lestari)
    browse(lestari).post(address, said)
    assert answer.rows.first().same_person_reason == ""
    assert states()[0] == "sent_to_ministry"


def test_a_file_of_nothing_but_other_names_ends_without_a_step(sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,,")
    apply(answer, lestari)
    assert (answer.state, answer.run.state, states()[0]) == ("cancelled", "applied", "sent_to_ministry")


def test_names_that_were_decided_wait_no_more_on_either_page(browse, sent, lestari):
    answer = named(lestari, f"{NIKS[0]},Yusuf Marpaung,DITETAPKAN,,", f"{NIKS[1]},Bagindo Sutan,DITETAPKAN,,")
    client, pages = browse(lestari), (f"/impor/{answer.run_id}/", f"/jawaban/{answer.pk}/")
    for page in pages:
        assert "2 baris menyebut nama lain" in client.get(page).content.decode()
    told = client.get(pages[0]).content.decode()
    assert "sebelum nama yang berbeda diputuskan" in told
    assert f"/impor/{answer.run_id}/terapkan/" not in told, "it would write nothing"
    answering.same_person(answer.rows.first(), "Nama panggilan", by=lestari)
    for page in pages:
        assert "1 baris menyebut nama lain" in client.get(page).content.decode()
    assert "Akan ditulis sekaligus: 1 baris." in client.get(pages[0]).content.decode()
    assert states()[0] == "sent_to_ministry"


# -- how far it has come


def test_applying_tells_how_many_rows_are_done(sent, lestari, monkeypatch):
    answer = named(lestari, *(f"{nik},,DITETAPKAN,," for nik in NIKS[:4]))
    told = []

    class Telling:
        def __init__(self, run_id):
            assert run_id == answer.run_id

        def __enter__(self):
            return lambda done, total: told.append((done, total))

        def __exit__(self, *fault):
            return False

    monkeypatch.setattr("households.importing.applying.telling", Telling)
    apply(answer, lestari)
    assert states()[:4] == ["determined"] * 4
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert telling.told(answer.run_id) == (0, 0)


def test_a_list_tells_its_progress_too(places, lestari, monkeypatch):
    previewed_list = lists.imported(lestari, lists.EXTRACT) and lists.previewed(
        lestari, "ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,4,2026-Q3\nK2,5,2026-Q3\n", ImportKind.DECILES
    )
    told = []

    @contextmanager
    def listening(run_id):
        yield lambda done, total: told.append((done, total))

    monkeypatch.setattr("households.importing.applying.telling", listening)
    applying.request_apply(previewed_list, by=lestari, version=previewed_list.version)
    applying.apply(previewed_list.pk)
    assert told == [(0, 2), (1, 2), (2, 2)]
