"""Rows that break an invariant are found by number, once, and an alert that is mended resolves itself."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from complaints import workflow as complaints
from complaints.models import Complaint
from households.models import Family, Household, ImportRun, Membership, Paper, Photo, Registration
from programs.models import Enrolment
from referrals.models import Referral
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.dashboard import integrity
from slrt.dashboard.integrity import check_all, checks
from slrt.jobs.models import Alert
from slrt.workflow import engine
from tests import cases, people


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def _found():
    check_all()
    return {alert.check_code: alert.ids for alert in Alert.objects.open()}


def test_a_sound_registry_raises_nothing(family, sari, rina):
    cases.registration(family)
    cases.referral(family, rina, "sent")
    complaints.record(
        by=sari,
        village_id=people.SAGO,
        kind="grievance",
        sector="health",
        issue="other",
        channel="home_visit",
        description="x",
    )
    assert _found() == {}


def test_every_check_has_a_name_of_its_own(db):
    codes = [check.code for check in checks()]
    assert len(set(codes)) == len(codes)
    assert "trail.referrals.referral" in codes
    assert "reference.households.membership.person" in codes


def test_a_person_in_two_families(family, places):
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_open_membership")
    Membership.objects.create(person=family.head, family=other, relation="4")
    assert _found()["membership.twice"] == [family.head_id]


def test_a_family_without_a_head_and_a_household_whose_head_lives_elsewhere(family):
    Membership.objects.filter(family=family).update(relation="3")
    assert _found() == {"family.head": [family.pk]}
    Membership.objects.filter(family=family).update(relation="1")
    Household.objects.update(head=None)
    assert _found() == {"household.head": [family.household_id]}


def test_an_enrolment_of_somebody_who_never_was_a_member(family, places):
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    row = Enrolment.objects.create(
        family=family, person=other.head, programme=cases.programme(), started_on=clock.today()
    )
    assert _found() == {"enrolment.person": [row.pk]}


def test_a_check_that_cannot_be_asked_keeps_no_other_from_being_asked(family, do, monkeypatch):
    """Its alert stays as it was, since nobody knows; the run fails and names it."""
    Membership.objects.filter(family=family).update(relation="3")
    assert _found() == {"family.head": [family.pk]}
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    row = Enrolment.objects.create(
        family=family, person=other.head, programme=cases.programme(), started_on=clock.today()
    )
    asked = list(checks())

    def one_that_breaks():
        def broken():
            raise RuntimeError

        return [replace(check, broken=broken) if check.code == "family.head" else check for check in asked]

    monkeypatch.setattr(integrity, "checks", one_that_breaks)
    run = do("dashboard.integrity")

    assert run.state == "failed"
    assert run.sentence.startswith(f"1 dari {len(asked)} pemeriksaan tidak bisa dijalankan: family.head.")
    alerts = {alert.check_code: alert.ids for alert in Alert.objects.open()}
    assert alerts == {"family.head": [family.pk], "enrolment.person": [row.pk]}


def test_a_state_outside_the_table(family):
    row = cases.registration(family)
    Registration.objects.update(state="nirvana")
    assert _found()["state.households.registration"] == [row.pk]


def test_a_referral_with_a_receiver_that_closed(family, rina):
    row = cases.referral(family, rina, "sent")
    row.receiver.active = False
    row.receiver.save()
    assert _found() == {"referral.receiver": [row.pk]}
    Referral.objects.update(state="draft")
    assert _found() == {}


def test_a_complaint_that_hangs_on_a_referral_nobody_follows(family, sari):
    row = cases.complaint(family, sari, "referred")
    assert _found() == {"complaint.referral": [row.pk]}


def test_a_served_referral_without_its_enrolment(family, rina):
    row = cases.referral(family, rina, "served")
    assert _found() == {"referral.enrolment": [row.pk]}


def test_a_state_changed_behind_the_trails_back(family, sari, fitri):
    row = complaints.record(
        by=sari,
        village_id=people.SAGO,
        kind="grievance",
        sector="health",
        issue="other",
        channel="home_visit",
        description="x",
        family=family,
    )
    engine.apply("reject", row, by=fitri, note="Bukan keluhan.")
    assert _found() == {}
    Complaint.objects.update(state="closed")
    assert _found() == {"trail.complaints.complaint": [row.pk]}


def test_a_line_that_names_no_state_says_nothing_of_it(family, sari):
    row = cases.registration(family)
    trail.write("read", row, by=sari)
    assert _found() == {}


def test_an_alert_is_raised_once_and_resolves_itself(family):
    Membership.objects.update(relation="3")
    check_all()
    first = Alert.objects.get()
    check_all()
    again = Alert.objects.get()
    assert (again.pk, again.found_at, again.count) == (first.pk, first.found_at, 1)
    assert again.seen_at > first.seen_at
    Membership.objects.update(relation="1")
    assert check_all()[1] == 0
    assert Alert.objects.get().resolved_at
    assert [e.verb for e in AuditEntry.objects.order_by("pk")] == ["raise_alert", "resolve_alert"]


def test_a_photo_a_paper_and_an_import_whose_file_is_gone(family, nurma, lestari, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for folder, name in (("photos", "there.sealed"), ("papers", "there.bin"), ("imports", "there.bin")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).touch()
    at = clock.now()
    gone: dict[str, int] = {}
    for name in ("there", "gone"):
        common = {"size": 1, "width": 1, "height": 1, "taken_at": at, "added_at": at, "added_by": nurma}
        photo = Photo.objects.create(kind="house", family=family, name=f"photos/{name}.sealed", **common)
        paper = Paper.objects.create(
            village_id=people.SAGO,
            kind="minutes",
            media_type="image/png",
            size=1,
            stored_name=f"{name}.bin",
            uploaded_by=nurma,
        )
        run = ImportRun.objects.create(
            area_id="13.01",
            started_by=lestari,
            file_name="x",
            file_hash=name,
            stored_path=f"{name}.bin",
            state_since=at,
        )
        gone = {"file.photo": [photo.pk], "file.paper": [paper.pk], "file.import": [run.pk]}
    Photo.objects.create(kind="house", family=family, name="", removed_at=at, **common)
    removed = Photo.objects.create(kind="house", family=family, name="photos/x.sealed", removed_at=at, **common)
    gone["file.photo"].append(removed.pk)  # its file is kept for a year
    assert {code: ids for code, ids in _found().items() if code.startswith("file.")} == gone


def test_a_photo_that_is_sealed_while_the_files_are_looked_for_is_no_finding(
    family, nurma, settings, tmp_path, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    at = clock.now()
    common = {"size": 1, "width": 1, "height": 1, "taken_at": at, "added_at": at, "added_by": nurma}
    photo = Photo.objects.create(kind="house", family=family, name="photos/plain.jpg", **common)
    is_file = Path.is_file

    def meanwhile(path):
        there = is_file(path)
        if path.name == "plain.jpg":
            (tmp_path / "photos").mkdir()
            (tmp_path / "photos" / "new.sealed").touch()
            Photo.objects.filter(pk=photo.pk).update(name="photos/new.sealed")
        return there

    monkeypatch.setattr(Path, "is_file", meanwhile)
    assert "file.photo" not in _found()


def test_the_alert_keeps_numbers_and_no_names(family):
    Membership.objects.update(relation="3")
    check_all()
    alert = Alert.objects.get()
    assert alert.sentence == "1 keluarga tanpa tepat satu kepala"
    assert family.head.name not in str(alert.__dict__)


def test_the_job_says_how_many_it_asked(do, family):
    Family.objects.update(head=None)
    run = do("dashboard.integrity")
    assert (run.state, run.counts["found"], run.done) == ("done", 0, run.counts["asked"])


def test_two_heads_of_one_household(family):
    Membership.objects.filter(family=family).update(household_relation="1")
    assert _found() == {}
    second = Family.objects.create(household=family.household)
    other = cases.family_in(people.SAGO, nik="1301994506850002")
    Membership.objects.filter(family=other).update(family=second, household_relation="1")
    found = _found()
    assert found["household.one_head"] == [family.household_id]


def test_two_memberships_on_one_day(family):
    row = Membership.objects.get(family=family)
    other = cases.family_in(people.SALIDO, nik="1301994506850002")
    Membership.objects.filter(pk=row.pk).update(started_on=date(2024, 5, 1), ended_on=date(2025, 1, 1))
    Membership.objects.create(person=row.person, family=other, relation="8", started_on=date(2025, 1, 1))
    assert "membership.overlap" not in _found()
    Membership.objects.filter(family=other, relation="8").update(started_on=date(1990, 1, 1))
    assert _found()["membership.overlap"] == [row.person_id]


def test_a_family_without_a_head_is_one_finding(family):
    """The household's head is wanting because the family's is: mended with it."""
    Membership.objects.filter(family=family).update(relation="3", household_relation="3")
    Household.objects.update(head=None)
    assert _found() == {"family.head": [family.pk]}


def test_a_household_is_a_finding_of_its_own_once_its_families_have_heads(family):
    Household.objects.update(head=None)
    Membership.objects.filter(family=family).update(household_relation="3")
    assert _found() == {"household.head": [family.household_id]}


def test_heads_of_households_that_disagree_are_found(family):
    Membership.objects.filter(family=family).update(household_relation="3")
    assert _found() == {"household.one_head": [family.household_id]}


@pytest.mark.parametrize("broken", ["family.head", "household.head", "household.one_head", "membership.twice"])
def test_a_finding_leads_to_the_page_where_it_is_mended(browse, lestari, adi, family, broken):
    row = {"family.head": family.pk, "membership.twice": family.head_id}.get(broken, family.household_id)
    Alert.objects.create(check_code=broken, message="x", count=1, ids=[row], found_at=clock.now(), seen_at=clock.now())
    door = f'href="/keluarga/{family.pk}/"'
    assert door in browse(lestari).get("/dasbor/").content.decode()
    assert door not in browse(adi).get("/dasbor/").content.decode(), (
        "sees no families, so gets no way that ends in a refusal"
    )
