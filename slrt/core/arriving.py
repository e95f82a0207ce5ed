"""Where a large upload waits until its view has read it: in a file without a name, encrypted under a key that only this process knows.

What comes in holds numbers. No path leads to the file, so nothing of it is left when the process is killed; and what its blocks
on the disk once held cannot be read, since the key was never written down (ADR 0034). Small uploads stay in memory, as Django has it.
"""

import io
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

BLOCK = 16  # of AES, in bytes


class Arriving(io.RawIOBase):
    """A file that is written once, from its beginning to its end, and may be read anywhere. It is gone when it is closed."""

    def __init__(self) -> None:
        super().__init__()
        folder = Path(settings.MEDIA_ROOT)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by close)
        self._cipher = AES(os.urandom(32))
        self._size = 0

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Add to the end; nothing is ever written over, for that would use a stretch of the key twice."""
        try:
            self._file.seek(self._size)
            self._file.write(self._crypted(bytes(data), self._size))
            self._file.flush()
        except OSError:  # no room: give back at once what was taken
            self.close()
            raise
        self._size += len(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        here = self._file.tell()
        return self._crypted(self._file.read(size), here)

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def _crypted(self, data: bytes, place: int) -> bytes:
        """Encrypt what stands at a place of the file, or decrypt it: counter mode does the same for both."""
        blocks, within = divmod(place, BLOCK)
        stream = Cipher(self._cipher, CTR(blocks.to_bytes(BLOCK, "big"))).encryptor()
        stream.update(bytes(within))
        return stream.update(data)

    def close(self) -> None:
        with suppress(OSError):  # a full disk refuses the buffered rest once more
            self._file.close()
        super().close()


class ArrivingUploadHandler(FileUploadHandler):
    """Takes what `MemoryFileUploadHandler` leaves: requests above FILE_UPLOAD_MAX_MEMORY_SIZE."""

    file: Arriving

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = Arriving()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        """Hand the file to the form."""
        self.file.seek(0)
        file: Any = self.file
        return UploadedFile(file, self.file_name, self.content_type, file_size, self.charset, self.content_type_extra)

    def upload_interrupted(self) -> None:
        """The browser stopped sending in the middle of the file: the form finds none."""
        if hasattr(self, "file"):
            self.file.close()
