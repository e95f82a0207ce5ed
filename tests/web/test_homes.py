"""A home holds no empty block for work that its role never has; it shows what the role does have."""

import pytest
from axes.models import AccessAttempt

from slrt.core import clock
from slrt.dashboard.models import Target
from slrt.jobs.models import Alert
from tests import people

WAITING = "Menunggu Anda"


def home(browse, user):
    return browse(user).get("/dasbor/").content.decode()


def test_the_tkpk_reader_has_targets_and_no_work(browse, tomo):
    Target.objects.create(indicator="families", period=str(clock.today().year), area_id="13.01", number=16)
    page = home(browse, tomo)
    assert WAITING not in page
    assert "Dari terdata sampai bantuan diterima" in page
    assert "Paling sedikit 16" in page


def test_the_administrator_sees_accounts_that_wait_and_where_to_mend_them(browse, chief):
    people.make_user("sari").assignments.all().delete()
    AccessAttempt.objects.create(username="fitri", ip_address="10.0.0.1", failures_since_start=6)
    page = home(browse, chief)
    assert WAITING not in page
    assert "Akun tanpa peran" in page
    assert 'href="/admin/accounts/user/?is_active__exact=1&amp;assignments__isnull=True"' in page
    found = browse(chief).get("/admin/accounts/user/?is_active__exact=1&assignments__isnull=True")
    assert [row.username for row in found.context["cl"].result_list] == ["sari"]
    assert "Percobaan masuk yang gagal" in page
    assert 'href="/admin/axes/accessattempt/"' in page


def test_the_administrator_with_nothing_amiss_is_told_so_with_the_way_to_the_jobs(browse, chief):
    page = home(browse, chief)
    assert WAITING not in page
    assert "Tidak ada pekerjaan yang gagal, temuan, atau akun yang menunggu." in page
    assert 'href="/pekerjaan/"' in page.split("Tidak ada pekerjaan yang gagal")[1]
    Alert.objects.create(
        check_code="membership.twice", message="x", count=1, ids=[1], found_at=clock.now(), seen_at=clock.now()
    )
    assert "Tidak ada pekerjaan yang gagal" not in home(browse, chief)


@pytest.mark.parametrize("who", ["sari", "fitri", "rina", "lestari", "hendra", "agus"])
def test_who_has_work_is_told_when_none_waits(request, browse, who):
    assert WAITING in home(browse, request.getfixturevalue(who))
