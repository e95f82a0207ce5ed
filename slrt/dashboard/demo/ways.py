"""What happened to the invented families, as data: ways through the real workflows.

A way is a list of steps: verb, account, days since the step before, and what was entered. `office` takes them.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

Way = list[tuple[str, str, float, dict[str, Any]]]
DAY = "day"  # stands for the date of the step
# What a way holds besides the verbs of the tables: the members' numbers are compared; the family is visited once more and its house
# photographed.
COMPARE, SEE = "compare", "see"

REGISTRATION_WAY: Way = [
    ("ask_identity", "fasilitator", 0.1, {}),
    (COMPARE, "backoffice", 0.5, {}),
    ("match", "backoffice", 0.5, {}),
    ("call_meeting", "puskesos", 1, {}),
    ("accept", "puskesos", 3, {}),
    ("begin_verification", "fasilitator", 1, {}),
    (SEE, "fasilitator", 2, {}),
    ("found_complete", "fasilitator", 1, {}),
    ("approve", "supervisor", 2, {}),
    ("verify_office", "backoffice", 3, {}),
    ("endorse", "kadis", 4, {"decree_number": "460/112/DINSOS/2026", "decree_on": DAY}),
    ("send", "backoffice", 2, {"sent_on": DAY, "by_hand_reason": "Berkas ditolak SIKS-NG; diketik satu per satu."}),
    ("rank", "manajer", 7, {}),
    ("determine", "manajer", 2, {}),
    ("tell", "fasilitator", 2, {"told_on": DAY, "told_how": "visit", "told_whom": "head"}),
]
NOBODY_HOME = {"note": "Rumah kosong, tetangga tidak tahu.", "no_position_reason": "Tidak ada sinyal di lereng."}
# Where a way leaves the main road: after which step, and how it goes on.
SIDEWAYS: tuple[tuple[str, Way], ...] = (
    ("ask_identity", [("unmatch", "backoffice", 1, {"note": "Tanggal lahir di KTP lain dengan KK."})]),
    ("call_meeting", [("reject", "puskesos", 3, {"meeting_reason": "well_off"})]),
    ("found_complete", [("return", "supervisor", 2, {"note": "Luas lantai belum sesuai foto. Periksa lagi."})]),
    ("begin_verification", [("not_found", "fasilitator", 3, NOBODY_HOME)]),
    ("begin_verification", [("not_found", "fasilitator", 3, NOBODY_HOME), ("confirm_end", "supervisor", 2, {})]),
)
TRIAGE = ("triage", "frontoffice", 0.6, {})
CHECK = ("check", "backoffice", 1, {})
HANDLE = ("handle", "backoffice", 1, {})
VISIT = ("ask_visit", "backoffice", 0.5, {})
ASSESS = ("assess", "fasilitator", 2, {"findings": "Keadaan rumah sesuai laporan; keluarga berhak dibantu."})
RESOLVE = (
    "resolve",
    "backoffice",
    3,
    {"outcome": "granted", "answer": "Data sudah dibetulkan dan dikirim lewat SIKS-NG."},
)
ANSWER = (
    "answer",
    "frontoffice",
    0.1,
    {"answer": "Bantuan cair dua bulan sekali; periksa kartu di e-warong terdekat."},
)
TELL = ("tell", "frontoffice", 1, {"told_how": "phone", "told_on": DAY, "satisfied": True})
CLOSE = ("close", "supervisor", 2, {})
SUBMIT = ("submit", "backoffice", 0.2, {})
# A letter bears the signature of the head of office, after the manager's initials.
INITIAL = ("initial", "manajer", 0.4, {})
SIGN = ("sign", "kadis", 0.4, {})
SEND = ("send", "backoffice", 0.2, {})
OUT = [SUBMIT, INITIAL, SIGN, SEND]
ACCEPT = ("accept", "receiver", 2, {})
SERVE = ("serve", "receiver", 4, {"served_on": DAY, "benefit": "Kartu KIS aktif"})
GIVE = ("serve", "receiver", 3, {"served_on": DAY, "benefit": "Paket sembako", "amount": 350000})
CONFIRM = ("confirm", "fasilitator", 3, {"confirmed_on": DAY})
CLOSE_REFERRAL = ("close", "supervisor", 1, {})


@dataclass(frozen=True)
class Case:
    """One kind of complaint, how far it came, and the referral it led to."""

    kind: str
    sector: str
    issue: str
    text: str
    days_ago: float
    way: Way
    by: str = "frontoffice"
    channel: str = "walk_in_office"
    urgency: str = "normal"
    programme: str = ""
    receiver: str = ""
    referral: Way = field(default_factory=list)
    after: Way = field(default_factory=list)


_ILL = "Suami sakit ginjal, cuci darah dua kali seminggu, tidak punya KIS."
_NO_RICE = "Sudah lama terdaftar tetapi belum pernah menerima sembako. Tetangga menerima."
_LEAK = "Atap rumah bocor, dinding papan lapuk, ada bayi di rumah."
_SCHOOL = "Anak kelas enam belum punya KIP; sekolah minta surat."
_NOBODY = "Janda dengan tiga anak, belum pernah didata."
_STOP = "Bantuan PKH berhenti sejak tahap dua, tidak tahu sebabnya."
_CARD = "Kartu KKS tertelan mesin."
_ASK = "Bertanya kapan bantuan tahap berikut cair."
_WRONG = "Nama di KK lain dengan KTP, bantuan ditolak bank."
_FEE = "Diminta uang saat mengambil bantuan di agen."

CASES: tuple[Case, ...] = (
    Case("grievance", "health", "nothing_received", _ILL, 24, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[*OUT, ACCEPT, SERVE, CONFIRM, CLOSE_REFERRAL], after=[TELL, CLOSE],
         by="fasilitator", channel="home_visit"),
    Case("grievance", "health", "nothing_received", _ILL, 13, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[*OUT, ACCEPT, SERVE], urgency="urgent", by="fasilitator", channel="home_visit"),
    Case("grievance", "food", "nothing_received", _NO_RICE, 15, [TRIAGE, CHECK], programme="LOCAL", receiver="baznas",
         referral=[*OUT, ACCEPT, GIVE], after=[TELL]),
    Case("grievance", "health", "nothing_received", _ILL, 6, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=OUT, urgency="urgent"),
    Case("grievance", "health", "card", "Kartu KIS tidak aktif waktu berobat.", 17, [TRIAGE, CHECK], programme="KIS",
         receiver="dinkes", referral=OUT),
    Case("grievance", "food", "not_registered", _NOBODY, 9, [TRIAGE, CHECK], programme="LOCAL", receiver="baznas",
         referral=[*OUT, ACCEPT]),
    Case("grievance", "housing", "aid_unfit", _LEAK, 20, [TRIAGE, VISIT, ASSESS], programme="RTLH", receiver="perkim",
         referral=OUT, by="fasilitator", channel="home_visit"),
    Case("grievance", "education", "nothing_received", _SCHOOL, 3, [TRIAGE, CHECK], programme="KIP",
         receiver="disdik", referral=[SUBMIT]),
    Case("grievance", "health", "nothing_received", _ILL, 6, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[SUBMIT, INITIAL]),
    Case("grievance", "food", "not_registered", _NOBODY, 4, [TRIAGE, CHECK], programme="LOCAL", receiver="baznas"),
    Case("grievance", "food", "aid_stopped", _STOP, 7, [TRIAGE, HANDLE, RESOLVE]),
    Case("grievance", "social_economic", "aid_stopped", _STOP, 25, [TRIAGE, HANDLE]),
    Case("grievance", "civil_registration", "data_wrong", _WRONG, 8, [TRIAGE, CHECK]),
    Case("grievance", "food", "illegal_charge", _FEE, 5, [TRIAGE], urgency="urgent"),
    Case("grievance", "food", "nothing_received", _NO_RICE, 2, []),
    Case("grievance", "food", "not_registered", _NOBODY, 5, [], by="fasilitator", channel="home_visit"),
    Case("grievance", "housing", "aid_unfit", _LEAK, 6, [TRIAGE, VISIT], by="fasilitator", channel="home_visit"),
    Case("question", "food", "information", _ASK, 4, [ANSWER, TELL, CLOSE]),
    Case("question", "food", "information", _ASK, 1, [ANSWER]),
    Case("question", "social_economic", "card", _CARD, 3, [TRIAGE]),
    Case("suggestion", "food", "other", "Mohon jadwal pembagian ditempel di kantor nagari.", 10, [TRIAGE, HANDLE]),
)  # fmt: skip


def registration_ways(random: Random) -> list[Way]:
    """Return ways of many lengths, some ending beside the main road; by and large the short ones first, for the newest families."""
    ways = [REGISTRATION_WAY[:n] for n in range(len(REGISTRATION_WAY) + 1)]
    verbs = [step[0] for step in REGISTRATION_WAY]
    ways += [REGISTRATION_WAY[: verbs.index(last) + 1] + side for last, side in SIDEWAYS]
    ways.sort(key=lambda way: len(way) + random.uniform(0, 3))  # nosec B311  invented data
    return ways
