"""A photo on a phone: shrunk before it travels, and accepted as well without script."""

import io

import pytest
from PIL import Image

from households.models import Photo
from tests import cases, people
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture(width, height):
    """A photo that does not compress to nothing."""
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", quality=90)
    return {"name": "rumah.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_photo_is_added(seat, sari, script):
    family = cases.family_in(people.SAGO)
    place = seat(sari, PHONE, script=script).open(f"/keluarga/{family.pk}/foto/")
    page = place.page
    page.set_input_files("input[type=file]", picture(2400, 1800))
    if script:
        page.get_by_text("Foto diperkecil dari").wait_for()
        length = page.evaluate("document.querySelector('input[type=file]').files[0].size")
        assert length < len(picture(2400, 1800)["buffer"])
    page.locator("input[name=kind][value=house]").check()
    page.get_by_role("button", name="Simpan foto").click()
    page.wait_for_url(f"**/keluarga/{family.pk}/foto/")
    page.get_by_text("Foto tersimpan").wait_for()
    assert (Photo.objects.get().width, Photo.objects.get().height) == (1600, 1200)
    place.fits()
