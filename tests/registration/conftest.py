"""Scanned papers and answer files as people upload them, a place of one's own for what is stored, and a family to register."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests import cases, people
from tests.registration.answers import NIKS, uploaded_answer

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Files of these stories lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def picture(kind="JPEG", size=(40, 30)):
    """A real picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind)
    return buffer.getvalue()


def uploaded(data, name="berita.jpg", kind="image/jpeg"):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, data, content_type=kind)


@pytest.fixture
def family(places):
    """A family of one in Sago Salido, with an address and a position."""
    row = cases.family_in(people.SAGO)
    row.household.address = "Jl. Pasar 3"
    row.household.latitude, row.household.longitude = "-1.350000", "100.570000"
    row.household.save()
    return row


@pytest.fixture
def sent(places):
    """Six families of the regency: four sent, one ranked, one determined before, one not sent yet."""
    states = ["sent_to_ministry"] * 3 + ["ranked", "determined", "endorsed"]
    return [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", NIKS[n]), state) for n, state in enumerate(states)
    ]


@pytest.fixture
def answer(sent, lestari):
    """One row of every kind."""
    return uploaded_answer(
        lestari,
        f"{NIKS[0]},DITETAPKAN,,2,2026-Q4",
        f"{NIKS[1]},TIDAK DITETAPKAN,A07,,",
        f"{NIKS[2]},BERDESIL,,4,2026-Q4",
        f"{NIKS[3]},VERIVALI-FINAL,,,",
        f"{NIKS[4]},DITETAPKAN,,1,2026-Q4",
        f"{NIKS[5]},DITETAPKAN,,1,2026-Q4",
        f"{NIKS[19]},DITETAPKAN,,1,2026-Q4",
    )
