"""Rows that name a file on the disk, and whose file is not there: a backup of the database alone was restored, or a disk lost some."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from households.models import ImportRun, Paper, Photo

AT_ONCE = 10_000


def missing_photos() -> list[int]:
    """Return the photos without their file, removed ones included while their file is kept."""
    return _missing(Photo.objects.exclude(name=""), "name", "")


def missing_papers() -> list[int]:
    """Return the scanned papers without their file."""
    return _missing(Paper.objects.all(), "stored_name", "papers")


def missing_imports() -> list[int]:
    """Return the imports whose uploaded file is still promised and gone."""
    return _missing(ImportRun.objects.exclude(stored_path=""), "stored_path", "imports")


def _missing(rows: QuerySet[Any], named_by: str, folder: str) -> list[int]:
    """Those whose file is not there, asked twice: while millions are looked through, files are renamed and thrown away."""
    root = Path(settings.MEDIA_ROOT) / folder

    def gone(some: QuerySet[Any]) -> list[int]:
        named = some.order_by().values_list("pk", named_by).iterator()
        return [pk for pk, name in named if not (root / name).is_file()]

    suspects = gone(rows)
    parts = (suspects[start : start + AT_ONCE] for start in range(0, len(suspects), AT_ONCE))
    return [pk for part in parts for pk in gone(rows.filter(pk__in=part))]
