"""The administration speaks Indonesian and its forms hold the rules that their sheets hold."""

import re

import pytest
from axes.models import AccessAttempt
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from programs.catalogue import PROGRAMMES
from programs.eligibility import conditions
from programs.models import Programme
from slrt.accounts.models import User
from slrt.dashboard.models import Target
from slrt.jobs.wording import timetable
from slrt.regions.models import Region

ENGLISH = re.compile(
    r"\b(Axes|Crontabs?|Periodic|Schedule|Name|Enabled|Minute|Hour|Parent|Tasks?|Timezone|Last Run|Group|user agent)\b",
    re.IGNORECASE,
)


@pytest.fixture
def desk(adi, browse):
    """adi, who keeps the administration, at his desk."""
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return browse(adi)


def said(answer):
    assert answer.status_code == 200
    page = answer.content.decode().split('<main id="content-start"')[-1].split('id="footer"')[0]
    return " ".join(re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S).split())


def test_the_index_names_everything_in_indonesian_and_offers_no_groups(desk):
    page = said(desk.get("/admin/"))
    assert not ENGLISH.search(page)
    assert "Jadwal pekerjaan" in page
    assert "Percobaan masuk yang gagal" in page
    assert "Grup" not in page


def test_the_sections_of_the_index_are_named_in_the_language_of_the_reader(desk):
    desk.cookies["django_language"] = "en"
    page = desk.get("/admin/").content.decode()
    sections = {" ".join(name.split()) for name in re.findall(r'class="section"[^>]*>([^<]+)<', page)}
    assert {"Complaints", "Home", "Letter", "Area", "Users"} <= sections
    assert not {"Keluhan", "Beranda", "Surat", "Wilayah", "Pengguna"} & sections


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (("50", "23"), "Setiap hari pukul 23.50"),
        (("0", "7", "*", "*", "1-5"), "Senin sampai Jumat pukul 07.00"),
        (("0", "4", "*", "*", "1"), "Senin pukul 04.00"),
        (("5", "8,20", "*", "*", "0,6"), "Minggu, Sabtu pukul 08.05, 20.05"),
        (("30", "*"), "Setiap hari, setiap jam pada menit ke-30"),
        (("0", "6", "1"), "Setiap tanggal 1 pukul 06.00"),
        (("*/5", "*"), "Setiap 5 menit"),
        (("*/45", "*"), "Menurut cron: */45 * * * *"),
        (("*/15", "8"), "Menurut cron: */15 8 * * *"),
        (("*/15", "*", "*", "*", "1-5"), "Menurut cron: */15 * * * 1-5"),
        (("0", "6", "1", "7"), "Menurut cron: 0 6 1 7 *"),
        (("0", "6", "1", "*", "1"), "Menurut cron: 0 6 1 * 1"),
        (("0", "6", "*", "*", "mon"), "Menurut cron: 0 6 * * mon"),
        (("0", "6-8"), "Menurut cron: 0 6-8 * * *"),
    ],
)
def test_a_timetable_is_said_in_words(fields, words):
    assert timetable(*fields) == words


def test_jobs_are_named_and_explained_and_their_time_is_in_words(desk):
    page = said(desk.get("/admin/django_celery_beat/periodictask/"))
    assert "households.search_duplicates" not in page
    assert "Setiap hari pukul 04.20" in page
    assert not ENGLISH.search(page)
    row = PeriodicTask.objects.get(name="households.search_duplicates")
    form = said(desk.get(f"/admin/django_celery_beat/periodictask/{row.pk}/change/"))
    assert "Yang dilakukan" in form
    assert "households.search_duplicates" not in form
    assert "Cari data ganda" in form.split("Pekerjaan:")[0], "the heading"
    assert "Senin sampai Jumat pukul 07.00" in form, "the other times to choose from"
    assert not ENGLISH.search(form)


