"""Two administrators at the same row: nobody's change is overwritten by a form that was opened before it."""

import re
from datetime import date

import pytest

from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Assignment, Organisation
from slrt.audit.models import AuditEntry
from slrt.letters.models import LetterTemplate
from tests import people
from tests.access.test_what_the_administrator_does import kept

SEEN = re.compile(r'name="seen" value="([0-9a-f]+)"')


@pytest.fixture
def desk(browse, chief):
    """adi's browser."""
    return browse(chief)


@pytest.fixture
def other_desk(browse, places):
    """The browser of a second administrator."""
    second = people.make_user("umi", people.CAST["adi"])
    second.is_staff = second.is_superuser = True
    second.save()
    return browse(second)


def opened(desk, url):
    """What a form holds when somebody opens it, with the mark of what was seen."""
    page = desk.get(url)
    found = SEEN.search(page.content.decode())
    return {**kept(page), "seen": found.group(1) if found else ""}


def test_a_letter_text_that_somebody_else_changed_is_not_overwritten(desk, other_desk):
    text = LetterTemplate.objects.create(kind="referral", opening="Dengan hormat,", closing="Terima kasih.")
    url = f"/admin/letters/lettertemplate/{text.pk}/change/"
    mine, theirs = opened(desk, url), opened(other_desk, url)
    other_desk.post(url, {**theirs, "closing": "Hormat kami."})
    lines = AuditEntry.objects.count()

    answer = desk.post(url, {**mine, "opening": "Salam,"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "sudah diubah orang lain" in page
    assert "Hormat kami." in page, "what is stored now is said"
    assert "Salam," in page, "what was typed stays"
    text.refresh_from_db()
    assert (text.opening, text.closing) == ("Dengan hormat,", "Hormat kami.")
    assert AuditEntry.objects.count() == lines


def test_who_has_seen_the_other_change_may_save(desk, other_desk):
    office = people.make_organisation("dinkes")
    url = f"/admin/accounts/organisation/{office.pk}/change/"
    mine, theirs = opened(desk, url), opened(other_desk, url)
    other_desk.post(url, {**theirs, "phone": "0756-1"})
    clash = desk.post(url, {**mine, "town": "Painan"})
    again = {**kept(clash), "seen": SEEN.search(clash.content.decode()).group(1), "phone": "0756-1"}

    assert desk.post(url, again).status_code == 302
    row = Organisation.objects.get(pk=office.pk)
    assert (row.phone, row.town) == ("0756-1", "Painan")


def test_a_fault_of_ones_own_does_not_hide_the_other_change(desk, other_desk):
    office = people.make_organisation("dinkes")
    url = f"/admin/accounts/organisation/{office.pk}/change/"
    mine = opened(desk, url)
    faulty = desk.post(url, {**mine, "email": "bukan surel"})
    assert SEEN.search(faulty.content.decode()).group(1) == mine["seen"]
    Organisation.objects.filter(pk=office.pk).update(phone="0756-1")

    desk.post(url, {**mine, "town": "Painan"})

    row = Organisation.objects.get(pk=office.pk)
    assert (row.phone, row.town) == ("0756-1", "")


def test_a_role_that_ended_meanwhile_is_not_given_back_by_an_older_page(desk, other_desk, sari):
    url = f"/admin/accounts/user/{sari.pk}/change/"
    mine = opened(desk, url)
    role = sari.assignments.get()
    Assignment.objects.filter(pk=role.pk).update(ended_on=date(2026, 1, 31))

    answer = desk.post(url, {**mine, "phone": "0812"})

    assert "sudah diubah orang lain" in answer.content.decode()
    sari.refresh_from_db()
    role.refresh_from_db()
    assert (sari.phone, role.ended_on) == ("", date(2026, 1, 31))


def test_a_programme_rule_that_was_tried_out_is_not_saved_over_another_one(desk, other_desk):
    programme = Programme.objects.create(code="X1", name="Program X", sector="social")
    rule = ProgrammeRule.objects.create(
        programme=programme, valid_from=date(2026, 1, 1), source="SK", conditions=[{"kind": "decile", "to": 4}]
    )
    url = f"/admin/programs/programmerule/{rule.pk}/change/"
    mine, theirs = opened(desk, url), opened(other_desk, url)
    tried = desk.post(f"/admin/programs/programmerule/{rule.pk}/coba/", {**mine, "source": "SK 2"}).content.decode()
    assert other_desk.post(url, {**theirs, "source": "SK 1"}).status_code == 302
    fields = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', tried))
    assert fields["seen"] == mine["seen"]

    desk.post(url, {**mine, **{"source": "SK 2", "seen": fields["seen"]}})

    rule.refresh_from_db()
    assert rule.source == "SK 1"
