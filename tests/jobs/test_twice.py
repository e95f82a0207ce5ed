"""Every job of the timetable a second time, right after the first: it ends well and changes nothing in the registry."""

import os
from datetime import date, timedelta

import pytest
from django.db import connection

from complaints.models import Complaint
from households import visiting
from households.models import Household, Person
from programs.models import ProgrammeRule
from referrals.models import Referral
from slrt.core import clock
from slrt.jobs.register import JOBS
from tests import cases, people

# What runs a program of the machine and keeps a copy more each time by intent; its stories are in test_backup.
COPIES = {"jobs.backup"}
# Who did what when, what is promised, from which transaction on to look: a second run is itself one more of these.
OF_THE_RUN = {"jobs_jobrun", "core_outboxjob", "households_searchmark"}
# Which of them find something to do in this office; the others have their work told in stories of their own.
AT_WORK = {
    *("complaints.holidays", "complaints.remind", "referrals.remind", "dashboard.snapshot", "jobs.seal_trail"),
    *("households.flag_outdated", "households.pick_up", "households.search_duplicates", "programs.advice"),
}
HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n"
ROW = "1301990101100001,1301990506850077,Rosna,05/06/1985,1,1,1301052006\n"


@pytest.fixture
def office(places, settings, tmp_path, sari, budi, rina, fitri, joko, lestari, hendra, agus, adi):
    """An office in which every job finds something to do."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DROP_FOLDER = str(tmp_path / "titipan")
    (tmp_path / "titipan").mkdir()
    path = tmp_path / "titipan" / "unduhan.csv"
    path.write_text(HEAD + ROW)
    os.utime(path, (path.stat().st_mtime - 600,) * 2)
    old, other, third = (cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}") for n in range(3))
    cases.registration(old, "determined")
    Household.objects.filter(families=old).update(last_visited_on=date(2020, 1, 1))
    cases.visited(old, date(2020, 1, 1))
    cases.complaint(other, sari, "triaged")
    Complaint.objects.update(due_at=clock.now() - timedelta(days=1))
    Person.objects.filter(pk=third.head_id).update(birth_date=clock.today() - timedelta(days=30_000))
    for family, days in ((other, 1), (third, 30)):
        row = cases.referral(family, rina, "sent")
        Referral.objects.filter(pk=row.pk).update(due_at=clock.now() - timedelta(days=days))
    visiting.begin(by=budi, village_id=people.SALIDO, family=None)
    elderly = [{"kind": "component", "any": ["old"]}]
    ProgrammeRule.objects.create(
        programme=cases.programme(), valid_from=date(2020, 1, 1), conditions=elderly, source="Uji"
    )


def everything():
    """Every row of every table that is no run's own, told by a sum of it."""
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - OF_THE_RUN)
        sums = {}
        for name in names:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t")
            sums[name] = cursor.fetchone()
    return sums


@pytest.mark.parametrize("name", sorted(set(JOBS) - COPIES))
def test_a_second_run_changes_nothing(office, do, name):
    with clock.told(clock.now() + timedelta(minutes=2)):
        untouched = everything()
        first = do(name)
        assert first.state == "done", first.sentence
        before = everything()
        assert name not in AT_WORK or before != untouched, "the first run had something to do"
        second = do(name)
        after = everything()
    assert second.state == "done", second.sentence
    assert {table for table in before if before[table] != after[table]} == set()
