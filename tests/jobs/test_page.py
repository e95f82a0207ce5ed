"""The page of the periodic jobs: who sees it, what it says, the buttons, and what the homes show."""

import re

import pytest
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from slrt.core import clock, outbox
from slrt.jobs import running
from slrt.jobs.crontabs import understood
from slrt.jobs.models import Alert, JobRun
from slrt.jobs.register import JOBS

NAME = "households.flag_outdated"
PAGE = f"/pekerjaan/{NAME}/"


def _text(answer):
    return answer.content.decode()


def test_every_job_stands_on_the_page_with_what_it_does(browse, lestari):
    text = _text(browse(lestari).get("/pekerjaan/"))
    for job in JOBS.values():
        assert str(job.label) in text
        assert str(job.explain) in text
    assert "Belum pernah" in text
    assert "Berikutnya:" in text


def test_in_english_the_menu_names_jobs_and_no_occupation(browse, lestari):
    client = browse(lestari)
    client.post("/bahasa/", {"language": "en"})
    page = _text(client.get("/pekerjaan/"))
    menu = page.split("<nav", 1)[1].split("</nav>")[0]
    assert "Jobs" in menu
    assert "Occupation" not in menu


def test_what_an_office_counts_on_stands_on_the_page_with_result_next_run_and_button(browse, lestari, do):
    wanted = {
        *("households.pick_up", "households.flag_outdated", "programs.ages", "programs.advice"),
        *("households.search_duplicates", "complaints.remind", "referrals.remind", "dashboard.snapshot"),
        *("complaints.holidays", "households.retention", "jobs.retention", "exports.clear_expired"),
        *("dashboard.integrity", "jobs.backup"),
    }
    assert wanted <= set(JOBS)
    do("complaints.holidays")
    text = _text(browse(lestari).get("/pekerjaan/"))
    rows = {name: text.split(f'href="/pekerjaan/{name}/"')[1].split("</li>")[0] for name in wanted}
    for name, row in rows.items():
        assert f'action="/pekerjaan/{name}/jalankan/"' in row, name
        assert "Berikutnya:" in row or name == "households.pick_up", name
        assert ("Belum pernah" in row) == (name != "complaints.holidays"), name
    assert JobRun.objects.get().sentence in rows["complaints.holidays"]


def test_the_manager_runs_a_job_and_reads_its_result(browse, lestari, bell):
    seat = browse(lestari)
    answer = seat.post(PAGE + "jalankan/", follow=True)
    assert "akan segera dikerjakan" in _text(answer)
    run = JobRun.objects.get()
    assert run.asked_by == lestari
    outbox.run(run.outbox_id)
    assert "0 keluarga ditandai, 0 kunjungan diserahkan." in _text(seat.get(PAGE))


def test_a_second_click_makes_no_second_run(browse, lestari, bell):
    seat, key = browse(lestari), "5a1b6c1e-98a4-4d52-9b33-3f1ff3e2c1d7"
    for _ in range(2):
        seat.post(PAGE + "jalankan/", {"idempotency_key": key})
    assert JobRun.objects.count() == 1
    assert "sudah menunggu" in _text(seat.post(PAGE + "jalankan/", follow=True))
    assert JobRun.objects.count() == 1


@pytest.mark.parametrize("who", ["sari", "joko", "dewi", "hendra"])
def test_nobody_else_runs_or_cancels(request, browse, who, bell):
    seat = browse(request.getfixturevalue(who))
    assert seat.get(PAGE).status_code == 403
    assert seat.post(PAGE + "jalankan/").status_code == 403
    assert not JobRun.objects.exists()
    run = running.ask(NAME, None)
    assert seat.post(f"{PAGE}{run.pk}/batalkan/").status_code == 403
    run.refresh_from_db()
    assert run.state == "waiting"


def test_every_row_of_the_page_has_its_button(browse, lestari, bell):
    seat = browse(lestari)
    assert seat.get("/pekerjaan/").content.decode().count("/jalankan/") == len(JOBS)
    running.ask(NAME, None)
    assert f"{PAGE}jalankan/" not in _text(seat.get("/pekerjaan/"))


def test_an_unknown_job_is_not_there_and_a_button_is_no_link(browse, lestari):
    seat = browse(lestari)
    assert seat.get("/pekerjaan/tidak.ada/").status_code == 404
    assert seat.post("/pekerjaan/tidak.ada/jalankan/").status_code == 404
    assert seat.get(PAGE + "jalankan/").status_code == 405


