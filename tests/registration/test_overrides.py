"""A reason to go on in spite of a sign counts for its round and for what was known; then it is asked for again."""

from datetime import timedelta

import pytest
from django.utils.translation import override as speaking

from households import exclusions
from households.models import ExclusionFlag
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from tests import cases, people

REASON = "Meteran dipakai bersama."


@pytest.fixture
def family(places):
    row = cases.family_in(people.SAGO)
    row.household.address = "Jl. Pasar 3"
    row.household.save()
    return row


@pytest.fixture
def row(family, rina):
    """Passed on by the office in spite of a strong meter, in the round that began a week ago; before the office once more."""
    found = cases.visited(family, daya="5")
    found.person_answers.create(person=family.head, answers={})
    began = clock.now() - timedelta(days=7)
    row = cases.registration(family, "supervisor_approved", verification_from=began)
    row = engine.apply("verify_office", row, by=rina, override_reason=REASON)
    row.state = "supervisor_approved"
    row.save()
    return row


def asked_again(row, by):
    with pytest.raises(GuardFailed) as refused:
        engine.apply("verify_office", row, by=by)
    row.refresh_from_db()
    assert (refused.value.field, row.state) == ("override_reason", "supervisor_approved")
    return [sign.code for sign in exclusions.unanswered(row)]


def test_in_the_same_round_it_is_asked_once(row, rina):
    assert engine.apply("verify_office", row, by=rina).state == "office_verified"


def test_a_reason_counts_in_every_language(row):
    with speaking("en"):
        assert exclusions.unanswered(row) == []


def test_a_new_round_asks_again_and_shows_what_was_said(browse, row, rina):
    row.verification_from = clock.now()
    row.save()
    assert asked_again(row, rina) == ["power"]
    page = browse(rina).get(f"/registrasi/{row.pk}/").content.decode()
    assert "Alasan sebelumnya, tidak berlaku lagi" in page
    assert REASON in page
    engine.apply("verify_office", row, by=rina, override_reason="Sudah diperiksa lagi.")
    assert ExclusionFlag.objects.get().override_reason == "Sudah diperiksa lagi."
    assert exclusions.unanswered(row) == []


def test_somebody_who_sees_more_asks_again(row, sari, rina):
    exclusions.record(row, "power", "Meteran kedua di toko.", by=sari)
    assert asked_again(row, rina) == ["power"]


def test_data_that_say_something_else_ask_again(family, row, rina):
    found = family.household.rounds.get()
    found.person_answers.update(answers={"status_kerja": "5"})
    assert asked_again(row, rina) == ["state_paid"], "a new sign; the old one stays answered"
    row = engine.apply("verify_office", row, by=rina, override_reason="Pensiunan golongan I.")
    other = cases.family_in(people.SAGO, "Murni", "1301994506850002").head
    other.memberships.update(family=family, relation="3")
    found.person_answers.create(person=other, answers={"status_kerja": "5"})
    row.state = "supervisor_approved"
    row.save()
    assert asked_again(row, rina) == ["state_paid"], "two members now, the reason was given for one"


def test_a_reason_from_before_these_things_were_kept_counts_where_nothing_speaks_against_it(row, rina):
    ExclusionFlag.objects.update(overridden_at=None, overridden_for="")
    assert exclusions.unanswered(row) == []


def endorsed(row, by, **more):
    return engine.apply("endorse", row, by=by, decree_number="460/12/2026", decree_on=clock.today(), **more)


def test_a_sign_that_came_after_the_office_looked_is_asked_about_at_the_endorsement(browse, row, rina, sari, hendra):
    row = engine.apply("verify_office", row, by=rina)
    exclusions.record(row, "wage", "Gaji di atas UMK, slip Juli.", by=sari)
    with pytest.raises(GuardFailed) as refused:
        endorsed(row, hendra)
    row.refresh_from_db()
    assert (refused.value.field, row.state, row.decree_number) == ("override_reason", "office_verified", "")
    page = browse(hendra).get(f"/registrasi/{row.pk}/endorse/").content.decode()
    assert 'name="override_reason"' in page
    row = endorsed(row, hendra, override_reason="Slip milik orang lain.")
    flag = ExclusionFlag.objects.get(code="wage")
    assert (row.state, flag.override_reason, flag.overridden_by) == ("endorsed", "Slip milik orang lain.", hendra)
    assert ExclusionFlag.objects.get(code="power").override_reason == REASON, (
        "what the office answered stays its answer"
    )


def test_what_the_office_answered_is_not_asked_again_at_the_endorsement(browse, row, rina, hendra):
    row = engine.apply("verify_office", row, by=rina)
    page = browse(hendra).get(f"/registrasi/{row.pk}/endorse/").content.decode()
    assert 'name="override_reason"' not in page
    assert endorsed(row, hendra).state == "endorsed"


def test_the_form_shows_the_signs_and_a_reason_written_for_others_is_asked_for_again(browse, row, rina, sari):
    row.verification_from = clock.now()
    row.save()
    desk, address = browse(rina), f"/registrasi/{row.pk}/verify_office/"
    page = desk.get(address)
    assert "daya listrik lebih dari 2.200 watt" in page.content.decode()
    shown = page.context["form"]
    said = {name: shown[name].value() or "" for name in shown.fields} | {"override_reason": "Meteran mertua."}
    exclusions.record(row, "wage", "Slip gaji Juli.", by=sari)
    refused = desk.post(address, said)
    row.refresh_from_db()
    assert (refused.status_code, row.state) == (422, "supervisor_approved")
    page = refused.content.decode()
    assert "berubah sejak halaman dibuka" in page
    assert "Slip gaji Juli." in page
    again = {**said, "override_for": refused.context["form"]["override_for"].value(), "override_reason": "Dua-duanya."}
    assert desk.post(address, again).status_code == 302
