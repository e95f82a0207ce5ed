"""Files that lie encrypted on disk and are written and read as a stream, never whole in memory and never in clear.

A sealed file is ``magic || 2-byte length || wrapped key || parts``. Each file has a random key of its own, kept in its head
under the keys of `slrt.core.crypto` (so that they rotate as for columns). A part is ``4-byte length || AES-256-GCM
ciphertext``; its nonce is the part's number and whether it is the last one, its associated data the file's label. Parts that
are changed, swapped, left out or cut off at the end, and a file put in another's place, are found when it is read.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from slrt.core import crypto

MAGIC = b"SLRT1"
PART_BYTES = 256 * 1024
MOST_BYTES = 1024 * 1024  # of one part or the head, however a length was altered
NONCE_COUNTER_BYTES = 11


class Unsealable(ValueError):
    """The file is cut off, altered, of another label, or its key is not among ours."""


@dataclass(frozen=True)
class Sealed:
    """What was sealed: SHA-256 of the clear content as hex, and its length in bytes."""

    digest: str
    size: int


class Sealer(io.RawIOBase):
    """A writable file that seals what it is given. Leave the `with` block in peace and the file stands under its name at once;
    leave it by an exception and nothing stays. `sealed` tells digest and size afterwards."""

    def __init__(self, path: Path, label: str = "") -> None:
        super().__init__()
        self.path, self.sealed = path, Sealed("", 0)
        self._label = label.encode()
        self._draft = path.with_name(path.name + ".part")
        self._held = bytearray()
        self._hash, self._size, self._parts = hashlib.sha256(), 0, 0
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: BinaryIO = open(  # noqa: SIM115  (closed by __exit__)
            os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )
        key = AESGCM.generate_key(256)
        self._cipher = AESGCM(key)
        wrapped = crypto.encrypt_bytes(key)
        self._file.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take any number of bytes; return how many."""
        self._held += data
        while len(self._held) > PART_BYTES:  # the last part is kept back until it is known to be the last
            self._put(bytes(self._held[:PART_BYTES]), last=False)
            del self._held[:PART_BYTES]
        return len(data)

    def _put(self, part: bytes, *, last: bool) -> None:
        self._hash.update(part)
        self._size += len(part)
        box = self._cipher.encrypt(_nonce(self._parts, last), part, self._label)
        self._file.write(len(box).to_bytes(4, "big") + box)
        self._parts += 1

    def __enter__(self) -> "Sealer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if fault is None:
                self._put(bytes(self._held), last=True)
                self._file.flush()
                os.fsync(self._file.fileno())
                self._file.close()
                os.replace(self._draft, self.path)
                self.sealed = Sealed(self._hash.hexdigest(), self._size)
        finally:
            self.close()
            self._abandon()

    def _abandon(self) -> None:
        """Close what is open; a draft that did not become the file goes."""
        with suppress(OSError):  # a full disk refuses the buffered rest once more
            self._file.close()
        self._draft.unlink(missing_ok=True)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(NONCE_COUNTER_BYTES, "big") + (b"\x01" if last else b"\x00")


def seal(chunks: Iterable[bytes], path: Path, label: str = "") -> Sealed:
    """Write a stream of bytes to a sealed file and return its digest and size. Raises OSError; then there is no file."""
    with Sealer(path, label) as out:
        for chunk in chunks:
            out.write(chunk)
    return out.sealed


def unseal(path: Path, label: str = "") -> Iterator[bytes]:
    """Yield the clear content in parts. Raises Unsealable as soon as a part is not what was written, FileNotFoundError."""
    with path.open("rb") as file:
        cipher = _cipher_of(file)
        number, last = 0, False
        while head := file.read(4):
            if last:
                raise Unsealable("Something follows the last part of a sealed file.")
            box = _exactly(file, int.from_bytes(head, "big"))
            last = _is_at_end(file)
            try:
                yield cipher.decrypt(_nonce(number, last), box, label.encode())
            except InvalidTag:
                raise Unsealable("A part of a sealed file was altered, or the file belongs elsewhere.") from None
            number += 1
        if not last:
            raise Unsealable("A sealed file was cut off.")


def _cipher_of(file: BinaryIO) -> AESGCM:
    if file.read(len(MAGIC)) != MAGIC:
        raise Unsealable("This is not a sealed file.")
    wrapped = _exactly(file, int.from_bytes(_exactly(file, 2), "big"))
    try:
        return AESGCM(crypto.decrypt_bytes(wrapped))
    except ValueError as fault:
        raise Unsealable(str(fault)) from None


def _exactly(file: BinaryIO, size: int) -> bytes:
    if size > MOST_BYTES:
        raise Unsealable("A part of a sealed file is longer than parts are.")
    data = file.read(size)
    if len(data) != size:
        raise Unsealable("A sealed file was cut off.")
    return data


def _is_at_end(file: BinaryIO) -> bool:
    here = file.tell()
    at_end = not file.read(1)
    file.seek(here)
    return at_end


def digest(chunks: Iterable[bytes]) -> Sealed:
    """Return SHA-256 and length of a stream, to compare an unsealed file with what was sealed."""
    hashed, size = hashlib.sha256(), 0
    for chunk in chunks:
        hashed.update(chunk)
        size += len(chunk)
    return Sealed(hashed.hexdigest(), size)
