"""The uploaded files beside a dump: a tar of them as they lie on the disk, sealed, with the SHA-256 of each, read back before it counts."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_noop

from slrt.jobs.running import Failed

ENDING = ".files.tar"
LIST = "SHA256SUMS"  # the archive's last member; `sha256sum -c` understands it
PASSING = ("exports",)  # lists that leave within a day and need no backup
CHUNK_BYTES = 1024 * 1024
Sums = dict[str, str]


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


def make(path: Path, each: Callable[[], None]) -> Archive:
    """Write all files below MEDIA_ROOT to an archive and read it back; `each` is called after every file.

    Raises Failed in one sentence, then there is no archive.
    """
    part = path.with_name(path.name + ".part")
    try:
        sums = _write(part, each)
        if _read(part, each) != (sums, sums):
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
    return Archive(path, len(sums))


def _files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if name.parts[0] not in PASSING and path.suffix != ".part" and path.is_file():
            yield str(name), path


def _write(part: Path, each: Callable[[], None]) -> Sums:
    sums: Sums = {}
    part.touch(mode=0o600)
    archive: Any  # `members` is documented nowhere: what is done with is forgotten, or every name stays in memory
    with tarfile.open(part, "w") as archive:
        for name, path in _files():
            each()
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # its keep time was over meanwhile
            with file:
                source = _Hashed(file)
                archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), source)
            sums[name] = source.digest
            archive.members.clear()
        listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
        info = tarfile.TarInfo(LIST)
        info.size, info.mode = len(listed), 0o600
        archive.addfile(info, BytesIO(listed))
    return sums


def _read(part: Path, each: Callable[[], None]) -> tuple[Sums, Sums]:
    """Return the sums of what is in an archive, and those that its list names."""
    found: Sums = {}
    listed: Sums = {}
    archive: Any
    with tarfile.open(part, "r|") as archive:
        while member := archive.next():
            each()
            file: Any = archive.extractfile(member)
            if member.name == LIST:
                lines = file.read().decode().splitlines()
                listed = {name: digest for digest, _space, name in (line.partition("  ") for line in lines)}
            else:
                found[member.name] = _digest(file)
            archive.members.clear()
    return found, listed


def _digest(file: IO[bytes]) -> str:
    hashed = hashlib.sha256()
    while data := file.read(CHUNK_BYTES):
        hashed.update(data)
    return hashed.hexdigest()
