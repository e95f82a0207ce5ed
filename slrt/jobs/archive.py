"""The uploaded files beside a dump: a tar of them as they lie on the disk, sealed, with the SHA-256 of each, read back before it counts."""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_noop

from slrt.jobs.running import Failed

ENDING = ".files.tar"
LIST = "SHA256SUMS"  # the archive's last member; `sha256sum -c` understands it
PASSING = ("exports",)  # lists that leave within a day and need no backup
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Archive:
    """An archive that was read back: its path, and how many files are in it."""

    path: Path
    files: int


class _Hashed:
    """A file that is read through once; `digest` afterwards."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._hash.update(data)
        return data

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class _List:
    """The list of an archive as it grows, a line a file: how many, and the sum of its lines. The lines are held nowhere, but on the
    disk where a file is given: there may be millions."""

    def __init__(self, kept: IO[bytes] | None = None) -> None:
        self.files, self._hash, self._kept = 0, hashlib.sha256(), kept

    def add(self, name: str, digest: str) -> None:
        line = f"{digest}  {name}\n".encode()
        self.files += 1
        self._hash.update(line)
        if self._kept is not None:
            self._kept.write(line)

    @property
    def sum(self) -> tuple[int, str]:
        return self.files, self._hash.hexdigest()


def make(path: Path, each: Callable[[], None]) -> Archive:
    """Write all files below MEDIA_ROOT to an archive and read it back; `each` is called after every file.

    Raises Failed in one sentence, then there is no archive.
    """
    part = path.with_name(path.name + ".part")
    try:
        files, listed = _write(part, each)
        if _read(part, each) != ((files, listed), listed):
            raise Failed(
                gettext_noop("Arsip berkas unggahan tidak terbaca seperti yang ditulis, jadi dibuang. Jalankan lagi.")
            )
        part.rename(path)
    except (OSError, tarfile.TarError):
        raise Failed(
            gettext_noop("Arsip berkas unggahan tidak jadi. Periksa tempat di disk dan SLRT_BACKUP_FOLDER.")
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return Archive(path, files)


def _files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for folder, below, names in os.walk(root):
        here = Path(folder)
        if here == root:
            below[:] = [name for name in below if name not in PASSING]
        below.sort()
        for path in (here / name for name in sorted(names)):
            if path.suffix != ".part" and path.is_file():
                yield str(path.relative_to(root)), path


def _write(part: Path, each: Callable[[], None]) -> tuple[int, str]:
    """Return how many files were written, and the sum of their list."""
    part.touch(mode=0o600)
    archive: Any  # `members` is documented nowhere: what is done with is forgotten, or every name stays in memory
    with tarfile.open(part, "w") as archive, TemporaryFile(dir=part.parent) as kept:
        listed = _List(kept)
        for name, path in _files():
            each()
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # its keep time was over meanwhile
            with file:
                source = _Hashed(file)
                archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), source)
            listed.add(name, source.digest)
            archive.members.clear()
        info = tarfile.TarInfo(LIST)
        info.size, info.mode = kept.tell(), 0o600
        kept.seek(0)
        archive.addfile(info, kept)
    return listed.sum


def _read(part: Path, each: Callable[[], None]) -> tuple[tuple[int, str], str]:
    """Return how many files are in an archive and the sum of a list of them, and the sum of the list that lies in it."""
    found, lies = _List(), ""
    archive: Any
    with tarfile.open(part, "r|") as archive:
        while member := archive.next():
            each()
            digest = _digest(archive.extractfile(member))
            if member.name == LIST:
                lies = digest
            else:
                found.add(member.name, digest)
            archive.members.clear()
    return found.sum, lies


def _digest(file: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while data := file.read(CHUNK_BYTES):
        hashed.update(data)
    return hashed.hexdigest()
