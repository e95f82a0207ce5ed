"""The columns of the extract and what they become. Header names are matched without regard to case, spaces, dots, underscores."""

REQUIRED = ("NO_KK", "NIK", "NAMA", "TGL_LAHIR", "JENIS_KELAMIN", "HUB_KELUARGA", "KODE_DESA")
OPTIONAL = (
    *(
        "ID_KELUARGA",
        "DESIL",
        "PERIODE_DESIL",
        "TMP_LAHIR",
        "STATUS_KAWIN",
        "PEKERJAAN",
        "NAMA_IBU",
        "ALAMAT",
        "RT",
        "RW",
    ),
    *("PKH", "SEMBAKO", "PBI_JK", "PIP", "HAMIL", "DISABILITAS", "SEKOLAH", "JENJANG"),
    *("LANTAI", "DINDING", "ATAP", "PENERANGAN", "DAYA", "BB_MASAK", "FASBAB", "LUAS_LANTAI"),
)
ALL = REQUIRED + OPTIONAL

# Column -> variable of the BDT code book, for the household and for the person.
HOUSE_ANSWERS = {
    **{"LANTAI": "lantai", "DINDING": "dinding", "ATAP": "atap", "PENERANGAN": "penerangan", "DAYA": "daya"},
    **{"BB_MASAK": "bb_masak", "FASBAB": "fasbab", "LUAS_LANTAI": "luas_lantai"},
}
PERSON_CODES = {"DISABILITAS": "disabilitas", "SEKOLAH": "sekolah", "JENJANG": "jenjang"}
PERSON_FLAGS = {"HAMIL": "hamil", "PKH": "pkh", "SEMBAKO": "sembako", "PBI_JK": "pbi_jk", "PIP": "pip"}
TWO_DIGITS = ("DISABILITAS", "JENJANG")


def plain(header: str) -> str:
    """Return a header as it is compared."""
    return "".join(sign for sign in header.upper() if sign.isalnum())


KNOWN = {plain(name): name for name in ALL}
