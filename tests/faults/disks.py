"""Disks that are full."""

import contextlib
import os
import shutil
import subprocess

import psycopg2
import pytest

from slrt.local import postgres


class SmallUploads:
    """The uploads' folder on a disk of 256 KB; without the right to mount one, files of the web server end at 256 KB."""

    BYTES = 256 * 1024

    def __init__(self, machine):
        self.machine, self.folder = machine, machine.folder / "data" / "uploads"
        self.folder.mkdir(exist_ok=True)
        self.mounted = machine.mount(self.folder, self.BYTES)
        print(
            f"\nFAULTS full disk of uploads: {'a disk of its own' if self.mounted else 'a limit on the size of files'}"
        )
        if not self.mounted:
            self._restart_web(self.BYTES)

    def _restart_web(self, limit):
        self.machine.kill("web")
        self.machine.limits["web"] = limit
        self.machine.restart("web")

    def make_room(self):
        if self.mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", str(self.folder)], check=True)
        else:
            self._restart_web(None)

    def put_back(self):
        if self.mounted:
            self.machine.unmount(self.folder)
        elif self.machine.limits.get("web"):
            self._restart_web(None)


class SmallTable:
    """Complaints on a disk of 2 MB; without the right to mount one, the database answers as it does when it is full."""

    REFUSES = """
        CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
        END $$;
        CREATE TRIGGER no_room AFTER INSERT ON complaints_complaint FOR EACH ROW EXECUTE FUNCTION no_room();
    """

    def __init__(self, machine):
        self.machine, self.folder = machine, machine.folder / "small"
        self.folder.mkdir()
        self.mounted = machine.mount(self.folder, 2 * 1024 * 1024)
        print(
            f"\nFAULTS full disk of the database: {'a disk of its own' if self.mounted else 'an answer of the server'}"
        )
        if self.mounted:
            inside = self.folder / "space"
            inside.mkdir()
            if os.geteuid() == 0:
                shutil.chown(inside, postgres._other_user().pw_uid, postgres._other_user().pw_gid)
            machine.rows(f"CREATE TABLESPACE small LOCATION '{inside}'")
            machine.rows("ALTER TABLE complaints_complaint SET TABLESPACE small")

    def fill(self):
        if not self.mounted:
            self.machine.rows(self.REFUSES)
            return
        self.machine.rows("CREATE TABLE filler (text text) TABLESPACE small")
        with contextlib.suppress(psycopg2.errors.DiskFull):
            for _page in range(1000):
                self.machine.rows("INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 7)")
            pytest.fail("8 MB fitted on a disk of 2 MB")

    def make_room(self):
        if self.mounted:
            self.machine.rows("DROP TABLE IF EXISTS filler")
        else:
            self.machine.rows(
                "DROP TRIGGER IF EXISTS no_room ON complaints_complaint; DROP FUNCTION IF EXISTS no_room()"
            )

    def put_back(self):
        self.make_room()
        if self.mounted:
            self.machine.rows("ALTER TABLE complaints_complaint SET TABLESPACE pg_default")
            self.machine.rows("CHECKPOINT")
            self.machine.rows("DROP TABLESPACE small")
            self.machine.unmount(self.folder)