TIMES = (  # minute, hour, weekday, day, month; as they are to stand
    ("*/20", "*", "*", "*", "*"),
    ("31", "2", "*", "*", "*"),
    ("6", "9", "*", "*", "*"),
    ("31", "9", "*", "*", "*"),
    ("1", "10", "*", "*", "*"),
    ("1", "10,14", "*", "*", "*"),
    ("1", "23", "*", "*", "*"),
    ("1", "7", "1-5", "*", "*"),
    ("1", "3", "*", "2", "*"),
    ("1", "3", "*", "10", "*"),
    ("1", "3", "*", "1", "2"),
    ("1", "3", "*", "1", "11"),
)


def _in_order(client, path, rows, column):
    """Which of these rows (texts by key) a list of the administration shows, from its top."""
    page = client.get(path).content.decode().split('id="result_list"')[1]
    found = re.findall(rf'<t[dh] class="field-{column}[^"]*">(?:<a[^>]*>)?([^<]+)<', page)
    return [one for one in found if one in rows]


def _sorted(client, path, column):
    """The address behind a column's heading."""
    page = client.get(path).content.decode()
    return path + re.search(rf'column-{column}[^"]*">.*?<a href="(\?o=[^"]+)"', page, re.S)[1]


def test_times_stand_by_the_clock_wherever_they_are_listed_or_chosen(desk):
    made = []
    for fields in reversed(TIMES):
        parts = dict(zip(("minute", "hour", "day_of_week", "day_of_month", "month_of_year"), fields, strict=True))
        made.insert(0, CrontabSchedule.objects.create(**parts, timezone="Asia/Jakarta"))
    words = [str(row) for row in made]
    assert len(set(words)) == len(TIMES)
    path = "/admin/django_celery_beat/crontabschedule/"
    assert _in_order(desk, path, words, "words") == words
    chosen = _sorted(desk, path, "words")
    assert _in_order(desk, chosen, words, "words") == words
    assert _in_order(desk, chosen.replace("?o=", "?o=-"), words, "words") == words[::-1]
    task = PeriodicTask.objects.get(name="jobs.backup")
    form = desk.get(f"/admin/django_celery_beat/periodictask/{task.pk}/change/").content.decode()
    offered = re.findall(r'<option value="\d+"(?: selected)?>([^<]+)</option>', form)
    assert [one for one in offered if one in words] == words


def test_jobs_are_sorted_by_when_they_run(desk):
    jobs = list(PeriodicTask.objects.filter(crontab__isnull=False).order_by("-pk")[:3])
    for job, hour in zip(jobs, ("10", "9", "23"), strict=True):
        job.crontab = CrontabSchedule.objects.create(minute="7", hour=hour, timezone="Asia/Jakarta")
        job.save()
    path = "/admin/django_celery_beat/periodictask/"
    words = [f"Setiap hari pukul {hour}.07" for hour in ("09", "10", "23")]
    assert _in_order(desk, _sorted(desk, path, "time"), words, "time") == words


def test_a_new_time_is_one_of_the_offices_zone(desk):
    assert not ENGLISH.search(said(desk.get("/admin/django_celery_beat/crontabschedule/add/")))
    fields = {"minute": "15", "hour": "6", "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
    desk.post("/admin/django_celery_beat/crontabschedule/add/", fields)
    made = CrontabSchedule.objects.get(minute="15", hour="6")
    assert str(made.timezone) == "Asia/Jakarta"


def test_a_programme_that_asks_for_no_paper_can_be_saved(desk):
    fields = {"code": "X1", "name": "Program X", "status": "active", "service": "service", "prerequisites": "[]"}
    rules = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}
    empty = {**fields, **rules, "prerequisites": ""}
    desk.post("/admin/programs/programme/add/", {**empty, "code": "X2"})
    assert Programme.objects.get(code="X2").prerequisites == []
    answer = desk.post("/admin/programs/programme/add/", {**fields, **rules})
    assert answer.status_code == 302, said(answer)
    assert Programme.objects.get(code="X1").prerequisites == []


