"""Sections and screens of the home visit (code book BDT 2015). A screen holds at most five questions.

Skip rules follow the paper form: wall condition only for walls 1 to 3, roof condition only for roofs 1 to 7, power only for PLN,
no bowl without a toilet, pregnancy only for women of 10 to 49, schooling from 5, work from 10 years of age. They depend on
earlier screens only, so they hold without JavaScript, and the server asks them again when answers are sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

VERSION = "2026-1"
Answers = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """A variable of the code book or a field of the registry. `asked_if(answers, member, today)` is the skip rule.

    `kind`: book (as the code book says), text, digits, date, number, members (tick whom it concerns).
    """

    name: str
    label: Any = ""
    kind: str = "book"
    required: bool = True
    why: Any = ""
    asked_if: Callable[[Answers, Answers, date], bool] | None = None
    whom: Callable[[Answers, date], bool] | None = None

    def is_asked(self, answers: Answers, member: Answers, today: date) -> bool:
        """Whether the question is put, given what was answered before."""
        return self.asked_if is None or self.asked_if(answers, member, today)


@dataclass(frozen=True)
class Screen:
    """One page: at most five questions; `per_member` screens are shown once for each member."""

    key: str
    section: str
    title: Any
    questions: tuple[Question, ...]
    per_member: bool = False
    hint: Any = ""


@dataclass(frozen=True)
class Section:
    """One line of the task list."""

    key: str
    title: Any


def age(member: Answers, today: date) -> int | None:
    """Full years of a member, None when the birth date is not known."""
    try:
        born = date.fromisoformat(member.get("birth_date") or "")
    except ValueError:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _from(years: int) -> Callable[[Answers, date], bool]:
    return lambda member, today: (age(member, today) or 0) >= years


def _may_be_pregnant(member: Answers, today: date) -> bool:
    years = age(member, today)
    return member.get("sex") == "2" and years is not None and 10 <= years <= 49


def _house(name: str, *codes: str) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: answers["household"].get(name) in codes


def _ticked(name: str) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: member.get(name) == "1"


def _anyone(whom: Callable[[Answers, date], bool]) -> Callable[[Answers, Answers, date], bool]:
    return lambda answers, member, today: any(whom(answers["members"][key], today) for key in answers["order"])


def _marriageable(answers: Answers, member: Answers, today: date) -> bool:
    years = age(member, today)
    return years is None or years >= 10


SECTIONS = (
    Section("identity", _("Isi identitas keluarga")),
    Section("members", _("Isi anggota keluarga")),
    Section("housing", _("Catat keadaan rumah")),
    Section("assets", _("Catat barang dan ternak")),
    Section("health", _("Catat kesehatan, sekolah, dan pekerjaan")),
    Section("needs", _("Catat program dan kebutuhan")),
    Section("location", _("Catat lokasi rumah")),
)

SCREENS = (
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
        (
            Question(
                "kk",
                _("Nomor KK"),
                "digits",
                required=False,
                why=_("Dipakai agar keluarga tidak tercatat dua kali."),
            ),
        ),
        hint=_("Salin dari kartu. Kosongkan jika keluarga belum punya KK."),
    ),
    Screen(
        "person",
        "members",
        _("Anggota keluarga"),
        (
            Question("nik", "NIK", "digits", required=False, why=_("NIK memastikan orangnya, bukan namanya.")),
            Question("no_nik_reason", _("Jika tanpa NIK, alasannya"), "no_nik", required=False),
            Question("name", _("Nama lengkap seperti di KTP atau KK"), "text"),
        ),
        per_member=True,
    ),
    Screen(
        "about",
        "members",
        _("Tentang anggota ini"),
        (
            Question("birth_date", _("Tanggal lahir"), "date"),
            Question("sex", _("Jenis kelamin"), "sex"),
            Question("relation", _("Hubungan dengan kepala keluarga"), "relation"),
            Question("marital", _("Status kawin"), "marital", asked_if=_marriageable),
        ),
        per_member=True,
    ),
    Screen(
        "house",
        "housing",
        _("Bangunan"),
        (Question("status_bangunan"), Question("status_lahan"), Question("luas_lantai")),
    ),
    Screen(
        "materials", "housing", _("Lantai, dinding, atap"), (Question("lantai"), Question("dinding"), Question("atap"))
    ),
    Screen(
        "condition",
        "housing",
        _("Keadaan dinding dan atap"),
        (
            Question("kondisi_dinding", asked_if=_house("dinding", "1", "2", "3")),
            Question("kondisi_atap", asked_if=_house("atap", *map(str, range(1, 8)))),
            Question("jumlah_kamar"),
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
        (Question("aset", required=False),),
        hint=_("Centang yang ada. Kosong berarti tidak punya."),
    ),
    Screen(
        "land",
        "assets",
        _("Lahan dan ternak"),
        (
            Question("lahan"),
            Question("rumah_lain"),
            Question("sapi", required=False),
            Question("kerbau", required=False),
            Question("kambing", required=False),
        ),
    ),
    Screen("land_size", "assets", _("Luas lahan"), (Question("luas_lahan", asked_if=_house("lahan", "1")),)),
    Screen(
        "health_who",
        "health",
        _("Kesehatan"),
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
        ),
        hint=_("Centang orangnya. Kosong berarti tidak ada."),
    ),
    Screen(
        "school_who",
        "health",
        _("Sekolah dan pekerjaan"),
        (
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
        hint=_("Centang orangnya. Kosong berarti tidak ada."),
    ),
    Screen(
        "details",
        "health",
        _("Rincian"),
        (
            Question("disabilitas", asked_if=_ticked("ada_disabilitas")),
            Question("penyakit", asked_if=_ticked("ada_penyakit")),
            Question("jenjang", asked_if=_ticked("masih_sekolah")),
            Question("lapangan_kerja", asked_if=_ticked("bekerja")),
            Question("status_kerja", asked_if=_ticked("bekerja")),
        ),
        per_member=True,
    ),
    Screen(
        "programmes",
        "needs",
        _("Program yang diterima"),
        (Question("program", required=False),),
        hint=_("Centang yang sekarang diterima. Kosong berarti tidak ada."),
    ),
    Screen(
        "needs",
        "needs",
        _("Bantuan yang dibutuhkan"),
        (Question("kebutuhan", required=False),),
        hint=_("Centang yang paling dibutuhkan menurut keluarga."),
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
    ),
)
BY_KEY = {screen.key: screen for screen in SCREENS}
# Ticks that say whom a later answer concerns; they turn into the codes of the book when a visit is applied.
TICKS = ("hamil", "ada_disabilitas", "ada_penyakit", "masih_sekolah", "belum_sekolah", "bekerja")
