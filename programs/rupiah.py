"""Amounts of money as Indonesian offices write them."""

import polars as pl

# What the column takes: fourteen digits, no sen.
DIGITS = 14
# "Rp600.000,-", "IDR 600 000" and the like say the same as 600000.
AROUND = r"(?i)^(rp|idr)\.?|,-+$"
# A dot parts thousands, a comma sen. Whole rupiah only: nobody is paid sen, and rounding would be a falsehood.
GROUPED = r"^\d{1,3}(\.\d{3})+(,0{1,2})?$"
# A spreadsheet may write 600000.00; three digits after a sign would be thousands to one and sen to another.
PLAIN = r"^\d+([.,]0{1,2})?$"


def rupiah(text: pl.Expr) -> pl.Expr:
    """Read whole rupiah ("600000", "Rp600.000,00"); null for what could mean two amounts, has sen, or is none."""
    bare = text.str.replace_all(r"[\s\u{a0}]", "").str.replace_all(AROUND, "")
    whole = (
        pl.when(bare.str.contains(GROUPED))
        .then(bare.str.replace(r",0+$", "").str.replace_all(".", "", literal=True))
        .when(bare.str.contains(PLAIN))
        .then(bare.str.replace(r"[.,]0+$", ""))
    )
    return pl.when(whole.str.len_chars() <= DIGITS).then(whole.cast(pl.Int64, strict=False))
