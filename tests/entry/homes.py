"""A family as a facilitator finds it: the answers of a visit, ready to be filled in."""

from households import visiting
from households.questionnaire import steps
from slrt.core import clock

SCREENING = {"kepala_tidak_bekerja": "2", "takut_lapar": "1", "belanja_makan": "?", "tidak_beli_baju": "1"}
HOUSE = {
    **{"consent": "1", "hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002", "rw": "001", "jumlah_art": "2"},
    **{"luas_lantai": "24", "status_bangunan": "1", "status_lahan": "1", "lantai": "9", "dinding": "4", "atap": "9"},
    **{"jumlah_kamar": "1", "sumber_air": "7", "penerangan": "3", "bb_masak": "8", "fasbab": "4", "buang_tinja": "4"},
    **{"aset": ["tv"], "lahan": "2", "rumah_lain": "2", "ternak": "2", "program": [], "kebutuhan": ["KIS"]},
    **SCREENING,
}
MOTHER = {
    **{"nik": "1301994506850001", "no_nik_reason": "", "name": "Rosna Tanjung", "birth_date": "1985-06-05"},
    **{"sex": "2", "relation": "1", "marital": "4", "hamil": "2", "ada_disabilitas": "2", "ada_penyakit": "2"},
    **{"masih_sekolah": "2", "belum_sekolah": "2", "bekerja": "2"},
}
SON = {
    **{"nik": "", "no_nik_reason": "no_papers", "name": "Budi Tanjung", "birth_date": "2012-04-12", "sex": "1"},
    **{"relation": "3", "marital": "1", "ada_disabilitas": "2", "ada_penyakit": "2", "masih_sekolah": "2"},
    **{"belum_sekolah": "1", "bekerja": "2"},
}


def agreed(visit, by):
    """The family says yes; only then is anything asked."""
    return visiting.save_screen(visit, by=by, household={"consent": "1"}, members={}, step_id="consent", complete=True)


def enter(visit, by, *, household=None, without=(), complete=True, **members):
    """Fill a visit with the family above, changed by `household` and members (m1, m2, ...); save every screen needed."""
    given = {"m1": MOTHER, "m2": SON, **members}
    visit = visiting.save_screen(
        agreed(visit, by),
        by=by,
        household={**HOUSE, **(household or {})},
        members={key: dict(value) for key, value in given.items() if value},
        step_id="place",
        complete=True,
    )
    for step in steps(visit.answers, clock.today()):
        if not step.screen.optional and step.id not in without:
            visit = visiting.save_screen(visit, by=by, household={}, members={}, step_id=step.id, complete=complete)
    return visit


def save(visit, by, step_id, household=None, **members):
    """Save one more screen."""
    return visiting.save_screen(
        visit, by=by, household=household or {}, members=members, step_id=step_id, complete=True
    )
