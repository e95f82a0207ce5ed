"""The emblem beside the head of letters: a real picture is printed, anything else is left out and said at start."""

import pytest
from django.core.checks import run_checks
from PIL import Image as Picture
from reportlab.platypus import Image, Table

from slrt.letters.letterhead import Letterhead, emblem_file, head
from slrt.letters.paper import document

OFFICE = Letterhead(government="PEMERINTAH", office="DINAS SOSIAL")


def _picture(path, mode="RGBA", size=(40, 48)):
    Picture.new(mode, size).save(path)
    return path


def _cut_off(path):
    data = _picture(path, "RGB", (400, 480)).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _text(path):
    path.write_text("ini bukan gambar")


def printed(settings, path):
    settings.LETTER_LOGO = str(path)
    flowables = head(OFFICE)
    document("Surat", head(OFFICE))
    table = next(one for one in flowables if isinstance(one, Table))
    return isinstance(table._cellvalues[0][0], Image)


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "P", "L", "1"])
def test_a_real_picture_is_printed(settings, tmp_path, mode):
    assert printed(settings, _picture(tmp_path / "emblem.png", mode))
    assert not [said for said in run_checks() if said.id == "slrt.W001"]


@pytest.mark.parametrize("make", [_cut_off, _text, lambda path: path.mkdir(), lambda path: None])
def test_what_is_no_picture_stops_no_letter(settings, tmp_path, make):
    make(tmp_path / "emblem.png")
    assert not printed(settings, tmp_path / "emblem.png")
    assert [said for said in run_checks() if said.id == "slrt.W001"]


def test_without_one_nothing_is_said(settings):
    settings.LETTER_LOGO = ""
    assert emblem_file() is None
    assert not [said for said in run_checks() if said.id == "slrt.W001"]
