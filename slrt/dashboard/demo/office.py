"""The demo accounts at work: registrations, complaints and referrals taken through the real workflows.

Steps that would lie in the future are not taken, so young cases stand where they would stand today.
"""

from datetime import date, datetime, timedelta
from typing import Any

from complaints.models import Complaint
from complaints.workflow import record
from households import papers, printing, visiting
from households.choices.household import DecileSource
from households.choices.imports import ImportKind
from households.choices.meeting import PaperKind
from households.choices.person import NikMatch
from households.choices.photo import PhotoKind
from households.choices.registration import RegistrationState
from households.importing import previewing, uploading
from households.models import Family, Registration, Visit
from households.questionnaire import steps
from households.registry import deciles, identity, photos
from households.workflow import meeting as meetings
from households.workflow import objection, revisit
from programs.models import Programme
from programs.selectors import advice
from referrals.models import Referral
from referrals.workflow import draft
from slrt.accounts.models import Organisation, User
from slrt.accounts.roles import Permission
from slrt.core import clock
from slrt.dashboard.demo.people import InventedFamily, visit_answers
from slrt.dashboard.demo.pictures import HOUSES, house_photo
from slrt.dashboard.demo.ways import COMPARE, DAY, SEE, Case, Way
from slrt.workflow import engine

PER_MEETING = 3
BPS_SAYS: dict[str, Any] = {"decile": 2, "period": "2026-Q3"}
CHAIR = "Wali Nagari (rekaan)"
ATTENDEES = [
    ("Wali Nagari (rekaan)", "village_head"),
    ("Ketua Bamus (rekaan)", "council"),
    ("Kepala Jorong Pasar (rekaan)", "hamlet_head"),
    ("Bundo Kanduang (rekaan)", "women"),
]
OBJECTIONS = [
    ("contest", "citizen", "Keluarga ini sudah punya toko dan dua sepeda motor."),
    ("propose", "rt_rw", "Kepala keluarga sakit sejak lama, belum pernah didata."),
]


