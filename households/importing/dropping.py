"""The drop folder: extracts another system or a person lays down are taken up as uploads. A person still decides.

A file is taken when it has lain unchanged for a minute. It is known by its hash: a second copy, or the same file after a crash
between taking up and moving away, makes no second run. Taken files go to `done/`, files that cannot be taken to `refused/`, with
the reason beside them.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.importing.reading import Unreadable, check_size
from households.importing.uploading import StillWritten, chunks_of, upload
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.accounts.roles import ROLE_PERMISSIONS, Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import TransitionNotAllowed
from slrt.jobs.running import Failed

SETTLED = timedelta(minutes=1)
KINDS = (".csv", ".xlsx")
GONE = (ImportState.FAILED, ImportState.CANCELLED)


def pick_up(step: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Take up the settled files of DROP_FOLDER; return counts: taken, known (seen before), refused, and waiting (too new).

    Raises Failed when the folder cannot be used or nobody may import.
    """
    counts = {"taken": 0, "known": 0, "refused": 0, "waiting": 0}
    folder = Path(settings.DROP_FOLDER)
    files = _files(folder)
    if not files:
        return counts
    owner = _owner()
    for number, path in enumerate(files, 1):
        counts[_take(path, folder, owner)] += 1
        step(number, len(files))
    return counts


def _files(folder: Path) -> list[Path]:
    try:
        for name in ("done", "refused"):
            (folder / name).mkdir(exist_ok=True, mode=0o700)
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in KINDS
            and not path.name.startswith(".")
            and not path.is_symlink()
            and path.is_file()
        )
    except OSError:
        raise Failed(gettext_noop("Folder tidak bisa dibuka atau ditulisi. Periksa SLRT_DROP_FOLDER.")) from None


def _owner() -> User:
    """Return the person in whose name files are taken up: the named one, else the only one who may import."""
    holders = [role for role, held in ROLE_PERMISSIONS.items() if Permission.IMPORT_RUN in held]
    named: dict[str, Any] = (
        {"username": settings.DROP_OWNER} if settings.DROP_OWNER else {"assignments__role__in": holders}
    )
    people = User.objects.filter(is_active=True, **named).distinct()
    able = [person for person in people if person.areas_for(Permission.IMPORT_RUN)]
    if len(able) != 1:
        raise Failed(gettext_noop("Tentukan di SLRT_DROP_OWNER siapa yang boleh mengimpor berkas dari folder."))
    return able[0]


def _take(path: Path, folder: Path, owner: User) -> str:
    """Take up one file; return what became of it."""
    before = path.stat()
    age = clock.now().timestamp() - before.st_mtime
    if age < SETTLED.total_seconds():
        return "waiting"
    try:
        check_size(before.st_size)
        if _is_known(path):
            _move(path, folder / "done")
            return "known"
        run = upload(chunks_of(path), path.name, by=owner)
    except (StillWritten, TransitionNotAllowed):
        return "waiting"  # it is being written, or another file of the area is being worked on
    except Unreadable as fault:
        _refuse(path, folder / "refused", str(fault))
        return "refused"
    except OSError:
        _refuse(path, folder / "refused", _("Berkas ini tidak bisa dibaca."))
        return "refused"
    trail.write("pick_up", run, by=None)
    _move(path, folder / "done")
    return "taken"


def _is_known(path: Path) -> bool:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportRun.objects.filter(file_hash=digest).exclude(state__in=GONE).exists()


def _move(path: Path, target: Path) -> Path:
    """Move a file out of the way under a name that says when; an earlier one of that name is kept."""
    stamp = timezone.localtime(clock.now()).strftime("%Y%m%d-%H%M%S")
    new = target / f"{stamp}-{path.name}"
    number = 1
    while new.exists():
        number += 1
        new = target / f"{stamp}-{number}-{path.name}"
    path.rename(new)
    return new


def _refuse(path: Path, target: Path, reason: str) -> None:
    moved = _move(path, target)
    moved.with_name(moved.name + ".txt").write_text(reason + "\n", encoding="utf-8")
