"""Regsosek 2022-K, the vocabulary of DTSEN: family (housing, assets, business, programmes) and person.

Its codes clash with BDT 2015: floor 8 is earth here and poor wood there; septic codes are in another order. Code lists that
are not published in full (22 school levels, 26 fields of work, bits of employment cover and internet use) are open codes with
their range; no meaning is made up for them.
"""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from households.codebook.variable import Variable

_YES_NO_UNKNOWN = {"1": _("Ya"), "2": _("Tidak"), "8": _("Tidak tahu")}
_DEGREE = {
    "1": _("Sama sekali tidak bisa"),
    "2": _("Banyak kesulitan, perlu bantuan"),
    "3": _("Sedikit kesulitan"),
    "4": _("Tidak ada kesulitan"),
}
_POWER = {
    "1": _("450 watt"),
    "2": _("900 watt"),
    "3": _("1.300 watt"),
    "4": _("2.200 watt"),
    "5": _("Lebih dari 2.200 watt"),
}
_RELATION = {
    "1": _("Kepala keluarga"),
    "2": _("Istri atau suami"),
    "3": _("Anak"),
    "4": _("Menantu"),
    "5": _("Cucu"),
    "6": _("Orang tua atau mertua"),
    "7": _("Pembantu atau sopir"),
    "8": _("Lainnya"),
}


def _programme(name: str, label: Any) -> tuple[Variable, ...]:
    """A family programme: received or not, with the month and year it was last received."""
    return (
        Variable(name, label, "boolean"),
        Variable(f"{name}_bulan", format_lazy("{}: {}", label, _("bulan terakhir")), "number", low=1, high=12),
        Variable(f"{name}_tahun", format_lazy("{}: {}", label, _("tahun terakhir")), "number", low=2000, high=2100),
    )


BUSINESS = (
    Variable("art", _("Nomor anggota"), "number"),
    Variable("jenis", _("Jenis usaha"), "text"),
    Variable("kode", _("Kode lapangan usaha"), "text"),
    Variable("pekerja", _("Jumlah pekerja"), "number", unit="orang"),
    Variable("tempat", _("Punya tempat usaha"), "boolean"),
    Variable(
        "omzet",
        _("Omzet sebulan"),
        codes={
            "1": _("Kurang dari 5 juta"),
            "2": _("5 sampai 15 juta"),
            "3": _("15 sampai 25 juta"),
            "4": _("25 sampai 167 juta"),
            "5": _("167 sampai 1.250 juta"),
            "6": _("1.250 sampai 4.167 juta"),
            "7": _("4.167 juta atau lebih"),
        },
    ),
    Variable("izin", _("Izin usaha (kode)"), "text"),
    Variable("internet_usaha", _("Pemakaian internet untuk usaha (jumlah kode)"), "open"),
)

