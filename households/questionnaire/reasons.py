"""Why each question is asked, in the words of a facilitator to a family. Every question has one; a test holds it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from households.questionnaire.regsosek2022k import AID, DIFFICULTIES

_FIND = _("Supaya petugas menemukan rumah ini lagi.")
_HOUSE = _("Keadaan rumah adalah bagian dari ukuran kesejahteraan yang dipakai BPS.")
_HEALTH_HOUSE = _("Air, kakus, dan listrik menunjukkan kesehatan rumah, dan bagian dari ukuran kesejahteraan.")
_OWN = _("Barang, lahan, dan ternak adalah bagian dari ukuran kesejahteraan yang dipakai BPS.")
_WHO = _("Umur, jenis kelamin, dan hubungan keluarga menentukan program yang cocok.")
_CARE = _("Ada bantuan dan layanan kesehatan khusus bagi yang membutuhkannya.")
_SCHOOL = _("Anak sekolah bisa berhak atas bantuan biaya sekolah.")
_WORK = _("Pekerjaan menunjukkan penghasilan, dan ada program untuk pekerja dan usaha kecil.")
_AID = _("Supaya bantuan tidak ganda, dan yang belum diterima bisa diusulkan.")
_HARDSHIP = _("Menunjukkan seberapa berat keadaan keluarga menurut ukuran pemerintah (Kepmensos 262/HUK/2022).")
_CARD = _("Supaya keluarga tidak tercatat dua kali.")
_PAPERS = _("Surat yang belum ada bisa diurus ke Disdukcapil.")
_RECORD = _("Menghubungkan isian ini dengan daftar SIKS-NG dan petugasnya.")

WHY: dict[str, Any] = {
    "consent": _("Data hanya boleh dicatat jika keluarga tahu untuk apa, dan setuju (UU 27/2022)."),
    **dict.fromkeys(("hamlet", "address", "rt", "rw", "latitude", "longitude", "accuracy"), _FIND),
    **dict.fromkeys(("kk", "daftar_kk", "nomor_kk", "jumlah_keluarga", "tercantum_kk"), _CARD),
    "jumlah_art": _("Supaya tidak ada anggota yang tertinggal."),
    "nik": _("NIK memastikan orangnya, bukan namanya."),
    "no_nik_reason": _("Orang tanpa NIK tetap dicatat, lalu dibantu mengurusnya."),
    "name": _("Nama harus sama dengan surat, supaya bantuan tidak ditolak bank."),
    **dict.fromkeys(("birth_date", "sex", "relation", "marital", "usia", "hub_krt", "keberadaan"), _WHO),
    **dict.fromkeys(
        (
            *("luas_lantai", "status_bangunan", "status_lahan", "lantai", "dinding", "atap", "jumlah_kamar"),
            *("kondisi_dinding", "kondisi_atap", "bukti_lahan"),
        ),
        _HOUSE,
    ),
    **dict.fromkeys(
        ("sumber_air", "cara_air", "penerangan", "bb_masak", "daya", "fasbab", "kloset", "buang_tinja", "jarak_septik"),
        _HEALTH_HOUSE,
    ),
    **dict.fromkeys(("nomor_meter_air", "id_pln"), _("Nomor pelanggan dipakai untuk mencocokkan subsidi.")),
    **dict.fromkeys(("aset", "milik", "aset_kertas", "luas_lahan", "sapi", "kerbau", "kuda", "babi", "kambing"), _OWN),
    **dict.fromkeys(
        (
            "hamil",
            "ada_disabilitas",
            "ada_penyakit",
            "disabilitas",
            "penyakit",
            "kontrasepsi",
            "ada_kesulitan",
            "pengasuh",
            "sedih",
            "gizi",
            *DIFFICULTIES,
        ),
        _CARE,
    ),
    **dict.fromkeys(
        (
            *("masih_sekolah", "belum_sekolah", "jenjang", "kelas", "ijazah"),
            *("nisn", "nama_sekolah", "alamat_sekolah", "pip"),
        ),
        _SCHOOL,
    ),
    **dict.fromkeys(
        ("bekerja", "lapangan_kerja", "status_kerja", "jam_kerja", "punya_usaha", "prakerja", "kur", "umi"), _WORK
    ),
    **dict.fromkeys(
        (
            "usaha_jenis",
            "usaha_kode",
            "usaha_pekerja",
            "usaha_tempat",
            "usaha_omzet",
            "usaha_izin",
            "usaha_internet_usaha",
        ),
        _WORK,
    ),
    **dict.fromkeys(
        (
            "program",
            "asuransi",
            "nomor_kks",
            "nomor_pkh",
            "ada_kks",
            "pbi_jk",
            "ada_kip",
            "pkh",
            "ada_rastra",
            "jaminan_kesehatan",
        ),
        _AID,
    ),
    **dict.fromkeys(("bantuan", *(f"{name}_{part}" for name in AID for part in ("bulan", "tahun"))), _AID),
    **dict.fromkeys(("daya_2", "daya_3"), _HEALTH_HOUSE),
    **dict.fromkeys(
        ("internet", "rekening"), _("Bantuan sering disalurkan lewat rekening dan diberitakan lewat ponsel.")
    ),
    **dict.fromkeys(("npwp", "jaminan_kerja"), _("Menunjukkan pekerjaan resmi dan perlindungannya.")),
    "kebutuhan": _("Supaya bantuan sesuai dengan kebutuhan keluarga, bukan hanya yang tersedia."),
    **dict.fromkeys(
        ("tanpa_rumah", "kepala_tidak_bekerja", "takut_lapar", "belanja_makan", "tidak_beli_baju"), _HARDSHIP
    ),
    **dict.fromkeys(("identitas", "buku_nikah", "flag_dokumen"), _PAPERS),
    **dict.fromkeys(("tempat_lahir", "nama_ibu", "agama"), _("Diminta Dukcapil dan bank untuk mencocokkan orangnya.")),
    **dict.fromkeys(
        (
            *(
                "hasil_pendataan",
                "status_rumahtangga",
                "alasan_tidak_ditemukan",
                "apakah_mampu",
                "hasil_verivali",
                "nomor_prelist",
            ),
            *("idbdt", "tanggal_wawancara", "pencacah", "pemeriksa", "responden", "nama_pasangan_krt"),
        ),
        _RECORD,
    ),
}
