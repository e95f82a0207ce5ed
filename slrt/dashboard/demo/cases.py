"""What happened to the invented families: registrations, complaints and referrals taken through the real workflows.

A way is a list of steps: verb, account, days since the step before, and what was entered. Steps that would lie in the
future are not taken, so young cases stand where they would stand today.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from complaints.models import Complaint
from complaints.workflow import record
from households import visiting
from households.models import Family, Registration, Visit
from households.questionnaire import steps
from programs.models import Programme
from programs.selectors import advice
from referrals.models import Referral
from referrals.workflow import draft
from slrt.accounts.models import Organisation, User
from slrt.core import clock
from slrt.dashboard.demo.people import InventedFamily, visit_answers
from slrt.workflow import engine

Way = list[tuple[str, str, float, dict[str, Any]]]
DAY = "day"  # stands for the date of the step

REGISTRATION_WAY: Way = [
    ("ask_identity", "fasilitator", 0.1, {}),
    ("match", "backoffice", 1, {}),
    ("call_meeting", "puskesos", 2, {"meeting_on": DAY}),
    ("accept", "puskesos", 4, {"minutes_number": "BA-07/SGS/2026"}),
    ("begin_verification", "fasilitator", 1, {}),
    ("found_complete", "fasilitator", 3, {}),
    ("approve", "supervisor", 2, {}),
    ("verify_office", "backoffice", 3, {}),
    ("endorse", "kadis", 4, {"decree_number": "460/112/DINSOS/2026", "decree_on": DAY}),
    ("send", "backoffice", 2, {"sent_on": DAY}),
    ("rank", "manajer", 20, {"decile": 2, "period": "2026-Q3"}),
    ("determine", "manajer", 5, {}),
    ("tell", "fasilitator", 2, {"told_on": DAY}),
]
SIDEWAYS: dict[str, tuple[int, Way]] = {
    "unmatched": (1, [("unmatch", "backoffice", 1, {"note": "Tanggal lahir di KTP lain dengan KK."})]),
    "rejected": (3, [("reject", "puskesos", 3, {"note": "Peserta sepakat keluarga ini mampu."})]),
    "returned": (6, [("return", "supervisor", 2, {"note": "Luas lantai belum sesuai foto. Periksa lagi."})]),
    "not_found": (5, [("not_found", "fasilitator", 3, {"note": "Rumah kosong, tetangga tidak tahu."})]),
}
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
SEND = ("approve_and_send", "manajer", 1, {})
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
         referral=[SUBMIT, SEND, ACCEPT, SERVE, CONFIRM, CLOSE_REFERRAL], after=[TELL, CLOSE],
         by="fasilitator", channel="home_visit"),
    Case("grievance", "health", "nothing_received", _ILL, 13, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[SUBMIT, SEND, ACCEPT, SERVE], urgency="urgent", by="fasilitator", channel="home_visit"),
    Case("grievance", "food", "nothing_received", _NO_RICE, 15, [TRIAGE, CHECK], programme="LOCAL", receiver="baznas",
         referral=[SUBMIT, SEND, ACCEPT, GIVE], after=[TELL]),
    Case("grievance", "health", "nothing_received", _ILL, 6, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[SUBMIT, SEND], urgency="urgent"),
    Case("grievance", "health", "card", "Kartu KIS tidak aktif waktu berobat.", 17, [TRIAGE, CHECK], programme="KIS",
         receiver="dinkes", referral=[SUBMIT, SEND]),
    Case("grievance", "food", "not_registered", _NOBODY, 9, [TRIAGE, CHECK], programme="LOCAL", receiver="baznas",
         referral=[SUBMIT, SEND, ACCEPT]),
    Case("grievance", "housing", "aid_unfit", _LEAK, 20, [TRIAGE, VISIT, ASSESS], programme="RTLH", receiver="perkim",
         referral=[SUBMIT, SEND], by="fasilitator", channel="home_visit"),
    Case("grievance", "education", "nothing_received", _SCHOOL, 3, [TRIAGE, CHECK], programme="KIP",
         receiver="disdik", referral=[SUBMIT]),
    Case("grievance", "health", "nothing_received", _ILL, 4, [TRIAGE, CHECK], programme="KIS", receiver="dinkes",
         referral=[SUBMIT]),
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


class Office:
    """The demo accounts at work."""

    def __init__(self, accounts: dict[str, User], organisations: dict[str, Organisation], now: datetime) -> None:
        self.accounts, self.organisations, self.now = accounts, organisations, now
        self.desk = {"dinkes": "dinkes", "baznas": "mitra"}

    def walk(self, row: Any, way: Way, start: datetime, receiver: str = "") -> datetime:
        """Take the steps of a way until now; return the moment of the last one."""
        at = start
        for verb, account, days, entered in way:
            when = _in_office_hours(at + timedelta(days=days))
            user = self.accounts.get(self.desk.get(receiver, "") if account == "receiver" else account)
            if when > self.now or user is None:
                break
            data: dict[str, Any] = {key: _day(when) if value is DAY else value for key, value in entered.items()}
            with clock.told(when):
                engine.apply(verb, row, by=user, at=when, **data)
            at = when
        return at

    def visit(self, family: InventedFamily, account: str, when: datetime) -> Family:
        """Let a facilitator enter and send a family."""
        by = self.accounts[account]
        with clock.told(when):
            visit = visiting.begin(by=by, village_id=family.village)
            visit = _enter(visit, by, family)
            visit = visiting.send(visit, by=by, attested=True)
        Visit.objects.filter(pk=visit.pk).update(created_at=when, updated_at=when)
        assert visit.family is not None
        return visit.family

    def half_a_visit(self, family: InventedFamily, account: str) -> None:
        """Leave a visit half done, to be resumed."""
        by = self.accounts[account]
        answers = visit_answers(family)
        visit = visiting.begin(by=by, village_id=family.village)
        visiting.save_screen(
            visit, by=by, household=answers["household"], members=answers["members"], step_id="place", complete=True
        )

    def register(self, family: Family, start: datetime, way: Way) -> None:
        """Take a family's registration along a way."""
        registration = Registration.objects.get(family=family)
        Registration.objects.filter(pk=registration.pk).update(created_at=start, state_since=start)
        self.walk(registration, way, start)

    def complain(self, case: Case, family: Family, days_ago: float) -> Complaint:
        """Record a complaint of a family and take it, and the referral that came of it, as far as its way goes."""
        start = _in_office_hours(self.now - timedelta(days=days_ago))
        head = family.head
        with clock.told(start):
            complaint = record(
                by=self.accounts[case.by],
                village_id=family.place_code,
                kind=case.kind,
                sector=case.sector,
                issue=case.issue,
                channel=case.channel,
                description=case.text,
                urgency=case.urgency,
                family=family,
                reporter_name=head.name if head else "",
                at=start,
            )
        at = self.walk(complaint, case.way, start)
        if case.programme:
            at = self.walk(self._refer(case, complaint, at), case.referral, at, case.receiver)
        self.walk(complaint, case.after, at)
        return complaint

    def _refer(self, case: Case, complaint: Complaint, at: datetime) -> Referral:
        programme = Programme.objects.get(code=case.programme)
        complaint.refresh_from_db()
        family = Family.objects.select_related("household").get(pk=complaint.family_id or 0)
        verdict = next(v for v in advice(family) if v.programme.pk == programme.pk)
        said = {"outcome": verdict.outcome, "reasons": verdict.reasons, "missing": verdict.missing}
        with clock.told(at):
            return draft(
                by=self.accounts["backoffice"],
                family=family,
                programme=programme,
                receiver=self.organisations[case.receiver],
                need=case.text,
                consent=True,
                legal_basis="public_task",
                complaint=complaint,
                met=[item["code"] for item in programme.prerequisites],
                eligibility=said,
                override_reason="Keadaan darurat, diputuskan petugas." if verdict.outcome == "fails" else "",
                at=at,
            )


def registration_ways(random: Random) -> list[Way]:
    """Return ways of many lengths, some ending beside the main road."""
    ways = [REGISTRATION_WAY[:n] for n in range(len(REGISTRATION_WAY) + 1)]
    ways += [REGISTRATION_WAY[:n] + side for n, side in SIDEWAYS.values()]
    random.shuffle(ways)
    return ways


def _enter(visit: Visit, by: User, family: InventedFamily) -> Visit:
    answers = visit_answers(family)
    visit = visiting.save_screen(
        visit, by=by, household=answers["household"], members=answers["members"], step_id="place", complete=True
    )
    for step in steps(visit.answers, clock.today()):
        visit = visiting.save_screen(visit, by=by, household={}, members={}, step_id=step.id, complete=True)
    return visit


def _day(moment: datetime) -> date:
    with clock.told(moment):
        return clock.today()


def _in_office_hours(moment: datetime) -> datetime:
    """Move a moment off the weekend; cases are worked on when the office is open."""
    while moment.weekday() >= 5:
        moment += timedelta(days=1)
    return moment
