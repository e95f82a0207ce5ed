"""The English catalogue: renewed from the code, checked to be whole, compiled without external tools where possible."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

import polib

from slrt.local.places import BASE_DIR

CATALOGUE = BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
IGNORED = (".venv", "var", "tests", "node_modules", "staticfiles")


def update() -> int:
    """Run makemessages (needs GNU gettext) and compile; say how many texts wait for English."""
    _makemessages()
    catalogue = polib.pofile(str(CATALOGUE))
    compile_catalogue(catalogue)
    waiting = [e for e in catalogue.untranslated_entries() if not e.obsolete]
    print(f"{len(waiting)} texts without English, {len(catalogue.fuzzy_entries())} to be checked.")
    return 0


def _makemessages() -> None:
    if which("xgettext") is None:
        raise SystemExit("GNU gettext is needed to collect texts: apt-get install gettext")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "slrt.settings.test"}
    ignore = [part for name in IGNORED for part in ("--ignore", f"{name}/*")]
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "en", "--no-location", "--no-wrap", *ignore, "-v0"],
        cwd=BASE_DIR,
        env=environment,
        check=True,
    )


def compile_catalogue(catalogue: polib.POFile) -> None:
    """Write the .mo beside the .po."""
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))


def faults(catalogue: polib.POFile) -> list[str]:
    """Return what is missing or wrong in the catalogue, one sentence each."""
    found = []
    for entry in catalogue:
        if entry.obsolete or not entry.msgid:
            continue
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not all(texts):
            found.append(f"no English: {entry.msgid!r}")
        elif "fuzzy" in entry.flags:
            found.append(f"fuzzy: {entry.msgid!r}")
        else:
            found += _placeholders(entry, texts)
    return found


def _placeholders(entry: polib.POEntry, texts: list[str]) -> list[str]:
    import re

    pattern = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")
    wanted = set(pattern.findall(entry.msgid)) | set(pattern.findall(entry.msgid_plural or ""))
    return [f"placeholders differ: {entry.msgid!r}" for text in texts if set(pattern.findall(text)) - wanted]


def collected() -> set[str] | None:
    """Return the texts the code marks, or None when gettext is not on this machine. Leaves the catalogue as it was."""
    if which("xgettext") is None:
        return None
    before = CATALOGUE.read_bytes()
    try:
        _makemessages()
        return {e.msgid for e in polib.pofile(str(CATALOGUE)) if not e.obsolete}
    finally:
        CATALOGUE.write_bytes(before)


def check() -> int:
    """Return 0 when every text of the code has its English and the compiled file is current."""
    catalogue = polib.pofile(str(CATALOGUE))
    found = faults(catalogue)
    texts = collected()
    if texts is not None:
        known = {e.msgid for e in catalogue if not e.obsolete}
        found += [f"not in the catalogue (make messages): {text!r}" for text in sorted(texts - known)]
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    if {e.msgid: e.msgstr for e in compiled if not e.msgid_plural} != {
        e.msgid: e.msgstr for e in catalogue.translated_entries() if not e.msgid_plural
    }:
        found.append("django.mo is older than django.po: make messages")
    for line in found[:40]:
        print(line)
    print(f"translations: {len(catalogue)} texts, {len(found)} faults")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    """`update` or `check`."""
    Path(CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    return {"update": update, "check": check}[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
