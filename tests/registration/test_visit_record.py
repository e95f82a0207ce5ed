"""What a field verification leaves: its record, the photos of its round, the other family it names."""

from datetime import timedelta

import pytest

from households.models import (
    FieldCheck,
    Photo,
)
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

YESTERDAY = timedelta(days=1)


def test_a_check_leaves_its_visit_record(family, sari):
    row, day = verifying(family), clock.today() - YESTERDAY
    cases.house_photos(family, sari)
    engine.apply(
        "found_complete", row, by=sari, visited_on=day, latitude=-1.3, longitude=100.5, findings="Lantai tanah."
    )
    check = FieldCheck.objects.get()
    assert (check.result_code, check.visited_on, check.findings, check.surveyor) == ("1", day, "Lantai tanah.", sari)
    assert (float(check.latitude), float(check.longitude)) == (-1.3, 100.5)


def test_a_visit_that_lies_ahead_is_refused(family, sari):
    row = cases.registration(family, "field_verification")
    with pytest.raises(GuardFailed) as refused:
        engine.apply("not_found", row, by=sari, note="Kosong.", visited_on=clock.today() + YESTERDAY)
    assert refused.value.field == "visited_on"
    assert not FieldCheck.objects.exists()


def verifying(family):
    """A family whose round of verification began a week ago."""
    cases.visited(family)
    return cases.registration(family, "field_verification", verification_from=clock.now() - timedelta(days=7))


def test_the_kind_of_photo_that_is_missing_is_named(family, sari, settings):
    settings.VERIFICATION_PHOTOS = {"front": 1, "inside": 2}
    row = verifying(family)
    cases.photo(family, sari, "inside"), cases.photo(family, sari, "house"), cases.photo(family, sari, "kk")
    with pytest.raises(GuardFailed) as refused:
        engine.apply("found_complete", row, by=sari)
    assert "Depan rumah (ada 0, harus 1), Dalam rumah (ada 1, harus 2)" in str(refused.value)
    assert "sejak" in str(refused.value)
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("field_verification", 0)


@pytest.mark.parametrize("why", ["older", "removed", "other house"])
def test_photos_that_do_not_count(family, sari, settings, why):
    settings.VERIFICATION_PHOTOS = {"front": 1}
    row, one = verifying(family), cases.photo(family, sari, "front")
    elsewhere = cases.family_in(people.SAGO, "Murni", "1301994506850002").household
    changed = {
        "older": {"taken_at": clock.now() - timedelta(days=8)},
        "removed": {"removed_at": clock.now()},
        "other house": {"household": elsewhere},
    }
    Photo.objects.filter(pk=one.pk).update(**changed[why])
    with pytest.raises(GuardFailed, match="Depan rumah"):
        engine.apply("found_complete", row, by=sari)
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("field_verification", 0)


def test_the_photos_of_the_round_let_it_through_and_are_counted(family, sari, settings):
    settings.VERIFICATION_PHOTOS = {"front": 1, "kk": 1}
    row = verifying(family)
    cases.photo(family, sari, "front"), cases.photo(family, sari, "kk"), cases.photo(family, sari, "house")
    cases.photo(family, sari, "front", taken=clock.now() - timedelta(days=30))
    engine.apply("found_complete", row, by=sari)
    assert FieldCheck.objects.get().photos == 3


def test_the_round_begins_on_the_final_list(family, nurma, sari):
    paper = cases.paper(people.SAGO, nurma, "sptjm")
    row = cases.registration(family, "initial_list")
    row = engine.apply("use_sptjm", row, by=nurma, sptjm_on=clock.today(), sptjm_paper=paper)
    began = row.verification_from
    assert began == row.state_since
    row = engine.apply("begin_verification", row, by=sari)
    assert row.verification_from == began, "photos taken before the button was pressed count"


@pytest.mark.parametrize(("verb", "code"), [("is_part_of_other", "4"), ("is_duplicate", "6")])
def test_codes_4_and_6_name_the_other_family(browse, family, sari, verb, code):
    other = cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002")
    row = cases.registration(family, "field_verification")
    desk, address = browse(sari), f"/registrasi/{row.pk}/{verb}/"
    said = {"version": row.version, "idempotency_key": new_key(), "visited_on": clock.today().isoformat()}
    assert desk.post(address, {**said, "other": "1301990506100000"}).status_code == 422
    assert desk.post(address, {**said, "other": other.kk_encrypted}).status_code == 302
    row.refresh_from_db()
    assert (row.result_code, row.other_family) == (code, other)
