"""Rows of the three life cycles in any state, named after what they are."""

from datetime import date, timedelta
from typing import Any

from complaints import tracking
from complaints.models import Complaint
from households.choices.answers import AnswerKind
from households.choices.photo import HOUSE_PHOTOS
from households.choices.survey import CodeBook, SurveyKind
from households.models import (
    AnswerFile,
    AnswerRow,
    Attendee,
    Family,
    Household,
    MeetingDecision,
    Membership,
    Objection,
    Paper,
    Person,
    Photo,
    Registration,
    Revisit,
    RevisitSample,
    SurveyRound,
    VillageMeeting,
    Visit,
)
from households.names import fold
from programs.models import Programme
from referrals.models import Referral
from slrt.accounts.models import Organisation, User
from slrt.core import clock, crypto
from tests import people


def family_in(village: str, name: str = "Rosna Tanjung", nik: str = "1301994506850001", kk: str = "") -> Family:
    """A family of one in a village."""
    kk = kk or f"{nik[:12]}9{nik[13:]}"
    head = Person.objects.create(
        name=name,
        name_folded=fold(name),
        nik_encrypted=nik,
        nik_index=crypto.blind_index(nik),
        birth_date=date(1985, 6, 5),
        sex="2",
    )
    house = Household.objects.create(village_id=village, head=head)
    row = Family.objects.create(household=house, head=head, kk_encrypted=kk, kk_index=crypto.blind_index(kk))
    Membership.objects.create(person=head, family=row, relation="1", started_on=date(2020, 1, 1))
    return row


def registration(family: Family, state: str = "draft", **more: Any) -> Registration:
    """A registration in a state, which began two months ago."""
    row = Registration.objects.create(family=family, state=state, state_since=clock.now(), **more)
    Registration.objects.filter(pk=row.pk).update(created_at=clock.now() - timedelta(days=60))
    row.refresh_from_db()
    return row


def visited(family: Family, on: date | None = None, **answers: Any) -> SurveyRound:
    """What a household answered on a visit, today unless another day is named."""
    return SurveyRound.objects.create(
        household=family.household,
        kind=SurveyKind.VISIT,
        codebook=CodeBook.BDT2015,
        collected_on=on or clock.today(),
        answers=answers,
    )


def sent_visit(family: Family, by: User, found: SurveyRound) -> Visit:
    """The visit to a family that brought these answers."""
    return Visit.objects.create(
        facilitator=by, village_id=family.place_code, family=family, state="sent", sent_at=clock.now(), round=found
    )


def photo(family: Family, by: User, kind: str, *, taken: Any = None, **more: Any) -> Photo:
    """A photo's row, without its file."""
    house = family.household if kind in HOUSE_PHOTOS else None
    taken = taken or clock.now()
    return Photo.objects.create(
        **{"family": family, "household": house, "kind": kind, "sha256": "", "size": 1, "width": 1, "height": 1},
        **{"taken_at": taken, "added_at": taken, "added_by": by, "name": f"{Photo.objects.count()}", **more},
    )


def house_photos(family: Family, by: User) -> None:
    """The photos a field verification asks for."""
    photo(family, by, "front")
    photo(family, by, "inside")


def complaint(family: Family, by: User, state: str = "recorded", **more: Any) -> Complaint:
    """A complaint of a family in a state."""
    now, code = clock.now(), tracking.new_code()
    return Complaint.objects.create(
        **{"kind": "grievance", "sector": "health", "issue": "nothing_received", "channel": "home_visit"},
        state=state,
        state_since=now,
        village_id=family.place_code,
        family=family,
        description="Anak sakit.",
        tracking_code=code,
        tracking_index=crypto.blind_index(tracking.normalise(code)),
        recorded_by=by,
        received_at=now,
        response_due_at=now + timedelta(days=3),
        due_at=now + timedelta(days=14),
        **more,
    )


def programme(code: str = "KIS") -> Programme:
    """A programme without papers or rules."""
    return Programme.objects.get_or_create(code=code, defaults={"name": f"Program {code}", "prerequisites": []})[0]


def referral(family: Family, by: User, state: str = "draft", receiver: Organisation | None = None) -> Referral:
    """A referral of a family in a state."""
    return Referral.objects.create(
        family=family,
        programme=programme(),
        receiver=receiver or people.make_organisation("dinkes"),
        kind="external_agency",
        need="Berobat.",
        consent=True,
        legal_basis="public_task",
        drafted_by=by,
        state=state,
        state_since=clock.now(),
    )


def paper(village: str, by: User, kind: str = "minutes") -> Paper:
    """A scanned paper's row, without its file."""
    return Paper.objects.create(
        village_id=village,
        kind=kind,
        media_type="application/pdf",
        size=1,
        stored_name=f"{Paper.objects.count():032d}.bin",
        uploaded_by=by,
    )


def meeting(village: str, by: User, state: str = "open", complete: bool = False) -> VillageMeeting:
    """A village meeting's record; a complete one has its attendance and its minutes."""
    row = VillageMeeting.objects.create(
        village_id=village,
        held_on=clock.today() - timedelta(days=1),
        place="Kantor nagari",
        chair="Wali Nagari",
        recorded_by=by,
        state=state,
        state_since=clock.now(),
    )
    if complete:
        Attendee.objects.create(meeting=row, name="Ketua Bamus", role="council")
        row.minutes, row.minutes_number = paper(village, by), "BA-1/2026"
        row.save()
    return row


def decided_meeting(village: str, by: User, state: str = "open") -> VillageMeeting:
    """A complete meeting that has accepted one family and refused another."""
    row = meeting(village, by, state, complete=True)
    for n, reason in enumerate(("", "well_off"), start=3):
        called = registration(family_in(village, nik=f"130199450685000{n}"), "meeting", meeting=row)
        MeetingDecision.objects.create(meeting=row, registration=called, accepted=not reason, reason=reason)
    return row


def revisit(family: Family, by: User, state: str = "drawn") -> Revisit:
    """A verified registration of a family, drawn for a second look."""
    row = registration(family, "verified")
    sample = RevisitSample.objects.create(
        area_id=family.place_code, drawn_by=by, drawn_at=clock.now(), seed=1, share=100, population=[row.pk]
    )
    return Revisit.objects.create(sample=sample, registration=row, state=state, state_since=clock.now())


def objection(family: Family, by: User, state: str = "filed") -> Objection:
    """A contest of a family's place on the list."""
    return Objection.objects.create(
        family=family,
        kind="contest",
        objector="citizen",
        reason="Sudah punya dua rumah.",
        filed_on=clock.today(),
        due_on=clock.today() + timedelta(days=14),
        recorded_by=by,
        state=state,
        state_since=clock.now(),
    )


def answer_file(family: Family, by: User, state: str = "previewed") -> AnswerFile:
    """An answer file of one row that determines a family sent before."""
    sent = registration(family, "sent_to_ministry")
    row = AnswerFile.objects.create(
        area_id="13.01",
        uploaded_by=by,
        file_name="jawaban.csv",
        state=state,
        state_since=clock.now(),
        counts={"rows": 1},
    )
    AnswerRow.objects.create(
        file=row,
        line=2,
        masked="1301",
        registration=sent,
        registration_version=sent.version,
        kind=AnswerKind.DETERMINED,
        decile=2,
        period="2026-Q4",
    )
    return row
