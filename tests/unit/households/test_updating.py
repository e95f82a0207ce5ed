"""The periodic data updates: what has grown old is handed back, once; what nobody decided on is put aside."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.importing import applying, ending, previewing, uploading
from households.models import Membership, PersonAnswers, Registration, SurveyRound
from households.registry import families
from households.updating import flag_outdated
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.dashboard.indicators import INDICATORS
from tests import cases, people

ROW = "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006"
EXTRACT = f"NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n{ROW}\n".encode()


def _determined(settings, age_days, nik="1301994506850001"):
    family = cases.family_in(people.SAGO, nik=nik)
    SurveyRound.objects.create(
        household=family.household,
        kind="visit",
        codebook="bdt2015",
        collected_on=clock.today() - timedelta(days=settings.DATA_UPDATE_DAYS + age_days),
    )
    return cases.registration(family, "determined")


def test_data_that_grew_old_wait_for_a_visit(places, settings):
    old, fresh = _determined(settings, 1), _determined(settings, -1, "1301994506850002")
    assert flag_outdated() == 1
    old.refresh_from_db()
    fresh.refresh_from_db()
    assert (old.state, fresh.state) == ("update_due", "determined")
    assert AuditEntry.objects.filter(verb="grow_old", actor=None).count() == 1


def _counted(user):
    return set(INDICATORS["old_data"].rows(user).values_list("pk", flat=True))


def test_the_number_on_the_home_is_of_the_families_that_the_job_has_renewed(sari, settings):
    old, fresh = _registered(settings), _registered(settings, "1301994506850002")
    _asked(old.family, settings.DATA_UPDATE_DAYS + 1)
    _asked(fresh.family, 40)
    hosts = cases.family_in(people.SAGO, nik="1301994506850003")
    Membership.objects.filter(family=hosts).update(household_relation="1")
    _asked(hosts, 30)
    guest, mover = _registered(settings, "1301994506850004"), _registered(settings, "1301994506850005")
    _asked(guest.family, settings.DATA_UPDATE_DAYS + 20)
    _moved(guest.family, sari, 10, joins=hosts)
    _asked(mover.family, 40)
    _moved(mover.family, sari, 20)
    assert _counted(sari) == {old.family_id, guest.family_id}, "the house's own visit is not the guest's"
    assert flag_outdated() == 2
    assert set(Registration.objects.filter(state="update_due").values_list("family", flat=True)) == _counted(sari)


def test_a_family_written_down_today_that_nobody_asked_is_not_old(sari, settings):
    row = cases.registration(cases.family_in(people.SAGO), "determined")
    assert (_counted(sari), flag_outdated()) == (set(), 0)
    before = clock.now() - timedelta(days=settings.DATA_UPDATE_DAYS + 2)
    type(row.family).objects.filter(pk=row.family_id).update(created_at=before)
    assert (_counted(sari), flag_outdated()) == ({row.family_id}, 1)


def test_data_of_the_last_day_of_their_time_are_not_old_wherever_the_family_lives(sari, settings):
    stayed, moved = _registered(settings), _registered(settings, "1301994506850002")
    _asked(stayed.family, settings.DATA_UPDATE_DAYS)
    _asked(moved.family, settings.DATA_UPDATE_DAYS)
    _moved(moved.family, sari, 20)
    assert (_counted(sari), flag_outdated()) == (set(), 0)
    with clock.told(clock.now() + timedelta(days=1)):
        assert (_counted(sari), flag_outdated()) == ({stayed.family_id, moved.family_id}, 2)


def test_a_second_run_finds_nothing_left(places, settings):
    _determined(settings, 1)
    flag_outdated()
    assert flag_outdated() == 0
    assert AuditEntry.objects.filter(verb="grow_old").count() == 1


def test_a_newer_visit_counts_not_the_older_one(places, settings):
    row = _determined(settings, 1)
    SurveyRound.objects.create(
        household=row.family.household, kind="visit", codebook="bdt2015", collected_on=clock.today()
    )
    assert flag_outdated() == 0


def _asked(family, days):
    """Its head was asked so many days ago, in the house where the family lived then."""
    made = SurveyRound.objects.create(
        household=family.household, kind="visit", codebook="bdt2015", collected_on=clock.today() - timedelta(days=days)
    )
    PersonAnswers.objects.create(round=made, person=family.head, answers={})


def _moved(family, by, days, joins=None):
    place = None if joins else families.Place(people.SAGO, address="Jl. Baru 1")
    on = clock.today() - timedelta(days=days)
    families.rehouse(family, by=by, version=family.version, on=on, place=place, joins=joins)


def _registered(settings, nik="1301994506850001"):
    family = cases.family_in(people.SAGO, nik=nik)
    row = cases.registration(family, "determined")
    old = clock.now() - timedelta(days=settings.DATA_UPDATE_DAYS + 30)
    Registration.objects.filter(pk=row.pk).update(created_at=old)
    Membership.objects.filter(family=family).update(household_relation="1")
    return row


def test_a_family_visited_before_it_moved_has_no_old_data(sari, settings):
    row = _registered(settings)
    _asked(row.family, 40)
    _moved(row.family, sari, 20)
    assert flag_outdated() == 0
    row.refresh_from_db()
    assert row.state == "determined"


def test_a_visit_to_the_hosts_before_it_came_makes_no_family_s_data_new(sari, settings):
    row, hosts = _registered(settings), cases.family_in(people.SAGO, nik="1301994506850002", kk="")
    Membership.objects.filter(family=hosts).update(household_relation="1")
    _asked(row.family, settings.DATA_UPDATE_DAYS + 20)
    _asked(hosts, 30)
    _moved(row.family, sari, 10, joins=hosts)
    assert flag_outdated() == 1
    row.refresh_from_db()
    assert row.state == "update_due"


def test_many_families_that_moved_ask_no_more_of_the_database_than_one(sari, settings):
    for n in range(3):
        row = _registered(settings, f"130199450685000{n + 1}")
        _asked(row.family, 40)
        _moved(row.family, sari, 20)
        with CaptureQueriesContext(connection) as asked:
            assert flag_outdated() == 0
        if n == 0:
            first = len(asked)
    assert len(asked) == first


@pytest.fixture
def waiting(lestari, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    started = uploading.upload(EXTRACT, "berkas.csv", by=lestari)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def _kept(started):
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [f"import_{started.pk}"])
        return cursor.fetchone()[0]


def test_a_preview_of_last_week_gives_its_space_back_and_can_still_be_applied(waiting, lestari, settings):
    assert ending.put_old_previews_aside() == 0
    type(waiting).objects.update(state_since=clock.now() - timedelta(days=settings.IMPORT_KEEP_DAYS, minutes=1))
    assert ending.put_old_previews_aside() == 1
    assert not _kept(waiting)
    assert ending.put_old_previews_aside() == 0
    applying.request_apply(waiting, by=lestari, version=waiting.version)
    applying.apply(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.counts["people"]["new"]) == ("applied", 1)
