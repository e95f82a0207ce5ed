"""Files that wait for a person say what is odd about them: another kind chosen, the same file twice, cut off in the middle."""

import re

import pytest
from django.urls import reverse

from households.choices.imports import ImportKind
from households.importing import handing_back, previewing, uploading
from households.models import ImportRun
from tests.importing import families as files
from tests.importing.lists import ROSNA

pytestmark = pytest.mark.django_db
DUKCAPIL = f"NIK;HASIL;TANGGAL\n{ROSNA};PADAN;20/11/2026\n".encode()


def _brought(by, data, kind=ImportKind.EXTRACT, name="berkas.csv"):
    run = uploading.upload(data, name, by=by, kind=kind)
    previewing.preview(run.pk)
    run.refresh_from_db()
    return run


def _page(browse, who, run):
    return browse(who).get(f"/impor/{run.pk}/").content.decode()


def test_a_list_uploaded_as_an_extract_is_told_which_kind_its_headings_are(browse, places, lestari):
    run = _brought(lestari, DUKCAPIL)
    page = _page(browse, lestari, run)
    assert "Judulnya cocok untuk jenis berkas lain: Hasil pemadanan Dukcapil." in page
    [upload] = re.findall(r'<a href="([^"]+)">Unggah sebagai Hasil pemadanan Dukcapil</a>', page)
    form = browse(lestari).get(upload).context["form"]
    assert form["kind"].value() == ImportKind.MATCH
    assert "Judul kolom belum dikenal" in page


def test_an_extract_uploaded_as_a_list_of_deciles_is_told_so_before_its_refused_rows(browse, places, lestari):
    run = _brought(lestari, files.file_of(files.ROSNA), ImportKind.DECILES)
    assert (run.state, run.counts["refused"]) == ("previewed", 1)
    page = _page(browse, lestari, run)
    assert "Judulnya cocok untuk jenis berkas lain: Data unduhan DTSEN." in page
    assert "?jenis=extract" in page


def test_a_file_of_the_kind_that_was_said_points_to_no_other(browse, places, lestari):
    deciles = b"ID_KELUARGA;NO_KK;DESIL;PERIODE_DESIL;CATATAN\nK1;;2;2026-Q3;x\n"
    for run in (_brought(lestari, deciles, ImportKind.DECILES), _brought(lestari, files.file_of(files.ROSNA))):
        assert run.state == "previewed"
        assert "jenis berkas lain" not in _page(browse, lestari, run)


def test_an_extract_uploaded_as_match_results_is_called_an_extract_and_no_list_of_deciles(browse, places, lestari):
    run = _brought(lestari, files.file_of(files.ROSNA), ImportKind.PARTICIPATION)
    page = _page(browse, lestari, run)
    assert "jenis berkas lain: Data unduhan DTSEN." in page
    assert "jenis berkas lain: Daftar desil per periode." not in page


def test_headings_of_no_kind_point_to_none(browse, places, lestari):
    run = _brought(lestari, b"NOMOR;ORANG\n1;Rosna\n")
    assert "jenis berkas lain" not in _page(browse, lestari, run)


def test_an_extract_with_one_heading_that_differs_is_not_called_a_list_of_deciles(browse, places, lestari):
    data = files.file_of(files.ROSNA).decode().replace("TGL_LAHIR", "LAHIRNYA KAPAN").encode()
    page = _page(browse, lestari, _brought(lestari, data))
    assert "Kolom wajib tidak ada: TGL_LAHIR" in page
    assert "jenis berkas lain" not in page


def test_an_unknown_kind_in_the_address_leaves_the_extract_chosen(browse, places, lestari):
    form = browse(lestari).get(f"{reverse('households:imports')}?jenis=bukan").context["form"]
    assert form["kind"].value() == ImportKind.EXTRACT


def test_headings_that_nobody_knows_stand_first_among_those_to_choose_from(browse, places, lestari):
    data = files.file_of(files.ROSNA).replace(b",NAMA,", b",NAMA ART,")
    run = _brought(lestari, data)
    page = browse(lestari).get(f"/impor/{run.pk}/kolom/").content.decode()
    required = page.partition("Kolom lain (boleh dikosongkan)")[0]
    strange, known = re.findall(r'<optgroup label="[^"]+">(.*?)</optgroup>', required)
    assert re.findall(r'value="([^"]+)"', strange) == ["NAMA ART"]
    assert 'value="NIK"' in known


