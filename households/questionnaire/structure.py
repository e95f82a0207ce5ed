"""Sections and screens of the home visit (code book BDT 2015): one small group of questions on each.

Skip rules follow the paper form: wall condition only for walls 1 to 3, roof condition only for roofs 1 to 7, power only for PLN,
no bowl without a toilet, meter number only for metered pipes, pregnancy only for women of 10 to 49, schooling from 5, work from
10 years of age. A rule depends on earlier screens (`asked_if`), so it holds without JavaScript, or on the question above it
(`shown_if`): then the page hides the question and the server leaves its answer out again.

What a family needs for its registration is asked of everybody; the rest of the code book stands in the optional section, which
never keeps a visit from being sent. What was not asked leaves no answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = "2026-2"
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A variable of the code book or a field of the registry. `asked_if(answers, member, today)` is the skip rule.

    `kind`: book (as the code book says), text, digits, date, number, members (tick whom it concerns), owned (tick which of several
    yes-or-no variables hold), paper (codes copied from the paper form). `shown_if`: (a question of the same screen, its codes).
    """

    name: str
    label: Any = ""
    kind: str = "book"
    required: bool = True
    why: Any = ""
    asked_if: Callable[[Answers, Answers, date], bool] | None = None
    whom: Callable[[Answers, date], bool] | None = None
    shown_if: tuple[str, tuple[str, ...]] | None = None
    folded: bool = False

    def is_asked(self, answers: Answers, member: Answers, today: date) -> bool:
        """Whether the question is put, given what was answered before."""
        return self.asked_if is None or self.asked_if(answers, member, today)

    def is_shown(self, own: Answers) -> bool:
        """Whether the answer above it, among `own`, calls for the question."""
        return self.shown_if is None or own.get(self.shown_if[0]) in self.shown_if[1]


