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

# What stands at the head and the foot of the demo office's letters. The address is invented; .invalid is nobody's.
LETTERHEAD = {
    "dinsos": {
        "address": "Jalan Contoh Nomor 1, Painan 25651",
        "email": "dinsos@demo.invalid",
        "town": "Painan",
        "copies": "Bupati Pesisir Selatan (sebagai laporan)\nArsip",
    },
    "dinkes": {"address": "Jalan Contoh Nomor 2, Painan 25651", "email": "dinkes@demo.invalid", "town": "Painan"},
    "disdik": {"address": "Jalan Contoh Nomor 3, Painan 25651", "email": "disdik@demo.invalid", "town": "Painan"},
    "disdukcapil": {
        "address": "Jalan Contoh Nomor 4, Painan 25651",
        "email": "disdukcapil@demo.invalid",
        "town": "Painan",
    },
    "perkim": {"address": "Jalan Contoh Nomor 5, Painan 25651", "email": "perkim@demo.invalid", "town": "Painan"},
    "koperasi": {"address": "Jalan Contoh Nomor 6, Painan 25651", "email": "koperasi@demo.invalid", "town": "Painan"},
    "baznas": {"address": "Jalan Contoh Nomor 7, Painan 25651", "email": "baznas@demo.invalid", "town": "Painan"},
}
# Title and NIP below a signature. The ninth sex is nobody's, so that the number is not either.
SIGNATORIES = {
    "kadis": {"position": "Kepala Dinas Sosial PPPA Kabupaten Pesisir Selatan", "nip": "196905171994039001"},
    "manajer": {"position": "a.n. Kepala Dinas, Manajer Sekretariat SLRT", "nip": "198203112008049002"},
}

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
