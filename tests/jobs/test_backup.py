"""A backup counts only when it was restored elsewhere and every table holds the same as before."""

import hashlib
import os
import tarfile
import tracemalloc
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection
from django.utils.translation import override
from psycopg2 import errors

from slrt.jobs import archive, backup
from slrt.jobs.running import Cancelled, Failed
from tests import cases, people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path / "cadangan")
    settings.BACKUPS_KEPT = 2
    return tmp_path / "cadangan"


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{backup.SCRATCH}"])
        return [row[0] for row in cursor.fetchall() if row[0].startswith(connection.settings_dict["NAME"][:40])]


def _quiet(*step):
    pass


@pytest.mark.parametrize(("language", "said"), [("id", "2,4 MB"), ("en", "2.4 MB")])
def test_the_size_of_a_backup_is_written_as_numbers_are_written_in_the_language(do, monkeypatch, language, said):
    made = backup.Backup(name="slrt.dump", size=2_449_000, tables=99, rows=1000, removed=0, files=None)
    monkeypatch.setattr(backup, "make", lambda at: made)
    run = do("jobs.backup")
    with override(language):
        assert f"slrt.dump, {said}:" in run.sentence


def test_the_database_is_dumped_restored_and_counted(folder, do, places):
    cases.family_in(people.SAGO)
    run = do("jobs.backup")
    assert run.state == "done", run.sentence
    name, files = _names(folder)
    assert (run.counts["file"], files) == (name, name.replace(".dump", ".files.tar"))
    assert run.counts["rows"] >= len(people.PLACES) + 4
    assert run.counts["tables"] > 40
    assert oct((folder / name).stat().st_mode & 0o777) == "0o600"
    assert _databases() == [], "the scratch database is gone"


def test_only_the_newest_are_kept_and_other_files_are_left_alone(folder, places):
    folder.mkdir()
    old = ("slrt-20250101-010000.dump", "slrt-20250101-010000.files.tar", "slrt-20250102-010000.dump")
    for name in (*old, "slrt-20250102-010000.files.tar", "catatan.txt", "slrt-x.part"):
        (folder / name).touch()
    seen = []
    made = backup.make(lambda done, total, unit: seen.append((done, total)))
    assert list(dict.fromkeys(seen)) == [(n, 5) for n in range(6)]
    assert made.removed == 1
    archive = made.name.replace(".dump", ".files.tar")
    kept = ["catatan.txt", "slrt-20250102-010000.dump", "slrt-20250102-010000.files.tar", made.name, archive]
    assert _names(folder) == sorted(kept)


def test_a_clock_that_had_stood_ahead_pushes_no_new_backup_out(folder, places):
    folder.mkdir()
    for name in ("slrt-20990101-010000", "slrt-20990102-010000", "slrt-20250102-010000"):
        ((folder / f"{name}.dump").touch(), (folder / f"{name}.files.tar").touch())
    made = backup.make(_quiet)
    assert made.removed == 2
    assert _names(folder)[0] == "slrt-20250102-010000.dump"
    assert made.name in _names(folder)
    assert not list(folder.glob("slrt-2099*"))


def test_nights_that_end_in_a_failure_push_no_whole_backup_out_and_do_not_fill_the_disk(folder, places, monkeypatch):
    """Neither where the test is not possible nor where the archive fails, night after night."""
    folder.mkdir()
    for day in range(1, 7):
        (folder / f"slrt-2025010{day}-010000{'.untested' if day % 2 else ''}.dump").touch()
    ((folder / "slrt-20241231-010000.dump").touch(), (folder / "slrt-20241231-010000.files.tar").touch())
    monkeypatch.setattr(backup, "_compare", lambda *call: (_ for _ in ()).throw(Failed("belum diuji")))

    with pytest.raises(Failed):
        backup.make(_quiet)

    whole = ["slrt-20241231-010000.dump", "slrt-20241231-010000.files.tar"]
    *names, made = _names(folder)
    assert names == [*whole, "slrt-20250105-010000.untested.dump", "slrt-20250106-010000.dump"]
    assert made.endswith(".untested.dump")


def test_an_office_that_archives_no_files_keeps_its_tested_dumps_by_their_number(folder, places, settings):
    settings.BACKUP_FILES = False
    folder.mkdir()
    for day in range(1, 4):
        (folder / f"slrt-2025010{day}-010000.dump").touch()

    made = backup.make(_quiet)

    assert made.removed == 2
    assert _names(folder) == ["slrt-20250103-010000.dump", made.name]


