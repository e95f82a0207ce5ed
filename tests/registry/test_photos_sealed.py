"""Photos on the disk: sealed, those of before sealed by night, shown only as they were kept."""

import io
from pathlib import Path

import pytest
from PIL import Image

from households.models import Photo
from households.registry import photo_files, photos
from tests.registry.pictures import files, no_picture, picture

pytestmark = pytest.mark.usefixtures("uploads")


def left_plain(photo, folder):
    """Put a photo's file back as an earlier version kept it."""
    data = photo_files.read(photo.name)
    old = str(Path(photo.name).with_suffix(".jpg"))
    (folder / photo.name).unlink()
    (folder / old).write_bytes(data)
    Photo.objects.filter(pk=photo.pk).update(name=old)
    photo.refresh_from_db()
    return data


@pytest.mark.parametrize("kind", ["house", "front", "inside", "kk", "ktp"])
def test_no_photo_lies_open_on_the_disk(browse, family, sari, uploads, kind):
    person = family.head if kind == "ktp" else None
    photo = photos.add(picture(), by=sari, kind=kind, family=family, person=person)
    [file] = files(uploads)
    assert no_picture(file.read_bytes())
    shown = browse(sari).get(f"/foto/{photo.pk}/").content
    assert Image.open(io.BytesIO(shown)).size == (800, 600)


def test_plain_files_of_before_are_shown_and_then_sealed(
    browse, family, sari, uploads, django_capture_on_commit_callbacks
):
    photo = photos.add(picture(), by=sari, kind="house", family=family)
    data, path = left_plain(photo, uploads), f"/foto/{photo.pk}/"
    assert browse(sari).get(path).content == data
    with django_capture_on_commit_callbacks(execute=True):
        assert photo_files.seal_plain() == 1
    [file] = files(uploads)
    assert no_picture(file.read_bytes())
    assert browse(sari).get(path).content == data
    assert photos.opened(photo, by=sari) == data, "whoever read the row before the sealing finds it all the same"
    assert photo_files.seal_plain() == 0


def test_the_nightly_job_seals_and_survives_a_missing_file(family, sari, uploads, django_capture_on_commit_callbacks):
    from households.jobs import plain_photos

    gone = photos.add(picture(), by=sari, kind="house", family=family)
    left_plain(gone, uploads)
    (uploads / gone.name).unlink()
    there = photos.add(picture(colour="red"), by=sari, kind="kk", family=family)
    left_plain(there, uploads)

    class Progress:
        def at(self, *args):
            pass

    with django_capture_on_commit_callbacks(execute=True):
        assert plain_photos(Progress()).values == {"n": 1}
    assert [path.suffix for path in files(uploads)] == [".sealed"]


def test_a_full_disk_leaves_the_plain_file_and_its_row(family, sari, uploads, monkeypatch):
    photo = photos.add(picture(), by=sari, kind="house", family=family)
    data = left_plain(photo, uploads)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("slrt.core.sealed.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        photo_files.seal_plain()
    photo.refresh_from_db()
    assert photo.name.endswith(".jpg")
    assert [path.read_bytes() for path in files(uploads)] == [data]


def test_a_file_that_was_swapped_or_altered_is_not_shown(browse, family, sari, uploads):
    one = photos.add(picture(), by=sari, kind="house", family=family)
    other = photos.add(picture(colour="red"), by=sari, kind="house", family=family)
    (uploads / one.name).write_bytes((uploads / other.name).read_bytes())
    altered = bytearray((uploads / other.name).read_bytes())
    altered[-1] ^= 1
    (uploads / other.name).write_bytes(bytes(altered))
    assert browse(sari).get(f"/foto/{one.pk}/").status_code == 404
    assert browse(sari).get(f"/foto/{other.pk}/").status_code == 404