HOUSEHOLD = (
    Variable(
        "hasil_pendataan",
        _("Hasil pendataan"),
        codes={
            "1": _("Lengkap"),
            "2": _("Tidak lengkap"),
            "3": _("Tidak ada yang bisa menjawab"),
            "4": _("Menolak"),
            "5": _("Pindah atau bangunan tidak ada lagi"),
        },
    ),
    Variable(
        "status_bangunan",
        _("Status bangunan tempat tinggal"),
        codes={
            "1": _("Milik sendiri"),
            "2": _("Kontrak atau sewa"),
            "3": _("Bebas sewa"),
            "4": _("Dinas"),
            "5": _("Lainnya"),
            "6": _("Menumpang"),
        },
    ),
    Variable(
        "bukti_lahan",
        _("Bukti kepemilikan tanah"),
        codes={
            "1": _("SHM atas nama keluarga"),
            "2": _("SHM orang lain dengan perjanjian"),
            "3": _("SHM orang lain tanpa perjanjian"),
            "4": _("Sertifikat lain"),
            "5": _("Girik atau letter C"),
            "6": _("Tidak ada"),
        },
    ),
    Variable("luas_lantai", _("Luas lantai"), "number", unit="m²"),
    Variable(
        "lantai",
        _("Jenis lantai terluas"),
        codes={
            "1": _("Marmer"),
            "2": _("Keramik"),
            "3": _("Parket atau vinil"),
            "4": _("Ubin atau teraso"),
            "5": _("Kayu"),
            "6": _("Semen atau bata"),
            "7": _("Bambu"),
            "8": _("Tanah"),
            "9": _("Lainnya"),
        },
    ),
    Variable(
        "dinding",
        _("Jenis dinding terluas"),
        codes={
            "1": _("Tembok"),
            "2": _("Plesteran anyaman bambu atau kawat"),
            "3": _("Kayu, gipsum, atau GRC"),
            "4": _("Anyaman bambu"),
            "5": _("Batang kayu"),
            "6": _("Bambu"),
            "7": _("Lainnya"),
        },
    ),
    Variable(
        "atap",
        _("Jenis atap terluas"),
        codes={
            "1": _("Beton"),
            "2": _("Genteng"),
            "3": _("Seng"),
            "4": _("Asbes"),
            "5": _("Kayu atau sirap"),
            "6": _("Bambu"),
            "7": _("Jerami"),
            "8": _("Lainnya"),
        },
    ),
    Variable(
        "sumber_air",
        _("Sumber air minum"),
        codes={
            "1": _("Air kemasan bermerek"),
            "2": _("Air isi ulang"),
            "3": _("Leding"),
            "4": _("Sumur bor"),
            "5": _("Sumur terlindung"),
            "6": _("Sumur tak terlindung"),
            "7": _("Mata air terlindung"),
            "8": _("Mata air tak terlindung"),
            "9": _("Air permukaan"),
            "10": _("Air hujan"),
            "11": _("Lainnya"),
            "12": _("PDAM"),
            "13": _("PAMDES atau PAMSIMAS"),
        },
    ),
    Variable(
        "jarak_septik",
        _("Jarak sumber air ke penampungan tinja"),
        codes={"1": _("Kurang dari 10 meter"), "2": _("10 meter atau lebih"), "3": _("Tidak tahu")},
        not_known="3",
    ),
    Variable(
        "penerangan",
        _("Sumber penerangan utama"),
        codes={"1": _("PLN dengan meteran"), "2": _("PLN tanpa meteran"), "3": _("Bukan PLN"), "4": _("Bukan listrik")},
    ),
    Variable("daya", _("Daya listrik meteran 1"), codes=_POWER),
    Variable("daya_2", _("Daya listrik meteran 2"), codes=_POWER),
    Variable("daya_3", _("Daya listrik meteran 3"), codes=_POWER),
    Variable(
        "bb_masak",
        _("Bahan bakar memasak"),
        codes={
            "1": _("Listrik"),
            "2": _("Elpiji 5,5 kg"),
            "3": _("Elpiji 12 kg"),
            "4": _("Elpiji 3 kg"),
            "5": _("Gas kota"),
            "6": _("Biogas"),
            "7": _("Minyak tanah"),
            "8": _("Briket"),
            "9": _("Arang"),
            "10": _("Kayu bakar"),
            "11": _("Lainnya"),
            "12": _("Tidak memasak"),
        },
    ),
    Variable(
        "fasbab",
        _("Tempat buang air besar"),
        codes={
            "1": _("Sendiri"),
            "2": _("Bersama keluarga tertentu"),
            "3": _("MCK komunal"),
            "4": _("Umum"),
            "5": _("Ada, tidak dipakai"),
            "6": _("Tidak ada"),
        },
    ),
    Variable(
        "kloset",
        _("Jenis kloset"),
        codes={
            "1": _("Leher angsa"),
            "2": _("Plengsengan bertutup"),
            "3": _("Plengsengan terbuka"),
            "4": _("Cemplung"),
        },
    ),
    Variable(
        "buang_tinja",
        _("Pembuangan akhir tinja"),
        codes={
            "1": _("Tangki septik"),
            "2": _("IPAL"),
            "3": _("Kolam atau sungai"),
            "4": _("Lubang tanah"),
            "5": _("Pantai atau tanah lapang"),
            "6": _("Lainnya"),
        },
    ),
    Variable(
        "aset",
        _("Barang yang dimiliki"),
        "set",
        codes={
            "gas": _("Tabung gas 5,5 kg atau lebih"),
            "kulkas": _("Kulkas"),
            "ac": _("AC"),
            "pemanas": _("Pemanas air"),
            "telepon": _("Telepon rumah"),
            "tv": _("Televisi layar datar"),
            "emas": _("Emas 10 gram atau lebih"),
            "laptop": _("Komputer atau laptop"),
            "motor": _("Sepeda motor"),
            "sepeda": _("Sepeda"),
            "mobil": _("Mobil"),
            "perahu": _("Perahu"),
            "perahu_motor": _("Perahu motor"),
            "ponsel": _("Ponsel pintar"),
        },
    ),
    Variable("lahan", _("Punya lahan selain tempat tinggal"), "boolean"),
    Variable("rumah_lain", _("Punya rumah di tempat lain"), "boolean"),
    Variable("sapi", _("Jumlah sapi"), "number", unit="ekor"),
    Variable("kerbau", _("Jumlah kerbau"), "number", unit="ekor"),
    Variable("kuda", _("Jumlah kuda"), "number", unit="ekor"),
    Variable("babi", _("Jumlah babi"), "number", unit="ekor"),
    Variable("kambing", _("Jumlah kambing atau domba"), "number", unit="ekor"),
    Variable("status_art_usaha", _("Ada anggota yang punya usaha"), "boolean"),
    Variable("usaha", _("Usaha anggota keluarga"), "rows", parts=BUSINESS),
    *_programme("terima_bpnt", _("BPNT atau Sembako")),
    *_programme("terima_pkh", _("Program Keluarga Harapan (PKH)")),
    *_programme("terima_blt", _("BLT Dana Desa")),
    *_programme("terima_listrik", _("Subsidi listrik")),
    *_programme("terima_pemda", _("Bantuan pemerintah daerah")),
    *_programme("terima_pupuk", _("Subsidi pupuk")),
    *_programme("terima_lpg", _("Subsidi elpiji")),
    Variable(
        "internet",
        _("Akses internet"),
        codes={"0": _("Tidak ada"), "1": _("Langganan"), "2": _("Wifi"), "3": _("Seluler")},
    ),
    Variable(
        "rekening",
        _("Rekening bank"),
        codes={"1": _("Untuk usaha"), "2": _("Pribadi"), "3": _("Usaha dan pribadi"), "4": _("Tidak ada")},
    ),
)

