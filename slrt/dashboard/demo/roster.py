"""The demo accounts as data: no Django needed, so the launcher can print them."""

PASSWORD = "slrt-demo-2026"  # noqa: S105  # nosec B105  published on purpose
REGENCY = "13.01"
SUBDISTRICT = "13.01.05"
NAGARI = "13.01.05.2006"
OTHER_NAGARI = "13.01.05.2003"

# code, name, kind, phone
ORGANISATIONS = [
    ("dinsos", "Dinas Sosial PPPA Pesisir Selatan", "social_office", "0756-21001"),
    ("dinkes", "Dinas Kesehatan Pesisir Selatan", "agency", "0756-21002"),
    ("disdik", "Dinas Pendidikan dan Kebudayaan Pesisir Selatan", "agency", "0756-21003"),
    ("disdukcapil", "Dinas Kependudukan dan Pencatatan Sipil Pesisir Selatan", "agency", "0756-21004"),
    ("perkim", "Dinas Perumahan dan Kawasan Permukiman Pesisir Selatan", "agency", "0756-21005"),
    ("koperasi", "Dinas Koperasi dan UKM Pesisir Selatan", "agency", "0756-21006"),
    ("baznas", "BAZNAS Pesisir Selatan", "partner", "0756-21007"),
]

# username, full name, role, area, organisation
ACCOUNTS = [
    ("fasilitator", "Sari Wahyuni", "facilitator", NAGARI, ""),
    ("fasilitator2", "Budi Santoso", "facilitator", OTHER_NAGARI, ""),
    ("frontoffice", "Fitri Handayani", "front_officer", REGENCY, ""),
    ("backoffice", "Rina Marlina", "back_officer", REGENCY, ""),
    ("puskesos", "Nurma Yunita", "coordinator", NAGARI, ""),
    ("supervisor", "Joko Prasetyo", "supervisor", SUBDISTRICT, ""),
    ("manajer", "Lestari Putri", "manager", REGENCY, ""),
    ("kadis", "Hendra Gunawan", "head_of_office", REGENCY, ""),
    ("dinkes", "Agus Salim", "agency_officer", REGENCY, "dinkes"),
    ("mitra", "Maya Sari", "partner_officer", REGENCY, "baznas"),
    ("tkpk", "Tomo Wijaya", "tkpk_viewer", REGENCY, ""),
    ("auditor", "Dewi Anggraini", "auditor", REGENCY, ""),
    ("admin", "Adi Nugroho", "administrator", REGENCY, ""),
]
