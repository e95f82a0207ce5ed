"""Conditions of a rule and papers of a programme as lines of a cell: read as they are written, refused with what to write instead."""

import pytest

from programs.catalogue import PROGRAMMES
from programs.eligibility.conditions import CONDITIONS, WORDS
from programs.written import conditions_from, conditions_said, papers_from, papers_said

KNOWN = {entry["code"] for entry in PROGRAMMES}
PKH = [
    {"kind": "decile", "to": 4},
    {"kind": "component", "any": ["pregnant", "toddler"]},
    {"kind": "has_none", "programmes": ["PKH", "SEMBAKO"]},
    {"kind": "owns_house"},
]


def test_a_rule_reads_as_lines_of_words():
    assert conditions_said(PKH).splitlines() == [
        "Desil resmi paling tinggi 4",
        "Ada anggota: salah satu dari ibu hamil, anak 0–6 tahun",
        "Belum ikut satu pun program PKH, SEMBAKO",
        "Rumah milik sendiri",
    ]


@pytest.mark.parametrize("entry", PROGRAMMES, ids=lambda entry: entry["code"])
def test_every_rule_and_paper_of_the_catalogue_comes_back_as_it_was(entry):
    papers = [{"code": code, "label": label} for code, label in entry["prerequisites"]]
    assert conditions_from(conditions_said(entry["conditions"]), KNOWN) == entry["conditions"]
    assert papers_from(papers_said(papers)) == papers
    assert "{" not in conditions_said(entry["conditions"]) + papers_said(papers)


@pytest.mark.parametrize(
    "odd",
    [
        [{"kind": "decile", "to": 4, "since": "2026"}],
        [{"kind": "ramalan"}],
        ["decile"],
        [{"kind": "has_any", "programmes": ["A,B"]}],
        [{"kind": "decile", "to": 40}],
        [{"kind": "component", "any": []}],
    ],
)
def test_what_no_line_can_say_is_written_whole_and_loses_nothing(odd):
    assert conditions_from(conditions_said(odd), KNOWN) == odd


@pytest.mark.parametrize("odd", [[{"code": "ktp", "label": "A", "more": 1}], [{"code": "a:b", "label": "A"}], ["ktp"]])
def test_papers_that_no_line_can_say_are_written_whole(odd):
    assert papers_from(papers_said(odd)) == odd


def test_every_kind_and_every_member_is_understood_by_its_code_too():
    for kind in CONDITIONS:
        value = {"decile": "3", "house_poor": "2", "component": ", ".join(WORDS)}.get(
            kind, "PKH" if "has_" in kind else ""
        )
        [found] = conditions_from(f"{kind}: {value}" if value else kind, KNOWN)
        assert found["kind"] == kind
    assert conditions_from("component: old, ILL", KNOWN) == [{"kind": "component", "any": ["old", "ill"]}]


@pytest.mark.parametrize(
    "typed",
    [
        "decile: 4\nhas_none: pkh",
        " DESIL RESMI PALING TINGGI: 4 \r\n\r\nBelum ikut satu pun program: PKH ,",
        "Desil resmi paling tinggi ... 4\nBelum ikut satu pun program … pkh",
    ],
)
def test_capitals_signs_and_empty_lines_do_not_matter(typed):
    assert conditions_from(typed, KNOWN) == [{"kind": "decile", "to": 4}, {"kind": "has_none", "programmes": ["PKH"]}]


def test_a_hyphen_for_a_dash():
    assert conditions_from("Ada anggota: salah satu dari anak 0-6 tahun", KNOWN) == [
        {"kind": "component", "any": ["toddler"]}
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Desil 4", 'Baris "Desil 4" tidak dimulai dengan ketentuan yang dikenal'),
        ("decile: empat", "Isi angka 1 sampai 10."),
        ("decile: 11", "Isi angka 1 sampai 10."),
        ("decile", "Isi angka 1 sampai 10."),
        ("decile: ４", "Isi angka 1 sampai 10."),
        ("component: naga", '"naga" bukan kelompok anggota'),
        ("component:", "Pilih sedikitnya satu kelompok"),
        ("has_none: PKHH", '"PKHH" tidak ada di daftar program'),
        ("has_any", "Pilih sedikitnya satu program"),
        ("owns_house: ya", 'Hapus "ya"'),
        ("[{", "Satu ketentuan per baris"),
        ("{}", "Satu ketentuan per baris"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_to_write(typed, said):
    with pytest.raises(ValueError) as fault:
        conditions_from(typed, KNOWN)
    assert said in str(fault.value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Fotokopi KTP", 'misalnya "ktp: Fotokopi KTP"'),
        ("ktp:", "ktp: Fotokopi KTP"),
        (": KTP", "ktp: Fotokopi KTP"),
        ("ktp: KTP\nKTP: lagi", 'Kode "KTP" ada dua kali'),
        ("{}", "Satu syarat per baris"),
    ],
)
def test_a_paper_that_cannot_be_read_says_what_to_write(typed, said):
    with pytest.raises(ValueError) as fault:
        papers_from(typed)
    assert said in str(fault.value)


def test_a_paper_may_hold_a_colon_in_its_words():
    assert papers_from("ktp: KTP: asli\n\nkk : Kartu Keluarga") == [
        {"code": "ktp", "label": "KTP: asli"},
        {"code": "kk", "label": "Kartu Keluarga"},
    ]


def test_nothing_is_nothing():
    assert conditions_from("", KNOWN) == papers_from(" \n ") == []
    assert conditions_said([]) == papers_said([]) == ""
