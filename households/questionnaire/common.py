"""What every visit asks, whichever code book it is made with: consent, address, members, screening, position.

What no code book is needed for stands here as it is; screens whose questions are variables of a book are functions of it.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from households.codebook.variable import UNKNOWN
from households.questionnaire.rules import aged_from, anyone, house, marriageable, may_be_pregnant, own
from households.questionnaire.structure import Answers, Question, Screen, Section

NOBODY = _("Centang orangnya. Kosong berarti tidak ada.")
# Yes-or-no variables that are ticked together in one list; "ternak" only leads to the counts of animals.
OWNED = {"lahan": _("Lahan selain tempat tinggal"), "rumah_lain": _("Rumah di tempat lain"), "ternak": _("Ternak")}
# Fields of the registry and the variables of both code books that keep their raw answers in the round.
REGISTRY_VARIABLES = {"relation": "hub_keluarga", "sex": "jenis_kelamin", "marital": "status_kawin"}

CONSENT = Screen(
    "consent", "consent", _("Persetujuan keluarga"), (Question("consent", _("Jawaban keluarga"), "consent"),)
)
PLACE = Screen(
    "place",
    "identity",
    _("Alamat keluarga"),
    (
        Question("hamlet", _("Jorong atau dusun"), "text", required=False),
        Question("address", _("Alamat"), "text"),
        Question("rt", "RT", "text", required=False),
        Question("rw", "RW", "text", required=False),
    ),
)
PERSON = Screen(
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
)
POSITION = Screen(
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
)


def who(name: str, label: Any, whom: Callable[[Answers, date], bool], book: str) -> Question:
    """A question that is answered by ticking the members whom it is true of; not put when it can concern nobody."""
    return Question(name, label, "members", required=False, asked_if=anyone(whom), whom=whom, book=book)


def card(book: str) -> Screen:
    """The family card, and how many people there should be."""
    return Screen(
        "card",
        "identity",
        _("Kartu keluarga"),
        (
            Question("kk", _("Nomor KK"), "digits", required=False, book=book),
            Question("jumlah_art", required=False, book=book),
        ),
        hint=_("Salin dari kartu. Kosongkan jika keluarga belum punya KK."),
    )


def about(book: str) -> Screen:
    """What follows from a member's age; an estimate is asked for when the birth date is not known."""
    return Screen(
        "about",
        "members",
        _("Tentang anggota ini"),
        (
            Question("usia", required=False, asked_if=own("birth_date", UNKNOWN), book=book),
            Question("marital", _("Status kawin"), "marital", asked_if=marriageable, book=book),
        ),
        per_member=True,
    )


def livestock(book: str) -> tuple[Question, ...]:
    """How many animals of each kind, when there are any."""
    kinds = ("sapi", "kerbau", "kuda", "babi", "kambing")
    return tuple(Question(name, required=False, asked_if=house("ternak", "1"), book=book) for name in kinds)


def health_who(book: str, tick: str, difficulty: Any) -> Screen:
    """Whom the questions on health, school and work concern; `tick` and `difficulty` ask as the book does for a disability."""
    return Screen(
        "health_who",
        "health",
        _("Kesehatan, sekolah, pekerjaan"),
        (
            who("hamil", _("Siapa yang sedang hamil?"), may_be_pregnant, book),
            who(tick, difficulty, aged_from(0), book),
            who("ada_penyakit", _("Siapa yang sakit menahun?"), aged_from(0), book),
            who("masih_sekolah", _("Siapa yang masih sekolah?"), aged_from(5), book),
            who("belum_sekolah", _("Siapa yang belum atau tidak pernah sekolah?"), aged_from(5), book),
            who("bekerja", _("Siapa yang bekerja seminggu terakhir?"), aged_from(10), book),
        ),
        hint=NOBODY,
    )


def screening(book: str) -> tuple[Screen, ...]:
    """The signs of poverty of Kepmensos 262/HUK/2022 that no code book asks about (`households.codebook.beside`)."""
    return (
        Screen(
            "shelter",
            "screening",
            _("Tempat tinggal dan pekerjaan"),
            (Question("tanpa_rumah", required=False, book=book), Question("kepala_tidak_bekerja", book=book)),
        ),
        Screen(
            "hardship",
            "screening",
            _("Makan dan pakaian"),
            tuple(Question(name, book=book) for name in ("takut_lapar", "belanja_makan", "tidak_beli_baju")),
        ),
    )


def business_who(book: str) -> Screen:
    """Who has a business."""
    return Screen(
        "business_who",
        "more",
        _("Usaha"),
        (who("punya_usaha", _("Siapa yang punya usaha?"), aged_from(10), book),),
        hint=NOBODY,
        optional=True,
    )


SECTIONS = (
    Section("consent", _("Minta persetujuan keluarga")),
    Section("identity", _("Isi identitas keluarga")),
    Section("members", _("Isi anggota keluarga")),
    Section("housing", _("Catat keadaan rumah")),
    Section("assets", _("Catat barang dan ternak")),
    Section("health", _("Catat kesehatan, sekolah, dan pekerjaan")),
    Section("needs", _("Catat program dan kebutuhan")),
    Section("screening", _("Isi penyaringan kemiskinan")),
    Section("location", _("Catat lokasi rumah")),
    Section("more", _("Lengkapi keterangan lain")),
)