def test_the_page_follows_a_run_and_stops_when_it_ended(browse, lestari, bell):
    seat = browse(lestari)
    run = running.ask(NAME, None)
    JobRun.objects.filter(pk=run.pk).update(state="running", done=1200, total=5000, unit="keluarga")
    page = _text(seat.get(PAGE))
    assert 'hx-trigger="every 2s"' in page
    assert "1.200 dari 5.000 keluarga" in page
    part = seat.get(PAGE, HTTP_HX_REQUEST="true")
    assert "<html" not in _text(part)
    assert "1.200 dari 5.000 keluarga" in _text(part)
    JobRun.objects.update(state="done", ended_at=clock.now())
    for path in (PAGE, "/pekerjaan/"):
        assert seat.get(path, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    assert "every 2s" not in _text(seat.get(PAGE))


def test_a_run_that_counts_no_rows_tells_its_share(browse, lestari, bell):
    """The search for people entered twice is weighed by its stages, in thousandths: those are no rows."""
    run = running.ask(NAME, None)
    JobRun.objects.filter(pk=run.pk).update(state="running", done=455, total=1000, unit="")
    for path in (PAGE, "/pekerjaan/"):
        page = _text(browse(lestari).get(path))
        assert "45%" in page
        assert "dari 1.000" not in page


def test_the_manager_cancels_a_waiting_run(browse, lestari, bell):
    run = running.ask(NAME, None)
    answer = browse(lestari).post(f"{PAGE}{run.pk}/batalkan/", follow=True)
    assert "Pekerjaan dihentikan" in _text(answer)
    run.refresh_from_db()
    assert run.state == "cancelled"
    again = browse(lestari).post(f"{PAGE}{run.pk}/batalkan/", follow=True)
    assert "sudah berakhir" in _text(again)


def test_a_run_after_a_crash_is_shown_as_it_is(browse, lestari, bell):
    run = running.ask(NAME, None)
    JobRun.objects.filter(pk=run.pk).update(state="running")
    type(run).objects.filter(pk=run.pk).update(outbox_id=0)
    assert "Terhenti" in _text(browse(lestari).get("/pekerjaan/"))


@pytest.mark.parametrize(("who", "told"), [("lestari", True), ("adi", True), ("sari", False), ("dewi", False)])
def test_failed_runs_and_findings_stand_on_the_homes_of_those_in_charge(request, browse, who, told, db):
    now = clock.now()
    JobRun.objects.create(job=NAME, asked_at=now, ended_at=now, state="failed", error="Selesai.")
    Alert.objects.create(
        check_code="uji.coba", message="%(n)d baris uji", count=3, ids=[1, 2], found_at=now, seen_at=now
    )
    text = _text(browse(request.getfixturevalue(who)).get("/dasbor/"))
    assert (str(JOBS[NAME].label) in text) is told
    assert ("3 baris uji" in text) is told


def test_a_later_success_clears_the_home(browse, lestari):
    now = clock.now()
    JobRun.objects.create(job=NAME, asked_at=now, ended_at=now, state="failed", error="Selesai.")
    JobRun.objects.create(job=NAME, asked_at=now, ended_at=now, state="done")
    assert str(JOBS[NAME].label) not in _text(browse(lestari).get("/dasbor/"))


@pytest.fixture
def adi_at_the_desk(adi, browse):
    """The administrator, let into the administration."""
    adi.is_staff = True
    adi.save()
    return browse(adi)


def test_the_administrator_changes_when_a_job_runs(adi_at_the_desk):
    row = PeriodicTask.objects.get(name=NAME)
    address = f"/admin/django_celery_beat/periodictask/{row.pk}/change/"
    assert adi_at_the_desk.get(address).status_code == 200
    answer = adi_at_the_desk.post(address, {"crontab": row.crontab_id, "_save": "1"})  # enabled left unticked
    assert answer.status_code == 302
    saved = _text(adi_at_the_desk.get(answer["Location"])).split('class="messagelist"')[1].split("</ul>")[0]
    assert str(JOBS[NAME].label) in saved
    assert NAME not in saved
    row.refresh_from_db()
    assert (row.enabled, row.task) == (False, "slrt.jobs.tasks.ask")


def test_the_page_of_a_job_says_when_it_runs_and_leads_whoever_may_to_its_timetable(browse, lestari, adi_at_the_desk):
    way = f"/admin/django_celery_beat/periodictask/{PeriodicTask.objects.get(name=NAME).pk}/change/"
    page = _text(adi_at_the_desk.get(PAGE))
    assert "Setiap hari pukul 02.10." in page
    assert way in page
    assert way not in _text(browse(lestari).get(PAGE)), "the manager runs jobs and sets no times"


def test_times_to_choose_from_stand_in_the_order_of_the_clock(adi_at_the_desk):
    form = _text(
        adi_at_the_desk.get(f"/admin/django_celery_beat/periodictask/{PeriodicTask.objects.get(name=NAME).pk}/change/")
    )
    times = re.findall(r"<option[^>]*>Setiap hari pukul ([\d.]+)</option>", form)
    assert len(times) > 5
    assert times == sorted(times), "hours and minutes lie there as text"


def test_a_job_whose_timetable_is_switched_off_says_so(browse, lestari):
    PeriodicTask.objects.filter(name=NAME).update(enabled=False)
    assert "Jadwalnya dimatikan" in _text(browse(lestari).get(PAGE))
    listed = _text(browse(lestari).get("/pekerjaan/"))
    assert "Jadwalnya dimatikan" in listed.split(f'href="{PAGE}"')[1].split("</li>")[0]
    assert listed.count("Jadwalnya dimatikan") == 1, "no other job is switched off"


def test_what_was_saved_is_named_in_words(adi_at_the_desk):
    fields = {"minute": "*/20", "hour": "*", "day_of_month": "*", "month_of_year": "*", "day_of_week": "*"}
    answer = adi_at_the_desk.post("/admin/django_celery_beat/crontabschedule/add/", fields, follow=True)
    assert "Setiap 20 menit" in _text(answer).split('class="messagelist"')[1].split("</ul>")[0]


def test_a_day_that_never_comes_is_refused_with_the_reason(adi_at_the_desk):
    before = CrontabSchedule.objects.count()
    fields = {"minute": "0", "hour": "1", "day_of_month": "31", "month_of_year": "2", "day_of_week": "*"}
    answer = adi_at_the_desk.post("/admin/django_celery_beat/crontabschedule/add/", fields)
    assert answer.status_code == 200
    assert "Tanggal ini tidak pernah ada di bulan itu." in answer.content.decode()
    assert CrontabSchedule.objects.count() == before


UNREADABLE = (
    "",
    "-1",
    "60",
    "pagi",
    "*/99",
    "5-",
    "7-3",
    "*/0",
    "*/-1",
    "1,,2",
    "1/2",
    "1-5-7",
    "abc",
    "٣",
    "0 1",
    "-2147483649",
)


@pytest.mark.parametrize("text", UNREADABLE)
@pytest.mark.parametrize("part", ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"])
def test_a_part_that_says_no_time_is_refused_with_what_it_takes(adi_at_the_desk, part, text):
    before = CrontabSchedule.objects.count()
    fields = {"minute": "0", "hour": "1", "day_of_month": "*", "month_of_year": "*", "day_of_week": "*", part: text}
    answer = adi_at_the_desk.post("/admin/django_celery_beat/crontabschedule/add/", fields)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].errors) == [part]
    assert _text(answer).count("Tidak terbaca.") == bool(text)
    assert CrontabSchedule.objects.count() == before


