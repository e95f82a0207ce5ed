"""Where local files lie: everything under var/ of this checkout, or under SLRT_VAR."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]


def var_dir() -> Path:
    """Return the folder for local data, made if absent."""
    path = Path(os.environ.get("SLRT_VAR") or BASE_DIR / "var")
    path.mkdir(parents=True, exist_ok=True)
    return path


def subfolder(name: str, mode: int = 0o700) -> Path:
    """Return a folder under var/, made if absent, for this user alone."""
    path = var_dir() / name
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    return path
