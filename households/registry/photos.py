"""Photos: checked by content, drawn anew without what the camera wrote into them, sealed under a random name, shown by permission.

The file that was uploaded is never kept: what is stored is a JPEG this module encoded from the pixels alone, so that neither
the place in the EXIF data nor anything hidden behind the picture survives (OWASP file upload advice). On the disk it lies sealed
(`slrt/core/sealed.py`), under its own name as label; files from before that lie plain until `seal_plain` has come by.
"""

import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from households.choices.photo import HOUSE_PHOTOS, PhotoKind
from households.models import Family, Person, Photo, Visit
from households.questionnaire import consent
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, sealed
from slrt.core.errors import GuardFailed, NotPermitted

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 25_000_000
LONG_EDGE = 1600  # pixels: a KTP stays readable, a house takes some 300 kB
QUALITY = 78
FOLDER = "photos"
SEALED = ".sealed"  # how the names of sealed files end
MEGA = 1_000_000
# A drawing or a page of text that calls itself a photo; looked for in the first bytes only.
_TEXTS = (b"<svg", b"<?xml", b"<!doctype", b"<html", b"<script")
_EXIF_TAKEN = 36867  # DateTimeOriginal
_EXIF_PART = 0x8769

# The limit here is ours, asked before a single pixel is decoded; the library's own only warns.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Drawn:
    """A photo as it will be stored: JPEG bytes, size in pixels, and when the camera says it was taken."""

    data: bytes
    width: int
    height: int
    taken_at: datetime | None


def storage() -> FileSystemStorage:
    """Where photos lie: below MEDIA_ROOT, which no web server serves."""
    return FileSystemStorage(location=settings.MEDIA_ROOT)


def draw_anew(data: bytes) -> Drawn:
    """Check an uploaded file by its content and return it re-encoded; raises GuardFailed("file", why) for everything else."""
    if not data:
        raise GuardFailed("file", _("Berkas ini kosong. Ambil fotonya lagi."))
    if len(data) > settings.PHOTO_MAX_BYTES:
        raise GuardFailed(
            "file",
            _("Foto ini %(size)d MB, paling besar %(most)d MB. Ambil ulang dengan ukuran lebih kecil.")
            % {"size": -(-len(data) // MEGA), "most": settings.PHOTO_MAX_BYTES // MEGA},
        )
    try:
        # Only these readers are tried; opening reads the header, no pixel yet.
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            pixels = opened.width * opened.height
            if pixels > MAX_PIXELS:
                raise GuardFailed(
                    "file",
                    _("Foto ini %(size)d megapiksel, paling besar %(most)d. Ambil ulang dengan ukuran lebih kecil.")
                    % {"size": round(pixels / MEGA), "most": MAX_PIXELS // MEGA},
                )
            taken = _taken(opened)
            opened.draft("RGB", (LONG_EDGE, LONG_EDGE))
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONG_EDGE, LONG_EDGE))
            clean = Image.new("RGB", turned.size, "white")
            seen = turned.convert("RGBA")
            clean.paste(seen, mask=seen.getchannel("A"))
    except UnidentifiedImageError:
        raise GuardFailed("file", _why_no_photo(data)) from None
    except GuardFailed:
        raise
    except Exception:
        # Readers of hostile files fail in many ways; all of them mean the same to the person.
        raise GuardFailed("file", _("Foto ini rusak atau terpotong. Ambil ulang fotonya.")) from None
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Drawn(out.getvalue(), clean.width, clean.height, taken)


def _why_no_photo(data: bytes) -> str:
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_TEXTS) or b"<svg" in start:
        return _("Isi berkas ini gambar SVG atau halaman web, bukan foto, apa pun namanya. Ambil foto dengan kamera.")
    if start.startswith(b"%pdf"):
        return _("Berkas ini PDF, bukan foto. Foto kartunya dengan kamera.")
    if b"ftyphei" in start or b"ftypmif1" in start:
        return _("Foto ini berformat HEIC. Atur kamera ke JPEG (“paling kompatibel”), lalu ambil ulang.")
    return _("Berkas ini bukan foto JPEG, PNG, atau WebP. Ambil foto dengan kamera.")


