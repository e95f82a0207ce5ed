"""A routing rule is tried out on the complaints of the last weeks before it is saved; trying changes nothing."""

import re
from datetime import timedelta

import pytest
from django.forms.models import model_to_dict

from complaints.models import Complaint, RoutingRule
from complaints.rehearsing import rehearse
from complaints.routing import Case, Effect, effect, most_particular
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests import cases, people

NEW, EXISTING = "/admin/complaints/routingrule/coba/", "/admin/complaints/routingrule/{}/coba/"


@pytest.fixture
def complaints(places, sari):
    """Six open complaints about health in Sago Salido, one closed, one old, one in Padang."""
    family = cases.family_in(people.SAGO)
    made = [cases.complaint(family, sari, "triaged" if n < 5 else "in_handling") for n in range(6)]
    cases.complaint(family, sari, "closed")
    Complaint.objects.filter(pk=cases.complaint(family, sari).pk).update(received_at=clock.now() - timedelta(days=91))
    cases.complaint(cases.family_in(people.PADANG, nik="1371014506850001"), sari)
    return made


def rule(area="13.01", way="check", **more):
    return RoutingRule(area_id=area, way=way, **more)


def numbers(found):
    return found.count, found.waiting, found.displaced, len(found.examples)


def test_a_rule_proposes_where_it_is_the_most_particular_and_names_the_one_it_takes_the_place_of():
    case = Case("health", "card", people.SAGO)
    district, village = rule(), rule(people.SAGO)
    assert effect(rule(sector="food"), [], case) == Effect(False)
    assert effect(rule("13.71"), [], case) == Effect(False)
    assert effect(district, [], case) == Effect(True)
    assert effect(district, [village], case) == Effect(False)
    assert effect(village, [district], case) == Effect(True, district)
    assert effect(rule(sector="health"), [district, rule(sector="food")], case) == Effect(True, district)
    assert most_particular([]) is None


def test_open_complaints_of_the_last_ninety_days_in_the_own_area_count(complaints, rina):
    assert numbers(rehearse(rina, rule())) == (6, 5, 0, 5)
    assert numbers(rehearse(rina, rule(sector="food"))) == (0, 0, 0, 0)
    assert numbers(rehearse(rina, rule("13.71"))) == (0, 0, 0, 0), "outside her area"


def test_a_more_particular_rule_keeps_its_proposals_and_a_less_particular_one_loses_them(complaints, rina):
    general = rule()
    general.save()
    assert numbers(rehearse(rina, rule(sector="health"))) == (6, 5, 6, 5)
    rule(people.SAGO).save()
    assert numbers(rehearse(rina, rule(sector="health"))) == (0, 0, 0, 0)
    assert numbers(rehearse(rina, general)) == (0, 0, 0, 0), "it stands beside the others, not beside itself"
    RoutingRule.objects.filter(area_id=people.SAGO).update(active=False)
    assert numbers(rehearse(rina, general)) == (6, 5, 0, 5)


def test_rina_who_sees_complaints_gets_examples_that_lead_to_them(complaints, rina):
    example = rehearse(rina, rule()).examples[0]
    assert example.pk in {row.pk for row in complaints}
    assert (example.place, example.sector) == ("Sago Salido", "Kesehatan")


def test_adi_who_sees_no_complaints_is_told_neither_which_nor_the_day_nor_the_village(complaints, chief):
    found = rehearse(chief, rule())
    assert numbers(found) == (6, 5, 0, 5)
    assert {(row.pk, row.place, row.received.day) for row in found.examples} == {(None, "IV Jurai", 1)}


def test_too_few_complaints_are_not_told_to_adi_but_to_rina(complaints, chief, rina):
    Complaint.objects.filter(pk__in=[row.pk for row in complaints[:3]]).update(state="closed")
    assert numbers(rehearse(chief, rule())) == (None, None, 0, 0)
    assert numbers(rehearse(rina, rule())) == (3, 2, 0, 3)


def test_whoever_keeps_neither_registers_nor_complaints_of_the_area_is_told_nothing(complaints, tomo, dewi):
    assert numbers(rehearse(tomo, rule())) == numbers(rehearse(dewi, rule())) == (0, 0, 0, 0)


def test_adi_tries_a_new_rule_in_its_form_and_nothing_is_saved(browse, chief, complaints):
    before = list(Complaint.objects.order_by("pk").values()), AuditEntry.objects.count()
    form = {"area": "13.01", "way": "handle", "sector": "health", "issue": "", "unit": "Loket", "active": "on"}
    page = browse(chief).post(NEW, form).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Belum ada yang disimpan." in text
    assert "Akan diusulkan 6 Arahnya belum dipilih 5 Mengganti usulan aturan lain 0" in text
    assert "Sago Salido" not in text
    assert not RoutingRule.objects.exists()
    assert (list(Complaint.objects.order_by("pk").values()), AuditEntry.objects.count()) == before
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.split("numbers")[1]))
    browse(chief).post("/admin/complaints/routingrule/add/", {**hidden, "_save": "1"})
    made = RoutingRule.objects.get()
    assert (made.area_id, made.way, made.sector, made.unit, made.active) == ("13.01", "handle", "health", "Loket", True)


def test_adi_tries_switching_a_rule_on_and_it_stays_off(browse, chief, complaints):
    row = rule(way="check", active=False)
    row.save()
    form = {name: value for name, value in model_to_dict(row).items() if value not in (None, False)}
    page = browse(chief).post(EXISTING.format(row.pk), form).content.decode()
    assert "hitungannya seandainya aktif" in page
    browse(chief).post(EXISTING.format(row.pk), {**form, "way": "handle", "active": "on"})
    row.refresh_from_db()
    assert (row.active, row.way) == (False, "check")


def test_a_faulty_rule_comes_back_with_its_faults_and_saves_nothing(browse, chief, complaints):
    page = browse(chief).post(NEW, {"area": "13.01", "way": "refer", "active": "on"}).content.decode()
    assert "Pilih lembaga yang dituju." in page
    assert 'action="/admin/complaints/routingrule/add/"' in page
    assert not RoutingRule.objects.exists()


def test_whoever_keeps_no_registers_cannot_try_a_rule(browse, complaints, rina):
    assert browse(rina).post(NEW, {"area": "13.01", "way": "check"}).status_code == 302, "no staff, no administration"
    rina.is_staff = True
    rina.save()
    answer = browse(rina).post(NEW, {"area": "13.01", "way": "check"})
    assert answer.status_code == 403
    assert "Akan diusulkan" not in answer.content.decode()
