"""What the integrity checks find leads somewhere: to the page of the row, and to a sentence of what is to be done."""

import pytest

from households.models import Family
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
        named = check.code == "trail.seal" or check.code.startswith(("reference.", "number."))
        assert pages or named, check.code


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


def test_a_family_is_named_as_lists_name_it(browse, family, lestari, places):
    alone = cases.family_in(people.SAGO, "Siti", "1301994506850012")
    Family.objects.filter(pk=alone.pk).update(head=None)
    row = cases.registration(family, "verified")
    alert("family.head", family.pk, alone.pk)
    alert("state.households.registration", row.pk)
    page = browse(lestari).get("/dasbor/").content.decode()
    assert f'href="/keluarga/{family.pk}/">keluarga {family.head.name}, Sago Salido ({family.pk})</a>' in page
    assert f'href="/keluarga/{alone.pk}/">keluarga tanpa kepala, Sago Salido ({alone.pk})</a>' in page
    assert f">pendaftaran {family.head.name}, Sago Salido ({row.pk})</a>" in page


def test_no_family_is_named_to_who_may_not_see_it(browse, family, lestari, adi, places):
    elsewhere = cases.family_in(people.PADANG, "Siti", "1301994506850012")
    row = cases.registration(family, "verified")
    alert("family.head", family.pk, elsewhere.pk)
    alert("state.households.registration", row.pk)
    page = browse(lestari).get("/dasbor/").content.decode()
    assert f"keluarga {elsewhere.pk}" in page
    assert "Siti" not in page
    assert f'href="/keluarga/{elsewhere.pk}/"' not in page
    page = browse(adi).get("/dasbor/").content.decode()
    assert f"keluarga {family.pk}" in page
    assert family.head.name not in page, "an administrator sees no families"


def test_many_pages_of_a_finding_are_folded_and_counted(browse, lestari, places):
    families = [cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n}") for n in range(20, 27)]
    alert("family.head", *(family.pk for family in families))
    page = browse(lestari).get("/dasbor/").content.decode()
    assert "Buka salah satu dari 7 halamannya" in page
    assert all(f"keluarga {family.head.name}, Sago Salido" in page for family in families)


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
