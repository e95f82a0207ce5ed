"""What is asked on a visit made with code book Regsosek 2022-K, the vocabulary of DTSEN.

Skip rules: proof of land only for an own building, distance to the septic tank only for wells and springs, power only for PLN with
a meter, no bowl without a toilet that is used, month and year only for aid that was received, pregnancy only for women of 10 to 49,
schooling from 5 and work from 10 years of age, nutrition below 5. Who has no difficulty at all is ticked off in one list and counts as
"no difficulty" in each of the nine. The screening, head count and estimated age are asked beside the book (`codebook/beside`).
"""

from datetime import date
from functools import partial

from django.utils.translation import gettext_lazy as _

from households.codebook import BOOKS
from households.codebook.variable import UNKNOWN
from households.questionnaire.common import (
    CONSENT,
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
)
from households.questionnaire.rules import age, at_least, house, own
from households.questionnaire.structure import Answers, Question, Questionnaire, Screen, Section

BOOK = "regsosek2022k"
DIFFICULTIES = (
    "penglihatan",
    "pendengaran",
    "berjalan",
    "tangan",
    "belajar",
    "perilaku",
    "bicara",
    "merawat_diri",
    "ingatan",
)
NO_DIFFICULTY, NO_ILLNESS = "4", "1"
NEVER, STILL, NO_LONGER = "1", "2", "3"  # sekolah
AID = tuple(f"terima_{name}" for name in ("bpnt", "pkh", "blt", "listrik", "pemda", "pupuk", "lpg"))
_ask = partial(Question, book=BOOK)


def _below_school(answers: Answers, member: Answers, today: date) -> bool:
    years = age(member, today)
    return years is not None and years < 5


def _dates(*names: str) -> tuple[Question, ...]:
    """Month and year of each kind of aid, for those that the family receives."""
    return tuple(
        _ask(f"{name}_{part}", required=False, asked_if=house(name, "1"))
        for name in names
        for part in ("bulan", "tahun")
    )


