"""Both code books whole: every line of the field dossier has its variable, with the codes it lists, kept raw."""

import pytest

from households.codebook import ASKED, BOOKS
from households.codebook.beside import BESIDE, TAG
from households.codebook.variable import bitmask_of, bits_of
from households.models import Family, Household, Membership, Person

BDT, REGSOSEK = BOOKS["bdt2015"], BOOKS["regsosek2022k"]

# Variable -> its codes ("1-4" every whole number, "00,01" exactly these); "" for numbers and texts.
BDT_HOUSEHOLD = {
    **{"nomor_prelist": "", "idbdt": "", "nama_pasangan_krt": "", "jumlah_art": "", "jumlah_keluarga": ""},
    **{"daftar_kk": "", "tanggal_wawancara": "", "pencacah": "", "pemeriksa": "", "responden": ""},
    **{"status_rumahtangga": "1-4", "alasan_tidak_ditemukan": "1-4", "apakah_mampu": "1-2", "hasil_verivali": "1-6"},
    **{"status_bangunan": "1-5", "status_lahan": "1-4", "luas_lantai": "", "lantai": "1-10", "dinding": "1-7"},
    **{"kondisi_dinding": "1-2", "atap": "1-10", "kondisi_atap": "1-2", "jumlah_kamar": "", "sumber_air": "1-12"},
    **{"nomor_meter_air": "", "cara_air": "1-3", "penerangan": "1-3", "daya": "1-6", "id_pln": "", "bb_masak": "1-9"},
    **{"fasbab": "1-4", "kloset": "1-4", "buang_tinja": "1-6"},
    "aset": "gas,kulkas,ac,pemanas,telepon,tv,emas,laptop,sepeda,motor,mobil,perahu,motor_tempel,perahu_motor,kapal",
    **{"lahan": "1-2", "luas_lahan": "", "rumah_lain": "1-2"},
    **{"sapi": "", "kerbau": "", "kuda": "", "babi": "", "kambing": "", "status_art_usaha": "1-2", "usaha": ""},
    "program": "kks,pkh,sembako,pbi,kip,kur,blt,raskin,lain",
    **{"asuransi": "bpjs_mandiri,jamsostek,lain", "nomor_kks": "", "nomor_pkh": ""},
}
# Of the screening of Kepmensos 262/HUK/2022, in neither book.
SCREENING = ("kepala_tidak_bekerja", "takut_lapar", "belanja_makan", "tidak_beli_baju", "tanpa_rumah")
BDT_PERSON = {
    **{"keberadaan": "1-6", "hub_keluarga": "1-8", "hub_krt": "1-8", "jenis_kelamin": "1-2", "status_kawin": "1-4"},
    **{"buku_nikah": "0-2", "tercantum_kk": "1-2", "identitas": "1,2,4,8", "hamil": "1-2", "kontrasepsi": "1-9"},
    "disabilitas": "00,01,02,03,04,05,06,07,08,09,10,11,12",
    **{"penyakit": "0-9", "sekolah": "0-2", "jenjang": "01,02,03,04,05,06,07,08,09,10", "kelas": "1-8"},
    **{"ijazah": "0-6", "bekerja": "1-2", "jam_kerja": ""},
    "lapangan_kerja": ",".join(f"{n:02}" for n in range(1, 23)),
    **{"status_kerja": "1-8", "ada_kks": "1-2", "pbi_jk": "1-2", "ada_kip": "1-2", "pkh": "1-2", "ada_rastra": "1-2"},
    **{"tempat_lahir": "", "usia": "", "nomor_kk": "", "nama_ibu": "", "agama": ""},
    **{"nisn": "", "nama_sekolah": "", "alamat_sekolah": "", "flag_pemadanan": "0-2", "flag_dokumen": "1-2"},
}
REGSOSEK_HOUSEHOLD = {
    **{"hasil_pendataan": "1-5", "status_bangunan": "1-6", "bukti_lahan": "1-6", "luas_lantai": "", "lantai": "1-9"},
    **{"dinding": "1-7", "atap": "1-8", "sumber_air": "1-13", "jarak_septik": "1-3", "penerangan": "1-4"},
    **{"daya": "1-5", "daya_2": "1-5", "daya_3": "1-5", "bb_masak": "1-12", "fasbab": "1-6", "kloset": "1-4"},
    "buang_tinja": "1-6",
    "aset": "gas,kulkas,ac,pemanas,telepon,tv,emas,laptop,motor,sepeda,mobil,perahu,perahu_motor,ponsel",
    **{"lahan": "1-2", "rumah_lain": "1-2", "sapi": "", "kerbau": "", "kuda": "", "babi": "", "kambing": ""},
    **{"status_art_usaha": "1-2", "usaha": "", "internet": "0-3", "rekening": "1-4"},
    **{
        f"terima_{aid}{part}": codes
        for aid in ("bpnt", "pkh", "blt", "listrik", "pemda", "pupuk", "lpg")
        for part, codes in (("", "1-2"), ("_bulan", ""), ("_tahun", ""))
    },
}
REGSOSEK_PERSON = {
    **{"keberadaan": "1-6", "hub_keluarga": "1-8", "jenis_kelamin": "1-2", "status_kawin": "1-4"},
    **{"identitas": "1,2,4", "npwp": "", "hamil": "1-2"},
    **dict.fromkeys(
        (
            "penglihatan",
            "pendengaran",
            "berjalan",
            "tangan",
            "belajar",
            "perilaku",
            "bicara",
            "merawat_diri",
            "ingatan",
        ),
        "1-4",
    ),
    **{"sedih": "1-4", "pengasuh": "1-3", "penyakit": "1-18", "gizi": "1,2,3,8", "sekolah": "1-3", "jenjang": "1-22"},
    **{"kelas": "1-8", "ijazah": "1-23", "bekerja": "1-2", "jam_kerja": "", "lapangan_kerja": "1-26"},
    **{"status_kerja": "1-8", "jaminan_kesehatan": "1,2,4,8", "jaminan_kerja": ""},
    **{"prakerja": "1,2,8", "kur": "1,2,8", "umi": "1,2,8", "pip": "1,2,8"},
}
# Lines of the dossier that are fields of the registry itself, with history, and so in no code book.
REGISTRY = {
    Household: ("village", "hamlet", "address", "rt", "rw", "latitude", "longitude", "head"),
    Family: ("kk_encrypted", "head"),
    Person: ("nik_encrypted", "name", "birth_date", "sex", "marital"),
    Membership: ("relation", "household_relation"),
}
CASES = [
    *(("bdt2015", name, codes) for name, codes in {**BDT_HOUSEHOLD, **BDT_PERSON}.items()),
    *(("regsosek2022k", name, codes) for name, codes in {**REGSOSEK_HOUSEHOLD, **REGSOSEK_PERSON}.items()),
]


