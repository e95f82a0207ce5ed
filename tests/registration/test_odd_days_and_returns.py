"""What SIKS-NG refuses goes back to the village; days that cannot be and halves of a position are refused with their own sentence."""

from datetime import date, timedelta

import pytest

from households.models import FieldCheck, MeetingDecision, Objection, Registration
from households.workflow import meeting as meetings
from households.workflow import objection
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

DAY = timedelta(days=1)


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


# -- refused by SIKS-NG


@pytest.mark.parametrize("state", ["endorsed", "sent_to_ministry"])
def test_what_siks_ng_refuses_goes_back_to_the_village(browse, family, rina, nurma, state):
    row = cases.registration(family, state, sent_on=clock.today(), decree_number="460/1")
    assert "/return_to_village/" in browse(rina).get(f"/registrasi/{row.pk}/").content.decode()
    row = engine.apply("return_to_village", row, by=rina, note="Ditolak korkab: KK tidak padan.")
    assert row.state == "returned_to_village"
    row = engine.apply("call_meeting", row, by=nurma, meeting=cases.meeting(people.SAGO, nurma))
    assert row.state == "meeting"


@pytest.mark.parametrize(("who", "note"), [("rina", ""), ("sari", "Ditolak."), ("nurma", "Ditolak.")])
def test_it_goes_back_with_a_note_and_by_the_office_only(request, family, who, note):
    row = cases.registration(family, "sent_to_ministry")
    with pytest.raises((GuardFailed, NotPermitted)):
        engine.apply("return_to_village", row, by=request.getfixturevalue(who), note=note)
    row.refresh_from_db()
    assert row.state == "sent_to_ministry"


# -- days that cannot be


@pytest.mark.parametrize(
    ("state", "given", "day"),
    [
        ("determined", {"sent_on": -5}, -6),
        ("not_determined", {}, -100),
        ("rejected_by_meeting", {"meeting_on": -3}, -4),
        ("exited", {}, -100),
        ("determined", {}, None),
    ],
)
def test_nobody_was_told_before_there_was_anything_to_tell(family, sari, state, given, day):
    row = cases.registration(family, state, **{name: clock.today() + n * DAY for name, n in given.items()})
    on = date(1900, 1, 1) if day is None else clock.today() + day * DAY
    with pytest.raises(GuardFailed) as refused:
        engine.apply("tell", row, by=sari, told_on=on, told_how="visit", told_whom="head")
    row.refresh_from_db()
    assert (refused.value.field, row.told_on) == ("told_on", None)
    at = next(iter(given), None)
    on = getattr(row, at) if at else clock.today()
    assert engine.apply("tell", row, by=sari, told_on=on, told_how="visit", told_whom="head").told_on == on


def test_a_second_look_is_not_before_the_first(family, sari, joko):
    look = cases.revisit(family, joko)
    row = look.registration
    FieldCheck.objects.create(
        registration=row,
        result_code="1",
        visited_on=clock.today() - 2 * DAY,
        photos=2,
        surveyor=sari,
        recorded_at=clock.now(),
    )
    with pytest.raises(GuardFailed) as refused:
        engine.apply("agrees", look, by=joko, revisited_on=clock.today() - 3 * DAY)
    look.refresh_from_db()
    assert (refused.value.field, look.state) == ("revisited_on", "drawn")
    assert engine.apply("agrees", look, by=joko, revisited_on=clock.today() - 2 * DAY).state == "agrees"


def test_an_objection_of_another_year_is_refused(family, sari):
    said = {"kind": "contest", "objector": "citizen", "reason": "Sudah mampu."}
    with pytest.raises(GuardFailed) as refused:
        objection.file(family, by=sari, filed_on=date(1990, 1, 1), **said)
    assert refused.value.field == "filed_on"
    assert not Objection.objects.exists()


# -- half a position


