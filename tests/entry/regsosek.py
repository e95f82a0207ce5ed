"""The family of `homes` as the same facilitator writes it down with code book Regsosek 2022-K."""

from tests.entry import homes

HOUSE = {
    **{"hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002", "rw": "001", "jumlah_art": "2"},
    **{"luas_lantai": "24", "status_bangunan": "1", "bukti_lahan": "5", "lantai": "8", "dinding": "4", "atap": "7"},
    **{"sumber_air": "6", "jarak_septik": "1", "bb_masak": "10", "penerangan": "1", "daya": "1", "fasbab": "1"},
    **{"kloset": "4", "buang_tinja": "4", "aset": ["ponsel"], "lahan": "2", "rumah_lain": "2", "ternak": "2"},
    **{"terima_bpnt": "1", "terima_pkh": "2", "terima_blt": "2", "terima_listrik": "2", "terima_pemda": "2"},
    **{"terima_pupuk": "2", "terima_lpg": "2", "terima_bpnt_bulan": "6", "terima_bpnt_tahun": "2026"},
}
MOTHER = {**homes.MOTHER, "ada_kesulitan": "2"}
SON = {**homes.SON, "ada_kesulitan": "1", **dict.fromkeys(("penglihatan", "tangan", "belajar", "perilaku"), "4")}
SON |= {"pendengaran": "2", "berjalan": "?", "bicara": "3", "merawat_diri": "4", "ingatan": "4", "pengasuh": "1"}


def enter(visit, by, *, household=None, m1=None, m2=None, **more):
    """Fill a visit made with Regsosek 2022-K; save every screen needed."""
    members = {"m1": {**MOTHER, **(m1 or {})}, "m2": {**SON, **(m2 or {})}}
    return homes.enter(visit, by, household={**HOUSE, **(household or {})}, **members, **more)