@dataclass(frozen=True)
class Screen:
    """One page; `per_member` screens are shown once for each member, `optional` ones may be left out.

    `copies` names questions whose answers can be taken over from the member before.
    """

    key: str
    section: str
    title: Any
    questions: tuple[Question, ...]
    per_member: bool = False
    hint: Any = ""
    optional: bool = False
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One line of the task list."""

    key: str
    title: Any


def age(member: Answers, today: date) -> int | None:
    """Full years of a member; the estimate when the birth date is not known, None when neither is."""
    try:
        born = date.fromisoformat(member.get("birth_date") or "")
    except ValueError:
        years = str(member.get("usia") or "")
        return int(years) if years.isdecimal() else None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _from(years: int) -> Callable[[Answers, date], bool]:
    return lambda member, today: (age(member, today) or 0) >= years


def _may_be_pregnant(member: Answers, today: date) -> bool:
    years = age(member, today)
    return member.get("sex") == "2" and years is not None and 10 <= years <= 49


def _house(name: str, *codes: str) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: answers["household"].get(name) in codes


def _own(name: str, *codes: str) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: member.get(name) in codes


def _anyone(whom: Callable[[Answers, date], bool]) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: any(whom(answers["members"][key], today) for key in answers["order"])


def _at_least(years: int) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: (age(member, today) or 0) >= years


def _marriageable(answers: Answers, member: Answers, today: date) -> bool:
    years = age(member, today)
    return years is None or years >= 10


def _family_planning(answers: Answers, member: Answers, today: date) -> bool:
    return _may_be_pregnant(member, today) and member.get("marital") == "2"


SECTIONS = (
    Section("consent", _("Minta persetujuan keluarga")),
    Section("identity", _("Isi identitas keluarga")),
    Section("members", _("Isi anggota keluarga")),
    Section("housing", _("Catat keadaan rumah")),
    Section("assets", _("Catat barang dan ternak")),
    Section("health", _("Catat kesehatan, sekolah, dan pekerjaan")),
    Section("needs", _("Catat program dan kebutuhan")),
    Section("location", _("Catat lokasi rumah")),
    Section("more", _("Lengkapi keterangan lain")),
)
NOBODY = _("Centang orangnya. Kosong berarti tidak ada.")

SCREENS = (
    Screen("consent", "consent", _("Persetujuan keluarga"), (Question("consent", _("Jawaban keluarga"), "consent"),)),
    Screen(
        "place",
        "identity",
        _("Alamat keluarga"),
        (
            Question("hamlet", _("Jorong atau dusun"), "text", required=False),
            Question("address", _("Alamat"), "text"),
            Question("rt", "RT", "text", required=False),
            Question("rw", "RW", "text", required=False),
        ),
    ),
    Screen(
        "card",
        "identity",
        _("Kartu keluarga"),
        (Question("kk", _("Nomor KK"), "digits", required=False), Question("jumlah_art", required=False)),
        hint=_("Salin dari kartu. Kosongkan jika keluarga belum punya KK."),
    ),
    Screen(
        "person",
        "members",
        _("Anggota keluarga"),
        (
            Question("nik", "NIK", "digits", required=False),
            Question("no_nik_reason", _("Jika tanpa NIK, alasannya"), "no_nik", required=False, folded=True),
            Question("name", _("Nama lengkap seperti di KTP atau KK"), "name"),
            Question("birth_date", _("Tanggal lahir"), "date"),
            Question("sex", _("Jenis kelamin"), "sex"),
            Question("relation", _("Hubungan dengan kepala keluarga"), "relation"),
        ),
        per_member=True,
    ),
    Screen(
        "about",
        "members",
        _("Tentang anggota ini"),
        (
            Question("usia", required=False, asked_if=_own("birth_date", "?")),
            Question("marital", _("Status kawin"), "marital", asked_if=_marriageable),
        ),
        per_member=True,
    ),
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
            Question("kondisi_dinding", asked_if=_house("dinding", "1", "2", "3")),
            Question("kondisi_atap", asked_if=_house("atap", *map(str, range(1, 8)))),
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
        (Question("daya", asked_if=_house("penerangan", "1")), Question("fasbab")),
    ),
    Screen(
        "toilet",
        "housing",
        _("Kloset dan pembuangan"),
        (Question("kloset", asked_if=_house("fasbab", "1", "2", "3")), Question("buang_tinja")),
    ),
    Screen(
        "goods",
        "assets",
        _("Barang yang dimiliki"),
        (
            Question("aset", required=False),
            Question("milik", _("Lahan, rumah lain, ternak"), "owned", required=False),
            Question("aset_kertas", _("Kode dari formulir kertas"), "paper", required=False, folded=True),
        ),
        hint=_("Centang yang ada. Kosong berarti tidak punya."),
    ),
    Screen(
        "land",
        "assets",
        _("Lahan dan ternak"),
        (
            Question("luas_lahan", asked_if=_house("lahan", "1")),
            *(
                Question(name, required=False, asked_if=_house("ternak", "1"))
                for name in ("sapi", "kerbau", "kuda", "babi", "kambing")
            ),
        ),
    ),
    Screen(
        "health_who",
        "health",
        _("Kesehatan, sekolah, pekerjaan"),
        (
            Question(
                "hamil",
                _("Siapa yang sedang hamil?"),
                "members",
                required=False,
                asked_if=_anyone(_may_be_pregnant),
                whom=_may_be_pregnant,
            ),
            Question("ada_disabilitas", _("Siapa yang punya disabilitas?"), "members", required=False, whom=_from(0)),
            Question("ada_penyakit", _("Siapa yang sakit menahun?"), "members", required=False, whom=_from(0)),
            Question(
                "masih_sekolah",
                _("Siapa yang masih sekolah?"),
                "members",
                required=False,
                asked_if=_anyone(_from(5)),
                whom=_from(5),
            ),
            Question(
                "belum_sekolah",
                _("Siapa yang belum atau tidak pernah sekolah?"),
                "members",
                required=False,
                asked_if=_anyone(_from(5)),
                whom=_from(5),
            ),
            Question(
                "bekerja",
                _("Siapa yang bekerja seminggu terakhir?"),
                "members",
                required=False,
                asked_if=_anyone(_from(10)),
                whom=_from(10),
            ),
        ),
        hint=NOBODY,
    ),
    Screen(
        "details",
        "health",
        _("Rincian"),
        (
            Question("disabilitas", asked_if=_own("ada_disabilitas", "1")),
            Question("penyakit", asked_if=_own("ada_penyakit", "1")),
            Question("jenjang", asked_if=_own("masih_sekolah", "1")),
            Question("lapangan_kerja", asked_if=_own("bekerja", "1")),
            Question("status_kerja", asked_if=_own("bekerja", "1")),
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
    Screen(
        "hardship",
        "needs",
        _("Keadaan setahun terakhir"),
        (
            Question("kepala_tidak_bekerja"),
            Question("takut_lapar"),
            Question("belanja_makan"),
            Question("tidak_beli_baju"),
        ),
    ),
    Screen(
        "position",
        "location",
        _("Lokasi rumah"),
        (
            Question("latitude", _("Lintang"), "number", required=False),
            Question("longitude", _("Bujur"), "number", required=False),
            Question("accuracy", _("Ketelitian (meter)"), "number", required=False),
        ),
        hint=_("Boleh dilewati jika keluarga keberatan atau posisi tidak didapat."),
        optional=True,
    ),
    Screen(
        "found",
        "more",
        _("Status rumah tangga"),
        (
            Question("status_rumahtangga", required=False),
            Question("alasan_tidak_ditemukan", required=False, shown_if=("status_rumahtangga", ("2",))),
            Question("apakah_mampu", required=False),
            Question("tanpa_rumah", required=False),
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
            Question("nomor_meter_air", required=False, asked_if=_house("sumber_air", "3")),
            Question("id_pln", required=False, asked_if=_house("penerangan", "1")),
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
            Question(name, label, "members", required=False, whom=_from(0))
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
    Screen(
        "business_who",
        "more",
        _("Usaha"),
        (
            Question(
                "punya_usaha",
                _("Siapa yang punya usaha?"),
                "members",
                required=False,
                asked_if=_anyone(_from(10)),
                whom=_from(10),
            ),
        ),
        hint=NOBODY,
        optional=True,
    ),
    Screen(
        "business",
        "more",
        _("Usaha anggota"),
        tuple(
            Question(name, label, kind, required=False, asked_if=_own("punya_usaha", "1"))
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
            Question("buku_nikah", required=False, asked_if=_own("marital", "2", "3", "4")),
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
            Question("ijazah", required=False, asked_if=_at_least(5)),
            *(
                Question(name, required=False, asked_if=_own("masih_sekolah", "1"))
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
            Question("jam_kerja", required=False, asked_if=_own("bekerja", "1")),
            Question("kontrasepsi", required=False, asked_if=_family_planning),
        ),
        per_member=True,
        optional=True,
    ),
)
BY_KEY = {screen.key: screen for screen in SCREENS}
# Ticks that say whom a later answer concerns; they turn into the codes of the book when a visit is applied.
TICKS = ("hamil", "ada_disabilitas", "ada_penyakit", "masih_sekolah", "belum_sekolah", "bekerja")
# Yes-or-no variables that are ticked together in one list; "ternak" only leads to the counts of animals.
OWNED = {"lahan": _("Lahan selain tempat tinggal"), "rumah_lain": _("Rumah di tempat lain"), "ternak": _("Ternak")}
# Fields of the registry and the variables of the code book that keep their raw answers in the round.
REGISTRY_VARIABLES = {"relation": "hub_keluarga", "sex": "jenis_kelamin", "marital": "status_kawin"}
