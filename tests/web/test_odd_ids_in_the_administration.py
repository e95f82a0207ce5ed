"""The administration, too, answers what is no row number with a page, never with a fault of the program."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from slrt.accounts.models import Assignment, User


@pytest.fixture
def desk(adi, browse):
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return browse(adi)


NO_NUMBERS = ["abc", "²", "9" * 40, "-5", "", "1.5", "\x00", "1' OR '1'='1"]


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label_lower)
def test_rows_of_no_readable_number_are_not_removed(desk, sari, model):
    people, roles = User.objects.count(), Assignment.objects.count()
    path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for number in NO_NUMBERS:
        answer = desk.post(path, {"action": "delete_selected", "_selected_action": [number], "post": "yes"})
        assert answer.status_code in (200, 302, 403), number
    assert (User.objects.count(), Assignment.objects.count()) == (people, roles)


def test_who_sends_one_is_told_what_to_do(desk, sari):
    row = Assignment.objects.get(user=sari)
    sent = {"action": "delete_selected", "_selected_action": [row.pk, "abc"], "post": "yes"}
    page = desk.post("/admin/accounts/assignment/", sent, follow=True).content.decode()
    assert "Yang dipilih tidak ada di daftar ini. Centang barisnya di daftar" in page
    assert Assignment.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("path", ["r/1/1/", "r/1/abc/", "r/abc/1/", "r/99999/1/", "r/²/1/", f"r/{'9' * 40}/1/"])
def test_where_a_row_has_no_page_of_its_own_none_is_found(desk, sari, path):
    assert desk.get(f"/admin/{path}").status_code == 404


def test_every_table_answers_in_the_same_way(desk, sari):
    for kind in ContentType.objects.all():
        for pk in (1, sari.pk):
            assert desk.get(f"/admin/r/{kind.pk}/{pk}/").status_code in (302, 404), kind
