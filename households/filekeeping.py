"""Rows that name a file on the disk, and whose file is not there: a backup of the database alone was restored, or a disk lost some."""

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from households.models import ImportRun, Paper, Photo


def missing_photos() -> list[int]:
    """Return the photos without their file, removed ones included while their file is kept."""
    return _missing(Photo.objects.exclude(name="").values_list("pk", "name").iterator(), "")


def missing_papers() -> list[int]:
    """Return the scanned papers without their file."""
    return _missing(Paper.objects.values_list("pk", "stored_name").iterator(), "papers")


def missing_imports() -> list[int]:
    """Return the imports whose uploaded file is still promised and gone."""
    return _missing(ImportRun.objects.exclude(stored_path="").values_list("pk", "stored_path").iterator(), "imports")


def _missing(named: Iterable[tuple[int, str]], folder: str) -> list[int]:
    root = Path(settings.MEDIA_ROOT) / folder
    return [pk for pk, name in named if not (root / name).is_file()]
