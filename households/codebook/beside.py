"""What a visit asks beside its code book, whichever it is: the poverty screening, the head count and an estimated age.

Neither book has the screening's own variables (Kepmensos 262/HUK/2022, second and third dictum); head count and age belong to
BDT 2015 alone, whose own variables then stand. A round that holds any of these says under which version they were asked, so that
nobody takes them for variables of its book. A version that was asked is never changed: add the next.
"""

from django.utils.translation import gettext_lazy as _

from households.codebook.variable import Variable

TAG, VERSION = "tambahan", "2026-1"
BESIDE = (
    Variable(
        TAG,
        _("Pertanyaan di luar buku kode"),
        codes={VERSION: _("Penyaringan Kepmensos 262/HUK/2022 (versi 2026-1)")},
    ),
    Variable("tanpa_rumah", _("Tidak punya tempat tinggal sehari-hari"), "boolean"),
    Variable("kepala_tidak_bekerja", _("Kepala keluarga tidak bekerja"), "boolean"),
    Variable("takut_lapar", _("Pernah khawatir tidak makan atau tidak makan dalam setahun terakhir"), "boolean"),
    Variable("belanja_makan", _("Belanja makan lebih dari separuh pengeluaran"), "boolean"),
    Variable("tidak_beli_baju", _("Tidak membeli pakaian dalam setahun terakhir"), "boolean"),
    Variable("jumlah_art", _("Jumlah anggota keluarga"), "number", unit="orang"),
    Variable("usia", _("Perkiraan usia"), "number", unit="tahun", high=130),
)