@pytest.mark.parametrize("half", ["latitude", "longitude"])
def test_half_a_position_is_not_thrown_away(browse, family, sari, half):
    row = cases.registration(family, "field_verification", verification_from=clock.now() - DAY)
    value = {"latitude": "-1.350000", "longitude": "100.570000"}[half]
    said = {"visited_on": clock.today().strftime("%d/%m/%Y"), half: value, "note": "Rumah kosong."}
    said |= {"no_position_reason": "Tidak ada sinyal.", "version": row.version, "idempotency_key": new_key()}
    answer = browse(sari).post(f"/registrasi/{row.pk}/not_found/", said)
    row.refresh_from_db()
    assert (answer.status_code, row.state, FieldCheck.objects.count()) == (422, "field_verification", 0)
    page = answer.content.decode()
    assert "lintang dan bujur" in page
    assert value in page


# -- two people decide in one meeting


@pytest.fixture
def meeting(nurma, places):
    """An open meeting with three families before it."""
    row = cases.meeting(people.SAGO, nurma)
    for n in range(3):
        family = cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n + 10}")
        cases.registration(family, "meeting", meeting=row, meeting_on=row.held_on)
    return row


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(browse, meeting, nurma):
    first, second, third = meetings.called(meeting).order_by("pk")
    desk, address = browse(nurma), f"/musyawarah/{meeting.pk}/keputusan/"
    shown = {f"s{row.pk}": "" for row in (first, second, third)}
    meetings.decide(meeting, {first.pk: "accept", second.pk: "moved"}, by=nurma)
    said = {f"d{first.pk}": "", f"d{second.pk}": "accept", f"d{third.pk}": "accept"}
    page = desk.post(address, {**shown, **said}, follow=True).content.decode()
    stands = dict(MeetingDecision.objects.values_list("registration_id", "accepted"))
    assert stands == {first.pk: True, second.pk: False, third.pk: True}
    assert "1 keputusan dicatat, 1 dilewati" in page
    assert "Warga 1" in page
    assert "Sudah pindah&quot;, pilihan Anda &quot;Disepakati" in page, "both are told"


def test_who_is_no_longer_before_the_meeting_is_said(browse, meeting, nurma):
    first, second, _third = meetings.called(meeting).order_by("pk")
    Registration.objects.filter(pk=second.pk).update(state="initial_list", meeting=None)
    said = {f"d{first.pk}": "accept", f"d{second.pk}": "accept", f"s{first.pk}": "", f"s{second.pk}": ""}
    page = browse(nurma).post(f"/musyawarah/{meeting.pk}/keputusan/", said, follow=True).content.decode()
    assert "1 keputusan dicatat, 1 dilewati" in page
    assert MeetingDecision.objects.count() == 1


# -- what a round rests on


def test_a_statement_instead_of_the_meeting_leaves_nothing_of_the_meeting(meeting, nurma):
    row = meetings.called(meeting).first()
    meetings.decide(meeting, {row.pk: "accept"}, by=nurma)
    paper = cases.paper(people.SAGO, nurma, "sptjm")
    row = engine.apply("use_sptjm", row, by=nurma, sptjm_on=clock.today(), sptjm_paper=paper)
    assert (row.state, row.meeting, row.meeting_on, row.minutes_number) == ("final_list", None, None, "")
    assert not MeetingDecision.objects.filter(registration=row).exists()


def test_a_meeting_in_a_later_round_rests_on_no_older_statement(family, nurma):
    paper = cases.paper(people.SAGO, nurma, "sptjm")
    row = cases.registration(family, "initial_list", sptjm_on=clock.today() - 90 * DAY, sptjm_paper=paper)
    row = engine.apply("call_meeting", row, by=nurma, meeting=cases.meeting(people.SAGO, nurma))
    assert (row.sptjm_on, row.sptjm_paper) == (None, None)


def test_a_returned_family_can_be_vouched_for_without_another_meeting(family, nurma):
    row = cases.registration(family, "returned_to_village", minutes_number="BA/1")
    paper = cases.paper(people.SAGO, nurma, "sptjm")
    row = engine.apply("use_sptjm", row, by=nurma, sptjm_on=clock.today(), sptjm_paper=paper)
    assert (row.state, row.minutes_number) == ("final_list", "")
