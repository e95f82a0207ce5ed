"""The village meeting as a batch: families are called, decided on one by one, and move together when the record is closed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import batch
from households.choices.meeting import MeetingReason, MeetingState
from households.choices.registration import RegistrationState as R
from households.models import Attendee, MeetingDecision, Registration, VillageMeeting
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import filled, move

S = MeetingState
# A meeting is written down in the year after it was held; an older day is a slip of the pen.
OLDEST = timedelta(days=366)
CALLABLE = (R.INITIAL_LIST, R.RETURNED_TO_VILLAGE)


def called(meeting: VillageMeeting) -> Any:
    """Return the registrations that wait for this meeting's decision: those of families that still live in its village."""
    return _on_the_list(meeting).filter(family__household__village=meeting.village_id)


def moved_away(meeting: VillageMeeting) -> Any:
    """Return the registrations on this meeting's list whose families moved to another village since they were called."""
    return _on_the_list(meeting).exclude(family__household__village=meeting.village_id)


def _on_the_list(meeting: VillageMeeting) -> Any:
    return Registration.objects.filter(meeting=meeting, state=R.MEETING)


def undecided(meeting: VillageMeeting) -> Any:
    """Return the called registrations on which nothing was decided yet."""
    return called(meeting).exclude(meeting_decisions__meeting=meeting)


def lacking(meeting: VillageMeeting) -> list[str]:
    """Return what the record lacks before it can be closed, in the order in which a meeting goes.

    Any of "attendees", "families", "decisions" and "minutes": the paper is signed after the decisions it tells of.
    """
    open_questions = (
        ("attendees", not meeting.attendees.exists()),
        ("families", not meeting.decisions.exists() and not called(meeting).exists()),
        ("decisions", undecided(meeting).exists()),
        ("minutes", not _has_minutes(meeting)),
    )
    return [name for name, missing in open_questions if missing]


def _has_minutes(meeting: VillageMeeting) -> bool:
    return bool(meeting.minutes_number) and meeting.minutes_id is not None


def _minutes_are_there(row: VillageMeeting, data: dict[str, Any]) -> None:
    if not _has_minutes(row):
        raise GuardFailed("", _("Berita acara belum diunggah. Unggah dulu, lengkap dengan nomornya."))


def _somebody_came(row: VillageMeeting, data: dict[str, Any]) -> None:
    if not row.attendees.exists():
        raise GuardFailed("", _("Daftar peserta masih kosong. Isi siapa saja yang hadir."))


def _all_decided(row: VillageMeeting, data: dict[str, Any]) -> None:
    missing = undecided(row).count()
    if missing:
        raise GuardFailed("", _("%(n)d keluarga belum diputuskan. Putuskan atau tunda dulu.") % {"n": missing})
    if not row.decisions.exists():
        raise GuardFailed("", _("Belum ada keluarga yang dibahas. Panggil keluarga dari daftar awal dulu."))


def _carry_out(row: VillageMeeting, step: Step) -> None:
    """Move every family as decided, each in its own savepoint; one that cannot move holds up no other."""
    row.save()  # the families' steps read the minutes of the closed meeting
    by = step.by
    _let_go(row, _("Keluarga pindah ke desa lain sebelum musyawarah ditutup."), at=step.at)

    def act(decision: MeetingDecision) -> None:
        registration = decision.registration
        if registration.meeting_id != row.pk:
            raise TransitionNotAllowed(_("Sudah dibawa ke musyawarah lain."))
        if decision.accepted:
            engine.apply("accept", registration, by=by, at=step.at)
        else:
            engine.apply("reject", registration, by=by, at=step.at, meeting_reason=decision.reason)

    decisions = row.decisions.select_related("registration__family__household", "registration__meeting")
    row.result = batch.each(decisions, act).as_json()


def _let_go(meeting: VillageMeeting, note: str, at: datetime | None = None) -> None:
    """Put families that moved away on the initial list of the village they live in now; that village decides on them."""
    for registration in moved_away(meeting):
        engine.apply("leave_village", registration, by=None, at=at, note=note)


def _release(row: VillageMeeting, step: Step) -> None:
    _let_go(row, step.note, at=step.at)
    row.result = batch.each(
        called(row).select_related("family__household"),
        lambda registration: engine.apply("postpone", registration, by=step.by, at=step.at, note=step.note),
    ).as_json()


MEETING = Workflow(
    "meeting",
    "households.villagemeeting",
    MeetingState,
    (
        move(
            "attach_minutes",
            {S.OPEN},
            None,
            P.REGISTRATION_MEETING,
            gettext_lazy("Unggah berita acara"),
            writes=("minutes_number", "minutes"),
            tells=("minutes_number", "minutes"),
            guards=(
                filled("minutes_number", gettext_lazy("Nomor berita acara wajib diisi.")),
                filled("minutes", gettext_lazy("Pilih pindaian berita acara yang sudah ditandatangani.")),
            ),
        ),
        move(
            "close",
            {S.OPEN},
            S.CLOSED,
            P.REGISTRATION_MEETING,
            gettext_lazy("Tutup musyawarah dan pindahkan keluarga"),
            tone="good",
            guards=(_somebody_came, _all_decided, _minutes_are_there),
            effect=_carry_out,
        ),
        move(
            "cancel",
            {S.OPEN},
            S.CANCELLED,
            P.REGISTRATION_MEETING,
            gettext_lazy("Batalkan, keluarga kembali ke daftar awal"),
            needs_note=True,
            tone="bad",
            effect=_release,
        ),
    ),
    initial=S.OPEN,
    final=frozenset({S.CLOSED, S.CANCELLED}),
)