def test_every_rule_of_the_shipped_catalogue_is_well_formed():
    assert [fault for entry in PROGRAMMES for fault in conditions.faults(entry["conditions"])] == []


def test_level_and_parent_of_a_region_follow_from_its_code_in_the_form(desk, places):
    assert "Kode wilayah ditulis seperti" in said(
        desk.post("/admin/regions/region/add/", {"code": "13-9", "name": "X"})
    )
    assert "13.99, belum ada" in said(desk.post("/admin/regions/region/add/", {"code": "13.99.01", "name": "X"}))
    desk.post("/admin/regions/region/add/", {"code": "13.01.07", "name": "Baru", "active": "on"})
    made = Region.objects.get(code="13.01.07")
    assert (made.level, made.parent_id) == (3, "13.01")
    desk.post("/admin/regions/region/13.01.07/change/", {"code": "13.71.09", "name": "Lain"})
    made.refresh_from_db()
    assert (made.pk, made.name, made.active) == ("13.01.07", "Lain", False)


def test_targets_are_listed_by_the_names_of_their_numbers(desk, places):
    row = Target.objects.create(indicator="complaints_late", period="2026", area_id="13.01", number=5)
    page = said(desk.get("/admin/dashboard/target/"))
    assert "Keluhan lewat tenggat" in page
    assert "complaints_late" not in page
    form = said(desk.get(f"/admin/dashboard/target/{row.pk}/change/"))
    assert "Keluhan lewat tenggat · Kabupaten Pesisir Selatan · 2026" in form
    assert "0 target" in said(desk.get("/admin/dashboard/target/?indicator=families"))


def test_adi_opens_an_account_with_a_name_and_a_password(desk):
    page = said(desk.get("/admin/accounts/user/add/"))
    assert "LDAP" not in page
    inline = {"assignments-TOTAL_FORMS": "0", "assignments-INITIAL_FORMS": "0"}
    word = {"password1": "kelapa-muda-2026", "password2": "kelapa-muda-2026"}
    answer = desk.post("/admin/accounts/user/add/", {"username": "baru", "full_name": "Warga Baru", **word, **inline})
    assert answer.status_code == 302, said(answer)
    made = User.objects.get(username="baru")
    assert (made.full_name, made.check_password("kelapa-muda-2026"), made.is_staff) == ("Warga Baru", True, False)


def test_somebody_locked_out_is_let_in_again_by_taking_the_failed_tries_away(desk, browse):
    row = AccessAttempt.objects.create(username="sari", ip_address="10.0.0.1", user_agent="x", failures_since_start=6)
    page = said(desk.get("/admin/axes/accessattempt/"))
    assert "sari" in page
    assert not ENGLISH.search(page)
    assert desk.get("/admin/axes/accesslog/").status_code == 404
    desk.post(f"/admin/axes/accessattempt/{row.pk}/delete/", {"post": "yes"})
    assert not AccessAttempt.objects.exists()


def test_papers_of_a_programme_are_typed_a_line_each(desk):
    path = "/admin/programs/programme/add/"
    rules = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}
    fields = {"code": "X1", "name": "Program X", "status": "active", "service": "service", **rules}
    page = desk.post(path, {**fields, "prerequisites": "Fotokopi KTP"}).content.decode()
    assert "ktp: Fotokopi KTP" in page
    assert not Programme.objects.exists()
    desk.post(path, {**fields, "prerequisites": "ktp: Fotokopi KTP\r\nkk: Kartu Keluarga"})
    programme = Programme.objects.get()
    assert programme.prerequisites == [
        {"code": "ktp", "label": "Fotokopi KTP"},
        {"code": "kk", "label": "Kartu Keluarga"},
    ]
    shown = desk.get(f"/admin/programs/programme/{programme.pk}/change/").content.decode()
    assert "ktp: Fotokopi KTP\nkk: Kartu Keluarga" in shown
