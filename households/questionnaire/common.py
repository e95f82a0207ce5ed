"""What every visit asks, whichever code book it is made with: consent, address, members, position."""

from django.utils.translation import gettext_lazy as _

from households.questionnaire.structure import Question, Screen, Section

NOBODY = _("Centang orangnya. Kosong berarti tidak ada.")
# Yes-or-no variables that are ticked together in one list; "ternak" only leads to the counts of animals.
OWNED = {"lahan": _("Lahan selain tempat tinggal"), "rumah_lain": _("Rumah di tempat lain"), "ternak": _("Ternak")}
# Fields of the registry and the variables of both code books that keep their raw answers in the round.
REGISTRY_VARIABLES = {"relation": "hub_keluarga", "sex": "jenis_kelamin", "marital": "status_kawin"}

CONSENT = Screen(
    "consent", "consent", _("Persetujuan keluarga"), (Question("consent", _("Jawaban keluarga"), "consent"),)
)
PLACE = Screen(
    "place",
    "identity",
    _("Alamat keluarga"),
    (
        Question("hamlet", _("Jorong atau dusun"), "text", required=False),
        Question("address", _("Alamat"), "text"),
        Question("rt", "RT", "text", required=False),
        Question("rw", "RW", "text", required=False),
    ),
)
PERSON = Screen(
    "person",
    "members",
    _("Anggota keluarga"),
    (
        Question("nik", "NIK", "digits", required=False),
        Question("no_nik_reason", _("Jika tanpa NIK, alasannya"), "no_nik", required=False, folded=True),
        Question("name", _("Nama lengkap seperti di KTP atau KK"), "name"),
        Question("birth_date", _("Tanggal lahir"), "date"),
        Question("sex", _("Jenis kelamin"), "sex"),
        Question("relation", _("Hubungan dengan kepala keluarga"), "relation"),
    ),
    per_member=True,
)
POSITION = Screen(
    "position",
    "location",
    _("Lokasi rumah"),
    (
        Question("latitude", _("Lintang"), "number", required=False),
        Question("longitude", _("Bujur"), "number", required=False),
        Question("accuracy", _("Ketelitian (meter)"), "number", required=False),
    ),
    hint=_("Boleh dilewati jika keluarga keberatan atau posisi tidak didapat."),
    optional=True,
)
SECTIONS = (
    Section("consent", _("Minta persetujuan keluarga")),
    Section("identity", _("Isi identitas keluarga")),
    Section("members", _("Isi anggota keluarga")),
    Section("housing", _("Catat keadaan rumah")),
    Section("assets", _("Catat barang dan ternak")),
    Section("health", _("Catat kesehatan, sekolah, dan pekerjaan")),
    Section("needs", _("Catat program dan kebutuhan")),
    Section("location", _("Catat lokasi rumah")),
    Section("more", _("Lengkapi keterangan lain")),
)
