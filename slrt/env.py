"""Typed readers of environment variables that fail loudly, naming the variable and the shape it wants."""

import os
from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """Return a variable as text; raise ImproperlyConfigured when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Environment variable {name} is not set.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """Return a variable as a truth value: 1/true/yes/on or 0/false/no/off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"Environment variable {name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    """Return a variable as a whole number."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"Environment variable {name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without empty parts."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def counts(name: str, default: str, known: Iterable[str]) -> dict[str, int]:
    """Return a variable like `front=1,inside=2` as whole numbers by known word; an empty one is an empty table."""
    known, found = tuple(known), {}
    for part in words(name, default):
        word, _sign, count = (side.strip() for side in part.partition("="))
        if word not in known or not count.isdecimal():
            raise ImproperlyConfigured(
                f"Environment variable {name} must be like {known[0]}=1 with {', '.join(known)}, not {part!r}."
            )
        found[word] = int(count)
    return found
