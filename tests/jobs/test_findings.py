"""What the integrity checks find leads somewhere: to the page of the row, and to a sentence of what is to be done."""

import pytest

from slrt.core import clock
from slrt.dashboard import findings, integrity
from slrt.jobs.models import Alert
from tests import cases, people


def alert(code, *ids):
    now = clock.now()
    return Alert.objects.create(
        check_code=code, message="%(n)d", count=len(ids), ids=list(ids), found_at=now, seen_at=now
    )


def test_every_kind_of_finding_has_a_page_or_says_what_to_do():
    for check in integrity.checks():
        pages, advice = findings.way(check.code)
        assert advice, check.code
        assert pages or check.code == "trail.seal" or check.code.startswith("reference."), check.code


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def test_the_manager_comes_from_a_finding_to_its_page(browse, family, lestari, sari):
    complaint, row = cases.complaint(family, sari), cases.registration(family, "verified")
    photo = cases.photo(family, sari, "ktp")
    alert("complaint.referral", complaint.pk)
    alert("state.households.registration", row.pk)
    alert("file.photo", photo.pk)
    desk = browse(lestari)
    page = desk.get("/dasbor/").content.decode()
    for address in (f"/keluhan/{complaint.pk}/", f"/registrasi/{row.pk}/", f"/keluarga/{family.pk}/foto/"):
        assert f'href="{address}"' in page
        assert desk.get(address).status_code == 200
    assert "rujuk lagi atau teruskan" in page


def test_what_lies_outside_the_own_area_is_named_by_number_and_opens_for_nobody(browse, lestari, sari, places):
    elsewhere = cases.family_in(people.PADANG)
    complaint = cases.complaint(elsewhere, sari)
    alert("complaint.referral", complaint.pk)
    page = browse(lestari).get("/dasbor/").content.decode()
    assert f"keluhan {complaint.pk}" in page
    assert f'href="/keluhan/{complaint.pk}/"' not in page


def test_a_row_without_a_page_says_whom_to_tell(browse, lestari, places):
    alert("reference.households.family.head", 7)
    alert("trail.seal", 3)
    page = browse(lestari).get("/dasbor/").content.decode()
    assert "diambil dari cadangan" in page
    assert "Jejak audit diubah di luar program" in page
