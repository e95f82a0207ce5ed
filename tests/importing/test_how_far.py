"""How far the reading of a file has come: rows of people are counted, not the headings above them."""

import pytest

from households.importing import previewing, uploading
from households.models import ImportRun
from tests.importing.families import ANDI, BUDI, ROSNA, file_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_before_it_is_read_a_file_has_as_many_rows_as_people(manager, end):
    started = uploading.upload(file_of(ROSNA, ANDI, BUDI).rstrip(b"\n") + end, "berkas.csv", by=manager)
    assert started.total == 3


def test_while_it_is_read_titles_above_the_headings_are_no_rows(manager, monkeypatch):
    told = []
    updates = ImportRun.objects.none().__class__.update

    def noted(rows, **values):
        if "total" in values and "state" not in values:
            told.append((values["done"], values["total"]))
        return updates(rows, **values)

    started = uploading.upload(b"DAFTAR KELUARGA\nKecamatan\n" + file_of(ROSNA, ANDI, BUDI), "berkas.csv", by=manager)
    monkeypatch.setattr(ImportRun.objects.none().__class__, "update", noted)
    previewing.preview(started.pk)
    assert told[-1] == (3, 3)
    assert {total for _done, total in told} == {3}
