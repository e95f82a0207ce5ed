"""Files that are there whole or not at all."""

import os
from pathlib import Path


def keep(path: Path, data: bytes) -> None:
    """Write a new file for this user alone and make sure that it is on the disk; leave nothing behind when it cannot be.

    Raises FileExistsError when there is one already, and OSError (ENOSPC) when there is no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(number)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
