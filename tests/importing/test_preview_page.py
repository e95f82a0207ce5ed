"""What a manager reads of a run first: why most rows were refused, families village by village, what to do next."""

import re

import pytest

from households.importing import previewing, uploading
from households.models import Family, Membership, Person
from tests.importing import families as files

pytestmark = pytest.mark.django_db


def test_the_commonest_reason_stands_first(browse, places, lestari):
    torn = {**files.ANDI, "NO_KK": "13019901011"}
    wrong = [{**files.ROSNA, "NIK": str(n)} for n in (1, 2, 3)]
    run = files.preview(lestari, torn, *wrong, files.BUDI)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert page.index("NIK tidak 16 angka") < page.index("Nomor KK tidak 16 angka")


def test_each_download_of_the_page_names_what_it_holds(browse, places, lestari):
    run = files.preview(lestari, {**files.ANDI, "NIK": "1"}, files.BUDI)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    downloads = dict(re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(Unduh [^<]+)</a>', page))
    assert downloads == {
        f"/ekspor/baru/impor-desa/?impor={run.pk}": "Unduh angka per desa",
        f"/impor/{run.pk}/ditolak/": "Unduh baris ditolak (XLSX)",
        f"/impor/{run.pk}/ditolak/?bentuk=csv": "Unduh baris ditolak (CSV)",
    }


def test_the_page_of_a_file_taken_back_says_why_and_what_became_of_its_rows(browse, places, lestari):
    run = files.bring(lestari, files.ROSNA, files.ANDI, files.BUDI)
    files.take_back(lestari, run)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    said = page.split("Langkah berikutnya")[1].split("</aside>")[0]
    assert "Berkas salah" in said
    assert "Dihapus lagi: 3 orang, 2 keluarga. Kembali seperti semula: 0 orang, 0 keluarga." in said
    assert "ditandai hilang" not in said


def test_the_page_of_a_file_taken_back_says_what_went_back_of_families_and_of_who_was_missed(browse, places, lestari):
    """Rosna's decile is another, Andi left the file, Citra's family is new, and Budi's is not in a file that is complete."""
    files.bring(lestari, files.ROSNA, files.ANDI, files.BUDI)
    run = files.bring(lestari, {**files.ROSNA, "DESIL": "5"}, files.CITRA, complete=True)
    promised = browse(lestari).get(f"/impor/{run.pk}/tarik/").content.decode()
    files.take_back(lestari, run)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    said = page.split("Langkah berikutnya")[1].split("</aside>")[0]
    for shown in (promised, said):
        assert "Dihapus lagi: 1 orang, 1 keluarga. Kembali seperti semula: 0 orang, 1 keluarga." in shown
        assert "Tidak lagi ditandai hilang: 1 orang, 1 keluarga." in shown
    assert (Person.objects.count(), Family.objects.count()) == (3, 2)
    assert Family.objects.get(official_id="K0").decile == 2
    assert not Family.objects.filter(missing_since__isnull=False).exists()
    assert not Membership.objects.filter(missing_since__isnull=False).exists()


def test_a_list_taken_back_says_how_many_rows_went_back(browse, places, lestari):
    files.bring(lestari, files.ROSNA, files.BUDI)
    rows = "ID_KELUARGA,DESIL,PERIODE_DESIL\nK0,4,2026-Q4\nK1,5,2026-Q4\n"
    run = uploading.upload(rows.encode(), "desil.csv", by=lestari, kind="deciles")
    previewing.preview(run.pk)
    run.refresh_from_db()
    assert "Akan ditulis sekaligus: 2 baris." in browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    files.take_back(lestari, files.apply(lestari, run))
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert "Yang ditarik kembali: 2 baris." in page
    assert Family.objects.get(official_id="K0").decile == 2


def test_the_page_of_a_file_taken_back_leads_with_that_and_offers_nothing_as_if_it_stood(browse, places, lestari):
    files.bring(lestari, files.CITRA)
    older = {**files.CITRA, "DESIL": "9", "PERIODE_DESIL": "2025-Q3"}
    run = files.bring(lestari, files.ROSNA, older, {**files.BUDI, "NIK": "1"})
    client, rows = browse(lestari), f"/ekspor/baru/impor-dibiarkan/?impor={run.pk}"
    assert "Unduh 1 baris yang dibiarkan" in client.get(f"/impor/{run.pk}/").content.decode()
    assert "berkas.csv" in client.get(rows).content.decode()
    files.take_back(lestari, run)
    page = client.get(f"/impor/{run.pk}/").content.decode()
    lead, folded = page.split("<summary>Isi berkas ini sewaktu diterapkan</summary>")
    assert "<b>Sudah ditarik kembali</b>" in lead
    assert 'class="stat' not in lead
    assert "orang baru" in folded.split("</details>")[0]
    downloads = dict(re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(Unduh [^<]+)</a>', page))
    assert set(downloads) == {f"/impor/{run.pk}/ditolak/", f"/impor/{run.pk}/ditolak/?bentuk=csv"}
    assert "hanya baris ini yang dibaca" not in page
    assert "berkas.csv" not in client.get(rows).content.decode(), "nor by its address"


def test_families_that_are_not_in_the_file_stand_by_village_and_name(browse, places, lestari):
    zul = {**files.CITRA, "NAMA": "Zulkifli", "JENIS_KELAMIN": "1", "NIK": "1301990506750001"}
    files.bring(lestari, zul, files.BUDI, files.ROSNA)
    run = files.preview(lestari, files.ROSNA)
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    assert "Keluarga tidak ada di berkas" in page
    assert page.index("Budi") < page.index("Zulkifli")


def test_a_file_whose_only_news_is_who_it_lacks_does_not_claim_that_data_changed(browse, places, lestari):
    files.bring(lestari, files.BUDI)
    files.bring(lestari, files.ROSNA)
    again = files.preview(lestari, files.ROSNA)
    page = browse(lestari).get(f"/impor/{again.pk}/").content.decode()
    assert "Berkas yang sama sudah diterapkan" in page
    assert "Sesudah itu datanya berubah" not in page
    assert "Menerapkannya lagi tidak menulis apa pun" in page


def test_five_examples_stand_open_and_the_rest_is_folded(browse, places, lestari):
    people = [
        files.ROSNA,
        *({**files.ANDI, "NIK": f"13019905068200{n:02}", "NAMA": f"Anak {n}"} for n in range(10, 17)),
    ]
    files.bring(lestari, *people)
    run = files.preview(lestari, *({**row, "NAMA": f"{row['NAMA']} Putra"} for row in people))
    page = browse(lestari).get(f"/impor/{run.pk}/").content.decode()
    shown = page.split("Contoh perubahan")[1].split("<section")[0]
    open_ones, folded = shown.split("<details>")
    assert (open_ones.count("<li>"), folded.count("<li>")) == (5, 3)
    assert "Lihat 3 contoh lagi" in folded


def test_numbers_of_what_changes_are_said_in_both_languages(browse, places, lestari):
    files.bring(lestari, files.ROSNA, files.ANDI)
    run = files.preview(lestari, {**files.ROSNA, "NAMA": "Rosna Dewi"}, {**files.ANDI, "NAMA": "Andi Putra"})
    client = browse(lestari)
    assert "2 orang<" in client.get(f"/impor/{run.pk}/").content.decode()
    client.post("/bahasa/", {"language": "en"})
    assert "2 people<" in client.get(f"/impor/{run.pk}/").content.decode()


def test_what_has_to_be_decided_comes_before_looking_at_the_families(browse, places, lestari):
    files.bring(lestari, files.ROSNA, files.ANDI, files.BUDI)
    moved = {**files.ANDI, "NO_KK": files.BUDI["NO_KK"], "ID_KELUARGA": files.BUDI.get("ID_KELUARGA", "")}
    run = files.preview(lestari, files.ROSNA, files.BUDI, moved)
    client = browse(lestari)
    page = client.get(f"/impor/{run.pk}/").content.decode()
    assert "1 sesudah diterapkan" in page
    files.apply(lestari, run)
    page = client.get(f"/impor/{run.pk}/").content.decode()
    assert page.index("Putuskan 1 perbedaan") < page.index("Lihat keluarga")


def test_missing_headings_are_named_in_the_language_of_the_reader(browse, places, lestari):
    run = uploading.upload(files.file_of(files.ROSNA, without=["NAMA"]), "berkas.csv", by=lestari)
    previewing.preview(run.pk)
    client = browse(lestari)
    assert "Kolom wajib tidak ada: NAMA" in client.get(f"/impor/{run.pk}/").content.decode()
    client.post("/bahasa/", {"language": "en"})
    page = client.get(f"/impor/{run.pk}/").content.decode()
    assert "Kolom wajib" not in page
    assert "NAMA" in page


def test_a_long_file_name_breaks_after_its_separators(browse, places, lestari):
    run = uploading.upload(files.file_of(files.ROSNA), "dtks_sago_salido_2026-10.csv", by=lestari)
    previewing.preview(run.pk)
    for path in ("/impor/", f"/impor/{run.pk}/"):
        assert "dtks_<wbr>sago_<wbr>salido_<wbr>2026-<wbr>10.<wbr>csv" in browse(lestari).get(path).content.decode()


def test_families_without_a_head_are_found_once_their_file_is_applied(browse, places, lestari):
    files.bring(lestari, files.ROSNA)
    run = files.bring(lestari, {**files.BUDI, "HUB_KELUARGA": "3"})
    client = browse(lestari)
    assert run.counts["warned"]["headless"] == 1
    assert 'href="/dasbor/headless/"' in client.get(f"/impor/{run.pk}/").content.decode()
    assert "1 baris" in re.sub(r"<[^>]+>", "", client.get("/dasbor/headless/").content.decode())
