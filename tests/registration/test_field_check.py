"""A field verification is made by going there: a visit and photos of this round, a day within it, a position or why there is none."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings as configured
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from households.choices.photo import PhotoKind
from households.models import FieldCheck
from slrt import env
from slrt.accounts.roles import ROLE_PERMISSIONS, Permission, Role
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

WEEK, DAY = timedelta(days=7), timedelta(days=1)


@pytest.fixture
def family(places):
    """A family whose house has a position."""
    row = cases.family_in(people.SAGO)
    row.household.latitude, row.household.longitude = "-1.350000", "100.570000"
    row.household.save()
    return row


@pytest.fixture
def row(family):
    """Its registration, on the final list since a week ago and being verified now."""
    return cases.registration(family, "field_verification", verification_from=clock.now() - WEEK)


def refused(row, by, verb="found_complete", **said):
    """What the step says when it is refused; nothing has changed then."""
    with pytest.raises(GuardFailed) as fault:
        engine.apply(verb, row, by=by, note="Sebab ini.", **said)
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("field_verification", 0)
    return fault.value


def test_a_visit_of_an_earlier_round_is_no_visit(family, row, sari):
    cases.house_photos(family, sari)
    cases.visited(family, on=date(2020, 1, 1))
    assert "sejak" in str(refused(row, sari)), "the day from which on visits count is named"
    cases.visited(family, on=clock.today() - DAY)
    assert engine.apply("found_complete", row, by=sari).state == "verified"


def test_a_visit_to_another_family_of_the_house_is_no_visit(family, row, sari):
    cases.house_photos(family, sari)
    other = cases.family_in(people.SAGO, "Murni", "1301994506850002")
    cases.sent_visit(other, sari, cases.visited(family))
    refused(row, sari)
    cases.sent_visit(family, sari, cases.visited(family))
    assert engine.apply("found_complete", row, by=sari).state == "verified"


@pytest.mark.parametrize("verb", ["found_complete", "not_found", "has_moved", "refuses"])
@pytest.mark.parametrize("day", [date(1970, 1, 1), clock.today() - 2 * WEEK, clock.today() + DAY])
def test_the_day_lies_in_this_round(family, row, sari, verb, day):
    cases.visited(family), cases.house_photos(family, sari)
    assert refused(row, sari, verb, visited_on=day).field == "visited_on"


def test_the_first_day_of_the_round_will_do(family, row, sari):
    cases.visited(family), cases.house_photos(family, sari)
    began = timezone.localtime(row.verification_from).date()
    engine.apply("found_complete", row, by=sari, visited_on=began)
    assert FieldCheck.objects.get().visited_on == began


def test_the_front_and_the_inside_of_the_house_are_asked_for_unless_the_office_says_otherwise(family, row, sari):
    cases.visited(family)
    assert configured.VERIFICATION_PHOTOS == {"front": 1, "inside": 1}
    assert "Depan rumah (ada 0, harus 1), Dalam rumah (ada 0, harus 1)" in str(refused(row, sari))
    cases.house_photos(family, sari)
    engine.apply("found_complete", row, by=sari)
    assert FieldCheck.objects.get().photos == 2


def test_the_photos_of_the_family_are_opened_from_a_verification_under_that_name(
    browse, family, row, sari, joko, monkeypatch
):
    cases.visited(family), cases.house_photos(family, sari)
    engine.apply("found_complete", row, by=sari)
    desk, page = browse(joko), f"/registrasi/{row.pk}/"
    cases.photo(family, sari, "kk")  # after the verification was recorded
    (link,) = re.findall(r'<a href="([^"]+)">Buka semua foto keluarga</a>', desk.get(page).content.decode())
    assert desk.get(link).content.decode().count('<img class="photo"') == 3
    held = ROLE_PERMISSIONS[Role.SUPERVISOR] - {Permission.FAMILY_VIEW}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.SUPERVISOR, held)
    said = desk.get(page).content.decode()
    assert "2 foto" in said
    assert link not in said, "whom the photos are refused is not led to them"


@pytest.mark.parametrize(("said", "means"), [("front=2, kk=1", {"front": 2, "kk": 1}), ("", {})])
def test_an_office_names_its_photos_in_the_environment(monkeypatch, said, means):
    monkeypatch.setenv("SLRT_SOME_PHOTOS", said)
    assert env.counts("SLRT_SOME_PHOTOS", "front=1", PhotoKind.values) == means


@pytest.mark.parametrize("said", ["front", "front=x", "roof=1", "front=-1"])
def test_photos_that_cannot_be_are_refused_when_the_program_starts(monkeypatch, said):
    monkeypatch.setenv("SLRT_SOME_PHOTOS", said)
    with pytest.raises(ImproperlyConfigured, match="SLRT_SOME_PHOTOS"):
        env.counts("SLRT_SOME_PHOTOS", "front=1", PhotoKind.values)


def test_without_any_position_it_is_said_why(browse, family, row, sari):
    family.household.latitude = family.household.longitude = None
    family.household.save()
    cases.visited(family), cases.house_photos(family, sari)
    assert refused(row, sari).field == "no_position_reason"
    assert refused(row, sari, "not_found", no_position_reason="  ").field == "no_position_reason"
    desk, address = browse(sari), f"/registrasi/{row.pk}/found_complete/"
    said = {"version": row.version, "idempotency_key": new_key(), "visited_on": clock.today().isoformat()}
    page = desk.post(address, said)
    assert page.status_code == 422
    assert "Tulis mengapa posisi rumah tidak bisa diambil" in page.content.decode()
    why = "Tidak ada sinyal di lembah."
    assert desk.post(address, {**said, "no_position_reason": why}).status_code == 302
    check = FieldCheck.objects.get()
    assert (check.latitude, check.no_position_reason) == (None, why)
    assert why in desk.get(f"/registrasi/{row.pk}/").content.decode()


def test_a_reason_beside_a_position_is_not_kept(family, row, sari):
    cases.visited(family), cases.house_photos(family, sari)
    engine.apply("found_complete", row, by=sari, no_position_reason="Tidak ada sinyal.")
    check = FieldCheck.objects.get()
    assert (str(check.latitude), check.no_position_reason) == ("-1.350000", "")


def test_a_row_from_before_rounds_were_kept_counts_from_its_present_state(family, sari):
    row = cases.registration(family, "field_verification")
    cases.house_photos(family, sari)
    cases.visited(family, on=clock.today() - WEEK)
    refused(row, sari)
    cases.visited(family)
    engine.apply("found_complete", row, by=sari)


def test_the_environment_knows_every_kind_of_photo():
    assert set(configured.PHOTO_KINDS) == set(PhotoKind.values)


def test_before_the_visit_the_page_leads_to_it_and_afterwards_to_the_result(browse, places, sari, joko):
    row = cases.registration(cases.family_in(people.SAGO), "field_verification")
    first = browse(sari).get(f"/registrasi/{row.pk}/").context
    assert [link["label"] for link in first["links"] if link["first"]] == ["Kunjungi keluarga ini"]
    assert not any(option["first"] for option in first["options"])
    assert not any(link["first"] for link in browse(joko).get(f"/registrasi/{row.pk}/").context["links"])
    cases.visited(row.family)
    then = browse(sari).get(f"/registrasi/{row.pk}/").context
    assert not any(link["first"] for link in then["links"])
    assert [option["transition"].name for option in then["options"] if option["first"]] == ["found_complete"]


def test_a_missing_visit_is_told_above_the_fields_for_none_of_them_mends_it(browse, places, sari):
    row = cases.registration(cases.family_in(people.SAGO), "field_verification")
    said = {"visited_on": clock.today().strftime("%d/%m/%Y"), "no_position_reason": "Lembah."}
    answer = browse(sari).post(
        f"/registrasi/{row.pk}/found_complete/", {**said, "version": row.version, "idempotency_key": new_key()}
    )
    assert answer.status_code == 422
    assert "belum dikunjungi" in " ".join(answer.context["form"].non_field_errors())
