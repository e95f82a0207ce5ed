"""A NIK or KK number inside another text, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slrt.core.numbers import holds_one, masked

NIK = "1301994506850001"
GAPS = ["", " ", ".", "-", " - ", "/", "_", "\u00a0", "\n"]


@pytest.mark.parametrize(
    "written",
    [
        NIK,
        f"NIK {NIK} salah",
        f"nik{NIK}kk{NIK}",
        f"{NIK} {NIK}",
        f"{NIK},{NIK};{NIK}",
        f"KK_{NIK}.xlsx",
        f"{NIK}\n12 orang",
        "1301 9945 0685 0001",
        "1301 9945 0685 0001 12 orang",
        "130199.450685.0001",
        "13 01 99 45 06 85 00 01",
        "1301'9945'0685'0001",
        f"{NIK[:-1]}",
        f"{NIK}1",
        f"NIP 197001012000031001, NIK {NIK}",
    ],
)
def test_masked_however_it_is_written(written):
    said = masked(written)
    assert holds_one(written)
    assert not holds_one(said)
    assert "1301••••" in said
    assert NIK[4:12] not in "".join(sign for sign in said if sign.isdigit())


@pytest.mark.parametrize(
    "written",
    [
        "",
        "NIP 197001012000031001",
        "NIP 19700101 200003 1 001",
        "081234567890, 081298765432",
        "0812-3456-7890 0813-1111-2222",
        "2026-11-29 2026-12-01",
        "29.11.2026 30.11.2026",
        "29/11/2026 - 30/11/2026",
        "Rp 1.250.000 sampai Rp 2.500.000",
        "460/012/SLRT/XI/2026",
        "13.01.05.2006",
        "1301••••••••0001",
    ],
)
def test_what_is_no_number_stays_as_it_was_written(written):
    assert masked(written) == written
    assert not holds_one(written)


@given(
    st.text(alphabet="abc ,.;:()\n", max_size=8),
    st.lists(st.sampled_from(GAPS), min_size=15, max_size=15),
    st.text(alphabet="abc ,.;:()\n", max_size=8),
)
def test_no_gap_hides_one(before, gaps, after):
    number = "".join(digit + gap for digit, gap in zip(NIK, [*gaps, ""], strict=True))
    once = masked(before + number + after)
    assert "1301••••••••0001" in once
    assert masked(once) == once
