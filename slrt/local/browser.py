"""Makes sure a Chromium is there for the browser tests, or says loudly that there is none."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    return _playwright_own()


def _playwright_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:
        return None
    return path if os.path.exists(path) else None


def install() -> None:
    """Install Debian's package when root, else Playwright's own download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            env=environment,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if find():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Return 0 when a browser is there (or the person said to go without), else 1."""
    if os.environ.get("SLRT_SKIP_BROWSER") == "1":
        print("SLRT_SKIP_BROWSER=1: the browser tests will NOT run.")
        return 0
    if not find():
        print("No Chromium found; installing one for the browser tests …", flush=True)
        install()
    if find():
        return 0
    print(
        "No Chromium could be found or installed. Install the package `chromium`, or set SLRT_SKIP_BROWSER=1 to run "
        "everything but the browser tests.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
