"""Consent is asked first and recorded with its text's version; a refusal ends the visit and keeps nothing of the family."""

import pytest

from households import visiting
from households.models import Family, Person, SurveyRound, Visit
from households.questionnaire import consent
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from tests import cases, people
from tests.entry.homes import enter


@pytest.fixture
def visit(sari):
    return visiting.begin(by=sari, village_id=people.SAGO)


def test_the_text_and_its_version_are_shown_before_anything_else(browse, visit, sari):
    hub = browse(sari).get(f"/kunjungan/{visit.pk}/")
    assert hub.context["resume"].endswith("/isi/consent/")
    page = browse(sari).get(hub.context["resume"]).content.decode()
    for sentence in consent.TEXTS[consent.VERSION]:
        assert str(sentence) in page
    assert f"Versi teks {consent.VERSION}" in page


def test_without_consent_nothing_is_sent(visit, sari):
    draft = enter(visit, sari, household={"consent": ""}, without=("consent",))
    assert [problem.step_id for problem in visiting.problems(draft)] == ["consent"]
    with pytest.raises(GuardFailed):
        visiting.send(draft, by=sari, attested=True)
    draft = enter(draft, sari, household={"consent": ""})
    with pytest.raises(GuardFailed, match="setuju"):
        visiting.send(draft, by=sari, attested=True)
    assert (Visit.objects.get().state, SurveyRound.objects.count(), Person.objects.count()) == ("draft", 0, 0)


def test_a_refusal_keeps_its_reason_and_nothing_of_the_family(browse, visit, sari):
    draft = enter(visit, sari)
    page = browse(sari)
    assert page.post(f"/kunjungan/{draft.pk}/menolak/", {"reason": "no_trust"}).status_code == 302
    row = Visit.objects.get()
    assert (row.state, row.refusal, row.answers["members"], row.answers["household"]) == ("refused", "no_trust", {}, {})
    assert row.answers["consent_version"] == consent.VERSION
    entry = AuditEntry.objects.get(verb="refuse")
    assert (entry.actor, entry.details["reason"], entry.to_state) == (sari, "no_trust", "refused")
    assert (Family.objects.count(), SurveyRound.objects.count()) == (0, 0)
    receipt = page.get(f"/kunjungan/{draft.pk}/bukti/").content.decode()
    assert "Penolakan sudah dicatat" in receipt
    assert "Rosna" not in receipt
    assert page.get("/kunjungan/").status_code == 200


def test_a_refusal_without_a_reason_of_the_list_changes_nothing(browse, visit, sari):
    draft = enter(visit, sari)
    for reason in ("", "sebab lain"):
        assert browse(sari).post(f"/kunjungan/{draft.pk}/menolak/", {"reason": reason}).status_code == 422
    row = Visit.objects.get()
    assert (row.state, row.version, row.answers) == ("draft", draft.version, draft.answers)
    assert not AuditEntry.objects.filter(verb="refuse").exists()


def test_nobody_else_records_a_refusal(browse, visit, sari, budi, nurma):
    for who, status in ((budi, 404), (nurma, 404)):
        assert browse(who).post(f"/kunjungan/{visit.pk}/menolak/", {"reason": "no_time"}).status_code == status
    with pytest.raises(NotPermitted):
        visiting.refuse(visit, by=nurma, reason="no_time")
    assert Visit.objects.get().state == "draft"


def test_a_refused_visit_takes_nothing_more(browse, visit, sari):
    visiting.refuse(visit, by=sari, reason="no_time")
    for path in ("", "isi/place/", "anggota/", "periksa/", "menolak/"):
        answer = browse(sari).get(f"/kunjungan/{visit.pk}/{path}")
        assert (answer.status_code, answer["Location"]) == (302, f"/kunjungan/{visit.pk}/bukti/")
    with pytest.raises(TransitionNotAllowed, match="menolak"):
        visiting.send(visit, by=sari, attested=True)


def test_a_known_family_that_refuses_stays_as_it_was(sari):
    family = cases.family_in(people.SAGO)
    visit = visiting.begin(by=sari, village_id=people.SAGO, family=family)
    visiting.refuse(visit, by=sari, reason="not_said")
    after = Family.objects.get()
    assert (after.version, after.memberships.open().count()) == (family.version, 1)
    assert Visit.objects.get().answers["members"] == {}