@pytest.fixture
def uploads(settings, tmp_path):
    """Two sealed files, a list that leaves, and a file that is just being written."""
    settings.MEDIA_ROOT = tmp_path / "unggahan"
    for name in ("photos/ab/abc.sealed", "papers/def.bin", "exports/list.sealed", "photos/ab/new.sealed.part"):
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 100_000)
    return settings.MEDIA_ROOT


def test_the_uploaded_files_lie_beside_the_dump_as_they_are_with_their_sums(folder, do, uploads, places):
    run = do("jobs.backup")
    assert "2 berkas unggahan diarsipkan" in run.sentence
    [path] = folder.glob("*.files.tar")
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    with tarfile.open(path) as made:
        found = {name: made.extractfile(name).read() for name in made.getnames()}
    names = ["papers/def.bin", "photos/ab/abc.sealed"]
    sums = [f"{hashlib.sha256(found[name]).hexdigest()}  {name}" for name in names]
    assert found.pop("SHA256SUMS").decode().splitlines() == sums
    assert found == {name: (uploads / name).read_bytes() for name in names}


def test_an_archive_that_reads_back_otherwise_is_thrown_away_and_the_dump_stays(
    folder, do, uploads, places, monkeypatch
):
    write = archive._write

    def spoiled(part, each):
        sums = write(part, each)
        data = bytearray(part.read_bytes())
        data[5000] ^= 1  # inside a file, not in the padding between
        part.write_bytes(data)
        return sums

    monkeypatch.setattr(archive, "_write", spoiled)
    (folder.mkdir(), (folder / "slrt-20250101-010000.dump").touch(), (folder / "slrt-20250102-010000.dump").touch())
    run = do("jobs.backup")
    assert run.state == "failed"
    assert "tidak terbaca seperti yang ditulis" in run.sentence
    assert [name for name in _names(folder) if not name.endswith(".dump")] == []
    assert len(_names(folder)) == 3, "what is older goes only when the new one is whole"


def test_a_disk_that_is_full_leaves_no_half_archive(folder, do, uploads, places, monkeypatch):
    def full(part, each):
        part.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "_write", full)
    run = do("jobs.backup")
    assert "Arsip berkas unggahan tidak jadi" in run.sentence
    assert [name.rpartition(".")[2] for name in _names(folder)] == ["dump"]


def test_no_more_is_held_in_memory_however_many_files_there_are(uploads, tmp_path, settings):
    def most(files):
        for n in range(files):
            path = uploads / "photos" / f"{n % 40:02}" / f"{n:040d}.sealed"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
        tracemalloc.start()
        try:
            assert archive.make(tmp_path / f"{files}.files.tar", lambda: None).files == files + 2
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(10)  # what is loaded once
    few = most(100)
    assert most(4_000) - few < 3_900 * 100, "less than a line of the list a file"


def test_a_file_whose_keep_time_ends_meanwhile_is_left_out(uploads, tmp_path):
    gone = iter([True])
    path = tmp_path / "x.files.tar"

    def each():
        if next(gone, False):
            (uploads / "papers/def.bin").unlink()

    assert archive.make(path, each).files == 1


def test_an_office_with_its_own_copy_of_the_files_switches_the_archive_off(folder, do, uploads, places, settings):
    settings.BACKUP_FILES = False
    run = do("jobs.backup")
    assert run.sentence.endswith("berkas unggahan tidak ikut.")
    assert [name.rpartition(".")[2] for name in _names(folder)] == ["dump"]


def _falsified(monkeypatch, table, alter):
    """What is read of a table in the restored database comes out altered."""
    true = backup._sums

    def sums(cursor, each):
        found = true(cursor, each)
        if cursor.connection.info.dbname.endswith(backup.SCRATCH):
            found[table] = alter(found[table])
        return found

    monkeypatch.setattr(backup, "_sums", sums)


def test_a_dump_that_lacks_rows_is_thrown_away_and_the_table_named_with_its_rows(folder, do, places, monkeypatch):
    _falsified(monkeypatch, "regions_region", lambda table: table._replace(rows=table.rows - 1))
    run = do("jobs.backup")
    assert run.state == "failed"
    assert (
        f"1 tabel berbeda sesudah dipulihkan: regions_region ({len(people.PLACES)} → {len(people.PLACES) - 1})."
        in run.sentence
    )
    assert _names(folder) == []
    assert _databases() == []