@pytest.mark.parametrize(
    ("part", "first", "last", "beyond"),
    [
        ("minute", "0", "59", "60"),
        ("hour", "0", "23", "24"),
        ("day_of_month", "1", "31", "0,32"),
        ("month_of_year", "1", "12", "0,13"),
        ("day_of_week", "0", "6", "7"),
    ],
)
def test_a_part_takes_its_first_and_its_last_number_and_none_beyond(part, first, last, beyond):
    assert all(understood(part, text) for text in (first, last, f"{first}-{last}", f"{first}-{last}/{last}"))
    for out in beyond.split(","):
        assert not any(understood(part, text) for text in (out, f"{first},{out}", f"{first}-{out}", f"{out}-{last}"))


@pytest.mark.parametrize("part", ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"])
@pytest.mark.parametrize("text", ["*", "1", "1,3", "2-4", "*/2", "1-5/2", "1,3-5"])
def test_a_part_that_is_understood_is_one_to_the_timetable_too(adi_at_the_desk, part, text):
    fields = {"minute": "7", "hour": "1", "day_of_month": "*", "month_of_year": "*", "day_of_week": "*", part: text}
    answer = adi_at_the_desk.post("/admin/django_celery_beat/crontabschedule/add/", fields)
    assert answer.status_code == 302
    assert CrontabSchedule.objects.filter(**fields).latest("pk").schedule


def test_a_day_that_never_comes_closes_no_page(browse, lestari):
    """Stored by another way: the job says that it has no timetable, everything else goes on."""
    never = CrontabSchedule.objects.create(minute="0", hour="1", day_of_month="31", month_of_year="2")
    PeriodicTask.objects.filter(name=NAME).update(crontab=never)
    answer = browse(lestari).get("/pekerjaan/")
    assert answer.status_code == 200
    assert "Jadwalnya dimatikan" not in _text(answer), "nobody switched it off"
    assert "Tanpa jadwal" in _text(browse(lestari).get(PAGE))


def test_the_superuser_flag_alone_opens_no_timetable(browse, lestari):
    lestari.is_staff = lestari.is_superuser = True
    lestari.save()
    row = PeriodicTask.objects.get(name=NAME)
    assert browse(lestari).get(f"/admin/django_celery_beat/periodictask/{row.pk}/change/").status_code == 403


def test_a_job_is_neither_added_nor_taken_out_there(adi_at_the_desk):
    row = PeriodicTask.objects.get(name=NAME)
    assert adi_at_the_desk.get("/admin/django_celery_beat/periodictask/add/").status_code == 403
    assert adi_at_the_desk.post(f"/admin/django_celery_beat/periodictask/{row.pk}/delete/").status_code == 403
    assert PeriodicTask.objects.filter(pk=row.pk).exists()
