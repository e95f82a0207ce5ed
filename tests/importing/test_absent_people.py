"""The list of the people whom the rows of their families no longer name: whole, before a file is applied and afterwards."""

import pytest
from django.urls import reverse

from households.models import Household, ImportAbsence, Membership, Person
from households.registry import members
from slrt.core import clock
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


CHILDREN = [{**ANDI, "NIK": f"13019905060500{n}", "NAMA": f"Anak {n}"} for n in range(10, 40)]


@pytest.fixture
def thirty(manager):
    """Rosna's family of thirty-one, of which the file names Rosna."""
    bring(manager, ROSNA, *CHILDREN)
    return preview(manager, ROSNA)


def _list(run, number=1):
    return f"{reverse('households:import_absent_people', args=[run.pk])}?page={number}"


def _names(client, run):
    pages = (client.get(_list(run, number)).context["table"].page.object_list.data for number in (1, 2))
    return {member.person.name for page in pages for member in page}


def test_all_of_them_stand_in_a_list_of_pages_before_and_after_the_file_is_applied(browse, manager, thirty):
    client, page = browse(manager), f"/impor/{thirty.pk}/"
    for stands in ("previewed", "applied"):
        assert thirty.state == stands
        shown = client.get(_list(thirty))
        assert shown.context["own"] == thirty.counts["missing"] == 30
        assert _names(client, thirty) == {child["NAMA"] for child in CHILDREN}
        assert CHILDREN[0]["NIK"] not in shown.content.decode()
        assert CHILDREN[0]["NIK"][-4:] in shown.content.decode(), "masked, not left out"
        told = client.get(page).content.decode()
        assert "5 dari 30" in told
        assert f'href="/impor/{thirty.pk}/orang-tidak-ada/">Lihat semua 30 orang' in told
        if stands == "previewed":
            apply(manager, thirty)
    assert Membership.objects.filter(missing_since__isnull=False).count() == 30


def test_a_later_file_that_names_them_again_changes_nothing_of_this_ones_list(browse, manager, thirty):
    apply(manager, thirty)
    bring(manager, ROSNA, *CHILDREN)
    assert not Membership.objects.filter(missing_since__isnull=False).exists()
    assert browse(manager).get(_list(thirty)).context["own"] == 30


def test_who_left_the_family_afterwards_still_stands_in_it(browse, manager, sari):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA)
    home = Membership.objects.get(person__name="Andi").family
    members.death(home, by=sari, version=home.version, person=Person.objects.get(name="Andi").pk, on=clock.today())
    shown = browse(manager).get(_list(run))
    assert [member.person.name for member in shown.context["table"].page.object_list.data] == ["Andi"]


def test_of_people_elsewhere_the_list_says_only_how_many(browse, manager):
    two = {**BUDI, "NIK": "1301990506900001", "NAMA": "Bela", "HUB_KELUARGA": "3"}
    bring(manager, ROSNA, ANDI, BUDI, two)
    run = bring(manager, ROSNA, BUDI)
    Household.objects.filter(families__official_id="K1").update(village_id="13.71.01.1001")
    shown = browse(manager).get(_list(run))
    assert (shown.context["own"], shown.context["outside"], shown.context["gone"]) == (1, 1, 0)
    page = shown.content.decode()
    assert "1 orang lain di luar wilayah Anda" in page
    assert "Bela" not in page + browse(manager).get(f"/impor/{run.pk}/").content.decode()


def test_who_was_merged_into_another_is_said_to_be_shown_no_more(browse, manager):
    bring(manager, ROSNA, ANDI, BUDI)
    run = bring(manager, ROSNA, BUDI)
    Person.objects.filter(name="Andi").update(merged_into=Person.objects.get(name="Budi"))
    shown = browse(manager).get(_list(run))
    assert (shown.context["own"], shown.context["outside"], shown.context["gone"]) == (0, 0, 1)
    assert "1 orang lain tidak bisa ditampilkan lagi." in shown.content.decode()


def test_a_file_that_names_everybody_has_no_list(browse, manager):
    run = bring(manager, ROSNA, ANDI)
    assert browse(manager).get(_list(run)).status_code == 404
    assert "Orang yang tidak ada di berkas ini" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()


def test_the_list_is_for_those_who_work_with_the_file(browse, client, manager, sari, fitri, thirty):
    assert [browse(who).get(_list(thirty)).status_code for who in (sari, fitri)] == [403, 403]
    assert client.get(_list(thirty))["Location"].startswith("/masuk/")
    manager.assignments.update(area_id="13.71")
    assert browse(manager).get(_list(thirty)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_with_the_file_taken_back_its_list_goes(browse, manager):
    bring(manager, ROSNA, ANDI)
    run = bring(manager, ROSNA)
    take_back(manager, run)
    assert browse(manager).get(_list(run)).status_code == 404
    assert not ImportAbsence.objects.exists()
