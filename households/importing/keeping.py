"""Keeps an uploaded file sealed on disk, so that a file of any size passes through little memory (`slrt.core.sealed`)."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from slrt.core.sealed import Sealed, seal, unseal

LABEL = "import"


def folder() -> Path:
    """Where uploaded files lie."""
    path = Path(settings.MEDIA_ROOT) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(chunks: Iterable[bytes]) -> tuple[str, Sealed]:
    """Write a file sealed; return its name below `imports/`, digest and size. A disk that fills up leaves nothing behind."""
    path = folder() / f"{uuid4().hex}.bin"
    return path.name, seal(chunks, path, LABEL)


def chunks(name: str) -> Iterator[bytes]:
    """Yield a kept file as it came, part by part. Raises Unsealable, or FileNotFoundError when it was cleared away."""
    return unseal(folder() / name, LABEL)


def digest(name: str) -> str:
    """SHA-256, as hex, of what a kept file holds. Raises like `chunks`."""
    found = hashlib.sha256()
    for part in chunks(name):
        found.update(part)
    return found.hexdigest()


def forget(name: str) -> None:
    """Delete a kept file; one that is gone is no fault."""
    if name:
        (folder() / name).unlink(missing_ok=True)
