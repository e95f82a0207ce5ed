"""Uploaded photos: checked by content and drawn anew without what the camera wrote into them.

The file that was uploaded is never kept: what is stored is a JPEG this module encoded from the pixels alone, so that neither
the place in the EXIF data nor anything hidden behind the picture survives (OWASP file upload advice).
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from slrt.core import clock
from slrt.core.errors import GuardFailed

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 25_000_000
LONG_EDGE = 1600  # pixels: a KTP stays readable, a house takes some 300 kB
QUALITY = 78
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
