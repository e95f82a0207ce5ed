"""Drawings that stand for photos of houses."""

import io

from PIL import Image, ImageDraw

HOUSES = (("#7f8c5a", "#c9b79c"), ("#5a6f8c", "#d8cbb0"), ("#8c6a5a", "#e0d6c2"))


def house_photo(wall: str, ground: str) -> bytes:
    """Return a plain drawing of a house as JPEG: nobody's house, and clearly so."""
    picture = Image.new("RGB", (1200, 800), "#cfe3ee")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 1200, 800), fill=ground)
    pen.rectangle((350, 330, 850, 640), fill=wall)
    pen.polygon(((310, 330), (600, 160), (890, 330)), fill="#6b4a3a")
    pen.rectangle((560, 470, 640, 640), fill="#3b2a20")
    pen.rectangle((410, 420, 490, 500), fill="#f2f2f2")
    pen.text((30, 740), "DEMO", fill="#333333")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
