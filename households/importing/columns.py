"""The columns of the extract and what they become. Header names are matched without regard to case, spaces, dots, underscores."""

from dataclasses import dataclass, field

from households.codebook.yes_no import ROWS

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

# The paper form's block of goods, a column for each row: most extracts come without it. Under its name in SIKS-NG or in the book.
_GOODS_IN_SIKS = {"gas": "tabung_gas", "kulkas": "lemari_es"}
GOODS = {f"ADA_{_GOODS_IN_SIKS.get(name, name)}".upper(): name for name in ROWS}


def plain(header: str) -> str:
    """Return a header as it is compared."""
    return "".join(sign for sign in header.upper() if sign.isalnum())


@dataclass(frozen=True)
class Columns:
    """What a kind of file has to have and may have; `known` finds a column by its heading as `plain` writes it.

    `seldom` are columns, with a second heading for each, of which a table has only those that its file has.
    In a cell of a `long` column a line may end; in any other it is a sign of a row that was not read as it was meant.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    seldom: dict[str, str] = field(default_factory=dict)
    long: frozenset[str] = frozenset()
    known: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.known.update({plain(second): name for name, second in self.seldom.items()})
        self.known.update({plain(name): name for name in (*self.all, *self.seldom)})

    @property
    def all(self) -> tuple[str, ...]:
        """Every column that a table always has, the required ones first."""
        return self.required + self.optional


EXTRACT = Columns(REQUIRED, OPTIONAL, GOODS, frozenset({"ALAMAT"}))
