"""A backup counts only when it was restored elsewhere and every table holds the same as before."""

import os
from contextlib import contextmanager

import psycopg2
import pytest
from django.db import connection
from psycopg2 import errors

from slrt.jobs import backup
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


def test_the_database_is_dumped_restored_and_counted(folder, do, places):
    cases.family_in(people.SAGO)
    run = do("jobs.backup")
    assert run.state == "done", run.sentence
    [name] = _names(folder)
    assert run.counts["file"] == name
    assert run.counts["rows"] >= len(people.PLACES) + 4
    assert run.counts["tables"] > 40
    assert oct((folder / name).stat().st_mode & 0o777) == "0o600"
    assert _databases() == [], "the scratch database is gone"


def test_only_the_newest_are_kept_and_other_files_are_left_alone(folder, places):
    folder.mkdir()
    for name in ("slrt-20250101-010000.dump", "slrt-20250102-010000.dump", "catatan.txt", "slrt-x.part"):
        (folder / name).touch()
    seen = []
    made = backup.make(lambda done, total, unit: seen.append((done, total)))
    assert list(dict.fromkeys(seen)) == [(n, 4) for n in range(5)]
    assert made.removed == 1
    assert _names(folder) == sorted(["catatan.txt", "slrt-20250102-010000.dump", made.name])


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
    assert fault.value.counts == {"n": 1, "tables": "regions_region"}


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


def test_a_broken_dump_leaves_nothing_behind(folder, places, monkeypatch):
    monkeypatch.setattr(backup, "_run", lambda *call: 1)
    with pytest.raises(Failed) as fault:
        backup.make(_quiet)
    assert fault.value.counts == {"code": 1}
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
