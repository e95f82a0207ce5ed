"""The list of all families that a file no longer holds: whole, page by page, for those who may see them."""

import pytest
from django.urls import reverse

from households.importing import staging
from households.models import Family, Household, ImportAbsence
from tests.importing.families import BUDI, CITRA, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def _many_families(manager):
    """Rosna's family and thirty others of her village, by an extract."""
    others = [
        {**BUDI, "ID_KELUARGA": f"M{n}", "NO_KK": f"13019923059200{n:02d}", "NIK": f"13019911037000{n:02d}", "NAMA": f"Warga {n}"}
        for n in range(10, 40)
    ]  # fmt: skip
    bring(manager, ROSNA, *others)


def _absent(run):
    return reverse("households:import_absent", args=[run.pk])


def test_all_families_that_are_not_in_the_file_stand_in_a_list_of_pages(manager, client):
    _many_families(manager)
    started = preview(manager, ROSNA)
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert "5 dari 30" in page
    assert f'href="{_absent(started)}">Lihat semua 30 keluarga' in page
    assert page.count("Warga ") == 5, "the first few, and one way to all of them"
    assert "Lihat 20 keluarga" not in page
    names = set()
    for number in (1, 2):
        shown = client.get(f"{_absent(started)}?page={number}")
        assert shown.context["own"] == started.counts["missing_families"] == 30
        assert "Halaman" in shown.content.decode()
        names |= {family.head.name for family in shown.context["table"].page.object_list.data}
        assert BUDI["NO_KK"] not in shown.content.decode()
    assert names == {f"Warga {n}" for n in range(10, 40)}


def test_a_list_that_the_page_shows_whole_does_not_promise_more(manager, client):
    bring(manager, ROSNA, BUDI, CITRA)
    started = preview(manager, ROSNA)
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert "2 dari 2" in page
    assert f'href="{_absent(started)}">Buka sebagai daftar' in page
    assert "Lihat semua 2 keluarga" not in page


def test_where_the_list_is_not_kept_any_more_the_page_shows_what_the_run_kept(manager, client):
    _many_families(manager)
    started = preview(manager, ROSNA)
    staging.put_aside(started.pk)
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert "Lihat 20 keluarga" in page, "a folded list says how long it is"
    assert (page.count("Warga "), "Lihat semua 30 keluarga" in page) == (20, False)


def test_the_list_is_for_those_who_work_with_the_file(manager, sari, fitri, tamu, browse, client):
    bring(manager, ROSNA, BUDI)
    address = _absent(preview(manager, ROSNA))
    assert [browse(who).get(address).status_code for who in (sari, fitri)] == [403, 403]
    assert client.get(address)["Location"].startswith("/masuk/")
    manager.assignments.update(area_id="13.71")
    assert browse(manager).get(address).status_code == 404, "a run of another regency is not there"


def test_of_families_elsewhere_the_list_says_only_how_many(manager, client):
    bring(manager, ROSNA, BUDI, CITRA)
    started = preview(manager, ROSNA)
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")
    client.force_login(manager)
    shown = client.get(_absent(started))
    assert (shown.context["own"], shown.context["outside"]) == (1, 1)
    assert "1 keluarga lain di luar wilayah Anda" in shown.content.decode()
    assert "Budi" not in shown.content.decode()


def test_after_a_complete_file_was_applied_the_list_holds_whom_it_flagged(manager, client):
    _many_families(manager)
    started = preview(manager, ROSNA)
    apply(manager, started, complete=True)
    client.force_login(manager)
    assert (
        client.get(_absent(started)).context["own"] == Family.objects.filter(missing_since__isnull=False).count() == 30
    )


def test_of_a_file_that_was_no_complete_one_the_list_is_kept_and_nobody_flagged(manager, client):
    _many_families(manager)
    started = preview(manager, ROSNA)
    apply(manager, started)
    assert not Family.objects.filter(missing_since__isnull=False).exists()
    client.force_login(manager)
    shown = client.get(_absent(started))
    assert (shown.context["own"], shown.context["outside"], shown.context["gone"]) == (30, 0, 0)
    assert "Berkas tidak dinyatakan lengkap, jadi keluarga ini tidak ditandai." in shown.content.decode()
    page = client.get(reverse("households:import", args=[started.pk])).content.decode()
    assert "5 dari 30" in page
    assert f'href="{_absent(started)}">Lihat semua 30 keluarga' in page


def test_the_list_stays_that_of_its_file_whoever_a_later_one_brings_again(manager, client):
    bring(manager, ROSNA, BUDI, CITRA)
    started = bring(manager, ROSNA, complete=True)
    bring(manager, ROSNA, BUDI)
    assert Family.objects.filter(missing_since__isnull=False).count() == 1
    client.force_login(manager)
    shown = client.get(_absent(started))
    assert [family.head.name for family in shown.context["table"].page.object_list.data] == ["Budi", "Citra"]
    assert shown.context["own"] == started.counts["missing_families"] == 2


def test_a_family_that_was_merged_since_is_said_to_be_shown_no_more(manager, client):
    bring(manager, ROSNA, BUDI, CITRA)
    started = bring(manager, ROSNA)
    Family.objects.filter(official_id="K2").update(merged_into=Family.objects.get(official_id="K1"))
    client.force_login(manager)
    shown = client.get(_absent(started))
    assert (shown.context["own"], shown.context["outside"], shown.context["gone"]) == (1, 0, 1)
    assert "1 keluarga lain tidak bisa ditampilkan lagi." in shown.content.decode()


@pytest.mark.django_db(transaction=True)
def test_with_the_file_taken_back_its_list_goes(manager, client):
    bring(manager, ROSNA, BUDI)
    started = bring(manager, ROSNA)
    assert ImportAbsence.objects.count() == 1
    take_back(manager, started)
    client.force_login(manager)
    assert client.get(_absent(started)).status_code == 404
    assert not ImportAbsence.objects.exists()
    assert "Daftar lengkapnya" not in client.get(reverse("households:import", args=[started.pk])).content.decode()


def test_a_preview_that_was_put_aside_has_no_list_and_says_so(manager, client):
    _many_families(manager)
    started = preview(manager, ROSNA)
    staging.put_aside(started.pk)
    client.force_login(manager)
    assert client.get(_absent(started)).status_code == 404
    assert (
        "Daftar lengkapnya tidak disimpan lagi."
        in client.get(reverse("households:import", args=[started.pk])).content.decode()
    )
