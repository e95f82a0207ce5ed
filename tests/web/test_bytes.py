"""What a phone on a weak signal has to fetch, compressed as the server sends it."""

import gzip
import re

import pytest

from slrt.local.places import BASE_DIR
from tests import cases, people
from tests.entry.homes import agreed


def size(data):
    return len(gzip.compress(data, 6))


def fetched(page):
    """The page and everything it asks for before it can be used."""
    text = page.decode()
    files = re.findall(r'(?:<script src|<link rel="(?:stylesheet|icon)" href)="/static/([^"]+)"', text)
    assert "css/slrt.css" in files
    return size(page), sum(size((BASE_DIR / "static" / name).read_bytes()) for name in files)


@pytest.fixture
def visit(browse, sari):
    from households import visiting
    from households.models import Visit

    made = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    assert Visit.objects.get() == made
    return browse(sari), f"/kunjungan/{made.pk}/isi/"


@pytest.mark.parametrize("screen", ["place", "card", "house", "materials", "supply", "goods", "programmes", "position"])
def test_a_form_step_of_the_facilitator(visit, screen):
    client, path = visit
    page, files = fetched(client.get(f"{path}{screen}/").content)
    assert page + files <= 60_000
    assert page <= 15_000, "afterwards the files are kept by the browser"


def test_the_tracking_page_without_script(tamu, sari):
    row = cases.complaint(cases.family_in(people.SAGO), sari)
    content = tamu.post("/lacak/", {"kode": row.tracking_code}).content
    page, files = fetched(content)
    assert b"<script" not in content
    assert page + files <= 25_000
