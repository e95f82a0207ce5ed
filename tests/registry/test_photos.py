"""Photos: drawn anew, kept under random names, refused with the reason, shown only by permission."""

import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from households import visiting
from households.models import Photo
from households.registry import families, photo_files, photos
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from tests import people
from tests.entry.homes import agreed
from tests.registry import homes
from tests.registry.pictures import files, no_picture, picture

pytestmark = pytest.mark.usefixtures("uploads")


def with_place():
    """A photo as a phone makes it: 3000 pixels wide, turned, with place, time and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    exif.get_ifd(0x8769)[36867] = "2026:01:02 10:20:30"
    return picture((3000, 2000), exif=exif, comment=b"rahasia")


SHOTS = (("ktp", "teal"), ("front", "navy"))


def refused(call, field="file"):
    with pytest.raises(GuardFailed) as fault:
        call()
    assert fault.value.field == field
    assert not Photo.objects.exists()
    assert not AuditEntry.objects.exists()
    return str(fault.value)


def test_place_and_comment_are_gone_and_the_photo_is_small_and_upright(family, sari, uploads):
    photo = photos.add(with_place(), by=sari, kind="house", family=family)
    data = photos.opened(photo, by=sari)
    kept = Image.open(io.BytesIO(data))
    assert not kept.getexif()
    assert b"rahasia" not in data
    assert (kept.format, kept.height, kept.width) == ("JPEG", 1600, 1067)
    assert f"{photo.taken_at:%Y-%m-%d}" == "2026-01-02"
    assert (photo.size, len(photo.sha256)) == (len(data), 64)
    assert re.fullmatch(r"photos/[0-9a-f]{2}/[0-9a-f]{40}\.sealed", photo.name)
    [file] = files(uploads)
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert no_picture(file.read_bytes())
    assert AuditEntry.objects.get().details == {"photo": photo.pk, "kind": "house"}


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_photos_become_jpeg(family, sari, form):
    photo = photos.add(picture(form=form), by=sari, kind="kk", family=family)
    assert photos.opened(photo, by=sari).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"<!DOCTYPE html><script>1</script>", "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
        (b"MZ\x90\x00", "bukan foto"),
        (b"", "kosong"),
        (picture()[:400], "rusak"),
        (picture(form="GIF"), "bukan foto"),
    ],
)
def test_what_is_no_photo_says_why(family, sari, uploads, data, words):
    assert words in refused(lambda: photos.add(data, by=sari, kind="house", family=family))
    assert files(uploads) == []


def test_forty_megapixels_are_refused_before_they_are_decoded(family, sari):
    huge = picture((8000, 5000), "PNG")
    assert "40 megapiksel" in refused(lambda: photos.add(huge, by=sari, kind="house", family=family))


def test_a_heavy_file_is_refused(family, sari, settings):
    settings.PHOTO_MAX_BYTES = 1_000_000
    assert "2 MB" in refused(lambda: photos.add(b"x" * 1_000_001, by=sari, kind="house", family=family))


def test_the_same_photo_twice_is_kept_once(family, sari):
    photos.add(picture(), by=sari, kind="house", family=family)
    with pytest.raises(GuardFailed, match="sudah ada"):
        photos.add(picture(), by=sari, kind="house", family=family)
    assert Photo.objects.count() == 1


@pytest.mark.parametrize("who", ["budi", "fitri", "joko", "lestari", "dewi"])
def test_others_may_not_add(request, family, who):
    with pytest.raises(NotPermitted):
        photos.add(picture(), by=request.getfixturevalue(who), kind="house", family=family)
    assert not Photo.objects.exists()


def test_nothing_is_kept_when_the_trail_fails(family, sari, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no trail")

    monkeypatch.setattr("slrt.audit.trail.write", broken)
    with pytest.raises(OSError, match="no trail"):
        photos.add(picture(), by=sari, kind="house", family=family)
    assert not Photo.objects.exists()


def test_a_ktp_needs_its_owner_and_its_own_permission(browse, family, sari, joko, budi):
    refused(lambda: photos.add(picture(), by=sari, kind="ktp", family=family), "person")
    outsider = homes.neighbours().head
    refused(lambda: photos.add(picture(), by=sari, kind="ktp", family=family, person=outsider), "person")
    photo = photos.add(picture(), by=sari, kind="ktp", family=family, person=family.head)
    path = f"/foto/{photo.pk}/"
    assert browse(budi).get(path).status_code == 404
    assert browse(joko).get(path).status_code == 403
    assert not AuditEntry.objects.filter(kind="read").exists()
    answer = browse(sari).get(path)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/jpeg", "no-store")
    assert answer["X-Content-Type-Options"] == "nosniff"
    entry = AuditEntry.objects.get(kind="read")
    assert (entry.verb, entry.subject_id, entry.details["person"]) == ("photo", photo.pk, family.head_id)


def test_a_house_is_seen_by_whoever_sees_the_family(browse, tamu, family, sari, joko, agus):
    photo = photos.add(picture(), by=sari, kind="house", family=family)
    assert browse(joko).get(f"/foto/{photo.pk}/").status_code == 200
    assert browse(agus).get(f"/foto/{photo.pk}/").status_code == 404
    assert tamu.get(f"/foto/{photo.pk}/").status_code == 302
    assert tamu.get(f"/{photo.name}").status_code == 404


def send(client, path, data, **more):
    upload = SimpleUploadedFile("rumah.jpg", data, "image/jpeg")
    return client.post(path, {"kind": "house", "file": upload, "idempotency_key": uuid4(), **more})


def test_added_seen_and_removed_by_the_pages(browse, family, sari, uploads):
    client, path = browse(sari), f"/keluarga/{family.pk}/foto/"
    assert "Belum ada foto" in client.get(path).content.decode()
    assert send(client, path, with_place()).status_code == 302
    photo = Photo.objects.get()
    assert f"/foto/{photo.pk}/" in client.get(path).content.decode()
    remove = f"/foto/{photo.pk}/hapus/"
    assert client.get(remove).status_code == 200
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "Salah rumah."}).status_code == 302
    photo.refresh_from_db()
    assert (photo.removed_by, photo.removed_reason) == (sari, "Salah rumah.")
    assert client.get(f"/foto/{photo.pk}/").status_code == 404
    assert len(files(uploads)) == 1, "the file stays until its time is over"


def test_a_refused_file_says_why_on_the_page(browse, family, sari):
    answer = send(browse(sari), f"/keluarga/{family.pk}/foto/", b"<svg/>")
    assert answer.status_code == 422
    assert "SVG" in answer.content.decode()
    answer = browse(sari).post(f"/keluarga/{family.pk}/foto/", {"kind": "house", "idempotency_key": uuid4()})
    assert "Pilih atau ambil" in answer.content.decode()


def test_who_may_only_look_gets_no_form_and_no_say(browse, family, joko):
    path = f"/keluarga/{family.pk}/foto/"
    assert '<form method="post" enctype' not in browse(joko).get(path).content.decode()
    assert send(browse(joko), path, picture()).status_code == 403
    assert not Photo.objects.exists()


def test_a_family_that_moves_leaves_the_photo_of_the_old_house_behind(browse, family, sari):
    photos.add(picture(), by=sari, kind="house", family=family)
    path = f"/keluarga/{family.pk}/foto/"
    assert "rumah lama" not in browse(sari).get(path).content.decode()
    place = families.Place(people.SAGO, address="Jl. Baru 3")
    families.rehouse(family, by=sari, version=family.version, place=place, on=date(2026, 1, 10))
    assert "rumah lama" in browse(sari).get(path).content.decode()


def test_removing_is_for_who_may_change_and_for_ktp_who_may_see(family, sari, joko):
    photo = photos.add(picture(), by=sari, kind="house", family=family)
    with pytest.raises(NotPermitted):
        photos.remove(photo, by=joko, reason="Tidak perlu.")
    with pytest.raises(GuardFailed):
        photos.remove(photo, by=sari, reason=" ")
    photo.refresh_from_db()
    assert photo.removed_at is None


def test_photos_of_a_visit_belong_to_whoever_makes_it(browse, sari, nurma, family):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    path = f"/kunjungan/{visit.pk}/foto/"
    assert send(browse(sari), path, picture()).status_code == 302
    photo = Photo.objects.get()
    assert (photo.family, photo.visit) == (None, visit)
    assert browse(nurma).get(path).status_code == 404
    assert browse(nurma).get(f"/foto/{photo.pk}/").status_code == 404
    assert browse(sari).get(f"/foto/{photo.pk}/").status_code == 200
    assert photos.take_over(visit, family) == 1
    photo.refresh_from_db()
    assert (photo.family, photo.household) == (family, family.household)
    assert browse(nurma).get(f"/foto/{photo.pk}/").status_code == 200


def test_retention_clears_removed_files_and_lost_ones(family, sari, uploads, settings):
    kept = photos.add(picture(), by=sari, kind="house", family=family)
    gone = photos.add(picture(colour="red"), by=sari, kind="house", family=family)
    photos.remove(gone, by=sari, reason="Salah.")
    (uploads / "photos" / "zz").mkdir()
    (uploads / "photos" / "zz" / "lost.jpg").write_bytes(b"x")
    (uploads / "photos" / "zz" / "cut-off.sealed.part").write_bytes(b"x")
    assert photo_files.clear_away() == (0, 0)
    with clock.told(clock.now() + timedelta(days=settings.PHOTO_KEEP_DAYS + 1)):
        assert photo_files.clear_away() == (1, 2)
        assert photo_files.clear_away() == (0, 0)
    gone.refresh_from_db()
    assert gone.name == ""
    assert [str(path.relative_to(uploads)) for path in files(uploads)] == [kept.name]


def test_whoever_made_the_visit_sees_its_photos_no_longer_once_the_family_lives_elsewhere(browse, family, sari, budi):
    visit = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)
    kept = {kind: photos.add(picture(colour=kind_of), by=sari, kind=kind, visit=visit) for kind, kind_of in SHOTS}
    photos.take_over(visit, family)
    shown = [f"/foto/{photo.pk}/" for photo in kept.values()]
    assert {browse(sari).get(path).status_code for path in shown} == {200}

    family.household.village_id = people.SALIDO
    family.household.save()

    removals = [f"{path}hapus/" for path in shown]
    assert {browse(sari).get(path).status_code for path in (*shown, *removals)} == {404}
    assert {browse(budi).get(path).status_code for path in shown} == {200}


def test_looking_for_lost_files_asks_once_a_folder_not_once_a_photo(uploads, db, django_assert_max_num_queries):
    for n in range(40):
        path = uploads / "photos" / f"f{n % 2}" / f"{n}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with clock.told(clock.now() + timedelta(days=2)), django_assert_max_num_queries(3):
        assert photo_files.clear_away() == (0, 40)