def test_the_same_file_waiting_twice_is_said_on_both_pages(browse, places, lestari, hendra):
    first, second = (files.preview(lestari, files.ROSNA) for _n in range(2))
    for mine, other in ((second, first), (first, second)):
        page = _page(browse, lestari, mine)
        assert "Cukup satu yang diterapkan" in page
        assert f'href="/impor/{other.pk}/"' in page
    assert ImportRun.objects.filter(state="previewed").count() == 2
    browse(lestari).post(f"/impor/{second.pk}/batal/")
    assert "Berkas ini dibatalkan" in _page(browse, lestari, second)
    assert "Cukup satu yang diterapkan" not in _page(browse, lestari, first)


def test_another_file_or_the_same_as_another_kind_is_not_the_same(browse, places, lestari):
    files.preview(lestari, files.ROSNA)
    assert "Cukup satu" not in _page(browse, lestari, files.preview(lestari, files.BUDI))
    _brought(lestari, DUKCAPIL)
    assert "Cukup satu" not in _page(browse, lestari, _brought(lestari, DUKCAPIL, ImportKind.MATCH))


def test_a_file_that_was_applied_as_another_kind_is_not_said_to_have_been_applied(browse, places, lestari):
    files.bring(lestari, files.ROSNA)
    said = "Berkas yang sama sudah diterapkan"
    assert said in _page(browse, lestari, files.preview(lestari, files.ROSNA))
    assert said not in _page(browse, lestari, _brought(lestari, files.file_of(files.ROSNA), ImportKind.DECILES))


def test_a_file_that_ends_in_the_middle_of_a_row_says_so_beside_the_decision(browse, places, lestari):
    whole = files.file_of(files.ROSNA, files.BUDI)
    run = _brought(lestari, whole[:-45])
    assert run.counts["reasons"] == {"row_cut": 1}
    assert "Berkas ini terpotong" in _page(browse, lestari, run)
    files.apply(lestari, run)
    assert "Berkas ini terpotong" not in _page(browse, lestari, run)
    assert "Berkas ini terpotong" not in _page(browse, lestari, _brought(lestari, whole))


def test_the_list_says_which_kind_each_file_is_and_goes_on_past_its_first_page(browse, places, lestari, monkeypatch):
    from households.views.imports import uploads

    first = files.preview(lestari, files.ROSNA)
    listed = _brought(lestari, DUKCAPIL, ImportKind.MATCH, "padan.csv")
    page = browse(lestari).get("/impor/").content.decode()
    assert [f"/impor/{run.pk}/" in page for run in (first, listed)] == [True, True]
    assert "<small>Hasil pemadanan Dukcapil ·" in page
    monkeypatch.setattr(uploads, "PER_PAGE", 1)
    page = browse(lestari).get("/impor/").content.decode()
    assert "Halaman 1 dari 2" in page
    assert f"/impor/{first.pk}/" not in page
    assert f"/impor/{first.pk}/" in browse(lestari).get("/impor/?page=2").content.decode()


def _offers_another(page):
    return page.count('href="/impor/">Unggah berkas lain')


def test_a_file_that_came_to_nothing_leads_once_to_another_upload(browse, places, lestari, hendra):
    cancelled, unread = files.preview(lestari, files.ROSNA), _brought(lestari, b"NOMOR;ORANG\n1;Rosna\n")
    for run in (cancelled, unread):
        assert _offers_another(_page(browse, lestari, run)) == 0
        browse(lestari).post(f"/impor/{run.pk}/batal/")
        assert _offers_another(_page(browse, lestari, run)) == 1
    back = files.bring(lestari, files.BUDI)
    files.take_back(lestari, back)
    assert _offers_another(_page(browse, lestari, back)) == 1
    assert _offers_another(_page(browse, hendra, back)) == 0, "who only approves uploads none"


def test_a_file_handed_back_leads_to_the_mended_one_alone(browse, places, lestari, hendra):
    run = files.preview(lestari, files.ROSNA)
    handing_back.hand_back(run, by=hendra, note="Desilnya tertukar", version=run.version)
    page = _page(browse, lestari, run)
    assert (_offers_another(page), page.count("Unggah berkas yang diperbaiki")) == (0, 1)


def test_a_family_without_a_head_is_called_so_among_those_that_a_file_lacks(browse, places, lestari):
    files.bring(lestari, {**files.BUDI, "HUB_KELUARGA": "3"}, files.ROSNA)
    page = _page(browse, lestari, files.preview(lestari, files.ROSNA))
    missing = page.split("Keluarga yang tidak ada di berkas ini")[1].split("</section>")[0]
    assert "<b>Tanpa kepala keluarga</b>" in missing
