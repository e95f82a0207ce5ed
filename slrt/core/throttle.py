"""A limit on tries that lives in the database."""

import hashlib

from django.db import connection

from slrt.core import clock


def allow(purpose: str, who: str, limit: int, seconds: int = 60) -> bool:
    """Count one try of `who` and tell whether it is within `limit` per `seconds`. `who` is kept only as a hash."""
    key = f"{purpose}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    window = int(clock.now().timestamp()) // seconds
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO core_ratebucket (key, "window", count) VALUES (%s, %s, 1) '
            'ON CONFLICT (key, "window") DO UPDATE SET count = core_ratebucket.count + 1 RETURNING count',
            [key, window],
        )
        return cursor.fetchone()[0] <= limit
