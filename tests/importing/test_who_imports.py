"""Who uploads and who applies, one file of an area at a time, and who says which heading is which column."""

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from households.importing import applying, deciding, matching, previewing, uploading
from households.models import ImportRun, Person
from slrt.core import clock
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from tests import people
from tests.importing import families
from tests.importing.rows import GOOD, HEAD, previewed


def _large(manager, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    return previewed(manager, f"{HEAD}\n{GOOD}\n{other}\n".encode())


def test_how_large_is_too_large_is_said_as_numbers_are_written_here(manager, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 5000
    row = ImportRun(area_id="13.01", started_by=manager, counts={"accepted": 5001})
    assert "lebih dari 5.000 baris" in applying.who_applies(row, manager)


def test_a_large_file_is_applied_by_a_second_person(manager, hendra, settings):
    started = _large(manager, settings)
    with pytest.raises(NotPermitted, match="orang kedua"):
        applying.request_apply(started, by=manager, version=started.version)
    started.refresh_from_db()
    assert (started.state, Person.objects.count()) == ("previewed", 0)
    applying.request_apply(started, by=hendra, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert (started.state, started.applied_by, Person.objects.count()) == ("applied", hendra, 2)


def test_the_page_says_who_is_to_apply_a_large_file(manager, hendra, settings, browse):
    started = _large(manager, settings)
    page = f"/impor/{started.pk}/"
    assert "Mintalah: Manajer, Kepala dinas" in browse(manager).get(page).content.decode()
    answer = browse(hendra).get(page).content.decode()
    assert f'action="{page}terapkan/"' in answer
    assert f'action="{page}batal/"' not in answer, "the head of office approves, and imports nothing"


def test_a_head_of_office_uploads_nothing(regency, hendra, browse):
    file = io.BytesIO(f"{HEAD}\n{GOOD}\n".encode())
    file.name = "x.csv"
    answer = browse(hendra).post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    assert answer.status_code == 403
    assert not ImportRun.objects.exists()


def test_two_files_for_one_area_wait_for_each_other(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    first = uploading.upload(data, "satu.csv", by=manager)
    with pytest.raises(TransitionNotAllowed, match=r"satu\.csv"):
        uploading.upload(data, "dua.csv", by=manager)
    assert ImportRun.objects.count() == 1
    previewing.preview(first.pk)
    uploading.upload(data, "dua.csv", by=manager)


def test_a_file_for_a_place_inside_the_area_waits_too_and_a_neighbour_does_not(manager):
    data = f"{HEAD}\n{GOOD}\n".encode()
    uploading.upload(data, "kabupaten.csv", by=manager)
    inside = people.make_user("camat", people.Part(people.CAST["lestari"].role, "13.01.05"))
    beside = people.make_user("kota", people.Part(people.CAST["lestari"].role, "13.71"))
    with pytest.raises(TransitionNotAllowed):
        uploading.upload(data, "kecamatan.csv", by=inside)
    assert uploading.upload(data, "kota.csv", by=beside).state == "uploaded"


def test_unknown_headings_are_matched_by_a_person_once_for_each_source(manager, browse):
    data = f"{HEAD}\n{GOOD}\n".replace("NAMA", "NM_LENGKAP").encode()
    started = uploading.upload(data, "x.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "columns"
    client, page = browse(manager), f"/impor/{started.pk}/"
    assert f'href="{page}kolom/"' in client.get(page).content.decode()
    assert client.post(f"{page}kolom/", {"column-NAMA": "", "source": "Dinas"}).status_code == 422
    client.post(f"{page}kolom/", {"column-NAMA": "NM_LENGKAP", "source": "Dinas"})
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert (started.state, started.counts["accepted"]) == ("previewed", 1)
    again = uploading.upload(data, "y.csv", by=manager, source="Dinas")
    previewing.preview(again.pk)
    again.refresh_from_db()
    assert again.state == "previewed", "remembered for the source"


def test_a_front_officer_matches_no_columns(manager, fitri, browse):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".replace("NAMA", "X").encode(), "x.csv", by=manager)
    previewing.preview(started.pk)
    with pytest.raises(NotPermitted):
        matching.match_columns(started, {"NAMA": "X"}, by=fitri, source="")
    started.refresh_from_db()
    assert (started.state, started.mapping) == ("columns", {})
    assert browse(fitri).get(f"/impor/{started.pk}/kolom/").status_code == 403


def test_a_large_preview_waits_on_the_home_of_the_second_person_and_not_of_its_uploader(
    manager, hendra, settings, browse
):
    started = _large(manager, settings)
    small = previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    for person, waits in ((manager, small), (hendra, started)):
        assert list(ImportRun.objects.visible_to(person).to_apply(person)) == [waits]
        assert applying.who_applies(waits, person) == "", "the home says what the page says"
    home = browse(hendra).get("/dasbor/").content.decode()
    assert re.search(r'href="/dasbor/imports_apply/".*?Berkas impor siap diterapkan.*?1', home, re.S)
    rows = browse(hendra).get("/dasbor/imports_apply/").content.decode()
    assert rows.count(f'href="/impor/{started.pk}/"') == 1
    settings.IMPORT_SECOND_PERSON_ROWS = 0
    assert ImportRun.objects.visible_to(manager).to_apply(manager).count() == 2
    assert not ImportRun.objects.visible_to(hendra).to_apply(hendra).exists()


def test_what_still_needs_the_uploader_waits_on_the_home(manager, sari, browse):
    unknown = uploading.upload(b"SIAPA,KARTU\nRosna,1\n", "kolom.csv", by=manager)
    previewing.preview(unknown.pk)
    home = browse(manager).get("/dasbor/").content.decode()
    assert "Berkas impor perlu dilanjutkan" in home
    assert f'href="/impor/{unknown.pk}/"' in browse(manager).get("/dasbor/imports_continue/").content.decode()
    assert "Berkas impor" not in browse(sari).get("/dasbor/").content.decode()
    assert browse(sari).get("/dasbor/imports_continue/").status_code == 403


def test_a_file_that_failed_behind_a_closed_page_waits_on_the_home_until_a_later_one_is_read(manager, sari, browse):
    failed = uploading.upload(f"{HEAD}\n".encode(), "kosong.csv", by=manager)
    previewing.preview(failed.pk)
    assert list(ImportRun.objects.visible_to(manager).to_continue()) == [failed]
    assert "Berkas impor perlu dilanjutkan" in browse(manager).get("/dasbor/").content.decode()
    assert f'href="/impor/{failed.pk}/"' in browse(manager).get("/dasbor/imports_continue/").content.decode()
    assert not ImportRun.objects.visible_to(sari).to_continue().exists()
    other_kind = uploading.upload(b"x\n", "desil.csv", by=manager, kind="deciles")
    ImportRun.objects.filter(pk=other_kind.pk).update(state="applied")
    assert failed in ImportRun.objects.to_continue()
    previewed(manager, f"{HEAD}\n{GOOD}\n".encode())
    assert not ImportRun.objects.to_continue().exists()


def test_of_a_failed_file_nobody_is_told_for_ever(manager, settings):
    failed = uploading.upload(f"{HEAD}\n".encode(), "kosong.csv", by=manager)
    previewing.preview(failed.pk)
    ImportRun.objects.filter(pk=failed.pk).update(
        state_since=clock.now() - timedelta(days=settings.IMPORT_KEEP_DAYS + 1)
    )
    assert not ImportRun.objects.to_continue().exists()


def test_a_file_with_people_to_decide_about_waits_until_they_are_decided(manager, browse):
    families.bring(manager, families.ROSNA, families.ANDI, families.BUDI)
    moved = {**families.ANDI, "NO_KK": families.BUDI["NO_KK"], "ID_KELUARGA": families.BUDI["ID_KELUARGA"]}
    run = families.bring(manager, families.ROSNA, families.BUDI, moved)
    assert list(ImportRun.objects.to_continue()) == [run]
    deciding.decide(run.conflicts.get(), "keep", by=manager, note="Ditanyakan")
    assert not ImportRun.objects.to_continue().exists()
