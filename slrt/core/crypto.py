"""Numbers that identify a person, kept encrypted, found by a blind index.

A stored value is ``key id || ":" || nonce || AES-256-GCM ciphertext`` as bytes; the key id allows rotation.
The index is HMAC-SHA256 under a key of its own, cut to 16 bytes: equal numbers have equal indexes, and
without the key the small space of Indonesian numbers cannot be tried through.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
INDEX_BYTES = 16
BLOCK_BYTES = 64  # of SHA-256
_DOTS = "•" * 8


class Keyring:
    """The keys in use: the first encrypts, all decrypt."""

    def __init__(self, entries: list[str], index_key: str) -> None:
        self.keys: dict[bytes, AESGCM] = {}
        for entry in entries:
            key_id, _, encoded = entry.partition(":")
            secret = base64.b64decode(encoded)
            if not key_id or len(secret) != 32:
                raise ValueError("SLRT_FIELD_KEYS wants id:base64 of 32 bytes, separated by commas.")
            self.keys[key_id.encode()] = AESGCM(secret)
        if not self.keys:
            raise ValueError("SLRT_FIELD_KEYS is empty.")
        self.current = next(iter(self.keys))
        self.index_key = base64.b64decode(index_key)
        if len(self.index_key) != 32:
            raise ValueError("SLRT_INDEX_KEY wants base64 of 32 bytes.")
        # HMAC (RFC 2104) with its two key blocks hashed once: a third of the time when a file brings a million numbers.
        block = self.index_key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def index(self, data: bytes) -> bytes:
        """Return the blind index of a number's bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(data)
        outer.update(inner.digest())
        return outer.digest()[:INDEX_BYTES]


@lru_cache(maxsize=4)
def _keyring(entries: tuple[str, ...], index_key: str) -> Keyring:
    return Keyring(list(entries), index_key)


def keyring() -> Keyring:
    """Return the keyring of the settings; raise ValueError when the keys have a wrong shape."""
    return _keyring(tuple(settings.FIELD_KEYS), settings.INDEX_KEY)


def encrypt(text: str) -> bytes:
    """Encrypt text (UTF-8) under the current key."""
    return encrypt_bytes(text.encode())


def encrypt_bytes(data: bytes) -> bytes:
    """Encrypt bytes under the current key."""
    ring = keyring()
    nonce = os.urandom(NONCE_BYTES)
    return ring.current + b":" + nonce + ring.keys[ring.current].encrypt(nonce, data, ring.current)


def decrypt_bytes(stored: bytes | memoryview) -> bytes:
    """Return what `encrypt_bytes` was given; raise ValueError for an unknown key or a value that was tampered with."""
    key_id, _, rest = bytes(stored).partition(b":")
    cipher = keyring().keys.get(key_id)
    if cipher is None:
        raise ValueError("This value was encrypted under a key that is not in SLRT_FIELD_KEYS.")
    try:
        return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], key_id)
    except Exception:
        raise ValueError("This value cannot be decrypted: it was altered or belongs to another key.") from None


def decrypt(stored: bytes | memoryview) -> str:
    """Return the text that `encrypt` was given."""
    return decrypt_bytes(stored).decode()


def decrypt_many(stored: Sequence[bytes]) -> list[str]:
    """Return the texts of many stored values; raises ValueError as `decrypt` does. The way for a whole list at once."""
    ring = keyring()
    head, own, cipher = ring.current + b":", ring.current, ring.keys[ring.current].decrypt
    start, body = len(head), len(head) + NONCE_BYTES
    try:
        return [
            cipher(value[start:body], value[body:], own).decode() if value.startswith(head) else decrypt(value)
            for value in stored
        ]
    except InvalidTag:
        raise ValueError("This value cannot be decrypted: it was altered or belongs to another key.") from None


def blind_index(text: str) -> bytes:
    """Return the 16-byte index of a number for exact search and uniqueness."""
    return keyring().index(text.encode())


def blind_indexes(texts: Sequence[str]) -> list[bytes]:
    """Return the indexes of many numbers; the way for a whole file at once."""
    index = keyring().index
    return [index(text.encode()) for text in texts]


def fingerprints(purpose: str, texts: Sequence[str]) -> list[str]:
    """Return what tells texts of any length apart, as hex of 16 bytes; another purpose has others. The way for a whole file at once."""
    index, start = keyring().index, f"{purpose}:".encode()
    return [index(start + text.encode()).hex() for text in texts]


def page_key(purpose: str) -> str:
    """Return a key of 32 bytes as base64, for what a browser keeps encrypted; another purpose has another key."""
    made = HKDF(SHA256(), length=32, salt=None, info=f"page:{purpose}".encode()).derive(keyring().index_key)
    return base64.b64encode(made).decode()


def protect(numbers: Sequence[str]) -> tuple[list[bytes | None], list[bytes | None]]:
    """Return numbers encrypted and their blind indexes, both None for an empty number; the way for a whole file at once."""
    ring = keyring()
    head, own, cipher, index = ring.current + b":", ring.current, ring.keys[ring.current].encrypt, ring.index
    values = [number.encode() for number in numbers]
    random = os.urandom(NONCE_BYTES * len(values))
    starts = range(0, len(random), NONCE_BYTES)
    encrypted = [
        head + (nonce := random[start : start + NONCE_BYTES]) + cipher(nonce, value, own) if value else None
        for start, value in zip(starts, values, strict=True)
    ]
    return encrypted, [index(value) if value else None for value in values]


def mask(number: str) -> str:
    """Return a 16-digit number as lists show it: 1301••••••••0003."""
    if len(number) < 9:
        return "•" * len(number)
    return number[:4] + "•" * (len(number) - 8) + number[-4:]


def mask_many(numbers: Sequence[str]) -> list[str]:
    """Return numbers as lists show them; the way for a whole list at once."""
    return [number[:4] + _DOTS + number[-4:] if len(number) == 16 else mask(number) for number in numbers]
