"""NIK comparisons, people without NIK, and what a family's story shows."""

from datetime import date, timedelta

import pytest

from households.choices.survey import CodeBook
from households.models import CivilTask, DecileRecord, NikCheck, Person, PersonAnswers, SurveyRound
from households.registry import correcting, families, identity, ledger, members, story
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion
from tests.registry import homes

DAY = date(2026, 1, 10)


@pytest.fixture
def family(places):
    return homes.rosnas()


def check(family, by, **more):
    head = Person.objects.get(pk=family.head_id)
    values = {"result": "matched", "source": "dukcapil", "version": head.version, **more}
    return identity.record_check(family, head, by=by, **values)


def test_a_match_is_kept_with_who_when_and_where(family, rina):
    check(family, rina, result="unmatched", note="Nama ibu beda.")
    found = check(family, rina)
    assert Person.objects.get(pk=family.head_id).nik_match == "matched"
    assert (found.by, found.source, found.at.date()) == (rina, "dukcapil", clock.now().date())
    assert list(NikCheck.objects.values_list("result", flat=True)) == ["matched", "unmatched"]
    assert AuditEntry.objects.first().details["before"] == "unmatched"


def test_a_match_is_refused_without_permission_note_number_or_when_late(family, sari, rina):
    with pytest.raises(NotPermitted):
        check(family, sari)
    with pytest.raises(GuardFailed, match="berbeda"):
        check(family, rina, result="duplicate")
    with pytest.raises(StaleVersion):
        check(family, rina, version=99)
    child = homes.member(family, "Bayu Tanjung", DAY, "3")
    with pytest.raises(GuardFailed, match="belum punya NIK"):
        identity.record_check(family, child, by=rina, result="matched", source="siks", version=1)
    assert not NikCheck.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_page_of_a_number(browse, family, sari, rina, budi):
    path = f"/keluarga/{family.pk}/orang/{family.head_id}/nik/"
    assert "Belum pernah dicocokkan" in browse(sari).get(path).content.decode()
    assert browse(budi).get(path).status_code == 404
    values = {"result": "matched", "source": "siks", "note": "", "version": 1}
    assert browse(sari).post(path, values).status_code == 403
    assert browse(rina).post(path, values).status_code == 302
    assert browse(rina).post(path, values).status_code == 409
    page = browse(sari).get(path).content.decode()
    assert "SIKS-NG" in page
    assert "Rina" in page
    assert homes.ROSNA not in page


def test_people_without_nik_are_a_list_of_tasks(browse, family, sari, budi):
    child = homes.member(family, "Bayu Tanjung", DAY, "3")
    client = browse(sari)
    page = client.get("/keluarga/tanpa-nik/").content.decode()
    assert "Bayu" in page
    assert "Belum dibawa ke Disdukcapil" in page
    assert "Rosna Tanjung" not in page
    assert "Bayu" not in browse(budi).get("/keluarga/tanpa-nik/").content.decode()
    path = f"/keluarga/{family.pk}/orang/{child.pk}/nik/"
    assert client.post(path, {"state": "returned", "note": ""}).status_code == 422
    assert client.post(path, {"state": "returned", "note": "Surat lahir bidan.", "version": 0}).status_code == 302
    with clock.told(clock.now() + timedelta(days=12)):
        page = browse(sari).get("/keluarga/tanpa-nik/").content.decode()
    assert "Dikembalikan, surat kurang" in page
    assert "12 hari" in page
    assert AuditEntry.objects.get().to_state == "returned"


def test_the_task_ends_with_the_number(family, sari, fitri):
    child = homes.member(family, "Bayu Tanjung", DAY, "3")
    identity.take_step(family, child, by=sari, state="handed")
    with pytest.raises(NotPermitted):
        identity.take_step(family, child, by=fitri, state="open")
    values = {"nik": "1301991001260005", "no_nik_reason": ""}
    correcting.correct(family, by=sari, person=child, version=child.version, values=values, reason="KIA terbit.")
    assert not identity.without_nik(sari).exists()
    with pytest.raises(GuardFailed, match="sudah punya NIK"):
        identity.take_step(family, child, by=sari, state="open")
    assert CivilTask.objects.get().state == "handed"


