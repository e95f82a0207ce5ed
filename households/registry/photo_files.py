"""Where photos lie: each sealed under a random name (`slrt/core/sealed.py`), its name as label.

Files from before that lie plain until `seal_plain` has come by.
"""

import math
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from households.models import Photo
from slrt.core import clock, sealed

FOLDER = "photos"
SEALED = ".sealed"  # how the names of sealed files end


def storage() -> FileSystemStorage:
    """Where photos lie: below MEDIA_ROOT, which no web server serves."""
    return FileSystemStorage(location=settings.MEDIA_ROOT)


def path_of(name: str) -> Path:
    """Return where a photo's file lies."""
    return Path(storage().path(name))


def read(name: str) -> bytes:
    """Return the bytes of a photo by its file's name; raise FileNotFoundError when it has none."""
    if not name:
        raise FileNotFoundError
    return b"".join(sealed.unseal(path_of(name), name)) if name.endswith(SEALED) else path_of(name).read_bytes()


def seal_plain(at: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Seal the files that lie plain on the disk and return how many; each is read back before the plain one goes.

    Killed at any point it leaves a row that names a whole file; what is left over goes with `clear_away`.
    """
    plain = Photo.objects.exclude(name="").exclude(name__endswith=SEALED)
    total, done = plain.count(), 0
    for pk, name in list(plain.order_by("pk").values_list("pk", "name")):
        done += _seal_one(pk, name)
        at(done, total)
    return done


def _seal_one(pk: int, name: str) -> bool:
    new = str(Path(name).with_suffix(SEALED))
    try:
        kept = sealed.seal([path_of(name).read_bytes()], path_of(new), new)
    except FileNotFoundError:
        return False  # gone already: the row tells it when somebody asks
    if sealed.digest(sealed.unseal(path_of(new), new)) != kept:
        raise OSError("A sealed photo does not read back as it was written.")
    if not Photo.objects.filter(pk=pk, name=name).update(name=new):
        path_of(new).unlink(missing_ok=True)  # its time was over meanwhile
        return False
    transaction.on_commit(lambda: path_of(name).unlink(missing_ok=True))
    return True


def clear_away() -> tuple[int, int]:
    """Delete files whose retention is over and files that no row names; return how many of each.

    A file without a row comes of an upload that was cut off; it is left alone for a day, while its row may still be coming.
    """
    gone, store = 0, storage()
    oldest = clock.now() - timedelta(days=settings.PHOTO_KEEP_DAYS)
    for photo in Photo.objects.filter(removed_at__lt=oldest).exclude(name="").only("name").order_by().iterator():
        store.delete(photo.name)
        Photo.objects.filter(pk=photo.pk).update(name="")
        gone += 1
    return gone, _clear_orphans(store)


def _clear_orphans(store: FileSystemStorage) -> int:
    """Folder by folder, one question each: there may be millions of photos."""
    root = Path(store.location)
    yesterday = (clock.now() - timedelta(days=1)).timestamp()
    lost = 0
    for folder in sorted(path for path in (root / FOLDER).glob("*") if path.is_dir()):
        old = {str(path.relative_to(root)) for path in folder.iterdir() if _written_at(path) < yesterday}
        named = Photo.objects.filter(name__in=old).values_list("name", flat=True)
        for name in sorted(old.difference(named)):
            store.delete(name)
            lost += 1
    return lost


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf  # it has just been sealed or thrown away
