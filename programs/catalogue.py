"""The catalogue a new installation begins with: thirteen programmes of the study, their successors, and the neighbours.

Rules are dated data with their source; ministries change them by circular, so they are edited in the administration, not here.
"""

from typing import Any

KTP, KK = ("ktp", "KTP"), ("kk", "Kartu Keluarga")
_2026 = "2026-01-01"


def _p(code: str, name: str, **more: Any) -> dict[str, Any]:
    base = {
        **{"status": "active", "successor": "", "owner": "", "sector": "social_economic", "service": "service"},
        **{"for_whom": "", "benefit": "", "prerequisites": [KTP, KK], "legal_base": "", "receivers": ["dinsos"]},
        **{"conditions": [], "source": ""},
    }
    return {**base, "code": code, "name": name, **more}


PROGRAMMES = [
    _p("PKH", "Program Keluarga Harapan (PKH)", owner="Kementerian Sosial", service="cash", legal_base="Permensos 1/2018; Kepmensos 79/HUK/2025",
       for_whom="Keluarga desil 1–4 yang punya ibu hamil, anak sampai 6 tahun, anak sekolah, penyandang disabilitas berat, atau lansia.",
       benefit="Uang tunai empat kali setahun, besarnya menurut anggota keluarga.", prerequisites=[KTP, KK, ("komponen", "Bukti komponen (buku KIA, keterangan sekolah)")],
       conditions=[{"kind": "decile", "to": 4}, {"kind": "component", "any": ["pregnant", "toddler", "pupil", "disabled", "old"]}, {"kind": "has_none", "programmes": ["PKH"]}], source="Kepmensos 79/HUK/2025"),
    _p("SEMBAKO", "Program Sembako", owner="Kementerian Sosial", sector="food", service="goods", for_whom="Keluarga miskin di DTSEN desil 1–4.", benefit="Bantuan pangan setiap bulan lewat Kartu Keluarga Sejahtera.",
       conditions=[{"kind": "decile", "to": 4}, {"kind": "has_none", "programmes": ["SEMBAKO"]}], source="Kepmensos 79/HUK/2025; batas desil diatur setempat"),
    _p("RICE_AID", "Bantuan pangan beras", owner="Bapanas dan Bulog", sector="food", service="goods", for_whom="Keluarga di daftar DTSEN saat bantuan dibuka.", benefit="Beras 10 kg pada waktu tertentu.", conditions=[{"kind": "decile", "to": 4}], source="Pengumuman Bapanas"),
    _p("KIS", "Kartu Indonesia Sehat, PBI-JK", owner="Kementerian Sosial dan BPJS Kesehatan", sector="health", service="card", receivers=["dinkes", "dinsos"], legal_base="Kepmensos 79/HUK/2025",
       for_whom="Orang tidak mampu desil 1–5 yang belum dijamin pemberi kerja.", benefit="Iuran jaminan kesehatan dibayar pemerintah.", prerequisites=[KTP, KK, ("surat_nagari", "Surat keterangan wali nagari")],
       conditions=[{"kind": "decile", "to": 5}, {"kind": "has_none", "programmes": ["KIS"]}], source="Kepmensos 79/HUK/2025"),
    _p("KIP", "Kartu Indonesia Pintar, PIP", owner="Kementerian Pendidikan", sector="education", service="cash", receivers=["disdik"],
       for_whom="Anak 6–21 tahun yang bersekolah atau kembali ke sekolah dari keluarga DTSEN.", benefit="Uang sekolah setiap tahun menurut jenjang.", prerequisites=[KK, ("akta", "Akta kelahiran"), ("sekolah", "Surat keterangan sekolah dengan NISN")],
       conditions=[{"kind": "decile", "to": 4}, {"kind": "component", "any": ["pupil"]}, {"kind": "has_none", "programmes": ["KIP"]}], source="Pedoman PIP"),
    _p("KIPK", "KIP Kuliah", owner="Kementerian Pendidikan Tinggi", sector="education", service="cash", receivers=["disdik"], for_whom="Lulusan SMA dari keluarga DTSEN yang diterima di perguruan tinggi.", benefit="Biaya kuliah dan biaya hidup.",
       prerequisites=[KTP, KK, ("dtsen", "Surat keterangan DTSEN")], conditions=[{"kind": "decile", "to": 4}, {"kind": "assessment"}], source="Pedoman KIP Kuliah"),
    _p("BOS", "Bantuan Operasional Sekolah (BOS)", owner="Kementerian Pendidikan", sector="education", service="institution", receivers=["disdik"], for_whom="Sekolah, bukan keluarga. Keluarga dirujuk untuk meminta keringanan biaya.", benefit="Dana operasional sekolah.", prerequisites=[],
       conditions=[{"kind": "component", "any": ["pupil"]}, {"kind": "assessment"}], source="Pedoman BOSP"),
    _p("KKS", "Kartu Keluarga Sejahtera (KKS)", owner="Kementerian Sosial dan bank penyalur", service="card", for_whom="Penerima PKH atau Sembako; satu pengurus per keluarga.", benefit="Kartu untuk menerima bantuan.", conditions=[{"kind": "has_any", "programmes": ["PKH", "SEMBAKO"]}], source="Pedoman penyaluran"),
    _p("RTLH", "Rehabilitasi rumah tidak layak huni", owner="Dinas Perkim atau Dinas Sosial", sector="housing", service="goods", receivers=["perkim"], legal_base="Permensos 20/2017",
       for_whom="Keluarga miskin yang menempati rumah sendiri yang tidak layak.", benefit="Bahan bangunan atau uang untuk perbaikan.", prerequisites=[KTP, KK, ("tanah", "Bukti tanah tanpa sengketa"), ("foto", "Foto rumah")],
       conditions=[{"kind": "decile", "to": 4}, {"kind": "owns_house"}, {"kind": "house_poor", "least": 2}], source="Permensos 20/2017"),
    _p("KUBE", "Kelompok Usaha Bersama (KUBE)", owner="Dinas Sosial", service="cash", legal_base="Permensos 2/2019", receivers=["koperasi", "dinsos"], for_whom="Kelompok 5–20 kepala keluarga miskin sedesa.", benefit="Modal usaha bersama.", prerequisites=[KTP, KK, ("proposal", "Proposal dan rekening kelompok")],
       conditions=[{"kind": "decile", "to": 4}, {"kind": "component", "any": ["worker"]}, {"kind": "assessment"}], source="Permensos 2/2019"),
    _p("KUR", "Kredit Usaha Rakyat (KUR)", owner="Bank penyalur", service="credit", receivers=["koperasi"], for_whom="Usaha kecil yang sudah jalan; ini pinjaman, harus dikembalikan.", benefit="Pinjaman berbunga rendah.", prerequisites=[KTP, KK, ("nib", "NIB atau surat usaha")], conditions=[{"kind": "component", "any": ["adult"]}, {"kind": "assessment"}], source="Pedoman KUR"),
    _p("PERMAKANAN", "Permakanan lansia dan disabilitas", owner="Kementerian Sosial", sector="food", service="goods", receivers=["dinsos", "baznas"], for_whom="Lansia 75 tahun ke atas yang hidup sendiri, atau penyandang disabilitas.", benefit="Makanan siap santap setiap hari.", conditions=[{"kind": "decile", "to": 4}, {"kind": "component", "any": ["very_old", "disabled"]}, {"kind": "has_none", "programmes": ["PKH"]}], source="Pedoman Permakanan 2024"),
    _p("ATENSI", "Asistensi Rehabilitasi Sosial (ATENSI)", owner="Sentra Kementerian Sosial", sector="protection", for_whom="Orang yang memerlukan pelayanan kesejahteraan sosial.", benefit="Alat bantu, terapi, atau pendampingan.", conditions=[{"kind": "decile", "to": 5}, {"kind": "component", "any": ["disabled", "ill", "elderly"]}], source="Kepmensos 79/HUK/2025"),
    _p("ADMINDUK", "Dokumen kependudukan", owner="Disdukcapil", sector="civil_registration", receivers=["disdukcapil"], for_whom="Siapa pun yang NIK, KK, KTP, atau aktanya belum ada atau salah.", benefit="KTP, KK, atau akta yang benar. Gratis.", prerequisites=[("surat_nagari", "Surat keterangan wali nagari")], conditions=[{"kind": "nik_missing"}], source="UU 24/2013"),
    _p("LOCAL", "Bantuan daerah, BAZNAS, dan mitra", owner="Pemerintah daerah dan mitra", service="goods", receivers=["baznas"], for_whom="Keluarga yang belum terjangkau program lain.", benefit="Menurut kesepakatan dengan mitra.", source="Kesepakatan setempat"),
    _p("RASKIN", "Beras bersubsidi (Raskin)", status="renamed", successor="SEMBAKO", sector="food", service="goods", for_whom="Sudah berganti menjadi Program Sembako.", receivers=[]),
    _p("JAMKESMAS", "Jamkesmas", status="renamed", successor="KIS", sector="health", service="card", for_whom="Sejak 2014 menjadi PBI-JK (KIS).", receivers=[]),
    _p("BSM", "Bantuan Siswa Miskin (BSM-SD)", status="renamed", successor="KIP", sector="education", service="cash", for_whom="Sudah menjadi Program Indonesia Pintar (KIP).", receivers=[]),
    _p("ASLUT", "Asistensi Lanjut Usia Terlantar (ASLUT)", status="closed", successor="PERMAKANAN", for_whom="Ditutup; lansia dilayani PKH, ATENSI, dan Permakanan.", receivers=[]),
    _p("ASODKB", "Asistensi Orang dengan Kecacatan Berat (ASODKB)", status="closed", successor="ATENSI", for_whom="Ditutup; dilayani PKH dan ATENSI.", receivers=[]),
]
# Participation flags of the extract and of visits, and the programme they speak of.
FLAGS = {"pkh": "PKH", "sembako": "SEMBAKO", "pbi_jk": "KIS", "pip": "KIP"}
VISIT_FLAGS = {"pkh": "PKH", "sembako": "SEMBAKO", "pbi": "KIS", "kip": "KIP", "kks": "KKS", "kur": "KUR"}
RULES_FROM = _2026
