"""A complaint stays where it was made; of its family, who moved to another area, nothing is shown there any more."""

import pytest

from complaints.exporting import complaints_shown
from complaints.models import Complaint
from households.models import Family
from slrt.exports.registry import Asked
from tests import cases, people

NEW_HEAD = "Zulkarnain Baharu"
PAGES = (
    "/keluhan/",
    "/dasbor/",
    "/dasbor/complaints_tell/",
    "/dasbor/complaints_open/",
    "/keluhan/{pk}/",
    "/keluhan/cetak/",
)


@pytest.fixture
def moved(places, sari):
    """A complaint of a family that has since moved to Padang, where somebody else leads it."""
    family = cases.family_in(people.SAGO)
    row = cases.complaint(family, sari, "resolved")
    family.household.village_id = people.PADANG
    family.household.save()
    family.head.name = NEW_HEAD
    family.head.save()
    Family.objects.filter(pk=family.pk).update(decile=1, decile_period="2026-Q3")
    return row


@pytest.mark.parametrize("path", PAGES)
def test_the_old_village_reads_no_name_of_the_family(browse, moved, sari, path):
    page = browse(sari).get(path.format(pk=moved.pk))
    assert page.status_code == 200
    assert NEW_HEAD not in page.content.decode()


def test_the_complaint_itself_shows_neither_card_nor_decile_and_says_why(browse, moved, sari):
    page = browse(sari).get(f"/keluhan/{moved.pk}/").content.decode()
    assert "pindah ke luar wilayah" in page
    assert "Nomor KK" not in page
    assert f"/keluarga/{moved.family_id}/" not in page


def test_the_list_that_leaves_holds_no_name_either(rf, moved, sari):
    asked = Asked(sari, rf.get("/?tab=tell").GET)
    [(name,)] = complaints_shown(asked).rows.values_list("head_here")
    assert name is None


def test_whoever_works_in_both_places_reads_the_name(browse, moved):
    both = people.make_user("wide", people.Part(people.CAST["rina"].role, "13"))
    for path in ("/keluhan/?tab=tell", f"/keluhan/{moved.pk}/"):
        assert NEW_HEAD in browse(both).get(path).content.decode()


def test_counts_stay_what_they_are(moved, sari):
    assert Complaint.objects.visible_to(sari).count() == 1


@pytest.mark.parametrize("sort", ["family", "-family"])
def test_sorting_by_family_does_not_tell_a_hidden_name_by_its_place(browse, rina, places, sort):
    answer = browse(rina).get(f"/keluhan/?tab=all&sort={sort}")
    assert answer.status_code == 200
    assert "head_here" in str(answer.context["table"].data.data.query.order_by)
