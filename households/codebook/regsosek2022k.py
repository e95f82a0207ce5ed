"""Regsosek 2022-K: the variables whose codes differ from BDT 2015 and would be misread under it.

Floor 8 is earth here and poor wood there; septic codes are in another order.
"""

from django.utils.translation import gettext_lazy as _

from households.codebook.variable import Variable

VARIABLES = (
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
        "penerangan",
        _("Sumber penerangan utama"),
        codes={"1": _("PLN dengan meteran"), "2": _("PLN tanpa meteran"), "3": _("Bukan PLN"), "4": _("Bukan listrik")},
    ),
    Variable(
        "daya",
        _("Daya listrik"),
        codes={
            "1": _("450 watt"),
            "2": _("900 watt"),
            "3": _("1.300 watt"),
            "4": _("2.200 watt"),
            "5": _("Lebih dari 2.200 watt"),
        },
    ),
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
        "sekolah",
        _("Sekolah"),
        codes={"1": _("Belum atau tidak pernah"), "2": _("Masih sekolah"), "3": _("Tidak sekolah lagi")},
    ),
    Variable(
        "gizi",
        _("Gizi anak"),
        codes={"1": _("Kurus"), "2": _("Pendek (stunting)"), "3": _("Tidak ada catatan"), "8": _("Tidak tahu")},
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
        "internet",
        _("Akses internet"),
        codes={"0": _("Tidak ada"), "1": _("Langganan"), "2": _("Wifi"), "3": _("Seluler")},
    ),
)
