"""Consent is asked first and recorded with its text's version; a refusal ends the visit and keeps nothing of the family."""

from uuid import uuid4

import pytest

from households import visiting
from households.models import Family, Person, Photo, SurveyRound, Visit
from households.questionnaire import consent, steps
from households.questionnaire.bdt2015 import SCREENS
from households.registry import photos
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from tests import cases, people
from tests.entry.homes import agreed, enter
from tests.registry.pictures import picture


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


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


SCREENS_ASKED = [(screen.key, "m1/" if screen.per_member else "") for screen in SCREENS if screen.key != consent.STEP]
ENTERED = {"address": "Jl. Rahasia 3", "kk": "1301990506109001", "name": "Rosna", "lantai": "6", "consent": "1"}


@pytest.mark.parametrize(("screen", "member"), SCREENS_ASKED, ids=[screen for screen, _member in SCREENS_ASKED])
def test_every_question_opened_by_its_address_leads_back_to_the_consent(browse, visit, sari, screen, member):
    phone, path = browse(sari), f"/kunjungan/{visit.pk}/isi/{screen}/{member}"
    first = f"/kunjungan/{visit.pk}/isi/consent/"
    before = Visit.objects.get()
    assert (phone.get(path).status_code, phone.get(path)["Location"]) == (302, first)
    assert phone.post(path, ENTERED)["Location"] == first
    assert phone.post(path, ENTERED, headers={"X-Screen": "1"}).json() == {"next": first}
    assert phone.post(path, ENTERED, headers={"X-Autosave": "1"}).status_code == 403
    after = Visit.objects.get()
    assert (after.version, after.answers) == (before.version, before.answers), "nothing that was sent along is kept"
    with pytest.raises(GuardFailed, match="setuju"):
        visiting.save_screen(
            visit, by=sari, household={"address": "Jl. Rahasia 3"}, members={}, step_id=screen, complete=True
        )
    assert Visit.objects.get().answers == before.answers


def test_once_the_family_agrees_every_screen_of_the_visit_opens(browse, visit, sari):
    enter(visit, sari)
    for step in steps(Visit.objects.get().answers, clock.today()):
        path = f"/kunjungan/{visit.pk}/isi/{step.screen.key}/" + (f"{step.member}/" if step.member else "")
        assert browse(sari).get(path).status_code == 200, path


def test_members_checking_sending_and_photos_wait_for_the_consent_too(browse, visit, sari, uploads):
    phone, first = browse(sari), f"/kunjungan/{visit.pk}/isi/consent/"
    before = Visit.objects.get()
    for path in ("anggota/", "periksa/", "foto/"):
        assert phone.get(f"/kunjungan/{visit.pk}/{path}")["Location"] == first, path
    sent = {"attested": "on", "idempotency_key": str(uuid4())}
    assert phone.post(f"/kunjungan/{visit.pk}/periksa/", sent)["Location"] == first
    assert phone.post(f"/kunjungan/{visit.pk}/anggota/m1/keluarkan/")["Location"] == first
    assert phone.post(f"/kunjungan/{visit.pk}/mirip/person/m1/", {"name": "Rosna"}).status_code == 404
    with pytest.raises(GuardFailed, match="setuju"):
        photos.add(picture(), by=sari, kind="house", visit=visit)
    with pytest.raises(GuardFailed, match="setuju"):
        visiting.remove_member(visit, "m1", by=sari)
    assert Visit.objects.get().answers == before.answers
    assert (Photo.objects.count(), list(uploads.rglob("*.jpg"))) == (0, [])


def test_consent_typed_but_not_saved_is_no_consent(browse, visit, sari):
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/isi/consent/", {"consent": "1"}, headers={"X-Autosave": "1"})
    assert answer.json()["saved"] is True
    assert browse(sari).get(f"/kunjungan/{visit.pk}/isi/place/").status_code == 302


def test_without_consent_nothing_is_sent(visit, sari):
    assert [problem.step_id for problem in visiting.problems(visit)][:1] == ["consent"]
    with pytest.raises(GuardFailed, match="setuju"):
        visiting.send(visit, by=sari, attested=True)
    assert (Visit.objects.get().state, SurveyRound.objects.count(), Person.objects.count()) == ("draft", 0, 0)


def test_photos_taken_before_the_family_refuses_go_with_their_files(
    browse, visit, sari, uploads, django_capture_on_commit_callbacks
):
    photos.add(picture(), by=sari, kind="house", visit=agreed(visit, sari))
    assert len(list(uploads.rglob("*.sealed"))) == 1
    with django_capture_on_commit_callbacks(execute=True):
        visiting.refuse(visit, by=sari, reason="no_time")
    row = Photo.objects.get()
    assert (row.name, row.removed_by, list(uploads.rglob("*.sealed"))) == ("", sari, [])
    assert browse(sari).get(f"/foto/{row.pk}/").status_code == 404


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