def _taken(opened: Any) -> datetime | None:
    """Return when the camera says the photo was taken, if that can be; nothing else of the EXIF data is read."""
    try:
        text = opened.getexif().get_ifd(_EXIF_PART).get(_EXIF_TAKEN)
        moment = timezone.make_aware(datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S"))
    except Exception:
        return None  # no time, or one that cannot be read: the time of adding stands in
    return moment if moment <= clock.now() else None


def demand_identity(by: User, place: Any) -> None:
    """Raise NotPermitted unless the person may see photos of identity cards there."""
    decision = may(by, Permission.PHOTO_IDENTITY, place)
    if not decision:
        raise NotPermitted(decision.reason)


def add(
    data: bytes,
    *,
    by: User,
    kind: str,
    family: Family | None = None,
    visit: Visit | None = None,
    person: Person | None = None,
) -> Photo:
    """Keep a photo of a family or of a visit that is still a draft.

    Raises NotPermitted, or GuardFailed that says why the file is refused; then nothing is kept.
    """
    place: Any = family if family is not None else visit
    _demand_change(by, family, visit)
    if kind == PhotoKind.KTP:
        demand_identity(by, place)
        if family is not None and person is None:
            raise GuardFailed("person", _("Pilih pemilik KTP ini."))
    if person is not None and (family is None or not family.memberships.open().filter(person=person).exists()):
        raise GuardFailed("person", _("Orang ini bukan anggota keluarga ini lagi. Muat ulang halamannya."))
    drawn = draw_anew(data)
    now = clock.now()
    photo = Photo(
        kind=PhotoKind(kind),
        family=family,
        household=family.household if family is not None and kind in HOUSE_PHOTOS else None,
        visit=visit,
        person=person if kind == PhotoKind.KTP else None,
        sha256=hashlib.sha256(drawn.data).hexdigest(),
        size=len(drawn.data),
        width=drawn.width,
        height=drawn.height,
        taken_at=drawn.taken_at or now,
        added_at=now,
        added_by=by,
    )
    with transaction.atomic():
        again = Photo.objects.kept().filter(sha256=photo.sha256, kind=kind, family=family, visit=visit).exists()
        if again:
            raise GuardFailed("file", _("Foto yang sama sudah ada di sini."))
        key = secrets.token_hex(20)
        photo.name = f"{FOLDER}/{key[:2]}/{key}{SEALED}"
        sealed.seal([drawn.data], _path(photo.name), photo.name)
        photo.save()
        trail.write("photo_add", place, by=by, photo=photo.pk, kind=kind)
    return photo


def _demand_change(by: User, family: Family | None, visit: Visit | None) -> None:
    if family is not None:
        decision = may(by, Permission.FAMILY_CHANGE, family)
    elif visit is not None:
        decision = may(by, Permission.VISIT_WRITE, visit)
        if visit.facilitator_id != by.pk:
            raise NotPermitted(_("Ini kunjungan orang lain."))
        if not consent.is_given(visit.answers):
            raise GuardFailed("file", _("Keluarga harus setuju dulu datanya dicatat."))
    else:
        raise ValueError("A photo belongs to a family or a visit.")
    if not decision:
        raise NotPermitted(decision.reason)


def opened(photo: Photo, *, by: User) -> bytes:
    """Return the bytes of a visible photo; a KTP asks for its own permission and leaves a line in the trail.

    Raises NotPermitted, FileNotFoundError when the file is gone, Unsealable when it is not what was kept.
    """
    if photo.kind == PhotoKind.KTP:
        demand_identity(by, photo)
        trail.read("photo", photo, by=by, family=photo.family_id, person=photo.person_id)
    try:
        return _read(photo.name)
    except FileNotFoundError:
        photo.refresh_from_db(fields=["name"])  # it may have been sealed just now, under another name
        return _read(photo.name)


def _path(name: str) -> Path:
    return Path(storage().path(name))


def _read(name: str) -> bytes:
    if not name:
        raise FileNotFoundError
    return b"".join(sealed.unseal(_path(name), name)) if name.endswith(SEALED) else _path(name).read_bytes()


def remove(photo: Photo, *, by: User, reason: str) -> Photo:
    """Take a photo out of sight, with a reason; its file stays until the retention time is over."""
    with transaction.atomic():
        row = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
        _demand_change(by, row.family, None if row.family is not None else row.visit)
        if row.kind == PhotoKind.KTP:
            demand_identity(by, row)
        if row.removed_at is not None:
            raise GuardFailed("reason", _("Foto ini sudah dihapus."))
        if not reason.strip():
            raise GuardFailed("reason", _("Tulis alasan foto ini dihapus."))
        _out_of_sight(row, by, reason)
    return row


def _out_of_sight(row: Photo, by: User, reason: str) -> None:
    row.removed_at, row.removed_by, row.removed_reason = clock.now(), by, reason.strip()[:200]
    row.save()
    place: Any = row.family if row.family is not None else row.visit
    trail.write("photo_remove", place, by=by, note=row.removed_reason, photo=row.pk, kind=row.kind)


def drop(visit: Visit, *, by: User, reason: str) -> int:
    """Drop the photos of a refused visit, files and all; return how many. Call inside the transaction that records it.

    A file whose deletion is cut off is one that no row names, and `clear_away` finds it.
    """
    photos = list(Photo.objects.kept().filter(visit=visit, family=None).select_for_update(of=("self",)))
    for row in photos:
        name, row.name = row.name, ""
        _out_of_sight(row, by, reason)
        transaction.on_commit(partial(storage().delete, name))
    return len(photos)


def take_over(visit: Visit, family: Family) -> int:
    """Give the photos of a sent visit to its family; return how many. Call inside the transaction that sends it."""
    waiting = Photo.objects.filter(visit=visit, family=None)
    waiting.filter(kind__in=HOUSE_PHOTOS).update(household=family.household_id)
    return waiting.update(family=family)


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
        kept = sealed.seal([_path(name).read_bytes()], _path(new), new)
    except FileNotFoundError:
        return False  # gone already: the row tells it when somebody asks
    if sealed.digest(sealed.unseal(_path(new), new)) != kept:
        raise OSError("A sealed photo does not read back as it was written.")
    if not Photo.objects.filter(pk=pk, name=name).update(name=new):
        _path(new).unlink(missing_ok=True)  # its time was over meanwhile
        return False
    transaction.on_commit(lambda: _path(name).unlink(missing_ok=True))
    return True


def clear_away() -> tuple[int, int]:
    """Delete files whose retention is over and files that no row names; return how many of each.

    A file without a row comes of an upload that was cut off; it is left alone for a day, while its row may still be coming.
    """
    gone, store = 0, storage()
    oldest = clock.now() - timedelta(days=settings.PHOTO_KEEP_DAYS)
    for photo in Photo.objects.filter(removed_at__lt=oldest).exclude(name=""):
        store.delete(photo.name)
        Photo.objects.filter(pk=photo.pk).update(name="")
        gone += 1
    return gone, _clear_orphans(store)


def _clear_orphans(store: FileSystemStorage) -> int:
    root = Path(store.location)
    yesterday = clock.now() - timedelta(days=1)
    lost = 0
    for path in sorted((root / FOLDER).glob("*/*")):
        name = str(path.relative_to(root))
        if store.get_modified_time(name) < yesterday and not Photo.objects.filter(name=name).exists():
            store.delete(name)
            lost += 1
    return lost