def test_as_many_rows_with_another_content_are_found_out_too(folder, do, places, monkeypatch, browse, adi):
    _falsified(monkeypatch, "regions_region", lambda table: table._replace(checksum="1"))
    run = do("jobs.backup")
    assert (run.state, run.counts) == ("failed", {"n": 1, "tables": "regions_region"})
    assert "berbeda sesudah dipulihkan: regions_region." in browse(adi).get("/pekerjaan/jobs.backup/").content.decode()
    assert _names(folder) == []


def test_a_row_changed_in_the_restored_database_is_found_out_for_real(folder, places, monkeypatch):
    true = backup._sums

    def altered(cursor, each):
        if cursor.connection.info.dbname.endswith(backup.SCRATCH):
            cursor.execute("UPDATE regions_region SET name = name || '!' WHERE code = %s", [people.SAGO])
        return true(cursor, each)

    monkeypatch.setattr(backup, "_sums", altered)
    with pytest.raises(Failed) as fault:
        backup.make(_quiet)
    assert fault.value.sentence.values == {"n": 1, "tables": "regions_region"}


def test_many_differing_tables_are_named_in_part():
    before = {f"t{n:02d}": backup.checksums.TableSum(n, "1") for n in range(20)}
    said = backup._named(sorted(before), before, {})
    assert said.startswith("t00, t01 (1 → 0), ")
    assert said.endswith("t11 (11 → 0), …")


def test_a_role_that_may_not_make_databases_is_told_so_and_the_dump_stays(folder, do, places, monkeypatch):
    connect = backup._connect

    class Cursor(psycopg2.extensions.cursor):
        def execute(self, query, *args):
            if "CREATE DATABASE" in str(query):
                raise errors.InsufficientPrivilege
            return super().execute(query, *args)

    def poor(database=""):
        made = connect(database)
        made.cursor_factory = Cursor
        return made

    monkeypatch.setattr(backup, "_connect", poor)
    run = do("jobs.backup")
    assert run.state == "failed"
    assert "CREATEDB" in run.sentence
    assert _names(folder) == [run.counts["file"]]
    assert run.counts["file"].endswith(".untested.dump"), "whoever restores it knows what it is"


def test_a_broken_dump_leaves_nothing_behind(folder, places, monkeypatch):
    monkeypatch.setattr(backup, "_run", lambda *call: 1)
    with pytest.raises(Failed) as fault:
        backup.make(_quiet)
    assert fault.value.sentence.values == {"code": 1}
    assert _names(folder) == []


def test_a_folder_that_cannot_be_written_is_named(settings, tmp_path):
    (tmp_path / "berkas").touch()
    settings.BACKUP_FOLDER = str(tmp_path / "berkas" / "di-dalam")
    with pytest.raises(Failed, match="SLRT_BACKUP_FOLDER"):
        backup.make(_quiet)


def test_a_machine_without_pg_dump_is_told_what_to_install(folder, monkeypatch):
    monkeypatch.setattr(backup, "client_folders", list)
    monkeypatch.setattr(backup, "_installed", list)
    with pytest.raises(Failed, match="postgresql-client"):
        backup.make(_quiet)


def test_the_password_stands_in_no_command(folder, monkeypatch):
    seen = []
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "sangat-rahasia")

    @contextmanager
    def noted(command, env, **more):
        seen.append((command, env))
        yield type("Child", (), {"wait": lambda own, seconds: 0})()

    monkeypatch.setattr(backup.subprocess, "Popen", noted)
    assert backup._run(folder / "pg_dump", ["--version"], _quiet, 1) == 0
    [(command, environment)] = seen
    assert "sangat-rahasia" not in " ".join(map(str, command))
    assert environment["PGPASSWORD"] == "sangat-rahasia"


def test_a_cancelled_backup_ends_its_program(folder):
    def stop(*step):
        raise Cancelled

    folder.mkdir()
    slow = folder / "slow"
    slow.write_text("#!/bin/sh\necho $$ > pid\nexec sleep 60\n")
    slow.chmod(0o700)
    before = os.getcwd()
    os.chdir(folder)
    try:
        with pytest.raises(Cancelled):
            backup._run(slow, [], stop, 1)
        with pytest.raises(ProcessLookupError):
            os.kill(int((folder / "pid").read_text()), 0)
    finally:
        os.chdir(before)
