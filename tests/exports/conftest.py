"""A manager's lists, and a folder for the files that each story finds empty."""

import io
import re
from datetime import date

import pytest

from complaints.models import Holiday, RoutingRule
from programs.loading import load as load_programmes
from slrt.dashboard.models import Target
from slrt.letters.models import LetterTemplate
from tests import cases, people
from tests.exports.reading import csv_rows
from tests.exports.register_pages import CSV

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


@pytest.fixture
def registers(places, chief):
    """Something in every register."""
    dinkes = people.make_organisation("dinkes")
    load_programmes()
    RoutingRule.objects.create(sector="health", area_id="13.01", way="refer", organisation=dinkes, unit="Seksi Rujukan")
    RoutingRule.objects.create(area_id="13.01.05", way="check", active=False)
    Target.objects.create(indicator="families", period="2026-Q4", area_id="13.01", number=1000)
    LetterTemplate.objects.create(
        kind="referral", opening="Kami merujuk {nama}:\nuntuk {program}.", closing="Terima kasih."
    )
    Holiday.objects.create(on=date(2026, 8, 17), name="Hari Kemerdekaan")


@pytest.fixture
def upload(browse, chief):
    """Upload a sheet and return the preview's page as text, and a function that confirms it."""

    def preview(path, text, name="x.csv", format=CSV):
        client = browse(chief)
        file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
        file.name = name
        page = client.post(f"{path}import/", {"import_file": file, "format": format, "resource": ""}).content.decode()
        fields = dict(re.findall(r'name="(import_file_name|original_file_name|format|resource)" value="([^"]*)"', page))

        def confirm():
            return client.post(f"{path}process_import/", fields, follow=True).content.decode()

        return page, confirm if "process_import" in page else None

    return preview


@pytest.fixture
def taken_out(browse, lestari, ask, content):
    """Lestari opens a list of an import, `berkas.csv`, takes its two rows out and finds on the form how many they are.

    Return (page, the column of the file that is asked for, all its rows as text, the export).
    """
    from tests.exports.test_working_lists import cells, link_on

    def through_the_page(address, key, column):
        page = browse(lestari).get(address)
        query = link_on(page, key)
        form = browse(lestari).get(f"/ekspor/baru/{key}/{query}").content.decode()
        assert 'data-count="2"' in form
        assert "berkas.csv" in form
        _answer, export = ask(lestari, key, query)
        header, rows = csv_rows(content(lestari, export))
        assert export.done == page.context["own"] == len(rows) == 2
        return page, cells(rows, header, column), str(rows), export

    return through_the_page
