"""What a manager reads of a preview first: why most rows were refused, and families village by village."""

import pytest

from tests.importing import families as files

pytestmark = pytest.mark.django_db


def test_the_commonest_reason_stands_first(browse, places, lestari):
    torn = {**files.ANDI, "NO_KK": "13019901011"}
    wrong = [{**files.ROSNA, "NIK": str(n)} for n in (1, 2, 3)]
    run = files.preview(lestari, torn, *wrong, files.BUDI)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert page.index("NIK tidak 16 angka") < page.index("Nomor KK tidak 16 angka")


def test_families_that_are_not_in_the_file_stand_by_village_and_name(browse, places, lestari):
    zul = {**files.CITRA, "NAMA": "Zulkifli", "JENIS_KELAMIN": "1", "NIK": "1301990506750001"}
    files.bring(lestari, zul, files.BUDI, files.ROSNA)
    run = files.preview(lestari, files.ROSNA)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert "Keluarga tidak ada di berkas" in page
    assert page.index("Budi") < page.index("Zulkifli")