def _if(tick: str, *names: str, required: bool = True) -> tuple[Question, ...]:
    return tuple(_ask(name, required=required, asked_if=own(tick, "1")) for name in names)


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
        (_ask("luas_lantai"), _ask("status_bangunan"), _ask("bukti_lahan", shown_if=("status_bangunan", ("1",)))),
    ),
    Screen("materials", "housing", _("Lantai, dinding, atap"), (_ask("lantai"), _ask("dinding"), _ask("atap"))),
    Screen(
        "water",
        "housing",
        _("Air minum dan memasak"),
        (
            _ask("sumber_air"),
            _ask("jarak_septik", shown_if=("sumber_air", tuple("45678"))),
            _ask("bb_masak"),
        ),
    ),
    Screen("light", "housing", _("Penerangan"), (_ask("penerangan"), _ask("daya", shown_if=("penerangan", ("1",))))),
    Screen(
        "toilet",
        "housing",
        _("Kakus dan pembuangan"),
        (_ask("fasbab"), _ask("kloset", shown_if=("fasbab", tuple("1234"))), _ask("buang_tinja")),
    ),
    Screen(
        "goods",
        "assets",
        _("Barang yang dimiliki"),
        (
            _ask("aset", required=False),
            _ask("milik", _("Lahan, rumah lain, ternak"), "owned", required=False, parts=OWNED),
        ),
        hint=_("Centang yang ada. Kosong berarti tidak punya."),
    ),
    Screen("animals", "assets", _("Ternak"), livestock(BOOK)),
    health_who(
        BOOK,
        "ada_kesulitan",
        _("Siapa yang sulit melihat, mendengar, bergerak, belajar, bicara, mengurus diri, atau mengingat?"),
    ),
    Screen("body", "health", _("Kesulitan tubuh"), _if("ada_kesulitan", *DIFFICULTIES[:5]), per_member=True),
    Screen("mind", "health", _("Kesulitan lain"), _if("ada_kesulitan", *DIFFICULTIES[5:], "pengasuh"), per_member=True),
    Screen(
        "details",
        "health",
        _("Rincian"),
        (
            *_if("ada_penyakit", "penyakit"),
            *_if("masih_sekolah", "jenjang"),
            *_if("bekerja", "lapangan_kerja", "status_kerja"),
        ),
        per_member=True,
    ),
    Screen(
        "aid",
        "needs",
        _("Bantuan yang diterima"),
        (
            _ask(
                "bantuan",
                _("Bantuan untuk keluarga ini"),
                "owned",
                required=False,
                parts={name: BOOKS[BOOK][name].label for name in AID},
            ),
        ),
        hint=_("Centang yang diterima dalam setahun terakhir. Kosong berarti tidak ada."),
    ),
    Screen("aid_people", "needs", _("Terakhir diterima"), _dates(*AID[:3])),
    Screen("aid_house", "needs", _("Terakhir diterima, lainnya"), _dates(*AID[3:6])),
    Screen("aid_gas", "needs", _("Subsidi elpiji"), _dates(*AID[6:])),
    *screening(BOOK),
    POSITION,
    Screen(
        "result",
        "more",
        _("Hasil pendataan"),
        tuple(_ask(name, required=False) for name in ("hasil_pendataan", "internet", "rekening")),
        optional=True,
    ),
    Screen(
        "meters",
        "more",
        _("Meteran listrik lain"),
        tuple(_ask(name, required=False, asked_if=house("penerangan", "1")) for name in ("daya_2", "daya_3")),
        optional=True,
    ),
    business_who(BOOK),
    Screen(
        "business",
        "more",
        _("Usaha anggota"),
        tuple(
            _ask(name, label, kind, required=False, asked_if=own("punya_usaha", "1"))
            for name, label, kind in (
                ("usaha_jenis", _("Jenis usaha"), "text"),
                ("usaha_kode", _("Kode lapangan usaha"), "text"),
                ("usaha_pekerja", _("Jumlah pekerja"), "number"),
                ("usaha_tempat", _("Punya tempat usaha"), "yes_no"),
                ("usaha_omzet", "", "book"),
            )
        ),
        per_member=True,
        optional=True,
    ),
    Screen(
        "licence",
        "more",
        _("Izin dan internet usaha"),
        tuple(
            _ask(name, label, kind, required=False, asked_if=own("punya_usaha", "1"))
            for name, label, kind in (
                ("usaha_izin", _("Izin usaha (kode)"), "text"),
                ("usaha_internet_usaha", _("Pemakaian internet untuk usaha (jumlah kode)"), "number"),
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
            _ask("keberadaan", required=False),
            _ask("identitas", required=False),
            _ask("npwp", required=False, asked_if=at_least(10)),
            _ask("jaminan_kesehatan", required=False),
        ),
        per_member=True,
        optional=True,
        copies=("keberadaan", "jaminan_kesehatan"),
    ),
    Screen(
        "feeling",
        "more",
        _("Perasaan dan gizi"),
        (_ask("sedih", required=False), _ask("gizi", required=False, asked_if=_below_school)),
        per_member=True,
        optional=True,
    ),
    Screen(
        "schooling",
        "more",
        _("Sekolah"),
        (_ask("ijazah", required=False, asked_if=at_least(5)), *_if("masih_sekolah", "kelas", "pip", required=False)),
        per_member=True,
        optional=True,
    ),
    Screen(
        "labour",
        "more",
        _("Pekerjaan dan modal"),
        (
            *_if("bekerja", "jam_kerja", required=False),
            _ask("jaminan_kerja", kind="number", required=False, asked_if=own("bekerja", "1")),
            *(_ask(name, required=False, asked_if=at_least(10)) for name in ("prakerja", "kur", "umi")),
        ),
        per_member=True,
        optional=True,
    ),
)


def _to_codes(kept: Answers) -> None:
    for tick, names, none in (
        ("ada_kesulitan", DIFFICULTIES, NO_DIFFICULTY),
        ("ada_penyakit", ("penyakit",), NO_ILLNESS),
    ):
        said = kept.pop(tick, None)
        if said in ("2", UNKNOWN):
            kept.update(dict.fromkeys(names, none if said == "2" else UNKNOWN))
    still, never = kept.pop("masih_sekolah", None), kept.pop("belum_sekolah", None)
    if still is not None:
        known = STILL if still == "1" else NEVER if never == "1" else NO_LONGER
        kept["sekolah"] = UNKNOWN if known == NO_LONGER and UNKNOWN in (still, never) else known


def _to_ticks(about: Answers) -> Answers:
    ticks = dict(about)
    for tick, names, none in (
        ("ada_kesulitan", DIFFICULTIES, NO_DIFFICULTY),
        ("ada_penyakit", ("penyakit",), NO_ILLNESS),
    ):
        said = {about[name] for name in names if name in about}
        if said:
            ticks[tick] = "2" if said == {none} else UNKNOWN if said == {UNKNOWN} else "1"
    if about.get("sekolah") in (NEVER, STILL, NO_LONGER):
        ticks["masih_sekolah"] = "1" if about["sekolah"] == STILL else "2"
        ticks["belum_sekolah"] = "1" if about["sekolah"] == NEVER else "2"
    return ticks


_SECTIONS = tuple(
    Section("needs", _("Catat bantuan yang diterima")) if section.key == "needs" else section for section in SECTIONS
)
REGSOSEK2022K = Questionnaire(BOOK, "2022k-2", _SECTIONS, SCREENS, _to_codes, _to_ticks)
