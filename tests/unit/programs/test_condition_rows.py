"""A rule's conditions as rows of a form and as a sentence: nothing gets lost on the way, and every kind has its words."""

from dataclasses import replace

import pytest

from programs.catalogue import PROGRAMMES
from programs.condition_rows import ConditionRow, conditions_of, rows_of
from programs.eligibility.conditions import CONDITIONS, PARTS, faults
from programs.eligibility.wording import WORDINGS, sentence

NAMES = {entry["code"]: entry["name"] for entry in PROGRAMMES}
FAULTY = [
    ([{"kind": "ramalan"}], "Jenis ketentuan tidak dikenal: ramalan."),
    ([{"kind": "decile"}], "Ketentuan decile tidak punya to yang bisa dipakai."),
    ([{"kind": "decile", "to": "4"}], "Ketentuan decile tidak punya to yang bisa dipakai."),
    ([{"kind": "component", "any": ["robot"]}], "Ketentuan component tidak punya any yang bisa dipakai."),
    ([{"kind": "has_none", "programmes": []}], "Ketentuan has_none tidak punya programmes yang bisa dipakai."),
    ([{"kind": ["decile"]}, 7], "Jenis ketentuan tidak dikenal: ['decile'], 7."),
]


def row(kind, **more):
    return ConditionRow(kind=kind, **more)


@pytest.mark.parametrize("entry", PROGRAMMES, ids=lambda entry: entry["code"])
def test_every_rule_of_the_catalogue_goes_through_the_rows_unchanged(entry):
    rows = rows_of(entry["conditions"])
    assert conditions_of(rows) == entry["conditions"]
    assert [one.fault(NAMES) for one in rows if one.fault(NAMES)] == []


def test_what_a_form_does_not_show_of_a_condition_is_kept_with_its_kind_and_dropped_with_another():
    stored = {"kind": "decile", "to": 4, "dasar": "SK 7"}
    [kept] = rows_of([stored])
    assert kept.condition() == stored
    assert replace(kept, number="3").condition() == {"kind": "decile", "to": 3, "dasar": "SK 7"}
    assert replace(kept, kind="house_poor").condition() == {"kind": "house_poor", "least": 4}
    assert replace(kept, was='{"kind": "decile", "dasar": "\\u0000"}').condition() == {"kind": "decile", "to": 4}
    assert replace(kept, was="[" * 100_000).condition() == {"kind": "decile", "to": 4}


def test_values_of_another_kind_are_left_out():
    assert row("owns_house", number="3", members=("old",)).condition() == {"kind": "owns_house"}
    assert row("decile", number=" 3 ", programmes=("PKH",)).condition() == {"kind": "decile", "to": 3}


@pytest.mark.parametrize(
    ("faulty", "said"),
    [
        (row("decile"), "Isi angka 1 sampai 10."),
        (row("decile", number="0"), "Isi angka 1 sampai 10."),
        (row("decile", number="11"), "Isi angka 1 sampai 10."),
        (row("decile", number="empat"), "Isi angka 1 sampai 10."),
        (row("decile", number="9" * 5000), "Isi angka 1 sampai 10."),
        (row("house_poor", number="8"), "Isi angka 1 sampai 7."),
        (row("component"), "Pilih sedikitnya satu kelompok anggota."),
        (row("component", members=("robot",)), "Pilih sedikitnya satu kelompok anggota."),
        (row("has_any"), "Pilih sedikitnya satu program dari daftar."),
        (row("has_none", programmes=("GAIB",)), "Pilih sedikitnya satu program dari daftar."),
        (row("", number="3"), "Pilih dulu apa yang dilihat, atau centang Hapus."),
        (row("ramalan"), "Jenis ketentuan ini tidak dikenal. Pilih yang lain, atau centang Hapus."),
    ],
)
def test_a_faulty_row_says_how_to_mend_it_and_nothing_when_it_is_to_be_dropped(faulty, said):
    assert faulty.fault(NAMES) == said
    assert replace(faulty, drop=True).fault(NAMES) == ""
    assert conditions_of([replace(faulty, drop=True)]) == []


def test_the_bounds_that_are_told_are_those_that_hold():
    for kind, number in (("decile", 10), ("house_poor", 7)):
        assert row(kind, number=str(number)).fault(NAMES) == row(kind, number="1").fault(NAMES) == ""


def test_a_programme_that_left_the_catalogue_stays_in_the_rule_that_names_it():
    [old] = rows_of([{"kind": "has_any", "programmes": ["LAMA", "PKH"]}])
    assert old.fault(NAMES) == ""
    assert old.condition()["programmes"] == ["LAMA", "PKH"]


def test_stored_conditions_nobody_can_read_become_rows_to_be_mended():
    assert [one.kind for one in rows_of([7, {"kind": "ramalan"}])] == ["7", "ramalan"]
    [whole] = rows_of({"kind": "decile", "to": 3})
    assert whole.condition() == {"kind": "decile", "to": 3}


@pytest.mark.parametrize(("written", "said"), FAULTY)
def test_conditions_nobody_can_check_are_refused_in_a_sheet(written, said):
    assert faults(written)[0] == said


def test_every_kind_has_its_words_and_its_value():
    assert set(WORDINGS) == set(CONDITIONS)
    assert {kind: {w.part} - {""} for kind, w in WORDINGS.items()} == {
        kind: set(parts) for kind, parts in PARTS.items()
    }


def test_a_rule_reads_as_one_sentence():
    by_code = {entry["code"]: entry["conditions"] for entry in PROGRAMMES}
    assert sentence(by_code["PKH"], NAMES) == (
        "Keluarga memenuhi bila desilnya 1 sampai 4; ada ibu hamil, anak 0–6 tahun, anak sekolah 6–21 tahun, "
        "penyandang disabilitas, atau lansia 70 tahun ke atas; dan belum ikut Program Keluarga Harapan (PKH)."
    )
    assert sentence(by_code["RICE_AID"], NAMES) == "Keluarga memenuhi bila desilnya 1 sampai 4."
    assert sentence(by_code["KKS"], {}) == "Keluarga memenuhi bila sudah ikut PKH atau SEMBAKO."
    assert sentence([], NAMES) == "Tanpa ketentuan: petugas menilai setiap keluarga sendiri."
    assert "(satu ketentuan tidak bisa dibaca)" in sentence([{"kind": "ramalan"}], NAMES)


@pytest.mark.parametrize("entry", PROGRAMMES, ids=lambda entry: entry["code"])
def test_every_rule_of_the_catalogue_reads_without_codes(entry):
    read = sentence(entry["conditions"], NAMES)
    assert "%(" not in read
    assert not [kind for kind in CONDITIONS if kind in read]
