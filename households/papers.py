"""Scanned papers: looked into, kept encrypted under a random name, given out only after the access check and with a line in the trail."""

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from households.models import Paper
from slrt.accounts.models import User
from slrt.audit import trail
from slrt.core import crypto
from slrt.core.errors import GuardFailed

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
MAX_PIXELS = 50_000_000


def media_type_of(data: bytes, field: str = "file") -> str:
    """Return what a file is by looking into it: PDF, JPEG or PNG. Raises GuardFailed with the sentence why not.

    The name and the type that the browser says are not asked: a drawing with script in it can be called photo.jpg.
    """
    if not data:
        raise GuardFailed(field, _("Berkas ini kosong. Pindai lagi, lalu unggah."))
    if len(data) > settings.PAPER_MAX_BYTES:
        raise GuardFailed(
            field,
            _("Berkas ini %(size)d MB, batasnya %(limit)d MB. Pindai dengan mutu lebih rendah.")
            % {"size": -(-len(data) // 1_048_576), "limit": settings.PAPER_MAX_BYTES // 1_048_576},
        )
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-2048:]:
            raise GuardFailed(field, _("PDF ini terpotong. Pindai atau unduh lagi, lalu unggah."))
        return "application/pdf"
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        raise GuardFailed(
            field, _("Isi berkas ini SVG atau halaman web, bukan foto, apa pun namanya. Unggah PDF, JPG, atau PNG.")
        )
    return _picture(data, field)


def _picture(data: bytes, field: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
                kind, (width, height) = image.format, image.size
                if width * height > MAX_PIXELS:
                    raise GuardFailed(field, _("Gambar ini terlalu besar. Pindai dengan mutu lebih rendah."))
                image.verify()
    except UnidentifiedImageError:
        raise GuardFailed(
            field, _("Isi berkas ini bukan PDF, JPG, atau PNG. Pindai suratnya, lalu unggah hasilnya.")
        ) from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise GuardFailed(field, _("Gambar ini terlalu besar. Pindai dengan mutu lebih rendah.")) from None
    except (OSError, SyntaxError, ValueError):
        raise GuardFailed(field, _("Gambar ini rusak atau terpotong. Foto atau pindai lagi.")) from None
    return "image/jpeg" if kind == "JPEG" else "image/png"


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT) / "papers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def kept(data: bytes | None, *, kind: str, village_id: str, by: User, field: str = "file") -> Iterator[Paper | None]:
    """Keep a paper for the time of a transaction and hand out its row; the file goes again when the transaction fails.

    Without data it hands out None. Raises GuardFailed for a file that is no paper.
    """
    if data is None:
        yield None
        return
    media_type = media_type_of(data, field)
    path = _folder() / f"{uuid4().hex}.bin"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(crypto.encrypt_bytes(data))
    try:
        with transaction.atomic():
            yield Paper.objects.create(
                village_id=village_id,
                kind=kind,
                media_type=media_type,
                size=len(data),
                stored_name=path.name,
                uploaded_by=by,
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def opened(paper: Paper, *, by: User) -> bytes:
    """Return a paper's content and note who opened it. Call it for rows reached through `visible_to` only.

    Raises FileNotFoundError when its file is gone and ValueError when it cannot be decrypted; then nothing was opened.
    """
    data = crypto.decrypt_bytes((_folder() / paper.stored_name).read_bytes())
    trail.read("open_paper", paper, by=by, paper=paper.kind)
    return data


def file_name(paper: Any) -> str:
    """Return the name a paper is given when it leaves: kind and number, nothing of a person."""
    return f"{paper.kind}-{paper.pk}.{ENDINGS[paper.media_type]}"
