"""A manager's lists, and a folder for the files that each story finds empty."""

import pytest

from tests import cases, people

ASKED = {"purpose": "Bahan musyawarah nagari bulan ini", "basis": "public_task", "format": "csv"}


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    """Where the sealed files stand."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def families(places):
    """Three families in Sago Salido, two in Salido; one in Padang, outside the manager's area."""
    made = [
        cases.family_in(village, f"Warga {n}", f"13019945068500{n:02d}")
        for n, village in enumerate([people.SAGO] * 3 + [people.SALIDO] * 2 + [people.PADANG])
    ]
    return made[:5]


@pytest.fixture
def ask(browse):
    """Ask for a list through its page and return (answer, the export or None)."""

    def through_the_page(user, key, query="", **entered):
        from slrt.exports.models import Export

        before = Export.objects.count()
        answer = browse(user).post(f"/ekspor/baru/{key}/{query}", {**ASKED, "idempotency_key": new_key(), **entered})
        made = Export.objects.order_by("-pk").first() if Export.objects.count() > before else None
        return answer, made

    return through_the_page


def new_key():
    from slrt.core import idempotency

    return idempotency.new_key()


@pytest.fixture
def content(browse):
    """Download an export as a person and return the bytes."""

    def download(user, export):
        answer = browse(user).get(f"/ekspor/{export.pk}/unduh/")
        assert answer.status_code == 200, answer.content.decode()
        return b"".join(answer.streaming_content)

    return download
