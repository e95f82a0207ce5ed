"""What is asked on a visit made with code book BDT 2015.

Skip rules follow the paper form: wall condition only for walls 1 to 3, roof condition only for roofs 1 to 7, power only for PLN,
no bowl without a toilet, meter number only for metered pipes, pregnancy only for women of 10 to 49, schooling from 5, work from
10 years of age.
"""

from django.utils.translation import gettext_lazy as _

from households.codebook.variable import UNKNOWN
from households.questionnaire.common import (
    CONSENT,
    NOBODY,
    OWNED,
    PERSON,
    PLACE,
    POSITION,
    SECTIONS,
    about,
    business_who,
    card,
    health_who,
    livestock,
    screening,
    who,
)
from households.questionnaire.rules import aged_from, at_least, family_planning, house, own
from households.questionnaire.structure import Answers, Question, Questionnaire, Screen

BOOK = "bdt2015"
SCREENS = (
    CONSENT,
    PLACE,
    card(BOOK),
    PERSON,
    about(BOOK),
    Screen(
        "house",
        "housing",
        _("Bangunan"),
        (Question("luas_lantai"), Question("status_bangunan"), Question("status_lahan")),
    ),
    Screen(
        "materials", "housing", _("Lantai, dinding, atap"), (Question("lantai"), Question("dinding"), Question("atap"))
    ),
    Screen(
        "condition",
        "housing",
        _("Keadaan dinding dan atap"),
        (
            Question("jumlah_kamar"),
            Question("kondisi_dinding", asked_if=house("dinding", "1", "2", "3")),
            Question("kondisi_atap", asked_if=house("atap", *map(str, range(1, 8)))),
        ),
    ),
    Screen(
        "supply",
        "housing",
        _("Air, penerangan, memasak"),
        (Question("sumber_air"), Question("penerangan"), Question("bb_masak")),
    ),
    Screen(
        "power",
        "housing",
        _("Listrik dan kakus"),
        (Question("daya", asked_if=house("penerangan", "1")), Question("fasbab")),
    ),
    Screen(
        "toilet",
        "housing",
        _("Kloset dan pembuangan"),
        (Question("kloset", asked_if=house("fasbab", "1", "2", "3")), Question("buang_tinja")),
    ),
    Screen(
        "goods",
        "assets",
        _("Barang yang dimiliki"),
        (
            Question("aset", required=False),
            Question("milik", _("Lahan, rumah lain, ternak"), "owned", required=False, parts=OWNED),
            Question("aset_kertas", _("Kode dari formulir kertas"), "paper", required=False, folded=True),
        ),
        hint=_("Centang yang ada. Kosong berarti tidak punya."),
    ),
    Screen(
        "land",
        "assets",
        _("Lahan dan ternak"),
        (
            Question("luas_lahan", asked_if=house("lahan", "1")),
            *livestock(BOOK),
        ),
    ),
    health_who(BOOK, "ada_disabilitas", _("Siapa yang punya disabilitas?")),
    Screen(
        "details",
        "health",
        _("Rincian"),
        (
            Question("disabilitas", asked_if=own("ada_disabilitas", "1")),
            Question("penyakit", asked_if=own("ada_penyakit", "1")),
            Question("jenjang", asked_if=own("masih_sekolah", "1")),
            Question("lapangan_kerja", asked_if=own("bekerja", "1")),
            Question("status_kerja", asked_if=own("bekerja", "1")),
        ),
        per_member=True,
    ),
    Screen(
        "programmes",
        "needs",
        _("Program dan kebutuhan"),
        (Question("program", required=False), Question("kebutuhan", required=False)),
        hint=_(
            "Centang yang sekarang diterima, lalu yang paling dibutuhkan menurut keluarga. Kosong berarti tidak ada."
        ),
    ),
    *screening(BOOK),
    POSITION,
    Screen(
        "found",
        "more",
        _("Status rumah tangga"),
        (
            Question("status_rumahtangga", required=False),
            Question("alasan_tidak_ditemukan", required=False, shown_if=("status_rumahtangga", ("2",))),
            Question("apakah_mampu", required=False),
            Question("hasil_verivali", required=False),
        ),
        optional=True,
    ),
    Screen(
        "record",
        "more",
        _("Nomor dan petugas"),
        (
            Question("nomor_prelist", required=False),
            Question("idbdt", required=False),
            Question("tanggal_wawancara", required=False, kind="date"),
            Question("pencacah", required=False),
            Question("pemeriksa", required=False),
        ),
        optional=True,
    ),
    Screen(
        "household",
        "more",
        _("Rumah tangga"),
        (
            Question("responden", required=False),
            Question("nama_pasangan_krt", required=False),
            Question("jumlah_keluarga", required=False),
            Question("daftar_kk", _("Nomor KK keluarga lain di rumah ini, satu per baris"), "cards", required=False),
        ),
        optional=True,
    ),
    Screen(
        "meters",
        "more",
        _("Air dan meteran"),
        (
            Question("cara_air", required=False),
            Question("nomor_meter_air", required=False, asked_if=house("sumber_air", "3")),
            Question("id_pln", required=False, asked_if=house("penerangan", "1")),
        ),
        optional=True,
    ),
    Screen(
        "cards",
        "more",
        _("Asuransi dan nomor kartu"),
        (
            Question("asuransi", required=False),
            Question("nomor_kks", required=False),
            Question("nomor_pkh", required=False),
        ),
        optional=True,
    ),
    Screen(
        "cards_who",
        "more",
        _("Kartu dan bantuan per orang"),
        tuple(
            who(name, label, aged_from(0), BOOK)
            for name, label in (
                ("ada_kks", _("Siapa yang punya KKS?")),
                ("pbi_jk", _("Siapa peserta PBI-JK?")),
                ("ada_kip", _("Siapa yang punya KIP?")),
                ("pkh", _("Siapa peserta PKH?")),
                ("ada_rastra", _("Siapa penerima Rastra?")),
            )
        ),
        hint=NOBODY,
        optional=True,
    ),
    business_who(BOOK),
    Screen(
        "business",
        "more",
        _("Usaha anggota"),
        tuple(
            Question(name, label, kind, required=False, asked_if=own("punya_usaha", "1"))
            for name, label, kind in (
                ("usaha_jenis", _("Jenis usaha"), "text"),
                ("usaha_kode", _("Kode lapangan usaha"), "text"),
                ("usaha_pekerja", _("Jumlah pekerja"), "number"),
                ("usaha_tempat", _("Punya tempat usaha"), "yes_no"),
                ("usaha_omzet", _("Omzet sebulan (rupiah)"), "number"),
            )
        ),
        per_member=True,
        optional=True,
    ),
    Screen(
        "papers",
        "more",
        _("Keberadaan dan surat"),
        (
            Question("keberadaan", required=False),
            Question("tercantum_kk", required=False),
            Question("nomor_kk", kind="digits", required=False, shown_if=("tercantum_kk", ("2",))),
            Question("identitas", required=False),
            Question("buku_nikah", required=False, asked_if=own("marital", "2", "3", "4")),
        ),
        per_member=True,
        optional=True,
        copies=("keberadaan", "tercantum_kk", "nomor_kk"),
    ),
    Screen(
        "origin",
        "more",
        _("Asal"),
        (
            Question("tempat_lahir", required=False),
            Question("nama_ibu", required=False),
            Question("agama", required=False),
            Question("hub_krt", required=False),
            Question("flag_dokumen", required=False),
        ),
        per_member=True,
        optional=True,
        copies=("tempat_lahir", "nama_ibu", "agama"),
    ),
    Screen(
        "schooling",
        "more",
        _("Sekolah"),
        (
            Question("ijazah", required=False, asked_if=at_least(5)),
            *(
                Question(name, required=False, asked_if=own("masih_sekolah", "1"))
                for name in ("kelas", "nisn", "nama_sekolah", "alamat_sekolah")
            ),
        ),
        per_member=True,
        optional=True,
        copies=("nama_sekolah", "alamat_sekolah"),
    ),
    Screen(
        "labour",
        "more",
        _("Jam kerja dan KB"),
        (
            Question("jam_kerja", required=False, asked_if=own("bekerja", "1")),
            Question("kontrasepsi", required=False, asked_if=family_planning),
        ),
        per_member=True,
        optional=True,
    ),
)