class Office:
    """The demo accounts at work."""

    def __init__(self, accounts: dict[str, User], organisations: dict[str, Organisation], now: datetime) -> None:
        self.accounts, self.organisations, self.now = accounts, organisations, now
        self.desk = {"dinkes": "dinkes", "baznas": "mitra"}
        self.pending: list[tuple[datetime, Registration, Way]] = []

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
                if verb == "rank":
                    deciles.keep(row.family_id, **BPS_SAYS, source=DecileSource.LIST, at=when)
                if verb == SEE:
                    self.see(row.family_id, user, when)
                elif verb == COMPARE:
                    self.compare(row.family_id, user)
                else:
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

    def see(self, family_id: int, by: User, when: datetime) -> None:
        """Let a facilitator visit a known family once more, with a position, and photograph its house."""
        family = Family.objects.select_related("household").get(pk=family_id)
        visit = _agree(visiting.begin(by=by, village_id=family.place_code, family=family), by)
        away = family_id % 100 / 10_000  # nobody's house: somewhere in the nagari
        position = {"latitude": f"{-1.30 - away:.6f}", "longitude": f"{100.57 + away:.6f}", "accuracy": "8"}
        visit = visiting.save_screen(visit, by=by, household=position, members={}, step_id=visit.screen, complete=False)
        visit = visiting.send(_through(visit, by), by=by, attested=True)
        Visit.objects.filter(pk=visit.pk).update(created_at=when, updated_at=when)
        for n, kind in enumerate((PhotoKind.FRONT, PhotoKind.INSIDE)):
            photos.add(house_photo(*HOUSES[(family_id + n) % len(HOUSES)]), by=by, kind=kind, family=family)

    def compare(self, family_id: int, by: User) -> None:
        """Record that every member's NIK agrees, and that whoever has none was taken to civil registration."""
        family = Family.objects.select_related("household").get(pk=family_id)
        for row in family.memberships.open().select_related("person"):
            if row.person.nik_index is None:
                identity.take_step(family, row.person, by=self.accounts["fasilitator"], state="handed")
                continue
            said = {"result": NikMatch.MATCHED, "source": "dukcapil", "version": row.person.version}
            identity.record_check(family, row.person, by=by, **said)

    def half_a_visit(self, family: InventedFamily, account: str) -> None:
        """Leave a visit half done, to be resumed."""
        by = self.accounts[account]
        answers = visit_answers(family)
        visit = visiting.begin(by=by, village_id=family.village)
        visit = _agree(visit, by)
        visiting.save_screen(
            visit, by=by, household=answers["household"], members=answers["members"], step_id="place", complete=True
        )

    def register(self, family: Family, start: datetime, way: Way) -> None:
        """Take a family's registration along a way, as far as the village meeting; `meet` takes it on from there."""
        registration = Registration.objects.get(family=family)
        Registration.objects.filter(pk=registration.pk).update(created_at=start, state_since=start)
        upto = next((n for n, step in enumerate(way) if step[0] == "call_meeting"), len(way))
        at = self.walk(registration, way[:upto], start)
        registration.refresh_from_db()
        if way[upto:] and registration.state == RegistrationState.INITIAL_LIST:
            self.pending.append((at, registration, way[upto:]))

    def meet(self, village: str) -> None:
        """Hold the village's meetings, a few families each; those that were decided are taken along their ways."""
        waiting = sorted(
            (found for found in self.pending if found[1].place_code == village), key=lambda found: found[0]
        )
        decided = [found for found in waiting if len(found[2]) > 1]
        undecided = [found for found in waiting if len(found[2]) == 1]
        groups = [decided[n : n + PER_MEETING] for n in range(0, len(decided), PER_MEETING)]
        for n, group in enumerate([*groups, undecided], start=1):
            self._meet(village, group, n)

    def _meet(self, village: str, group: list[tuple[datetime, Registration, Way]], number: int) -> None:
        clerk = self.accounts["puskesos"]
        if not group:
            return
        held = _in_office_hours(max(at for at, _row, _way in group) + timedelta(days=1))
        closed = _in_office_hours(held + timedelta(days=3))
        if held > self.now:
            return
        with clock.told(held):
            meeting = meetings.hold(
                by=clerk, village_id=village, held_on=clock.today(), place="Kantor nagari", chair=CHAIR, at=held
            )
            meetings.call(meeting, [row.pk for _at, row, _way in group], by=clerk)
            meetings.add_attendees(meeting, ATTENDEES, by=clerk)
            verdicts = {row.pk: way[1][3].get("meeting_reason", "accept") for _at, row, way in group if way[1:]}
            meetings.decide(meeting, verdicts, by=clerk)
        if closed > self.now or len(verdicts) < len(group):
            return
        with clock.told(closed):
            data = printing.minutes(meeting, meeting.decisions.told_to(clerk))
            with papers.kept(data, kind=PaperKind.MINUTES, village_id=village, by=clerk) as paper:
                said: dict[str, Any] = {"minutes_number": f"BA-{number:02d}/SGS/{closed.year}", "minutes": paper}
                engine.apply("attach_minutes", meeting, by=clerk, at=closed, **said)
            engine.apply("close", meeting, by=clerk, at=closed)
        for _at, row, way in group:
            self.walk(row, way[2:], closed)

    def look_again(self, account: str = "supervisor") -> None:
        """Draw the supervisor's sample and write down what the first of it showed."""
        by = self.accounts[account]
        if not revisit.waiting(by.areas_for(Permission.REGISTRATION_SUPERVISE)):
            return
        first = revisit.draw(by=by, seed=1)[0].revisits.first()
        if first is not None:
            engine.apply("agrees", first, by=by, revisited_on=clock.today())

    def receive_answer(self) -> None:
        """Upload an answer of the ministry about what was sent, looked through and not applied yet."""
        sent = Registration.objects.filter(state=RegistrationState.SENT_TO_MINISTRY).select_related("family__head")
        niks = [row.family.head.nik_encrypted for row in sent if row.family.head and row.family.head.nik_encrypted]
        if niks:
            lines = ["NIK,STATUS,KODE_ALASAN,DESIL,PERIODE", *(f"{nik},DITETAPKAN,,2,2026-Q4" for nik in niks)]
            data, by = "\n".join(lines).encode(), self.accounts["manajer"]
            previewing.preview(uploading.upload(data, "jawaban_siks.csv", by=by, kind=ImportKind.ANSWER).pk)

    def object_to(self, families: list[int]) -> None:
        """Record a contest and a proposal, the first on its way to an answer."""
        for pk, (kind, objector, reason) in zip(families, OBJECTIONS, strict=False):
            family = Family.objects.select_related("household").get(pk=pk)
            by = self.accounts["frontoffice"]
            filed = clock.today() - timedelta(days=5)
            row = objection.file(family, by=by, kind=kind, objector=objector, reason=reason, filed_on=filed)
            if kind == "contest":
                engine.apply("take", row, by=self.accounts["backoffice"])

    def complain(self, case: Case, family: Family, days_ago: float) -> Complaint:
        """Record a complaint of a family and take it, and the referral that came of it, as far as its way goes."""
        asked = self.now - timedelta(days=days_ago)
        start = _in_office_hours(asked)
        if start > self.now:  # today is a weekend: it was on the last day before
            start = _in_office_hours(asked - timedelta(days=2))
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


def _enter(visit: Visit, by: User, family: InventedFamily) -> Visit:
    answers = visit_answers(family)
    visit = visiting.save_screen(
        _agree(visit, by),
        by=by,
        household=answers["household"],
        members=answers["members"],
        step_id="place",
        complete=True,
    )
    return _through(visit, by)


def _through(visit: Visit, by: User) -> Visit:
    """Go through the screens as they stand."""
    for step in steps(visit.answers, clock.today()):
        visit = visiting.save_screen(visit, by=by, household={}, members={}, step_id=step.id, complete=True)
    return visit


def _agree(visit: Visit, by: User) -> Visit:
    return visiting.save_screen(visit, by=by, household={"consent": "1"}, members={}, step_id="consent", complete=True)


def _day(moment: datetime) -> date:
    with clock.told(moment):
        return clock.today()


def _in_office_hours(moment: datetime) -> datetime:
    """Move a moment off the weekend; cases are worked on when the office is open."""
    while moment.weekday() >= 5:
        moment += timedelta(days=1)
    return moment
