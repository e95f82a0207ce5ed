"""The administrator adds a time that is there already: one is enough, and two of the same words could not be told apart."""

import pytest
from django_celery_beat.models import CrontabSchedule

TIMES = "/admin/django_celery_beat/crontabschedule/"
EIGHT = {"hour": "8", "minute": "0", "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}


@pytest.fixture
def desk(adi, browse):
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return browse(adi)


@pytest.mark.parametrize("again", [EIGHT, {**EIGHT, "hour": "08"}, {**EIGHT, "minute": "00"}])
def test_a_time_that_is_there_is_refused_in_a_sentence(desk, again):
    assert desk.post(f"{TIMES}add/", EIGHT).status_code == 302
    before = CrontabSchedule.objects.count()
    answer = desk.post(f"{TIMES}add/", again)
    assert "Waktu ini sudah ada. Pilih waktu itu di jadwal pekerjaan" in answer.content.decode()
    assert CrontabSchedule.objects.count() == before


def test_another_time_is_added_and_the_same_row_saved_again(desk):
    desk.post(f"{TIMES}add/", EIGHT)
    assert desk.post(f"{TIMES}add/", {**EIGHT, "hour": "9"}).status_code == 302
    row = CrontabSchedule.objects.get(hour="9", minute="0", day_of_week="*", day_of_month="*", month_of_year="*")
    assert desk.post(f"{TIMES}{row.pk}/change/", {**EIGHT, "hour": "9"}).status_code == 302
