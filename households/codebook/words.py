"""The words an extract uses for codes, and the codes they mean."""

from households.codebook.yes_no import codes_of

SEX = {"L": "1", "P": "2", "LAKI-LAKI": "1", "PEREMPUAN": "2", "1": "1", "2": "2"}
RELATION = {
    "KEPALA KELUARGA": "1",
    "SUAMI": "2",
    "ISTRI": "2",
    "ANAK": "3",
    "MENANTU": "4",
    "CUCU": "5",
    "ORANG TUA": "6",
    "MERTUA": "6",
    "PEMBANTU": "7",
    "FAMILI LAIN": "8",
    "LAINNYA": "8",
    **{str(n): str(n) for n in range(1, 9)},
}
MARITAL = {
    "BELUM KAWIN": "1",
    "KAWIN": "2",
    "CERAI HIDUP": "3",
    "CERAI MATI": "4",
    **{str(n): str(n) for n in range(1, 5)},
}
# A question that stands alone has the form's first pair, 1 and 2; the pair 3 and 4 exists only in every second row of its block,
# and without the row it is a slip that nobody guesses at. "0" is how spreadsheets write no.
YES_NO = {"YA": "1", "TIDAK": "2", "0": "2", **codes_of(0)}
WORDS = {"sex": SEX, "relation": RELATION, "marital": MARITAL, "yes_no": YES_NO}


def code_of(kind: str, word: str) -> str | None:
    """Return the code of a word (sex, relation, marital, yes_no), or None."""
    return WORDS[kind].get(" ".join(word.upper().split()))
