"""The list of all families that came without a head: whole, page by page, for those who may see them."""

import pytest
from django.urls import reverse

from households.importing import staging
from households.models import Family, Household
from households.tables import PER_PAGE
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db
MANY = 130


@pytest.fixture
def manager(places, lestari):
    return lestari


def _children_alone(count=MANY):
    """Families of which the file holds one child each, and no head."""
    return [
        {
            **{**ANDI, "NO_KK": f"130199230592{n:04d}", "NIK": f"130199010137{n:04d}", "NAMA": f"Anak {n}"},
            **{"ID_KELUARGA": f"M{n}", "TGL_LAHIR": "1937-01-01"},
        }
        for n in range(1000, 1000 + count)
    ]


def _list(run):
    return reverse("households:import_headless", args=[run.pk])


def _page(run):
    return reverse("households:import", args=[run.pk])


def test_all_families_without_a_head_stand_in_a_list_of_pages(manager, browse):
    started = preview(manager, ROSNA, *_children_alone())
    page = browse(manager).get(_page(started)).content.decode()
    assert f"5 dari {MANY}" in page
    assert "Lihat 20 keluarga" not in page, "one way to all of them"
    assert f'href="{_list(started)}">Lihat semua {MANY} keluarga' in page
    names = []
    for number in range(1, MANY // PER_PAGE + 2):
        shown = browse(manager).get(f"{_list(started)}?page={number}")
        assert shown.context["own"] == started.counts["warned"]["headless"] == MANY
        names += [line.said for line in shown.context["page"]]
        assert "13019" not in shown.content.decode().replace("1301052006", ""), "no number of anybody"
    assert names == [f"Anak {n}" for n in range(1000, 1000 + MANY)], "each once, in the order of the file"


def test_a_family_is_told_by_the_first_of_its_rows_and_opens_where_it_is_known(manager, browse):
    bring(manager, ANDI)
    known, younger = Family.objects.get(), {**ANDI, "NIK": "1301990506070001", "NAMA": "Ani", "TGL_LAHIR": "2007-06-05"}
    started = preview(manager, ANDI, younger, {**BUDI, "HUB_KELUARGA": "3"})
    shown = browse(manager).get(_list(started))
    assert [(line.said, line.line, line.family) for line in shown.context["page"]] == [
        ("Andi", 2, known.pk),
        ("Budi", 4, None),
    ]
    assert reverse("dashboard:case_file", args=[known.pk]) in shown.content.decode()


def test_of_families_elsewhere_only_how_many_is_said(manager, browse):
    bring(manager, ANDI)
    Household.objects.update(village_id="13.71.01.1001")
    started = preview(manager, ANDI, {**BUDI, "HUB_KELUARGA": "3"})
    shown = browse(manager).get(_list(started))
    assert (shown.context["own"], shown.context["outside"]) == (1, 1)
    assert "1 keluarga lain di luar wilayah Anda" in shown.content.decode()
    for address in (_list(started), _page(started)):
        page = browse(manager).get(address).content.decode()
        assert "Budi" in page
        assert "Andi</b>" not in page.split("Contoh baris")[0]


def test_the_list_is_for_those_who_work_with_the_file(manager, sari, fitri, browse, client):
    address = _list(preview(manager, ANDI))
    assert [browse(who).get(address).status_code for who in (sari, fitri)] == [403, 403]
    assert client.get(address)["Location"].startswith("/masuk/")
    manager.assignments.update(area_id="13.71")
    assert browse(manager).get(address).status_code == 404, "a run of another regency is not there"


@pytest.mark.parametrize("goes", ["applied", "put aside"])
def test_when_the_files_tables_are_gone_no_list_is_kept_and_the_page_says_so(manager, browse, goes):
    started = preview(manager, ROSNA, *_children_alone(25))
    if goes == "applied":
        apply(manager, started)
    else:
        staging.put_aside(started.pk)
    assert browse(manager).get(_list(started)).status_code == 404
    page = browse(manager).get(_page(started)).content.decode()
    assert "Daftar lengkapnya tidak disimpan lagi." in page
    assert _list(started) not in page


def test_a_file_whose_families_all_have_a_head_has_no_list(manager, browse):
    started = preview(manager, ROSNA)
    assert browse(manager).get(_list(started)).status_code == 404
    assert "tanpa-kepala" not in browse(manager).get(_page(started)).content.decode()