PERSON = (
    Variable(
        "keberadaan",
        _("Keberadaan anggota"),
        codes={
            "1": _("Tinggal bersama keluarga"),
            "2": _("Meninggal"),
            "3": _("Pindah di dalam negeri"),
            "4": _("Pindah ke luar negeri"),
            "5": _("Anggota baru"),
            "6": _("Tidak ditemukan"),
        },
    ),
    Variable("hub_keluarga", _("Hubungan dengan kepala keluarga"), codes=_RELATION),
    Variable("jenis_kelamin", _("Jenis kelamin"), codes={"1": _("Laki-laki"), "2": _("Perempuan")}),
    Variable(
        "status_kawin",
        _("Status kawin"),
        codes={"1": _("Belum kawin"), "2": _("Kawin"), "3": _("Cerai hidup"), "4": _("Cerai mati")},
    ),
    Variable(
        "identitas",
        _("Surat yang dimiliki"),
        "bitmask",
        codes={"1": _("Akta kelahiran"), "2": _("Kartu Identitas Anak (KIA)"), "4": _("KTP")},
    ),
    Variable("npwp", _("NPWP"), "text", private=True),
    Variable("hamil", _("Sedang hamil"), "boolean"),
    Variable("penglihatan", _("Kesulitan melihat"), codes=_DEGREE),
    Variable("pendengaran", _("Kesulitan mendengar"), codes=_DEGREE),
    Variable("berjalan", _("Kesulitan berjalan atau naik tangga"), codes=_DEGREE),
    Variable("tangan", _("Kesulitan memakai tangan atau jari"), codes=_DEGREE),
    Variable("belajar", _("Kesulitan belajar"), codes=_DEGREE),
    Variable("perilaku", _("Kesulitan mengendalikan perilaku"), codes=_DEGREE),
    Variable("bicara", _("Kesulitan berbicara"), codes=_DEGREE),
    Variable("merawat_diri", _("Kesulitan merawat diri"), codes=_DEGREE),
    Variable("ingatan", _("Kesulitan mengingat atau berkonsentrasi"), codes=_DEGREE),
    Variable(
        "sedih",
        _("Sering sedih atau tertekan"),
        "open",
        codes={"1": _("Sangat sering"), "4": _("Tidak pernah")},
        low=1,
        high=4,
    ),
    Variable(
        "pengasuh",
        _("Yang merawat"),
        codes={"1": _("Keluarga"), "2": _("Orang lain"), "3": _("Tinggal sendiri")},
    ),
    Variable(
        "sekolah",
        _("Sekolah"),
        codes={"1": _("Belum atau tidak pernah"), "2": _("Masih sekolah"), "3": _("Tidak sekolah lagi")},
    ),
    Variable(
        "gizi",
        _("Gizi anak"),
        codes={"1": _("Kurus"), "2": _("Pendek (stunting)"), "3": _("Tidak ada catatan"), "8": _("Tidak tahu")},
        not_known="8",
    ),
    Variable(
        "penyakit",
        _("Penyakit kronis"),
        codes={
            "1": _("Tidak ada"),
            "2": _("Hipertensi"),
            "3": _("Rematik"),
            "4": _("Asma"),
            "5": _("Jantung"),
            "6": _("Diabetes"),
            "7": _("TBC"),
            "8": _("Stroke"),
            "9": _("Kanker"),
            "10": _("Gagal ginjal"),
            "11": _("Hemofilia"),
            "12": _("HIV/AIDS"),
            "13": _("Kolesterol"),
            "14": _("Sirosis"),
            "15": _("Talasemia"),
            "16": _("Leukemia"),
            "17": _("Alzheimer"),
            "18": _("Lainnya"),
        },
    ),
    Variable(
        "jenjang",
        _("Jenjang sekolah (kode 1 sampai 22)"),
        "open",
        codes={"1": _("Paket A"), "22": _("S3")},
        low=1,
        high=22,
    ),
    Variable("kelas", _("Kelas"), "open", codes={"8": _("Tamat")}, low=1, high=8),
    Variable(
        "ijazah",
        _("Ijazah tertinggi (kode 1 sampai 23)"),
        "open",
        codes={"1": _("Paket A"), "22": _("S3"), "23": _("Tidak punya")},
        low=1,
        high=23,
    ),
    Variable("bekerja", _("Bekerja seminggu terakhir"), "boolean"),
    Variable("jam_kerja", _("Jam kerja seminggu terakhir"), "number", unit="jam", high=168),
    Variable("lapangan_kerja", _("Lapangan kerja (kode 1 sampai 26)"), "open", low=1, high=26),
    Variable(
        "status_kerja",
        _("Kedudukan dalam pekerjaan"),
        codes={
            "1": _("Berusaha sendiri"),
            "2": _("Dibantu pekerja tak dibayar"),
            "3": _("Dibantu pekerja dibayar"),
            "4": _("Buruh atau karyawan"),
            "5": _("PNS, TNI, Polri, BUMN, atau BUMD"),
            "6": _("Pekerja bebas pertanian"),
            "7": _("Pekerja bebas lain"),
            "8": _("Pekerja keluarga"),
        },
    ),
    Variable(
        "jaminan_kesehatan",
        _("Jaminan kesehatan"),
        "bitmask",
        codes={"1": _("PBI"), "2": _("JKN mandiri"), "4": _("JKN pemberi kerja"), "8": _("Lainnya")},
    ),
    Variable("jaminan_kerja", _("Jaminan ketenagakerjaan (jumlah kode)"), "open"),
    Variable("prakerja", _("Kartu Prakerja"), codes=_YES_NO_UNKNOWN, not_known="8"),
    Variable("kur", _("Kredit Usaha Rakyat (KUR)"), codes=_YES_NO_UNKNOWN, not_known="8"),
    Variable("umi", _("Pembiayaan Ultra Mikro (UMi)"), codes=_YES_NO_UNKNOWN, not_known="8"),
    Variable("pip", _("Penerima PIP"), codes=_YES_NO_UNKNOWN, not_known="8"),
)

VARIABLES = HOUSEHOLD + PERSON
