"""Keys for local use, made once under var/keys/ and readable by this user alone. Variables of the environment win."""

import base64
import os
import secrets
from pathlib import Path

from slrt.local.places import subfolder


def ensure_keys() -> dict[str, str]:
    """Return the three keys by variable name, making those that do not exist yet."""
    folder = subfolder("keys")
    return {
        "SLRT_SECRET_KEY": os.environ.get("SLRT_SECRET_KEY") or _kept(folder / "secret", secrets.token_urlsafe(50)),
        "SLRT_FIELD_KEYS": os.environ.get("SLRT_FIELD_KEYS") or _kept(folder / "field", "k1:" + _random_key()),
        "SLRT_INDEX_KEY": os.environ.get("SLRT_INDEX_KEY") or _kept(folder / "index", _random_key()),
    }


def _random_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def _kept(path: Path, fresh: str) -> str:
    """Return the file's content, writing `fresh` first if it is absent; two processes at once agree on one value."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh)
    except FileExistsError:
        pass
    for _ in range(50):
        value = path.read_text().strip()
        if value:
            return value
    raise RuntimeError(f"{path} is empty; remove it if no data were stored under it yet.")
