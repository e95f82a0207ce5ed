"""What a page says once, to whoever it was meant for, is not said to the next person on the same phone."""

import pytest

from tests import people
from tests.registry import homes


@pytest.fixture
def corrected(browse, places, sari):
    """sari's phone after she corrected a member and saw no page any more: the signal was gone."""
    family = homes.rosnas()
    ali = homes.named(family, "Ali")
    phone = browse(sari)
    path = f"/keluarga/{family.pk}/orang/{ali.pk}/"
    form = phone.get(path).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = phone.post(path, {**sent, "name": "Ali Rahasia", "reason": "KTP"})
    assert answer.status_code == 302
    return phone


def test_the_next_person_does_not_read_what_was_for_the_last_one(corrected, places):
    budi = people.make_user("budi")
    del corrected.cookies["sessionid"]  # sari's session ended overnight
    corrected.force_login(budi, backend="django.contrib.auth.backends.ModelBackend")
    assert "Rahasia" not in corrected.get("/dasbor/").content.decode()


def test_the_person_it_was_for_reads_it(corrected):
    assert "Data Ali Rahasia tersimpan." in corrected.get("/dasbor/").content.decode()


def test_signing_out_still_says_so(browse, places, sari):
    phone = browse(sari)
    assert "Anda sudah keluar." in phone.post("/keluar/", follow=True).content.decode()
