"""What the benchmarks share: a database of their own, made and dropped, and honest timing."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slrt.settings.test")


@contextmanager
def database(name: str) -> Iterator[None]:
    """Set Django up on a fresh database that is dropped afterwards."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.DATABASES["default"]["TEST"] = {**settings.DATABASES["default"].get("TEST", {}), "NAME": f"bench_{name}"}
    connection.settings_dict["TEST"]["NAME"] = f"bench_{name}"
    old = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(old, verbosity=0)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def medians(*works: Callable[[], object], times: int = 15, warm: int = 3) -> list[float]:
    """The medians of several works called in turn, so that a machine that slows down slows all of them."""
    took = [[seconds(work) for work in works] for _n in range(warm + times)][warm:]
    return [statistics.median(times) for times in zip(*took, strict=True)]


def verdict(name: str, value: float, least: float | None = None, most: float | None = None) -> bool:
    """Print a figure beside its target and return whether it is met."""
    met = (least is None or value >= least) and (most is None or value <= most)
    target = f"at least {least:g}" if least is not None else f"at most {most:g}"
    print(f"{name}: {value:.2f} ({target}) {'met' if met else 'NOT MET'}")
    return met
