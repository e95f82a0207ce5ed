"""The drop folder: extracts another system or a person lays down are taken up as uploads. A person still decides.

A file is taken when it has lain unchanged for a minute. It is known by its hash: a second copy, or the same file after a crash
between taking up and deleting, makes no second run. A taken file is deleted once its sealed copy was read back whole: nothing
lies in clear. Files that cannot be taken go to `refused/`, with the reason beside them, for DROP_REFUSED_KEEP_DAYS; whoever may import
is told of them where the imports are listed, out of what the job found: pages are made where the folder may not be there to be read.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from households.choices.imports import ImportState
from households.importing import keeping
from households.importing.reading import Unreadable, check_size
from households.importing.uploading import StillWritten, chunks_of, upload
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.accounts.roles import ROLE_PERMISSIONS, Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import TransitionNotAllowed
from slrt.core.numbers import masked
from slrt.core.sealed import Unsealable
from slrt.jobs.models import JobRun
from slrt.jobs.running import Failed, Progress

# The job that picks up, and what its runs note of refused files.
JOB, REFUSED = "households.pick_up", "refused"
SETTLED = timedelta(minutes=1)
KINDS = (".csv", ".xlsx")
# What people lay down by mistake; anything else in the folder is none of ours.
OTHER_KINDS = (".xls", ".xlsm", ".xlsb", ".ods", ".zip", ".rar", ".7z")
GONE = (ImportState.FAILED, ImportState.CANCELLED, ImportState.TAKEN_BACK)
STAMP = "%Y%m%d-%H%M%S"
STAMP_LENGTH = len("20261130-085143")
REFUSED_SHOWN = 20
REASON_READ = 1000  # signs of what lies beside a refused file; ours are shorter
# Told of every refused file: its name and the reason.
Tell = Callable[[str, str], None]


def pick_up(
    step: Callable[[int, int], None] = lambda done, total: None, tell: Tell = lambda name, reason: None
) -> dict[str, int]:
    """Take up the settled files of DROP_FOLDER; return counts: taken, known (seen before), refused, and waiting (too new).

    Raises Failed when the folder cannot be used, nobody may import, or a sealed copy is not what was taken.
    """
    counts = {"taken": 0, "known": 0, "refused": 0, "waiting": 0}
    folder = Path(settings.DROP_FOLDER)
    files = _files(folder)
    _clear_away(folder)
    if not files:
        return counts
    owner = _owner()
    for number, path in enumerate(files, 1):
        counts[_take(path, folder, owner, tell)] += 1
        step(number, len(files))
    return counts


@dataclass(frozen=True)
class RefusedFile:
    """A file that was moved to `refused/`: its name without numbers, since when, and why, in the reader's language where it is known."""

    name: str
    since: datetime
    reason: str


def note_refused(progress: Progress) -> None:
    """Note with the job's run which files lie in `refused/`; where they cannot be read, what was noted before stands."""
    found = _lying()
    if found is not None:
        progress.note(REFUSED, found)


def refused_files() -> list[RefusedFile]:
    """Return the last REFUSED_SHOWN files in `refused/` as the job last found them, newest first, but none that it clears away by now.

    Before the job ran for the first time, such as after an upgrade, they are looked for where pages are made, if the folder is there.
    """
    run = JobRun.objects.filter(job=JOB, marks__has_key=REFUSED).order_by("-pk").first()
    noted = run.marks[REFUSED] if run else _lying() if settings.DROP_FOLDER else None
    found = [
        RefusedFile(file["name"], datetime.fromisoformat(file["since"]), _(file["reason"]) if file["reason"] else "")
        for file in noted or []
    ]
    return [file for file in found if file.since >= _oldest()]


def _lying() -> list[dict[str, str]] | None:
    """The newest files in `refused/` with since when and why; None where they cannot be read."""
    kinds = KINDS + OTHER_KINDS
    try:
        paths = [p for p in (Path(settings.DROP_FOLDER) / "refused").iterdir() if p.suffix.lower() in kinds]
    except OSError:
        return None
    found = []
    for path in sorted(paths, reverse=True):
        stamp, name = path.name[:STAMP_LENGTH], path.name[STAMP_LENGTH + 1 :]
        try:
            since = timezone.make_aware(datetime.strptime(stamp, STAMP), timezone.get_default_timezone())
        except ValueError:
            continue  # none of ours
        found.append({"name": masked(name), "since": since.isoformat(), "reason": _why(path)})
        if len(found) == REFUSED_SHOWN:
            break
    return found


def _why(path: Path) -> str:
    """The reason that lies beside a refused file, empty where it was not written."""
    try:
        with _beside(path).open(encoding="utf-8", errors="replace") as file:
            return masked(file.read(REASON_READ).strip())
    except OSError:
        return ""


