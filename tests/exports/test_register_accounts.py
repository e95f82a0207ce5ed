"""Users and their roles by a sheet: no passwords, a line for each role, nobody helps themself."""

import re
from datetime import date

import pytest
import tablib

from slrt.accounts.models import Assignment, User
from slrt.audit.models import AuditEntry
from tests import people
from tests.exports.register_pages import CSV, out


def test_users_come_and_go_without_passwords(browse, chief, registers, upload):
    people.make_user("sari")
    answer = out(browse(chief), "/admin/accounts/user/", CSV, userresource_password="on", password="on")
    table = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv", delimiter=";")
    assert len(table.headers) == 5
    assert not {
        heading for heading in table.headers if "sandi" in heading.casefold() or "password" in heading.casefold()
    }
    sheet = "username,full_name,email,phone,is_active,password,is_superuser\nbaru,Warga Baru,baru@example.invalid,0812,1,rahasia,1\n"
    _page, confirm = upload("/admin/accounts/user/", sheet)
    confirm()
    made = User.objects.get(username="baru")
    assert not made.has_usable_password()
    assert not made.is_superuser
    assert not made.is_staff
    assert made.is_active


def test_a_users_password_stays_when_the_sheet_comes(upload, registers):
    sari = people.make_user("sari")
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nsari,Sari Dewi\n")
    confirm()
    assert (User.objects.get(pk=sari.pk).full_name, User.objects.get(pk=sari.pk).password) == (
        "Sari Dewi",
        sari.password,
    )


def test_an_assignment_is_ended_by_the_sheet(upload, registers):
    sari = people.make_user("sari")
    sheet = f"user,role,area,started_on,ended_on\nsari,facilitator,{people.SAGO},2020-01-01,2026-11-30\n"
    _page, confirm = upload("/admin/accounts/assignment/", sheet)
    confirm()
    assert Assignment.objects.get(user=sari).ended_on == date(2026, 11, 30)


def test_each_role_of_a_sheet_leaves_its_line(upload, registers, chief):
    sari = people.make_user("sari")
    sheet = (
        "user,role,area,started_on,ended_on\n"
        f"sari,facilitator,{people.SAGO},2020-01-01,2026-11-30\nsari,manager,13.01,2026-12-01,\nadi,administrator,13.01,2020-01-01,\n"
    )
    _page, confirm = upload("/admin/accounts/assignment/", sheet)
    assert not AuditEntry.objects.exists(), "a preview is nothing yet"
    confirm()
    ended, given = AuditEntry.objects.filter(subject="accounts.assignment").order_by("pk")
    assert (ended.verb, ended.actor, ended.details["fields"]) == (
        "role_change",
        chief,
        {"ended_on": [None, "2026-11-30"]},
    )
    assert (given.verb, given.details["fields"]["user"]) == ("role_give", [None, sari.pk])
    counts = AuditEntry.objects.get(verb="register_import").details
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (1, 1, 1)


@pytest.mark.parametrize("row", ["adi,manager,13.01,2026-01-01,", "adi,administrator,13.01,2020-01-01,2030-01-01"])
def test_nobody_gives_themself_a_role_by_a_sheet(upload, registers, chief, row):
    page, confirm = upload("/admin/accounts/assignment/", f"user,role,area,started_on,ended_on\n{row}\n")
    assert "Peran Anda sendiri diatur administrator lain." in page
    assert confirm is None
    assert list(Assignment.objects.filter(user=chief).values_list("role", "ended_on")) == [("administrator", None)]


def test_what_a_sheet_says_of_a_person_stands_nowhere_in_the_trail(upload, registers):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name,phone\nbaru,Warga Baru,081234567890\n")
    confirm()
    line = AuditEntry.objects.get(subject="accounts.user")
    assert line.details["hidden"] == ["full_name", "password", "phone"]
    assert not {"Warga", "081234567890"} & set(re.findall(r"\w+", str(line.details)))
