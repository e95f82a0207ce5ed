"""A long list goes on on the next page: nothing that was recorded is cut off in silence."""

from datetime import date, timedelta

import pytest

from households.models import VillageMeeting
from slrt.core import clock
from tests import people

pytestmark = pytest.mark.django_db


def test_the_oldest_of_many_meetings_is_on_the_last_page(browse, nurma):
    VillageMeeting.objects.bulk_create(
        VillageMeeting(
            village_id=people.SAGO, held_on=date(2026, 1, 1) + timedelta(days=n), place=f"Balai {n}", chair="Wali",
            recorded_by=nurma, state_since=clock.now(),
        )
        for n in range(51)
    )  # fmt: skip
    first = browse(nurma).get("/musyawarah/").content.decode()
    assert "Halaman 1 dari 2 · 51 baris" in first
    assert "Balai 0<" not in first
    assert "Balai 0 " in browse(nurma).get("/musyawarah/?page=2").content.decode()
