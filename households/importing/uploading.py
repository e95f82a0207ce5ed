"""The first door of an import: a file is taken, kept sealed, and its preview promised."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_noop

from households.choices.imports import ImportKind
from households.importing import keeping
from households.importing.claiming import claim_area, demand_alone
from households.importing.kinds import KINDS
from households.importing.reading import Unreadable, check_size
from households.importing.unreadable import empty_file
from households.models import ImportRun, ImportSource
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, outbox
from slrt.core.errors import NotPermitted
from slrt.core.numbers import masked

READ_BYTES = 1 << 20


class StillWritten(Unreadable):
    """The file on disk changed while it was read."""


def chunks_of(path: Path) -> Iterator[bytes]:
    """Read a file on disk. Raises StillWritten when it changes at the same time."""
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        while chunk := file.read(READ_BYTES):
            yield chunk
        after = path.stat()
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise StillWritten(
            gettext_noop("Berkas ini berubah selagi dibaca. Tunggu sampai selesai ditulis, lalu unggah lagi.")
        )


def upload(
    data: bytes | Iterable[bytes], file_name: str, *, by: User, source: str = "", kind: str = ImportKind.EXTRACT
) -> ImportRun:
    """Keep an uploaded file encrypted and promise its preview.

    `source`: where such files come from; headings that a person matched for it once are matched alike.
    Raises NotPermitted, Unreadable for a file that is none, or TransitionNotAllowed while another file of the area is worked on.
    """
    needed = {Permission.IMPORT_RUN} | ({KINDS[kind].permission} if kind in KINDS else set())
    for decision in (may(by, permission) for permission in needed):
        if not decision:
            raise NotPermitted(decision.reason)
    if data == b"":
        raise empty_file()
    area = by.areas_for(Permission.IMPORT_RUN)[0]
    demand_alone(area, kind)
    lines = _LineCount([data] if isinstance(data, bytes) else data)
    name, kept = keeping.keep(lines)
    if not kept.size:
        keeping.forget(name)
        raise empty_file()
    known = ImportSource.objects.filter(kind=kind, name=source).first() if source else None
    try:
        with transaction.atomic():
            claim_area(area, kind)
            run = ImportRun.objects.create(
                area_id=area,
                started_by=by,
                file_name=masked(os.path.basename(file_name))[:200],
                file_hash=kept.digest,
                file_size=kept.size,
                stored_path=name,
                kind=kind,
                source=source[:60],
                mapping=known.columns if known else {},
                total=max(lines.rows - 1, 0),
                state_since=clock.now(),
            )
            trail.write("upload", run, by=by, to_state=run.state, bytes=kept.size)
            outbox.promise("households.preview_import", run_id=run.pk)
    except BaseException:
        keeping.forget(name)
        raise
    return run


class _LineCount:
    """Passes a file through and counts its lines, which for a CSV tells nearly how many rows are to come below the headings."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.rows = chunks, 0

    def __iter__(self) -> Iterator[bytes]:
        text, size, last = None, 0, b"\n"
        for chunk in self._chunks:
            text = chunk[:2] != b"PK" if text is None else text
            self.rows += chunk.count(b"\n") if text else 0
            size, last = size + len(chunk), chunk[-2:] or last
            check_size(size)
            yield chunk
        self.rows += bool(text) and b"\n" not in last