def listed(codes):
    """The codes that a line of the dossier lists."""
    if "-" in codes and "," not in codes:
        first, last = map(int, codes.split("-"))
        return [str(n) for n in range(first, last + 1)]
    return [code for code in codes.split(",") if code]


@pytest.mark.parametrize(("book", "name", "codes"), CASES, ids=[f"{book}-{name}" for book, name, _codes in CASES])
def test_every_variable_of_the_dossier_is_in_its_book(book, name, codes):
    variable = BOOKS[book].get(name)
    assert variable is not None, f"{name} is missing in {book}"
    assert str(variable.label)
    wanted = listed(codes)
    assert all(variable.knows(code) for code in wanted)
    if variable.kind in ("choice", "set", "bitmask") and wanted:
        assert sorted(variable.codes) == sorted(wanted)
    elif variable.kind == "open" and wanted:
        assert (variable.low, variable.high) == (int(wanted[0]), int(wanted[-1]))
        assert not variable.knows(str(int(wanted[-1]) + 1))


def test_no_variable_stands_in_a_book_without_a_line_of_the_dossier():
    assert set(BDT) - {*BDT_HOUSEHOLD, *BDT_PERSON} == {"kebutuhan", "sembako", "pip"}, "asked by this office itself"
    assert set(REGSOSEK) == {*REGSOSEK_HOUSEHOLD, *REGSOSEK_PERSON}


@pytest.mark.parametrize("book", BOOKS)
def test_what_neither_book_has_is_asked_beside_both_and_never_as_a_variable_of_theirs(book):
    beside = {variable.name for variable in BESIDE}
    assert beside - set(BOOKS[book]) >= {TAG, *SCREENING}
    assert set(ASKED[book]) == set(BOOKS[book]) | beside
    assert all(ASKED[book][name].kind == "boolean" for name in SCREENING)
    assert all(ASKED[book][name] is own for name, own in BOOKS[book].items()), "a book's own variable stands"


@pytest.mark.parametrize("model", REGISTRY)
def test_what_identifies_people_and_places_is_a_field_of_the_registry(model):
    fields = {field.name for field in model._meta.get_fields()}
    assert fields >= set(REGISTRY[model])


def test_the_same_code_means_what_its_own_book_says():
    assert (BDT["lantai"].say("8"), REGSOSEK["lantai"].say("8")) == ("Kayu atau papan jelek", "Tanah")
    assert BDT["buang_tinja"].say("3") != REGSOSEK["buang_tinja"].say("3")
    assert (BDT["sekolah"].say("1"), REGSOSEK["sekolah"].say("1")) == ("Masih sekolah", "Belum atau tidak pernah")


def test_a_code_whose_meaning_is_not_published_is_kept_and_said_to_be_so():
    field = REGSOSEK["lapangan_kerja"]
    assert field.knows("26")
    assert not field.knows("27")
    assert field.say("17") == "kode 17 (artinya tidak ada di buku kode ini)"
    assert REGSOSEK["jenjang"].say("22") == "S3"


def test_identity_papers_are_a_sum_of_bits():
    papers = BDT["identitas"]
    assert papers.say("5") == "Akta kelahiran, KTP"
    assert papers.say("0") == "Tidak ada"
    assert (papers.knows("15"), papers.knows("16"), REGSOSEK["identitas"].knows("8")) == (True, False, False)
    assert (bits_of("5"), bitmask_of(["4", "1"]), bitmask_of([])) == (["1", "4"], "5", "0")


def test_what_names_somebody_is_private():
    private = {name for name, variable in BDT.items() if variable.private}
    assert private >= {"nama_ibu", "agama", "nisn", "nama_sekolah", "nomor_kks", "nomor_pkh", "nomor_kk", "responden"}
    assert {name for name, variable in REGSOSEK.items() if variable.private} == {"npwp"}
    for book in BOOKS.values():
        texts = {name for name, variable in book.items() if variable.kind == "text" and not variable.private}
        assert texts <= {"nomor_prelist", "idbdt", "tanggal_wawancara"}, "a text that is not private says why"
