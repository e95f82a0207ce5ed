"""`make run` in a fresh copy until the sign-in page is served: the first time with no package cache, and the second time.

The copy holds what a clone holds. Set COLD=0 to let pip use its cache.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench.harness import verdict  # noqa: E402

FIRST_MOST, SECOND_MOST, PATIENCE = 180, 10, 600


def copied(target: Path) -> None:
    """Copy the files a clone would have."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def until_served(folder: Path, port: int, environment: dict[str, str]) -> float:
    """Start, wait for the sign-in page, stop; return the seconds until it came."""
    began = time.monotonic()
    log = (folder / "run.log").open("wb")
    started = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=folder,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        while time.monotonic() - began < PATIENCE:
            if started.poll() is not None:
                raise SystemExit(f"make run ended early:\n{(folder / 'run.log').read_text()[-2000:]}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/masuk/", timeout=2) as page:
                    if page.status == 200:
                        return time.monotonic() - began
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise SystemExit("The sign-in page did not come.")
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGINT)
            started.wait(60)


def main() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    kept = {name: value for name, value in kept.items() if not name.startswith(("SLRT_", "DJANGO_"))}
    if os.environ.get("COLD", "1") == "1":
        kept["PIP_NO_CACHE_DIR"] = "1"
    with tempfile.TemporaryDirectory(prefix="slrt-start-", ignore_cleanup_errors=True) as folder:
        copied(Path(folder))
        first = until_served(Path(folder), port, kept)
        second = until_served(Path(folder), port, kept)
    met = [
        verdict("seconds until the sign-in page, first start, packages fetched", first, most=FIRST_MOST),
        verdict("seconds until the sign-in page, second start", second, most=SECOND_MOST),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
