"""The village meeting: nurma records it, decides family by family, and closing it moves them together."""

import zlib
from datetime import timedelta

import pytest

from households.models import Attendee, MeetingDecision, Paper, Registration, VillageMeeting
from households.workflow import meeting as meetings
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people
from tests.registration.conftest import PDF, SVG, picture, uploaded

NIKS = [f"13019945068500{n:02d}" for n in range(10, 16)]


@pytest.fixture
def listed(places):
    """Three families on the initial list of Sago Salido."""
    return [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", nik), "initial_list")
        for n, nik in enumerate(NIKS[:3])
    ]


def held(nurma, **more):
    said = {"village_id": people.SAGO, "held_on": clock.today(), "place": "Kantor nagari", "chair": "Wali"}
    return meetings.hold(by=nurma, **{**said, **more})


def test_a_meeting_in_the_future_is_refused_with_its_own_sentence(places, nurma):
    with pytest.raises(GuardFailed, match="belum berlangsung") as refused:
        held(nurma, held_on=clock.today() + timedelta(days=1))
    assert refused.value.field == "held_on"
    assert not VillageMeeting.objects.exists()


def test_what_was_entered_for_a_future_meeting_stays_on_the_page(browse, nurma):
    tomorrow = clock.today() + timedelta(days=1)
    said = {"village": people.SAGO, "held_on": tomorrow.strftime("%d/%m/%Y"), "place": "Balai", "chair": "Datuk"}
    answer = browse(nurma).post("/musyawarah/baru/", {**said, "idempotency_key": new_key()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Musyawarah ini belum berlangsung" in page
    assert 'value="Balai"' in page
    assert 'value="Datuk"' in page


def test_nobody_else_holds_a_meeting_and_not_elsewhere(places, sari, nurma):
    with pytest.raises(NotPermitted):
        held(sari)
    with pytest.raises(NotPermitted):
        held(nurma, village_id=people.SALIDO)
    assert not VillageMeeting.objects.exists()


def test_the_whole_meeting(browse, nurma, listed):
    desk = browse(nurma)
    said = {"village": people.SAGO, "held_on": clock.today().strftime("%d/%m/%Y"), "place": "Balai", "chair": "Datuk"}
    page = desk.post("/musyawarah/baru/", {**said, "idempotency_key": new_key()})["Location"]
    desk.post(f"{page}panggil/", {"rows": [row.pk for row in listed]})
    desk.post(f"{page}peserta/", {"names": "Ani\nBadu\n\n", "role": "hamlet_head"})
    verdicts = {f"d{listed[0].pk}": "accept", f"d{listed[1].pk}": "well_off", f"d{listed[2].pk}": "accept"}
    desk.post(f"{page}keputusan/", verdicts)
    row = VillageMeeting.objects.get()
    number = {"minutes_number": "BA-7/2026", "version": row.version, "idempotency_key": new_key()}
    assert desk.post(f"{page}attach_minutes/", {**number, "file": uploaded(picture())}).status_code == 302
    row.refresh_from_db()
    desk.post(f"{page}close/", {"version": row.version, "idempotency_key": new_key()})

    row.refresh_from_db()
    assert (row.state, row.result["done"], row.result["chosen"]) == ("closed", 3, 3)
    states = dict(Registration.objects.values_list("pk", "state"))
    assert [states[found.pk] for found in listed] == ["final_list", "rejected_by_meeting", "final_list"]
    refused = Registration.objects.get(pk=listed[1].pk)
    assert (refused.meeting_reason, refused.minutes_number) == ("well_off", "BA-7/2026")
    assert set(Attendee.objects.values_list("name", flat=True)) == {"Ani", "Badu"}
    assert "Hasil dari 3 yang dipilih" in desk.get(page).content.decode()
    for entry in AuditEntry.objects.all():
        assert "Ani" not in str(entry.details), "names of people stand in no audit detail"


@pytest.fixture
def ready(nurma):
    """A meeting that could be closed."""
    return cases.decided_meeting(people.SAGO, nurma)


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [("attendance", "peserta masih kosong"), ("decision", "1 keluarga belum diputuskan"), ("minutes", "Berita acara")],
)
def test_a_meeting_is_not_closed_while_something_is_missing(ready, nurma, lacking, sentence):
    if lacking == "attendance":
        ready.attendees.all().delete()
    elif lacking == "decision":
        ready.decisions.filter(accepted=True).delete()
    else:
        VillageMeeting.objects.filter(pk=ready.pk).update(minutes=None)
    with pytest.raises(GuardFailed, match=sentence):
        engine.apply("close", ready, by=nurma)
    ready.refresh_from_db()
    assert (ready.state, ready.result) == ("open", {})
    assert set(Registration.objects.values_list("state", flat=True)) == {"meeting"}


def test_a_family_that_cannot_move_holds_up_no_other(ready, nurma):
    moved = ready.decisions.filter(accepted=True).get().registration
    Registration.objects.filter(pk=moved.pk).update(state="initial_list")
    engine.apply("close", ready, by=nurma)
    ready.refresh_from_db()
    assert {name: ready.result[name] for name in ("chosen", "done", "skipped", "failed")} == {
        **{"chosen": 2, "done": 1},
        **{"skipped": 1, "failed": 0},
    }
    moved.refresh_from_db()
    assert moved.state == "initial_list"


def test_a_cancelled_meeting_gives_its_families_back(ready, nurma):
    engine.apply("cancel", ready, by=nurma, note="Peserta kurang.")
    assert set(Registration.objects.values_list("state", "meeting")) == {("initial_list", None)}
    assert not MeetingDecision.objects.exists()


def test_a_closed_meeting_takes_no_more_decisions(ready, nurma):
    engine.apply("close", ready, by=nurma)
    with pytest.raises(TransitionNotAllowed):
        meetings.decide(ready, {}, by=nurma)
    with pytest.raises(TransitionNotAllowed):
        meetings.add_attendees(ready, [("Ani", "other")], by=nurma)


def test_families_of_another_village_are_not_called(nurma, listed):
    row = cases.meeting(people.SAGO, nurma)
    other = cases.registration(cases.family_in(people.SALIDO, "Orang Lain", NIKS[5]), "initial_list")
    tally = meetings.call(row, [listed[0].pk, listed[0].pk, other.pk, 999], by=nurma).as_json()
    assert (tally["chosen"], tally["done"], tally["failed"]) == (3, 1, 2)
    other.refresh_from_db()
    assert other.state == "initial_list"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (SVG, "Isi berkas ini SVG"),
        (b"", "Berkas ini kosong"),
        (b"PK\x03\x04 kosong", "bukan PDF, JPG, atau PNG"),
        (picture()[:200], "rusak atau terpotong"),
        (b"%PDF-1.4 terputus", "PDF ini terpotong"),
        (picture()[:2] + SVG, "bukan PDF, JPG, atau PNG"),
    ],
    ids=["svg", "empty", "zip", "cut picture", "cut pdf", "svg behind two bytes"],
)
def test_minutes_that_are_no_paper_are_refused_and_nothing_is_lost(browse, nurma, uploads, data, sentence):
    row = cases.meeting(people.SAGO, nurma)
    said = {"minutes_number": "BA-7/2026", "version": row.version, "idempotency_key": new_key()}
    answer = browse(nurma).post(f"/musyawarah/{row.pk}/attach_minutes/", {**said, "file": uploaded(data)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'value="BA-7/2026"' in page
    assert not Paper.objects.exists()
    assert list(uploads.rglob("*.bin")) == []


def test_the_sptjm_stands_in_for_a_meeting_with_its_paper(browse, nurma, listed):
    row, today = listed[0], clock.today().strftime("%d/%m/%Y")
    desk, address = browse(nurma), f"/registrasi/{row.pk}/use_sptjm/"
    said = {"sptjm_on": today, "version": row.version, "idempotency_key": new_key()}
    refused = desk.post(address, said)
    assert refused.status_code == 422
    assert "Pilih dulu berkasnya" in refused.content.decode()
    assert desk.post(address, {**said, "file": uploaded(PDF, "sptjm.pdf")}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.sptjm_paper.kind, row.sptjm_paper.media_type) == ("final_list", "sptjm", "application/pdf")


@pytest.mark.parametrize("paper", ["daftar-hadir", "berita-acara"])
def test_the_papers_to_be_signed_are_pdfs_and_opening_them_is_noted(browse, ready, nurma, budi, paper):
    Attendee.objects.create(meeting=ready, name="Siti Nur’aini & 阿 <b>", role="other")
    answer = browse(nurma).get(f"/musyawarah/{ready.pk}/{paper}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert AuditEntry.objects.about(ready).filter(verb="print", details__paper=paper).count() == 1
    assert browse(budi).get(f"/musyawarah/{ready.pk}/{paper}.pdf").status_code == 404
    assert zlib.crc32(answer.content)


@pytest.mark.parametrize(("which", "count"), [("awal", 3), ("akhir", 0)])
def test_the_lists_of_a_village_can_be_printed(browse, nurma, budi, listed, which, count):
    answer = browse(nurma).get(f"/registrasi/desa/{people.SAGO}/{which}/")
    page = answer.content.decode()
    assert page.count("Warga") == count
    assert NIKS[0][:12] + "9" not in page, "card numbers are masked"
    assert browse(budi).get(f"/registrasi/desa/{people.SAGO}/{which}/").status_code == 404


def test_attendance_that_was_sent_twice_is_written_down_once(browse, places, nurma, sari):
    row = cases.meeting(people.SAGO, sari)
    client = browse(nurma)
    key = client.get(f"/musyawarah/{row.pk}/").context["attendee_form"].initial.get("idempotency_key", "")
    sent = {"names": "Ani\nBuyung", "role": "other", "idempotency_key": key}
    for _once_more in range(2):
        assert client.post(f"/musyawarah/{row.pk}/peserta/", sent).status_code == 302
    assert sorted(row.attendees.values_list("name", flat=True)) == ["Ani", "Buyung"]


def first_step(desk, row):
    """What the page of a meeting fills as the first step, and whether it offers to close."""
    shown = desk.get(f"/musyawarah/{row.pk}/").context
    firsts = [found["label"] for found in shown["links"] if found["first"]]
    firsts += [option["transition"].name for option in shown["options"] if option["first"]]
    assert len(firsts) == 1, "one step is the first"
    return firsts[0], "close" in {option["transition"].name for option in shown["options"]}


def test_the_first_step_is_what_comes_first_in_a_meeting(browse, nurma, listed):
    desk, row = browse(nurma), held(nurma)
    assert first_step(desk, row) == ("Isi daftar peserta", False)
    desk.post(f"/musyawarah/{row.pk}/peserta/", {"names": "Ani", "role": "other"})
    assert first_step(desk, row) == ("Panggil keluarga", False)
    desk.post(f"/musyawarah/{row.pk}/panggil/", {"rows": [found.pk for found in listed]})
    assert first_step(desk, row) == ("Putuskan keluarga", False)
    desk.post(f"/musyawarah/{row.pk}/keputusan/", {f"d{found.pk}": "accept" for found in listed[:2]})
    assert first_step(desk, row) == ("Putuskan keluarga", False)
    assert "1 dari 3 belum diputuskan" in desk.get(f"/musyawarah/{row.pk}/").content.decode()
    desk.post(f"/musyawarah/{row.pk}/keputusan/", {f"d{listed[2].pk}": "moved"})
    assert first_step(desk, row) == ("attach_minutes", False)


def test_closing_is_first_when_the_record_is_whole_and_says_what_was_decided(browse, nurma, sari, ready):
    assert first_step(browse(nurma), ready) == ("close", True)
    facts = dict(browse(nurma).get(f"/musyawarah/{ready.pk}/close/").context["form"].facts)
    assert (facts["Disepakati"], facts["Tidak disepakati"]) == ("1", "1")
    assert "Belum diputuskan" not in facts
    watching = browse(sari).get(f"/musyawarah/{ready.pk}/").context
    assert (watching["links"], watching["options"], watching["steps_hint"]) == ([], [], "")


def test_an_open_meeting_without_decisions_does_not_count_to_nought(browse, nurma, listed):
    held(nurma)
    page = browse(nurma).get("/musyawarah/").content.decode()
    assert "belum ada keputusan" in page
    assert "0 keluarga diputuskan" not in page


def test_nobody_comes_in_a_function_that_was_not_chosen(browse, nurma, sari, places):
    row = cases.meeting(people.SAGO, sari)
    answer = browse(nurma).post(f"/musyawarah/{row.pk}/peserta/", {"names": "Ani"})
    assert answer.status_code == 422
    assert "Pilih mereka hadir sebagai apa." in answer.content.decode()
    assert not row.attendees.exists()


def test_heads_of_one_name_are_told_apart_by_where_they_live(browse, nurma, listed):
    for row, address, hamlet in zip(listed, ("Jl. Pasar 1", "Jl. Pasar 2", ""), ("Jorong Koto", "", ""), strict=True):
        house = row.family.household
        house.address, house.hamlet = address, hamlet
        house.save()
    page = browse(nurma).get("/registrasi/?tab=village").content.decode()
    assert "<small>Jl. Pasar 1 · Jorong Koto</small>" in page
    assert "<small>Jl. Pasar 2</small>" in page
    assert "<small></small>" not in page
