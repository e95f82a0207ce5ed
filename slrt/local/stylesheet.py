"""Builds static/css/bootstrap.css: of the vendored Bootstrap only the rules whose classes the templates use.

Run `python -m slrt.local.stylesheet` after using a Bootstrap class for the first time; a test fails while the build is old.
"""

import re
from pathlib import Path

from slrt.local.places import BASE_DIR

VERSION = "5.3.9"
SOURCE = Path(__file__).resolve().parent / "vendor" / f"bootstrap-{VERSION}.min.css"
TARGET = BASE_DIR / "static" / "css" / "bootstrap.css"
HEADER = f"/* Bootstrap v{VERSION} (https://getbootstrap.com/), MIT licence, The Bootstrap Authors; unused rules left out. */\n"
WORD = re.compile(r"[A-Za-z][\w-]*")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# States that scripts, browsers or the form library add.
ALWAYS = {"is-invalid", "is-valid", "active", "disabled", "show", "visually-hidden"}


def used_words() -> set[str]:
    """Return every word of our templates and Python files and of the form library's templates."""
    import crispy_bootstrap5

    folders = [BASE_DIR / "templates", Path(crispy_bootstrap5.__file__).parent / "templates"]
    files = [file for folder in folders for file in folder.rglob("*.html")]
    for app in ("slrt", "households", "programs", "complaints", "referrals"):
        files += [f for f in (BASE_DIR / app).rglob("*.py") if "migrations" not in f.parts]
    return ALWAYS.union(*(WORD.findall(file.read_text(encoding="utf-8")) for file in files))


def build() -> str:
    """Return the reduced stylesheet."""
    text = re.sub(r"/\*.*?\*/", "", SOURCE.read_text(encoding="utf-8"), flags=re.S).replace('@charset "UTF-8";', "")
    return HEADER + _keep(text, used_words())


def _keep(text: str, words: set[str]) -> str:
    kept = []
    for head, body in _blocks(text):
        if head.startswith(("@media", "@supports")):
            inner = _keep(body, words)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}" if head.startswith("@font") else "")
        else:
            selectors = [s for s in _split(head) if set(CLASS.findall(s)) <= words and "[data-bs-theme=dark]" not in s]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _blocks(text: str) -> list[tuple[str, str]]:
    found, depth, start, head = [], 0, 0, ""
    for position, sign in enumerate(text):
        if sign == "{":
            if depth == 0:
                head, start = text[start:position].strip(), position + 1
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                found.append((head, text[start:position]))
                start = position + 1
    return found


def _split(head: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, sign in enumerate(head):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append(head[start:position].strip())
            start = position + 1
    return [*parts, head[start:].strip()]


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
    print(f"{TARGET.relative_to(BASE_DIR)}: {TARGET.stat().st_size} bytes")
