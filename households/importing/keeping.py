"""Keeps an uploaded file encrypted in parts, so that a file of any size passes through little memory."""

import hashlib
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from slrt.core import crypto

PART_BYTES = 4 << 20
_LENGTH = struct.Struct(">I")
# Number of the part and whether it is the last: parts cannot be swapped, repeated or cut off unnoticed.
_PLACE = struct.Struct(">Q?")


class Damaged(ValueError):
    """The kept file is not what was kept: cut off, or altered."""


@dataclass(frozen=True)
class Kept:
    """Where a file lies below `imports/`, its SHA-256 in hexadecimal and its size in bytes."""

    name: str
    digest: str
    size: int


def folder() -> Path:
    """Where uploaded files lie."""
    path = Path(settings.MEDIA_ROOT) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(chunks: Iterable[bytes]) -> Kept:
    """Write a file encrypted and return its name, digest and size. A disk that fills up leaves nothing behind."""
    path = folder() / f"{uuid4().hex}.bin"
    digest, size, number = hashlib.sha256(), 0, 0
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            waiting = b""
            for part in _even(chunks):
                digest.update(part)
                size += len(part)
                if waiting:
                    file.write(_sealed(number, waiting, last=False))
                    number += 1
                waiting = part
            file.write(_sealed(number, waiting, last=True))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Kept(path.name, digest.hexdigest(), size)


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        for start in range(0, len(chunk), PART_BYTES):
            piece = chunk[start : start + PART_BYTES]
            held.append(piece)
            size += len(piece)
            if size >= PART_BYTES:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)


def _sealed(number: int, data: bytes, *, last: bool) -> bytes:
    encrypted = crypto.encrypt_bytes(_PLACE.pack(number, last) + data)
    return _LENGTH.pack(len(encrypted)) + encrypted


def chunks(name: str) -> Iterator[bytes]:
    """Yield a kept file as it came, part by part. Raises Damaged, or FileNotFoundError when it was cleared away."""
    with (folder() / name).open("rb") as file:
        number, ended = 0, False
        while head := file.read(_LENGTH.size):
            body = file.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
            try:
                plain = crypto.decrypt_bytes(body)
            except ValueError:
                raise Damaged(name) from None
            place, last = _PLACE.unpack_from(plain)
            if ended or place != number:
                raise Damaged(name)
            ended, number = last, number + 1
            yield plain[_PLACE.size :]
        if not ended:
            raise Damaged(name)


def forget(name: str) -> None:
    """Delete a kept file; one that is gone is no fault."""
    if name:
        (folder() / name).unlink(missing_ok=True)
