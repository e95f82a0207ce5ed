"""Seals over the trail: whoever alters, removes or slips in a line that is sealed is found out (docs/adr/0032).

A seal covers a block of lines in the order of their numbers with an HMAC-SHA256 over their content and the seal before it, under a
key that is not in the database. Writers wait for nobody: a job seals afterwards what no open transaction can still precede.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from slrt.audit.models import AuditEntry, AuditSeal
from slrt.core import clock, crypto

log = logging.getLogger(__name__)

BLOCK = 1000  # lines under one seal: as near as a finding can point
SEAL_LOCK = 0x5345414C  # held while a seal is made, so that two workers do not make the same one
PURPOSE = b"slrt audit seal 1"
# A transaction that writes lines holds one of these on the table from before it draws a number until it has ended.
WRITING = ["RowExclusiveLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"]
WRITERS = (
    "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit_auditentry'::regclass AND mode = ANY(%s) "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND pid IS DISTINCT FROM pg_backend_pid()"
)
# One text for each line, whatever the session's settings: moments as microseconds, JSON as jsonb orders it.
CONTENT = (
    "SELECT id, jsonb_build_array(id, (extract(epoch FROM at) * 1000000)::bigint, actor_id, kind, verb, subject, subject_id, "
    "place, from_state, to_state, note, details)::text FROM audit_auditentry "
    "WHERE (%(after)s::bigint IS NULL OR id > %(after)s) AND id <= %(until)s ORDER BY id LIMIT %(most)s"
)
Line = tuple[int, str]


def seal_settled(wait: Callable[[], bool]) -> tuple[int, int]:
    """Seal what is settled and return how many seals were made over how many lines.

    `wait` is called while a transaction that may still bring smaller numbers is open; it pauses, and says whether to go on waiting.
    """
    seals = lines = 0
    until, last = settled(wait), None
    while until is not None and (made := _seal_block(until)):
        seals, lines, last = seals + 1, lines + made.entries, made
    if last:  # kept elsewhere, it tells whether the newest seals were taken away
        log.info(
            "trail sealed: %s", f"seal {last.pk} to line {last.last_id}: {in_fours(last.code)}", extra={"count": lines}
        )
    return seals, lines


def in_fours(code: str) -> str:
    """Return a code in groups of four signs: a run of digits in it would be masked in the log as somebody's number."""
    return ":".join(code[start : start + 4] for start in range(0, len(code), 4))


def settled(wait: Callable[[], bool]) -> int | None:
    """Return the newest number up to which every line is committed or will never be; None when there is none or `wait` gives up.

    Numbers are drawn in order, so whoever holds a smaller one without having committed writes at the moment we look.
    """
    until: int | None = AuditEntry.objects.aggregate(n=Max("pk"))["n"]
    open_before = _writers()
    while open_before:
        if not wait():
            return None
        open_before &= _writers()
    return until


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [WRITING])
        return {row[0] for row in cursor.fetchall()}


def _seal_block(until: int) -> AuditSeal | None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        last = AuditSeal.objects.order_by("pk").last()
        lines = _lines(last.last_id if last else None, until, BLOCK)
        if not lines:
            return None
        now, before = clock.now(), last.code if last else ""
        return AuditSeal.objects.create(
            first_id=lines[0][0],
            last_id=lines[-1][0],
            entries=len(lines),
            previous=before,
            code=_code(before, now, lines),
            sealed_at=now,
        )


def _lines(after: int | None, until: int, most: int | None = None) -> list[Line]:
    with connection.cursor() as cursor:
        cursor.execute(CONTENT, {"after": after, "until": until, "most": most})
        return cursor.fetchall()


def _code(previous: str, at: datetime, lines: Iterable[Line]) -> str:
    key = hmac.digest(crypto.keyring().index_key, PURPOSE, hashlib.sha256)
    head = f"{previous} {int(at.timestamp() * 1_000_000)}"
    # JSON holds no line feed, so the lines cannot run into each other.
    return hmac.new(key, "\n".join([head, *(text for _pk, text in lines)]).encode(), hashlib.sha256).hexdigest()


def broken() -> Iterator[int]:
    """Yield the numbers of the seals that do not fit the lines they cover, or the seal before them."""
    after, before = None, ""
    for seal in AuditSeal.objects.order_by("pk").iterator():
        lines = _lines(after, seal.last_id)
        whole = (seal.previous, seal.entries) == (before, len(lines)) and lines and lines[0][0] == seal.first_id
        if not whole or not hmac.compare_digest(seal.code, _code(before, seal.sealed_at, lines)):
            yield seal.pk
        after, before = seal.last_id, seal.code
