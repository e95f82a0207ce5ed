"""A home holds no empty block for work that its role never has; it shows what the role does have."""

import html
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt

from households.models import Visit
from slrt.core import clock
from slrt.core.idempotency import new_key
from slrt.dashboard.models import Target
from slrt.jobs.models import Alert
from tests import cases, people
from tests.exports.reading import csv_rows

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


def visited(page, name):
    """What the list of facilitators says of one: how many visits, and where they are listed."""
    found = re.search(rf'<td>{name}<small.*?<td class="num">(?:<a href="([^"]+)">)?(\d+)', page)
    return html.unescape(found[1] or ""), int(found[2])


def test_a_facilitators_visits_of_the_month_are_as_many_as_their_list_shows(browse, joko, sari, budi):
    """Counted is what joko may see; last month's, another's and another area's visits are not."""
    here, far = (
        cases.family_in(village, "Warga", f"13019945068500{n}1")
        for n, village in enumerate((people.SAGO, people.PADANG))
    )
    for who, family, ago in ((sari, here, 0), (sari, here, 0), (sari, far, 0), (sari, here, 40), (budi, here, 0)):
        sent = {"state": "sent", "sent_at": clock.now() - timedelta(days=ago)}
        Visit.objects.create(facilitator=who, village_id=people.SAGO, family=family, **sent)
    Visit.objects.create(facilitator=sari, village_id=people.SAGO, family=here)
    client = browse(joko)
    path, number = visited(home(browse, joko), "Sari")
    page = client.get(path).content.decode()
    assert number == 2
    assert 'data-count="2"' in page
    assert "Hapus saringan" in page, "the filter is seen and can be taken away"
    assert f"/ekspor/baru/kunjungan/{path.partition('/kunjungan/')[2].replace('&', '&amp;')}" in page
    Visit.objects.filter(facilitator=budi).delete()
    assert visited(home(browse, joko), "Budi") == ("", 0)


def test_the_facilitators_are_those_of_the_area_that_was_chosen(browse, joko, sari, budi):
    page = browse(joko).get(f"/dasbor/?wilayah={people.SAGO}").content.decode()
    shown = page.partition("Fasilitator bulan ini")[2]
    assert "Sari" in shown
    assert "Budi" not in shown


def test_the_facilitators_leave_as_the_home_shows_them_and_not_to_who_sees_no_family(
    browse, joko, tomo, sari, budi, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    family = cases.family_in(people.SAGO, "Warga", "1301994506850011")
    Visit.objects.create(
        facilitator=sari, village_id=people.SAGO, family=family, state="sent", sent_at=clock.now(), answers={}
    )
    assert (
        f"/ekspor/baru/fasilitator/?wilayah={people.SAGO}"
        in browse(joko).get(f"/dasbor/?wilayah={people.SAGO}").content.decode()
    )
    asked = {"purpose": "Rapat bulanan", "basis": "public_task", "format": "csv"}
    for query, shown in (
        ("", [["Budi", "Salido", "0"], ["Sari", "Sago Salido", "1"]]),
        (f"?wilayah={people.SAGO}", [["Sari", "Sago Salido", "1"]]),
    ):
        page = browse(joko).post(
            f"/ekspor/baru/fasilitator/{query}", {**asked, "idempotency_key": new_key()}, follow=True
        )
        taken = browse(joko).get(f"/ekspor/{page.context['export'].pk}/unduh/")
        _header, rows = csv_rows(b"".join(taken.streaming_content))
        assert sorted([row[0], row[2], row[3]] for row in rows) == shown
    assert "Fasilitator bulan ini" not in home(browse, tomo)
    assert browse(tomo).post("/ekspor/baru/fasilitator/", {**asked, "idempotency_key": new_key()}).status_code == 422


def test_the_area_of_a_list_behind_a_number_can_be_taken_away(browse, joko, sari):
    for n, village in enumerate((people.SAGO, people.SALIDO)):
        cases.family_in(village, f"Warga {n}", f"130199450685000{n}")
    client = browse(joko)
    narrowed = client.get(f"/dasbor/families/?wilayah={people.SAGO}").content.decode()
    assert 'data-count="1"' in narrowed
    assert '<a href="?">Seluruh wilayah tugas</a>' in narrowed
    whole = client.get("/dasbor/families/").content.decode()
    assert 'data-count="2"' in whole
    assert "Seluruh wilayah tugas" not in whole
