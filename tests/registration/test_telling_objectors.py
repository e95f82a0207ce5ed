"""The last step of an objection: whoever objected hears the answer, and what nobody told yet is counted."""

from datetime import timedelta

import pytest

from households.models import Objection
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.idempotency import new_key
from slrt.dashboard import homes
from slrt.workflow import engine
from tests import cases, people

SAID = {"told_how": "phone"}


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def answered(family, by, state="rejected"):
    return cases.objection(family, by, state)


def counts(user):
    return {item["code"]: item["count"] for item in homes.waiting(user)}


@pytest.mark.parametrize("state", ["accepted", "rejected"])
@pytest.mark.parametrize("who", ["sari", "fitri", "nurma", "rina"])
def test_whoever_records_objections_tells_the_answer(request, family, sari, who, state):
    teller, row = request.getfixturevalue(who), answered(family, sari, state)
    engine.apply("tell", row, by=teller, told_on=clock.today(), **SAID)
    row.refresh_from_db()
    assert (row.state, row.told_on, row.told_how, row.told_by) == (state, clock.today(), "phone", teller)
    entry = AuditEntry.objects.about(row).get(verb="tell")
    assert entry.details == {"told_on": str(clock.today()), "told_how": "phone"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (SAID, "told_on"),
        ({**SAID, "told_on": 1}, "told_on"),
        ({**SAID, "told_on": -1}, "told_on"),
        ({"told_on": 0}, "told_how"),
    ],
)
def test_day_and_channel_are_asked_and_the_day_can_be(family, sari, said, field):
    """Days are counted from the one on which the story is told, not from the one on which the stories were collected."""
    row = answered(family, sari)
    if "told_on" in said:
        said = {**said, "told_on": clock.today() + timedelta(days=said["told_on"])}
    with pytest.raises(GuardFailed) as refused:
        engine.apply("tell", row, by=sari, **said)
    row.refresh_from_db()
    assert (refused.value.field, row.told_on, row.told_by) == (field, None, None)


@pytest.mark.parametrize("state", ["filed", "in_process"])
def test_before_the_answer_there_is_nothing_to_tell(family, sari, state):
    row = answered(family, sari, state)
    with pytest.raises(TransitionNotAllowed):
        engine.apply("tell", row, by=sari, told_on=clock.today(), **SAID)
    assert Objection.objects.get().told_on is None


@pytest.mark.parametrize("who", ["joko", "lestari", "hendra"])
def test_others_tell_nobody(request, family, sari, who):
    row = answered(family, sari)
    with pytest.raises(NotPermitted):
        engine.apply("tell", row, by=request.getfixturevalue(who), told_on=clock.today(), **SAID)
    assert Objection.objects.get().told_on is None


def test_it_is_told_once(family, sari, fitri):
    row = engine.apply("tell", answered(family, sari), by=sari, told_on=clock.today(), **SAID)
    with pytest.raises(NotPermitted, match="sudah dicatat disampaikan"):
        engine.apply("tell", row, by=fitri, told_on=clock.today(), told_how="letter")
    row.refresh_from_db()
    assert (row.told_by, row.told_how) == (sari, "phone")


def test_nothing_is_kept_when_the_trail_fails(family, sari, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no trail")

    row = answered(family, sari)
    monkeypatch.setattr("slrt.audit.trail.write", broken)
    with pytest.raises(OSError, match="no trail"):
        engine.apply("tell", row, by=sari, told_on=clock.today(), **SAID)
    assert Objection.objects.get().told_on is None


def test_from_the_page_and_the_list_of_what_nobody_told(browse, family, sari, fitri):
    row = answered(family, sari)
    desk = browse(fitri)
    assert f"/sanggah/{row.pk}/" in desk.get("/sanggah/?tab=untold").content.decode()
    said = {"version": row.version, "idempotency_key": new_key(), "told_on": clock.today().strftime("%d/%m/%Y")}
    refused = desk.post(f"/sanggah/{row.pk}/tell/", said)
    assert refused.status_code == 422
    assert "Pilih lewat apa jawaban disampaikan." in refused.content.decode()
    assert desk.post(f"/sanggah/{row.pk}/tell/", {**said, **SAID}).status_code == 302
    page = desk.get(f"/sanggah/{row.pk}/").content.decode()
    assert "Telepon" in page
    assert "oleh Fitri" in page
    assert f"/sanggah/{row.pk}/" not in desk.get("/sanggah/?tab=untold").content.decode()


def test_homes_count_what_waits_and_lead_to_exactly_those(browse, family, sari, rina, lestari, joko):
    elsewhere = cases.family_in(people.PADANG, nik="1371994506850001")
    cases.objection(family, sari, "filed"), cases.objection(family, sari, "in_process")
    answered(family, sari, "accepted"), cases.objection(elsewhere, sari, "filed"), answered(elsewhere, sari)
    told = answered(family, sari)
    engine.apply("tell", told, by=sari, told_on=clock.today(), **SAID)
    assert (counts(lestari)["objections_open"], counts(rina)["objections_open"]) == (2, 2)
    assert (counts(sari)["objections_untold"], counts(rina)["objections_untold"]) == (1, 1)
    assert not {"objections_open", "objections_untold"} & counts(joko).keys()
    for code, user, n in (("objections_open", lestari, 2), ("objections_untold", sari, 1)):
        page = browse(user).get(f"/dasbor/{code}/").content.decode()
        assert f'data-count="{n}"' in page
        assert page.count('href="/sanggah/') == n
