"""Pictures to be added as photos, and the files they become."""

import io
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError


def picture(size=(800, 600), form="JPEG", colour="teal", **options):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def files(folder):
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def no_picture(data):
    """Whether nothing in some bytes shows that they are a picture."""
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(data))
    return not any(mark in data for mark in (b"\xff\xd8\xff", b"JFIF", b"Exif"))
