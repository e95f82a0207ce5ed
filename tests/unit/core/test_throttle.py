"""The limit on tries holds in the database and keeps no address."""

from datetime import timedelta

import pytest

from slrt.core import clock, throttle
from slrt.core.models import RateBucket

pytestmark = pytest.mark.django_db


def test_tries_beyond_the_limit_are_refused_until_the_next_minute(monkeypatch):
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert [throttle.allow("lacak", "10.0.0.1", 3) for _ in range(4)] == [True, True, True, False]
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(minutes=1))
    assert throttle.allow("lacak", "10.0.0.1", 3)


def test_a_neighbour_is_not_held_back():
    for _ in range(5):
        throttle.allow("lacak", "10.0.0.1", 3)
    assert throttle.allow("lacak", "10.0.0.2", 3)


def test_the_address_is_kept_as_a_hash_only():
    throttle.allow("lacak", "10.0.0.1", 3)
    assert "10.0.0.1" not in RateBucket.objects.get().key
