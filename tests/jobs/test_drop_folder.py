"""Extracts laid into a folder become previews like any upload; each file once, whatever happens in between."""

import os
from datetime import timedelta

import pytest
from django.utils.translation import override

from households.importing import dropping, keeping, previewing, uploading
from households.models import Family, ImportRun
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.numbers import holds_one
from slrt.dashboard.integrity import check_all
from slrt.jobs.models import Alert, JobRun
from slrt.jobs.running import Failed
from tests import people

HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n"
EXTRACT = HEAD + "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006\n"
NONE = {"taken": 0, "known": 0, "refused": 0, "waiting": 0}


@pytest.fixture(autouse=True)
def a_while_later():
    """Whatever is laid down in these stories was touched for the last time two minutes ago."""
    with clock.told(clock.now() + timedelta(minutes=2)):
        yield


@pytest.fixture
def folder(settings, tmp_path, lestari):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DROP_FOLDER = str(tmp_path / "titipan")
    (tmp_path / "titipan").mkdir()
    return tmp_path / "titipan"


def lay(folder, name, text=EXTRACT, seconds=120):
    path = folder / name
    path.write_text(text)
    os.utime(path, (clock.now().timestamp() - seconds,) * 2)
    return path


def _names(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_settled_file_becomes_an_upload_that_a_person_decides_on(folder, lestari, bell):
    lay(folder, "unduhan.csv")
    assert dropping.pick_up() == NONE | {"taken": 1}
    run = ImportRun.objects.get()
    assert (run.file_name, run.started_by, run.state) == ("unduhan.csv", lestari, "uploaded")
    assert _names(folder) == []
    assert list(folder.rglob("*.csv")) == [], "nothing lies in clear"
    entry = AuditEntry.objects.get(verb="pick_up")
    assert (entry.actor, entry.note, entry.details["digest"]) == (None, "unduhan.csv", run.file_hash)
    assert b"".join(keeping.chunks(run.stored_path)) == EXTRACT.encode()
    assert not Family.objects.exists(), "nothing is applied"
    assert dropping.pick_up() == NONE


def test_a_file_still_being_written_waits(folder, bell):
    lay(folder, "unduhan.csv", seconds=5)
    assert dropping.pick_up() == NONE | {"waiting": 1}
    assert _names(folder) == ["unduhan.csv"]
    assert not ImportRun.objects.exists()


def test_half_a_file_whose_copying_halts_is_not_taken_although_it_bears_its_old_date(folder, bell):
    """Some programs give a file the date of its original while they still copy it, or a date of long ago."""
    path, half = folder / "unduhan.csv", EXTRACT[: len(EXTRACT) // 2]
    with path.open("w") as copying:
        copying.write(half)
        copying.flush()
        os.utime(path, (315532800,) * 2)
        with clock.told(clock.now() - timedelta(minutes=1, seconds=50)):
            assert dropping.pick_up() == NONE | {"waiting": 1}
        assert not ImportRun.objects.exists()
        copying.write(EXTRACT.removeprefix(half))
    assert dropping.pick_up() == NONE | {"taken": 1}
    assert b"".join(keeping.chunks(ImportRun.objects.get().stored_path)) == EXTRACT.encode()


def test_the_same_file_again_is_recognised(folder, bell):
    lay(folder, "satu.csv")
    dropping.pick_up()
    lay(folder, "dua.csv")
    assert dropping.pick_up() == NONE | {"known": 1}
    assert ImportRun.objects.count() == 1
    assert _names(folder) == []


def test_after_a_crash_between_taking_up_and_deleting_there_is_one_run(folder, bell, monkeypatch):
    lay(folder, "unduhan.csv")

    def crash(*call):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(dropping, "_demand_sealed", crash)
        with pytest.raises(KeyboardInterrupt):
            dropping.pick_up()
    assert _names(folder) == ["unduhan.csv"]
    assert dropping.pick_up() == NONE | {"known": 1}
    assert ImportRun.objects.count() == 1


def test_a_file_whose_sealed_copy_is_not_whole_stays_where_it_lies(folder, bell, monkeypatch):
    lay(folder, "unduhan.csv")
    monkeypatch.setattr(keeping, "chunks", lambda name: iter([b"something else"]))
    with pytest.raises(Failed, match="tidak utuh"):
        dropping.pick_up()
    assert _names(folder) == ["unduhan.csv"]
    assert not AuditEntry.objects.filter(verb="pick_up").exists()


@pytest.mark.parametrize("name", ["lama.xls", "semua.zip"])
def test_a_file_of_another_kind_is_reported_once_and_named_on_the_page(folder, do, name, lestari, browse):
    lay(folder, name)
    run = do("households.pick_up")
    assert f"{name}: Hanya CSV dan XLSX yang diambil." in run.sentence
    assert f"{name}: Hanya CSV" in browse(lestari).get("/pekerjaan/households.pick_up/").content.decode()
    assert [stored[16:] for stored in _names(folder / "refused")] == [name, f"{name}.txt"]
    assert "tidak ada yang diambil" in do("households.pick_up").sentence


def test_refused_files_and_those_of_earlier_times_do_not_lie_for_ever(folder, bell):
    lay(folder, "lama.xls")
    dropping.pick_up()
    (folder / "done").mkdir()
    (folder / "done" / "20200101-000000-lama.csv").write_text(EXTRACT)
    dropping.pick_up()
    assert (len(_names(folder / "refused")), _names(folder / "done")) == (2, [])
    with clock.told(clock.now() + timedelta(days=15)):
        dropping.pick_up()
    assert _names(folder / "refused") == []


@pytest.mark.parametrize("state", ["cancelled", "taken_back"])
def test_a_cancelled_file_may_come_again(folder, bell, state):
    lay(folder, "satu.csv")
    dropping.pick_up()
    ImportRun.objects.update(state=state)
    lay(folder, "satu.csv")
    assert dropping.pick_up()["taken"] == 1


def test_an_empty_file_is_refused_with_the_reason_beside_it(folder, bell):
    lay(folder, "kosong.csv", "")
    assert dropping.pick_up() == NONE | {"refused": 1}
    file, reason = _names(folder / "refused")
    assert reason == file + ".txt"
    assert "kosong" in (folder / "refused" / reason).read_text()
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(folder, bell, settings):
    settings.IMPORT_MAX_BYTES = 10
    lay(folder, "besar.csv")
    assert dropping.pick_up()["refused"] == 1


def test_other_files_hidden_ones_and_links_are_left_alone(folder, tmp_path, bell):
    lay(folder, "catatan.txt")
    lay(folder, ".sedang.csv")
    (folder / "pintasan.csv").symlink_to(lay(tmp_path, "luar.csv"))
    assert dropping.pick_up() == NONE
    assert _names(folder) == [".sedang.csv", "catatan.txt", "pintasan.csv"]


def test_in_whose_name_has_to_be_clear(folder, bell, settings, lestari):
    lay(folder, "unduhan.csv")
    other = people.make_user("lestari2", people.Part("manager", "13.71"))
    with pytest.raises(Failed, match="SLRT_DROP_OWNER"):
        dropping.pick_up()
    settings.DROP_OWNER = "sari"
    with pytest.raises(Failed):
        dropping.pick_up()
    assert _names(folder) == ["unduhan.csv"]
    settings.DROP_OWNER = other.username
    assert dropping.pick_up()["taken"] == 1
    assert ImportRun.objects.get().started_by == other


def test_a_folder_that_is_not_there_is_named(folder, settings, do):
    settings.DROP_FOLDER = str(folder / "tidak" / "ada")
    run = do("households.pick_up")
    assert run.state == "failed"
    assert "SLRT_DROP_FOLDER" in run.sentence


def test_without_a_folder_there_is_nothing_to_do(settings, do, db):
    settings.DROP_FOLDER = ""
    run = do("households.pick_up")
    assert run.state == "done"
    assert "Unggah berkas di halaman Impor" in run.sentence, "what to do instead"


FINDING, TASK = "1 berkas dari folder titipan gagal dibaca", 'href="/dasbor/imports_continue/"'


def test_a_taken_file_that_fails_is_told_each_reader_once_until_a_later_one_is_read(
    folder, lestari, sari, bell, browse
):
    """Who may import finds it among what waits for them, who only keeps the jobs as a finding."""
    adi = people.make_user("adi", people.Part("administrator", "13.01"))
    lay(folder, "kosong.csv", HEAD)
    dropping.pick_up()
    failed = ImportRun.objects.get()
    previewing.preview(failed.pk)
    check_all()
    homes = {who: browse(who).get("/dasbor/", follow=True).content.decode() for who in (lestari, adi)}
    assert {who: (TASK in page, FINDING in page) for who, page in homes.items()} == {
        lestari: (True, False),
        adi: (False, True),
    }
    assert f'href="/impor/{failed.pk}/"' in browse(lestari).get("/dasbor/imports_continue/").content.decode()
    assert "folder titipan gagal dibaca" not in browse(sari).get("/dasbor/", follow=True).content.decode()
    lay(folder, "betul.csv")
    dropping.pick_up()
    previewing.preview(ImportRun.objects.latest("pk").pk)
    home = browse(lestari).get("/dasbor/").content.decode()
    assert (TASK in home, FINDING in home) == (False, False), "mended is not told before the next night's checks either"
    check_all()
    assert TASK not in browse(lestari).get("/dasbor/").content.decode()
    assert FINDING not in browse(adi).get("/dasbor/", follow=True).content.decode()


def test_a_taken_file_that_no_longer_waits_for_anybody_is_still_a_finding(folder, settings, lestari, bell, browse):
    lay(folder, "kosong.csv", HEAD)
    dropping.pick_up()
    previewing.preview(ImportRun.objects.get().pk)
    with clock.told(clock.now() + timedelta(days=settings.IMPORT_KEEP_DAYS + 1)):
        check_all()
        home = browse(lestari).get("/dasbor/").content.decode()
        assert (TASK in home, FINDING in home) == (False, True)


def test_a_file_that_somebody_uploaded_and_saw_fail_is_no_finding(folder, lestari, bell):
    run = uploading.upload(HEAD.encode(), "kosong.csv", by=lestari)
    previewing.preview(run.pk)
    check_all()
    assert ImportRun.objects.get().state == "failed"
    assert not Alert.objects.filter(check_code="import.dropped").exists()


def test_whoever_may_import_reads_which_files_were_refused_why_and_since_when(folder, lestari, sari, do, browse):
    lay(folder, "lama-1301990506850001.xls")
    do("households.pick_up")
    with clock.told(clock.now() + timedelta(hours=1)):
        lay(folder, "kosong.csv", "")
        do("households.pick_up")
    page = browse(lestari).get("/impor/").content.decode()
    said = page.split("Ditolak dari folder titipan")[1].split("</section>")[0]
    assert said.index("kosong.csv") < said.index(".xls")
    assert "Hanya CSV dan XLSX yang diambil." in said
    assert "kosong" in said
    assert "1301990506850001" not in page, "no number of a person stands in it"
    assert "sesudah satu menit tidak berubah" in page
    with clock.told(clock.now() + timedelta(days=15)):
        do("households.pick_up")
    assert "Ditolak dari folder titipan" not in browse(lestari).get("/impor/").content.decode()


def test_who_only_approves_is_not_told_of_refused_files(folder, do, browse):
    lay(folder, "lama.xls")
    do("households.pick_up")
    hendra = people.make_user("hendra", people.CAST["hendra"])
    page = browse(hendra).get("/impor/")
    assert page.status_code == 200
    assert "lama.xls" not in page.content.decode()


def test_of_many_refused_files_the_newest_are_named_and_what_is_none_of_ours_is_passed_over(folder, do):
    for number in range(dropping.REFUSED_SHOWN + 3):
        with clock.told(clock.now() + timedelta(minutes=number)):
            lay(folder, f"berkas{number}.xls")
            dropping.pick_up()
    (folder / "refused" / "zzz.xls").write_text("")
    do("households.pick_up")
    found = dropping.refused_files()
    assert [file.name for file in found[:2]] == ["berkas22.xls", "berkas21.xls"]
    assert len(found) == dropping.REFUSED_SHOWN


def test_where_the_pages_are_made_the_folder_need_not_be(folder, settings, lestari, sari, do, browse, tmp_path):
    lay(folder, "lama-1301990506850001.xls")
    do("households.pick_up")
    settings.DROP_FOLDER = str(tmp_path / "tidak" / "ada")
    page = browse(lestari).get("/impor/").content.decode()
    said = page.split("Ditolak dari folder titipan")[1].split("</section>")[0].replace("<wbr>", "")
    assert "lama-1301••••••••0001.xls" in said
    assert "Hanya CSV dan XLSX yang diambil." in said
    assert not holds_one(str(JobRun.objects.get().marks)), "nor is the number kept with the run"
    with override("en"):
        assert dropping.refused_files()[0].reason.startswith("Only CSV and XLSX")


def test_files_that_were_refused_before_an_upgrade_are_told_before_the_job_ran_again(folder, do, lestari, browse):
    """The version of before noted nothing with its runs."""
    lay(folder, "lama.xls")
    do("households.pick_up")
    JobRun.objects.update(marks={})
    assert [file.name for file in dropping.refused_files()] == ["lama.xls"]
    page = browse(lestari).get("/impor/").content.decode()
    assert "Ditolak dari folder titipan" in page
    for path in (folder / "refused").iterdir():
        path.unlink()
    assert dropping.refused_files() == []


def test_what_was_refused_before_a_run_failed_is_told_all_the_same(folder, do, monkeypatch):
    lay(folder, "awal.xls")
    lay(folder, "unduhan.csv")
    monkeypatch.setattr(keeping, "chunks", lambda name: iter([b"something else"]))
    assert do("households.pick_up").state == "failed"
    assert [file.name for file in dropping.refused_files()] == ["awal.xls"]


def test_while_the_folder_is_away_what_was_found_last_stands_until_it_would_be_cleared_away(folder, settings, do):
    lay(folder, "lama.xls")
    do("households.pick_up")
    settings.DROP_FOLDER = str(folder / "tidak" / "ada")
    assert do("households.pick_up").state == "failed"
    assert [file.name for file in dropping.refused_files()] == ["lama.xls"]
    with clock.told(clock.now() + timedelta(days=15)):
        assert dropping.refused_files() == []


def test_a_file_that_the_keeper_of_the_server_took_out_is_told_no_more(folder, do):
    lay(folder, "lama.xls")
    do("households.pick_up")
    for path in (folder / "refused").iterdir():
        path.unlink()
    do("households.pick_up")
    assert dropping.refused_files() == []


def test_a_folder_that_cannot_be_read_keeps_nobody_from_the_imports(settings, lestari, browse, tmp_path):
    settings.DROP_FOLDER = str(tmp_path / "tidak" / "ada")
    assert browse(lestari).get("/impor/").status_code == 200


def test_without_a_folder_the_page_speaks_of_none(settings, lestari, browse):
    settings.DROP_FOLDER = ""
    assert "titipan" not in browse(lestari).get("/impor/").content.decode()