def _beside(path: Path) -> Path:
    """Where the reason of a refused file stands."""
    return path.with_name(path.name + ".txt")


def _files(folder: Path) -> list[Path]:
    try:
        (folder / "refused").mkdir(exist_ok=True, mode=0o700)
        return sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in KINDS + OTHER_KINDS
            and not path.name.startswith(".")
            and not path.is_symlink()
            and path.is_file()
        )
    except OSError:
        raise Failed(
            gettext_noop(
                "Folder titipan tidak ditemukan atau tidak bisa ditulisi. Minta pengelola server memeriksa SLRT_DROP_FOLDER."
            )
        ) from None


def _owner() -> User:
    """Return the person in whose name files are taken up: the named one, else the only one who may import."""
    holders = [role for role, held in ROLE_PERMISSIONS.items() if Permission.IMPORT_RUN in held]
    named: dict[str, Any] = (
        {"username": settings.DROP_OWNER} if settings.DROP_OWNER else {"assignments__role__in": holders}
    )
    people = User.objects.filter(is_active=True, **named).distinct()
    able = [person for person in people if person.areas_for(Permission.IMPORT_RUN)]
    if len(able) != 1:
        raise Failed(
            gettext_noop(
                "Belum jelas atas nama siapa berkas di folder titipan diambil. Minta pengelola server mengisi SLRT_DROP_OWNER "
                "dengan nama pengguna yang boleh mengimpor."
            )
        )
    return able[0]


def _take(path: Path, folder: Path, owner: User, tell: Tell) -> str:
    """Take up one file; return what became of it."""
    before = path.stat()
    # Not its date alone: programs that copy may give a file that of its original, or an old one, before they are through.
    age = clock.now().timestamp() - max(before.st_mtime, before.st_ctime)
    if age < SETTLED.total_seconds():
        return "waiting"
    try:
        if path.suffix.lower() in OTHER_KINDS:
            raise Unreadable(
                gettext_noop("Hanya CSV dan XLSX yang diambil. Buka berkas ini, simpan sebagai .xlsx, lalu taruh lagi.")
            )
        check_size(before.st_size)
        run = _known(path)
        word = "known" if run else "taken"
        run = run or upload(chunks_of(path), path.name, by=owner)
    except (StillWritten, TransitionNotAllowed):
        return "waiting"  # it is being written, or another file of the area is being worked on
    except Unreadable as fault:
        return _refuse(path, folder / "refused", str(fault), tell)
    except OSError:
        return _refuse(path, folder / "refused", _("Berkas ini tidak bisa dibaca."), tell)
    if (path.stat().st_mtime_ns, path.stat().st_ino) != (before.st_mtime_ns, before.st_ino):
        return "waiting"  # another file lies there by now
    _demand_sealed(run)
    trail.write("pick_up", run, by=None, note=path.name, digest=run.file_hash)
    path.unlink()
    return word


def _known(path: Path) -> ImportRun | None:
    """The run that holds the same file, unless it came to nothing or was taken back."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportRun.objects.filter(file_hash=digest).exclude(state__in=GONE).order_by("-pk").first()


def _demand_sealed(run: ImportRun) -> None:
    """Raise Failed unless the sealed copy, when it is still to be kept, is read back as what was taken."""
    try:
        whole = not run.stored_path or keeping.digest(run.stored_path) == run.file_hash
    except (OSError, Unsealable):
        whole = False
    if not whole:
        raise Failed(gettext_noop("Salinan tersegel sebuah berkas tidak utuh; berkasnya dibiarkan di folder."))


def _oldest() -> datetime:
    """Since when the oldest of the files that are still kept were moved aside."""
    return clock.now() - timedelta(days=settings.DROP_REFUSED_KEEP_DAYS)


def _clear_away(folder: Path) -> None:
    """Delete what was moved aside DROP_REFUSED_KEEP_DAYS ago; their names begin with when that was."""
    first = timezone.localtime(_oldest()).strftime(STAMP)
    for name in ("done", "refused"):
        for path in (folder / name).glob("[0-9]*"):
            if path.name < first and path.is_file():
                path.unlink()


def _move(path: Path, target: Path) -> Path:
    """Move a file out of the way under a name that says when; an earlier one of that name is kept."""
    stamp = timezone.localtime(clock.now()).strftime(STAMP)
    new = target / f"{stamp}-{path.name}"
    number = 1
    while new.exists():
        number += 1
        new = target / f"{stamp}-{number}-{path.name}"
    path.rename(new)
    return new


def _refuse(path: Path, target: Path, reason: str, tell: Tell) -> str:
    moved = _move(path, target)
    tell(masked(path.name), reason)
    _beside(moved).write_text(reason + "\n", encoding="utf-8")
    return "refused"
