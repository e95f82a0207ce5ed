"""Where a register's file lies between its preview and its confirmation, and beside it what the preview showed."""

import re
from typing import Any
from uuid import uuid4

from import_export.tmp_storages import BaseStorage

from slrt.core.sealed import seal, unseal
from slrt.exports import building

STORED_NAME = re.compile(r"[0-9a-f]{32}")
SHOWN = "-shown"


class SealedUpload(BaseStorage):
    """Where a register's file waits for its confirmation: sealed, under a name that nobody can choose."""

    def _path(self, beside: str = "") -> Any:
        if not STORED_NAME.fullmatch(self.name or ""):
            raise FileNotFoundError(self.name)
        return building.folder() / f"register-{self.name}{beside}.sealed"

    def save(self, data: bytes) -> None:
        self.name = uuid4().hex
        seal([data], self._path(), self.name)

    def read(self) -> Any:
        data = b"".join(unseal(self._path(), self.name))
        return data if self.read_mode == "rb" else data.decode(self.encoding or "utf-8-sig")

    def keep_shown(self, data: bytes) -> None:
        """Keep what the preview showed."""
        seal([data], self._path(SHOWN), self.name + SHOWN)

    def shown(self) -> bytes:
        """Return what the preview showed; FileNotFoundError when there was none."""
        return b"".join(unseal(self._path(SHOWN), self.name + SHOWN))

    def remove(self) -> None:
        self._path().unlink(missing_ok=True)
        self._path(SHOWN).unlink(missing_ok=True)