def hold(*, by: User, village_id: str, held_on: date, place: str, chair: str, at: Any = None) -> VillageMeeting:
    """Open the record of a meeting that took place.

    Raises NotPermitted, or GuardFailed for a day that lies ahead or more than a year back.
    """
    if held_on > clock.today():
        raise GuardFailed("held_on", _("Musyawarah ini belum berlangsung. Catat pada harinya atau sesudahnya."))
    if held_on < clock.today() - OLDEST:
        raise GuardFailed("held_on", _("Musyawarah ini lebih dari setahun lalu. Periksa tanggalnya."))
    row = VillageMeeting(
        village_id=village_id,
        held_on=held_on,
        place=place.strip(),
        chair=chair.strip(),
        recorded_by=by,
        state_since=at or clock.now(),
    )
    return engine.create(row, by=by, permission=P.REGISTRATION_MEETING, verb="hold", at=at)


def _demand_open(meeting: VillageMeeting, by: User) -> VillageMeeting:
    """Lock a meeting's record for a change of its contents."""
    decision = may(by, P.REGISTRATION_MEETING, meeting)
    if not decision:
        raise NotPermitted(decision.reason)
    row = VillageMeeting.objects.select_for_update().get(pk=meeting.pk)
    if row.state != S.OPEN:
        raise TransitionNotAllowed(_("Musyawarah ini sudah ditutup; isinya tidak berubah lagi."))
    return row


def add_attendees(meeting: VillageMeeting, people: Iterable[tuple[str, str]], *, by: User) -> int:
    """Add those who took part, as (name, role); return how many. Call in a transaction."""
    row = _demand_open(meeting, by)
    made = Attendee.objects.bulk_create(
        Attendee(meeting=row, name=name.strip()[:120], role=role) for name, role in people
    )
    trail.write("attend", row, by=by, count=len(made))
    return len(made)


def remove_attendee(meeting: VillageMeeting, attendee_id: int, *, by: User) -> None:
    """Take somebody off the attendance again. Call in a transaction."""
    row = _demand_open(meeting, by)
    gone, _kinds = row.attendees.filter(pk=attendee_id).delete()
    if gone:
        trail.write("unattend", row, by=by, count=gone)


def call(meeting: VillageMeeting, ids: Iterable[int], *, by: User) -> batch.Tally:
    """Bring families of the initial list before the meeting; return the account of every one. Call in a transaction."""
    return batch.take("call_meeting", ids, by=by, meeting=_demand_open(meeting, by))


def take_off(meeting: VillageMeeting, registration_id: int, *, by: User, note: str) -> None:
    """Take a family that moved to another village off the list, with the reason; it stands on that village's initial list then.

    Raises NotPermitted, TransitionNotAllowed for a closed meeting, or GuardFailed without a reason or for a family that did
    not move. Call in a transaction.
    """
    row = _demand_open(meeting, by)
    if not note.strip():
        raise GuardFailed("note", _("Tulis mengapa keluarga ini ditarik dari musyawarah."))
    registration = moved_away(row).filter(pk=registration_id).first()
    if registration is None:
        raise GuardFailed("", _("Keluarga ini tidak ada di daftar keluarga yang pindah desa. Muat ulang halamannya."))
    engine.apply("leave_village", registration, by=None, note=note)
    trail.write("take_off", row, by=by, note=note.strip(), registration=registration_id)


def decide(
    meeting: VillageMeeting, decisions: dict[int, str], *, by: User, seen: dict[int, str] | None = None
) -> batch.Tally:
    """Write down what was decided: registration number -> "accept", a MeetingReason, or "" for not yet; return the account.

    `seen` is what the page showed: what was left as shown is no decision, and what somebody else decided meanwhile is not
    overwritten but told beside the own choice. Raises GuardFailed for an unknown decision and TransitionNotAllowed for a closed
    meeting. Call in a transaction.
    """
    row, shown = _demand_open(meeting, by), seen or {}
    if set(decisions.values()) - {"", "accept", *MeetingReason.values}:
        raise GuardFailed("", _("Keputusan tidak dikenal. Pilih dari daftar."))
    here = called(row).select_related("family__head").in_bulk()
    stands = {d.registration_id: "accept" if d.accepted else d.reason for d in row.decisions.all()}
    tally = batch.Tally()
    for pk, verdict in decisions.items():
        if shown.get(pk) == verdict:
            continue
        tally.chosen += 1
        now = stands.get(pk, "")
        if pk not in here:
            tally.skipped[_("Tidak (lagi) dibahas di musyawarah ini.")] += 1
        elif now not in (verdict, shown.get(pk, now)):
            tally.skipped[_decided_meanwhile(here[pk], now, verdict)] += 1
        else:
            _write_down(row, pk, verdict)
            tally.done += 1
    trail.write(
        "note_decisions", row, by=by, decided=row.decisions.filter(registration_id__in=here).count(), called=len(here)
    )
    return tally


def _decided_meanwhile(row: Registration, now: str, mine: str) -> str:
    return _('%(who)s: orang lain memutuskan "%(now)s", pilihan Anda "%(mine)s" tidak dicatat.') % {
        "who": row.family.head.name if row.family.head else row,
        "now": _words(now),
        "mine": _words(mine),
    }


def _words(verdict: str) -> str:
    if verdict in MeetingReason.values:
        return str(MeetingReason(verdict).label)
    return _("Disepakati") if verdict else _("Belum diputuskan")


def _write_down(meeting: VillageMeeting, pk: int, verdict: str) -> None:
    if verdict == "":
        meeting.decisions.filter(registration_id=pk).delete()
        return
    accepted = verdict == "accept"
    MeetingDecision.objects.update_or_create(
        meeting=meeting,
        registration_id=pk,
        defaults={"accepted": accepted, "reason": "" if accepted else verdict},
    )
