"""The extract brought at the console: what is wrong is one sentence and a failing exit code, never a traceback or a silence."""

import pytest
from django.core.management import CommandError, call_command

from households.models import ImportRun, Person
from tests.importing import families as files

pytestmark = pytest.mark.django_db


def _written(tmp_path, data):
    path = tmp_path / "berkas.csv"
    path.write_bytes(data)
    return path


def test_a_file_whose_headings_are_not_known_fails_and_says_where_they_are_matched(places, lestari, tmp_path, capsys):
    path = _written(tmp_path, files.file_of(files.ROSNA, without=["NAMA"]))
    with pytest.raises(CommandError, match="Kolom wajib tidak ada: NAMA") as told:
        call_command("import_extract", path, user="lestari", apply=True)
    run = ImportRun.objects.get()
    assert run.state == "columns"
    assert f"/impor/{run.pk}/kolom/" in str(told.value)
    assert capsys.readouterr().out == ""
    assert not Person.objects.exists()


def test_a_file_that_is_not_there_is_one_sentence(places, lestari, tmp_path):
    with pytest.raises(CommandError, match=r"hilang\.csv tidak ada"):
        call_command("import_extract", tmp_path / "hilang.csv", user="lestari")
    assert not ImportRun.objects.exists()


def test_a_folder_that_is_not_there_is_found_before_anything_is_written(places, lestari, tmp_path):
    path = _written(tmp_path, files.file_of(files.ROSNA))
    with pytest.raises(CommandError, match="untuk baris yang ditolak tidak ada"):
        call_command("import_extract", path, user="lestari", apply=True, rejects=tmp_path / "tidak" / "r.csv")
    assert not ImportRun.objects.exists()
    assert not Person.objects.exists()