def _to_codes(kept: Answers) -> None:
    for tick, name, none in (("ada_disabilitas", "disabilitas", "00"), ("ada_penyakit", "penyakit", "0")):
        said = kept.pop(tick, None)
        if said in ("2", UNKNOWN):
            kept[name] = none if said == "2" else UNKNOWN
    still, never = kept.pop("masih_sekolah", None), kept.pop("belum_sekolah", None)
    if still is not None:
        known = "1" if still == "1" else "0" if never == "1" else "2"
        kept["sekolah"] = UNKNOWN if known == "2" and UNKNOWN in (still, never) else known


def _to_ticks(about: Answers) -> Answers:
    ticks = dict(about)
    for name, tick, none in (("disabilitas", "ada_disabilitas", "00"), ("penyakit", "ada_penyakit", "0")):
        if name in about:
            ticks[tick] = UNKNOWN if about[name] == UNKNOWN else "2" if about[name] == none else "1"
    if about.get("sekolah") in ("0", "1", "2"):
        ticks["masih_sekolah"] = "1" if about["sekolah"] == "1" else "2"
        ticks["belum_sekolah"] = "1" if about["sekolah"] == "0" else "2"
    return ticks


BDT2015 = Questionnaire(BOOK, "2026-3", SECTIONS, SCREENS, _to_codes, _to_ticks)