def round_of(family, days_ago, floor, school, book=CodeBook.BDT2015):
    made = SurveyRound.objects.create(
        household=family.household,
        kind="visit",
        codebook=book,
        collected_on=clock.today() - timedelta(days=days_ago),
        answers={"lantai": floor, "dinding": "4"},
    )
    PersonAnswers.objects.create(
        round=made, person=homes.named(family, "Siti"), answers={"sekolah": school, "bekerja": "2"}
    )
    return made


def test_rounds_are_compared_by_house_and_person(browse, family, sari):
    round_of(family, 400, "9", "1")
    round_of(family, 200, "9", "1")
    round_of(family, 10, "6", "2")
    newest, middle, first = story.rounds_of(family)
    said = [(change.part, change.whom.split()[:1]) for change in newest.changes]
    assert said == [("Rumah", []), ("Sekolah", ["Siti"])]
    assert (middle.changes, middle.not_compared) == ([], "")
    assert first.not_compared
    for path in ("", "riwayat/"):
        page = browse(sari).get(f"/keluarga/{family.pk}/{path}").content.decode()
        assert "Tanah → Semen atau bata merah" in page
        assert "Siti Tanjung" in page


def test_codes_of_two_books_are_not_compared(family):
    round_of(family, 400, "8", "1")
    round_of(family, 10, "8", "2", CodeBook.REGSOSEK2022K)
    newest, _first = story.rounds_of(family)
    assert newest.changes == []
    assert "sebelumnya BDT 2015, sekarang Regsosek 2022-K" in newest.not_compared


def test_the_official_decile_has_a_table_and_a_drawing(browse, family, sari):
    for period, decile in (("2026-Q1", 1), ("2026-Q2", 2), ("2026-Q3", 4)):
        DecileRecord.objects.create(
            family=family, period=period, source="extract", decile=decile, recorded_at=clock.now()
        )
    page = browse(sari).get(f"/keluarga/{family.pk}/riwayat/").content.decode()
    assert page.count("<circle") == 3
    assert "2026-Q1: 1, 2026-Q2: 2, 2026-Q3: 4" in page
    assert "style=" not in page
    assert "Data unduhan DTSEN" in page
    case = browse(sari).get(f"/keluarga/{family.pk}/").content.decode()
    assert "2 (2026-Q2) → 4 (2026-Q3)" in case


def test_the_story_tells_events_cards_and_what_was_taken_back(browse, family, sari, budi):
    families.change_card(family, by=sari, version=family.version, kk="1301990101260009", on=DAY)
    family.refresh_from_db()
    ali = homes.named(family, "Ali")
    gone = members.leave(family, by=sari, version=family.version, person=ali.pk, on=DAY)
    ledger.undo(gone, by=sari)
    page = browse(sari).get(f"/keluarga/{family.pk}/riwayat/").content.decode()
    assert "1301••••••••0001" in page
    assert "Anggota pindah ke luar data: Ali Tanjung" in page
    assert "dibatalkan" in page
    assert homes.KK not in page
    assert browse(budi).get(f"/keluarga/{family.pk}/riwayat/").status_code == 404


def _version(form):
    return form["version"].value() if "version" in form.fields else ""


def test_a_step_toward_civil_registration_is_not_written_over_one_that_nobody_saw(browse, sari, nurma, places):
    family = homes.rosnas()
    baby = homes.member(family, "Buyung Tanjung", date(2026, 1, 1), "3")
    path = f"/keluarga/{family.pk}/orang/{baby.pk}/nik/"
    form = browse(sari).get(path).context["form"]
    browse(nurma).post(path, {"state": "returned", "note": "Kurang surat lahir", "version": _version(form)})

    answer = browse(sari).post(path, {"state": "handed", "note": "Diantar", "version": _version(form)})

    task = CivilTask.objects.get(person=baby)
    assert (task.state, task.note, task.by) == ("returned", "Kurang surat lahir", nurma)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "sudah diubah orang lain" in page
    assert "Kurang surat lahir" in page
    assert 'value="Diantar"' in page
    again = _version(answer.context["form"])
    browse(sari).post(path, {"state": "handed", "note": "Diantar", "version": again})
    task.refresh_from_db()
    assert (task.state, task.note) == ("handed", "Diantar")
