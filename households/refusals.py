"""Why a row of the extract is refused, in words, and how to mend it. One code, one reason, one mend."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Refusal:
    """The column a reason belongs to, the reason and the mend, both for people."""

    column: Any
    reason: Any
    mend: Any


WHOLE_ROW = _("(seluruh baris)")
REFUSALS: dict[str, Refusal] = {
    "kk_float": Refusal(
        "NO_KK",
        _("Angka nomor KK dirusak oleh program lembar kerja (bentuk 1.3E+15)."),
        _("Jadikan kolomnya teks, lalu isi lagi 16 angka dari kartu."),
    ),
    "kk_letters": Refusal("NO_KK", _("Nomor KK berisi selain angka."), _("Isi 16 angka dari kartu keluarga.")),
    "kk_short": Refusal("NO_KK", _("Nomor KK tidak 16 angka."), _("Isi 16 angka dari kartu keluarga.")),
    "kk_impossible": Refusal(
        "NO_KK",
        _("Nomor KK ini tidak pernah diterbitkan: berakhir 0000 atau satu angka diulang."),
        _("Isi 16 angka dari kartu keluarga."),
    ),
    "nik_float": Refusal(
        "NIK",
        _("Angka NIK dirusak oleh program lembar kerja (bentuk 1.3E+15)."),
        _("Jadikan kolomnya teks, lalu isi lagi 16 angka dari KTP atau KK."),
    ),
    "nik_letters": Refusal("NIK", _("NIK berisi selain angka."), _("Isi 16 angka dari KTP atau KK, atau kosongkan.")),
    "nik_short": Refusal("NIK", _("NIK tidak 16 angka."), _("Isi 16 angka dari KTP atau KK, atau kosongkan.")),
    "nik_bad_date": Refusal(
        "NIK", _("Angka ke-7 sampai 12 pada NIK bukan tanggal."), _("Cocokkan dengan KTP; angka itu tanggal lahir.")
    ),
    "nik_serial_zero": Refusal(
        "NIK", _("Empat angka terakhir NIK 0000; tidak pernah diterbitkan."), _("Cocokkan dengan KTP.")
    ),
    "nik_twice": Refusal(
        "NIK",
        _("NIK ini dipakai baris lain yang isinya berbeda."),
        _("Periksa kedua baris, lalu sisakan yang benar."),
    ),
    "nik_former": Refusal(
        "NIK",
        _("NIK ini sudah dilepas ketika dua data satu orang digabung, jadi barisnya tidak ditulis."),
        _("Betulkan NIK-nya di sumber berkas. Bila ternyata dua orang, minta penggabungannya dibatalkan."),
    ),
    "name_other": Refusal(
        "NIK",
        _("Di data, NIK ini milik orang yang namanya lain sama sekali."),
        _("Cocokkan NIK dengan kartunya. Bila NIK-nya pasti benar, kosongkan nama di baris ini lalu unggah lagi."),
    ),
    "row_short": Refusal(
        WHOLE_ROW,
        _("Sel di baris ini lebih sedikit dari judul kolom."),
        _("Lengkapi selnya sampai sama banyak dengan judul; yang kosong dibiarkan kosong."),
    ),
    "row_long": Refusal(
        WHOLE_ROW,
        _("Sel di baris ini lebih banyak dari judul kolom."),
        _("Cari koma atau titik koma di dalam isian, misalnya di alamat, lalu hapus."),
    ),
    "row_cut": Refusal(
        WHOLE_ROW,
        _("Berkas terpotong di baris ini; baris sesudahnya mungkin hilang."),
        _("Unduh lagi berkasnya sampai selesai, lalu unggah."),
    ),
    "row_nul": Refusal(
        WHOLE_ROW, _("Baris ini berisi tanda rusak yang bukan tulisan."), _("Tulis ulang isian baris ini.")
    ),
    "quote_open": Refusal(
        WHOLE_ROW,
        _('Tanda petik (") di baris ini tidak berpasangan.'),
        _("Hapus tanda petik itu, lalu periksa isian baris ini."),
    ),
    "line_break": Refusal(
        WHOLE_ROW,
        _("Isian di baris ini terputus menjadi beberapa baris."),
        _("Tulis isiannya dalam satu baris. Hanya alamat boleh lebih dari satu baris."),
    ),
    "merged_cells": Refusal(
        WHOLE_ROW,
        _("Sel di baris ini digabung (merge) dengan sel lain, jadi isiannya tidak bisa dipastikan."),
        _("Pisahkan sel gabungan di lembar kerja, lalu isi tiap selnya."),
    ),
    "name_number": Refusal(
        "NAMA", _("Nama berisi nomor 16 angka."), _("Isi nama saja; pindahkan nomornya ke kolomnya.")
    ),
    "name_letters": Refusal("NAMA", _("Nama tidak berisi huruf."), _("Isi nama seperti di kartu.")),
    "name_empty": Refusal("NAMA", _("Nama kosong."), _("Isi nama seperti di kartu.")),
    "birth_year_only": Refusal(
        "TGL_LAHIR",
        _("Tanggal lahir hanya berisi tahun."),
        _("Isi tanggal dan bulannya juga, seperti 31/12/1980."),
    ),
    "birth_garbage": Refusal(
        "TGL_LAHIR", _("Tanggal lahir tidak terbaca."), _("Tulis seperti 31/12/1980 atau 1980-12-31.")
    ),
    "birth_future": Refusal("TGL_LAHIR", _("Tanggal lahir di masa depan."), _("Cocokkan dengan kartu.")),
    "birth_too_old": Refusal("TGL_LAHIR", _("Umur lebih dari 120 tahun."), _("Cocokkan dengan kartu.")),
    "sex_unknown": Refusal("JENIS_KELAMIN", _("Jenis kelamin tidak dikenal."), _("Isi L atau P.")),
    "relation_unknown": Refusal(
        "HUB_KELUARGA",
        _("Hubungan keluarga tidak dikenal."),
        _("Isi misalnya KEPALA KELUARGA, ISTRI, ANAK, atau kode 1-8."),
    ),
    "head_twice": Refusal(
        "HUB_KELUARGA",
        _("Keluarga ini punya lebih dari satu kepala keluarga."),
        _("Sisakan satu kepala keluarga pada nomor KK ini."),
    ),
    "village_unknown": Refusal(
        "KODE_DESA", _("Kode desa tidak ada di daftar wilayah."), _("Isi kode Kemendagri 10 angka.")
    ),
    "village_outside": Refusal(
        "KODE_DESA", _("Desa ini di luar wilayah tugas Anda."), _("Minta petugas wilayah itu mengunggahnya.")
    ),
    "decile_range": Refusal("DESIL", _("Desil di luar 1 sampai 10."), _("Isi 1 sampai 10, atau kosongkan.")),
    "key_empty": Refusal(
        "NIK", _("Tidak ada NIK, nomor KK, atau ID keluarga di baris ini."), _("Isi salah satunya, lalu unggah lagi.")
    ),
    "key_unknown": Refusal(
        "NIK",
        _("Nomor ini tidak ada di data keluarga wilayah tugas Anda."),
        _(
            "Periksa nomornya. Bila orangnya tercatat dengan nomor lain, betulkan nomornya; bila belum, daftarkan keluarganya dulu."
        ),
    ),
    "key_twice": Refusal(
        "NIK", _("Nomor ini dipakai baris lain yang isinya berbeda."), _("Sisakan baris yang benar saja.")
    ),
    "period_empty": Refusal("PERIODE_DESIL", _("Periode desil kosong."), _("Isi misalnya 2026-Q3.")),
    "period_garbage": Refusal(
        "PERIODE_DESIL",
        _("Periode desil bukan tahun dan triwulan, atau masih jauh di depan."),
        _("Tulis tahun, tanda hubung, lalu triwulan, seperti 2026-Q3."),
    ),
    "match_date": Refusal(
        "TANGGAL",
        _("Tanggal hasil pemadanan tidak terbaca."),
        _("Tulis seperti 31/12/2025 atau 2025-12-31, atau kosongkan."),
    ),
    "match_future": Refusal(
        "TANGGAL", _("Tanggal hasil pemadanan di masa depan."), _("Isi tanggal Dukcapil memberi hasil itu.")
    ),
    "match_unknown": Refusal("HASIL", _("Hasil pemadanan tidak dikenal."), _("Isi PADAN, TIDAK PADAN, atau GANDA.")),
    "answer_status": Refusal(
        "STATUS",
        _("Status jawaban tidak dikenal."),
        _("Tulis DITETAPKAN, TIDAK DITETAPKAN, atau BERDESIL, atau status SIKS-NG-nya."),
    ),
    "answer_sent_back": Refusal(
        "STATUS",
        _("Status ini berarti usulan dikembalikan, bukan keputusan akhir."),
        _("Kembalikan usulannya di halaman pendaftaran. Unggah barisnya lagi sesudah ada keputusan."),
    ),
    "answer_other_proposal": Refusal(
        "NO_USULAN",
        _("Nomor usulan ini bukan usulan keluarga tempat orang ini tinggal sekarang."),
        _("Lihat usulan dengan nomor itu. Isi NIK anggota keluarganya, atau perbaiki nomor usulannya."),
    ),
    "answer_reason": Refusal(
        "KODE_ALASAN", _("Tidak ditetapkan tanpa kode alasan."), _("Isi kode alasan dari Kementerian.")
    ),
    "answer_period": Refusal("PERIODE", _("Periode desil bukan tahun dan triwulan."), _("Tulis seperti 2026-Q4.")),
    "answer_no_decile": Refusal("DESIL", _("Berdesil tetapi desilnya kosong."), _("Isi desil 1 sampai 10.")),
    "answer_not_sent": Refusal(
        "NIK",
        _("Keluarga ini tidak punya usulan yang dikirim ke Kementerian dari sini."),
        _("Periksa NIK-nya, atau kirim dulu usulannya."),
    ),
    "answer_leaving": Refusal(
        "NIK",
        _("Keluarga ini sedang diusulkan keluar."),
        _("Putuskan dulu usulan keluarnya, lalu unggah baris ini lagi."),
    ),
    "answer_contradicts": Refusal(
        "STATUS",
        _("Baris lain tentang keluarga yang sama berisi jawaban yang bertentangan."),
        _("Sisakan jawaban yang benar untuk keluarga ini."),
    ),
    "programme_unknown": Refusal(
        "PROGRAM", _("Kode program tidak ada di daftar program."), _("Isi kode program seperti di halaman Program.")
    ),
    "since_garbage": Refusal(
        "SEJAK / SAMPAI", _("Tanggal tidak terbaca."), _("Tulis seperti 31/12/2025 atau 2025-12-31.")
    ),
    "since_future": Refusal(
        "SEJAK", _("Tanggal mulai di masa depan."), _("Isi hari mulainya, atau unggah lagi sesudah hari itu.")
    ),
    "spell_overlap": Refusal(
        "SEJAK",
        _("Masa ikut program ini tumpang tindih dengan masa lain orang yang sama di program yang sama."),
        _("Samakan tanggal mulai dengan yang sudah tercatat, atau betulkan tanggalnya."),
    ),
    "edited_since": Refusal(
        WHOLE_ROW,
        _("Yang akan diubah baris ini sudah diubah sesudah berkas diperiksa, oleh orang atau berkas lain; dibiarkan."),
        _("Lihat datanya sekarang. Bila baris ini yang benar, unggah lagi."),
    ),
    "amount_garbage": Refusal(
        "NILAI",
        _("Nilai rupiah tidak terbaca dengan pasti."),
        _("Tulis rupiah bulat seperti 600000 atau Rp600.000,00."),
    ),
    "until_before": Refusal("SAMPAI", _("Berakhir sebelum mulai."), _("Cocokkan kedua tanggal.")),
    "kk_two_families": Refusal(
        "NO_KK / ID_KELUARGA",
        _("Nomor KK ini dipakai lebih dari satu keluarga di berkas ini."),
        _("Samakan ID_KELUARGA untuk semua anggota pada nomor KK ini, atau betulkan nomor KK-nya."),
    ),
    "official_id_long": Refusal(
        "ID_KELUARGA", _("ID keluarga lebih dari 30 tanda."), _("Isi ID keluarga seperti di DTSEN, atau kosongkan.")
    ),
    "kk_two_villages": Refusal(
        "KODE_DESA", _("Satu keluarga tercatat di dua desa."), _("Samakan kode desa untuk seluruh anggota keluarga.")
    ),
}
# How to mend what another kind of file may leave empty, in a kind that needs the column: without it the row is refused again.
MENDS_OF_NEEDED = {
    "nik_letters": _("Isi 16 angka dari KTP atau KK."),
    "nik_short": _("Isi 16 angka dari KTP atau KK."),
    "decile_range": _("Isi 1 sampai 10."),
}
NIK_EMPTY = Refusal("NIK", _("NIK kosong."), _("Isi 16 angka dari KTP atau KK."))
