"""A family's number comes with other people altogether: the preview names the family, and whoever applies the file decides."""

import re

import pytest
from django.urls import reverse

from households.importing import staging
from households.models import Family, Household, Membership, Person
from households.registry import correcting
from slrt.core import clock
from tests.importing.families import ANDI, BUDI, CITRA, DEDI, ROSNA, apply, bring, preview, take_back

pytestmark = pytest.mark.django_db
HERE = {name: ROSNA[name] for name in ("NO_KK", "ID_KELUARGA", "KODE_DESA")}
OTHERS = ({**CITRA, **HERE}, {**DEDI, **HERE, "HUB_KELUARGA": "2"})
SAID = "Keluarga yang semua anggotanya orang lain di berkas"


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA, ANDI, BUDI)
    return lestari


def _page(browse, who, run, name="import"):
    return browse(who).get(reverse(f"households:{name}", args=[run.pk]))


def test_the_preview_names_the_family_and_leads_to_all_of_them(manager, browse):
    run = preview(manager, *OTHERS, BUDI)
    assert run.counts["warned"] == {"replaced": 1}
    assert (run.counts["missing"], run.counts["people"]["new"]) == (2, 2)
    page = _page(browse, manager, run).content.decode()
    panel = page.split(SAID, 1)[1].split("</section>")[0]
    assert "1 dari 1" in panel
    assert "<b>Rosna</b>" in panel
    assert reverse("households:import_replaced", args=[run.pk]) in panel
    listed = _page(browse, manager, run, "import_replaced")
    assert [family.head.name for family in listed.context["table"].page.object_list.data] == ["Rosna"]
    assert ROSNA["NO_KK"] not in page + listed.content.decode()


def test_several_are_all_named_by_head_also_when_the_tables_of_the_file_are_gone(manager, browse):
    eka = {**BUDI, "NIK": "1301990506600001", "NAMA": "Eka", "TGL_LAHIR": "1960-06-05"}
    run = preview(manager, *OTHERS, eka)
    assert run.counts["warned"] == {"replaced": 2}
    listed = _page(browse, manager, run, "import_replaced").context["table"].page.object_list.data
    assert [family.head.name for family in listed] == ["Budi", "Rosna"]
    for kept in (True, False):
        panel = _page(browse, manager, run).content.decode().split(SAID, 1)[1].split("</section>")[0]
        assert "2 dari 2" in panel
        assert re.findall("<b>([^<]+)</b>", panel) == ["Budi", "Rosna"]
        assert (reverse("households:import_replaced", args=[run.pk]) in panel) is kept
        staging.put_aside(run.pk)


def test_of_two_one_of_whom_lives_elsewhere_one_is_named_and_one_counted(manager, browse):
    eka = {**BUDI, "NIK": "1301990506600001", "NAMA": "Eka", "TGL_LAHIR": "1960-06-05"}
    run = preview(manager, *OTHERS, eka)
    Household.objects.filter(families__official_id="K0").update(village_id="13.71.01.1001")
    listed = _page(browse, manager, run, "import_replaced")
    assert (listed.context["own"], listed.context["outside"]) == (1, 1)
    assert [family.head.name for family in listed.context["table"].page.object_list.data] == ["Budi"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_back_and_all_of_it_is_undone(places, lestari):
    def stands():
        rows = (Family.objects.values_list("pk", "head", "decile"), Person.objects.values_list("pk", "name"))
        return [sorted(map(str, found)) for found in (*rows, Membership.objects.values_list())]

    bring(lestari, ROSNA, ANDI, BUDI)
    before = stands()
    run = apply(lestari, preview(lestari, *OTHERS, BUDI))
    assert Family.objects.get(official_id="K0").head.name == "Citra"
    assert set(Membership.objects.exclude(missing_since=None).values_list("person__name", flat=True)) == {
        "Rosna",
        "Andi",
    }
    take_back(lestari, run)
    assert stands() == before


@pytest.mark.django_db(transaction=True)
def test_where_somebody_wrote_elsewhere_after_the_preview_it_is_told_anew_and_the_file_applied(places, lestari, budi):
    """Facilitator Budi corrects a family of Salido, of which the file holds nobody: all is compared once more."""
    yunus = {**DEDI, "NIK": "1301990506640001", "NAMA": "Yunus", "TGL_LAHIR": "1964-06-05"}
    bring(lestari, ROSNA, ANDI, BUDI, yunus)
    run = preview(lestari, *OTHERS, BUDI)
    family = Family.objects.get(official_id="K3")
    said = {"person": family.head, "version": family.head.version, "values": {"name": "Junus"}, "reason": "KTP"}
    correcting.correct(family, by=budi, **said)
    assert apply(lestari, run).counts["warned"]["replaced"] == 1


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ((*OTHERS, ANDI, BUDI), "Andi is still there"),
        ((*OTHERS, {**ANDI, "TGL_LAHIR": "?"}, BUDI), "Andi's row was refused, and stands in the file"),
        ((*OTHERS, {**ANDI, "NIK": "1", "NAMA": "?"}, BUDI), "a refused row may be Andi or Rosna"),
        ((ROSNA, ANDI, BUDI), "the same people"),
        ((BUDI,), "a family that is not in the file at all is told elsewhere"),
    ],
)
def test_a_family_of_whom_somebody_may_be_in_the_file_is_not_named(manager, rows, why):
    assert "replaced" not in preview(manager, *rows).counts["warned"], why


@pytest.mark.parametrize("gone", [{"ended_on": clock.today()}, {"missing_since": clock.now()}], ids=["left", "missed"])
def test_who_left_or_was_missed_before_keeps_nobody_from_being_told(manager, gone):
    """Andi moved away, or no file has named him for long; of those who are left the file knows none."""
    Membership.objects.filter(person__name="Andi").update(**gone)
    run = preview(manager, *OTHERS, BUDI)
    assert (run.counts["warned"], run.counts["missing"]) == ({"replaced": 1}, 1)


def test_a_family_is_not_named_whose_missed_member_came_back_while_the_other_went(manager):
    """Andi was missed by the file before; now he stands among the rows again and Rosna does not."""
    apply(manager, preview(manager, ROSNA, BUDI), complete=True)
    assert Membership.objects.get(person__name="Andi").missing_since is not None
    run = preview(manager, ANDI, OTHERS[0], BUDI)
    assert run.counts["missing"] == 1
    assert "replaced" not in run.counts["warned"], "Andi lives there, and the file says so"


def test_the_next_file_with_the_new_people_says_nothing_of_it(manager):
    apply(manager, preview(manager, *OTHERS, BUDI))
    assert "replaced" not in preview(manager, *OTHERS, BUDI).counts["warned"]


def test_whoever_lives_elsewhere_is_counted_and_not_named(manager, browse):
    run = preview(manager, *OTHERS, BUDI)
    Household.objects.filter(families__official_id="K0").update(village_id="13.71.01.1001")
    listed = _page(browse, manager, run, "import_replaced")
    assert (listed.context["own"], listed.context["outside"]) == (0, 1)
    for shown in (listed, _page(browse, manager, run)):
        assert "Rosna" not in shown.content.decode()


def test_the_list_is_for_those_who_work_with_the_file_and_goes_with_its_tables(manager, sari, fitri, browse):
    run = preview(manager, *OTHERS, BUDI)
    assert [_page(browse, who, run, "import_replaced").status_code for who in (sari, fitri)] == [403, 403]
    staging.put_aside(run.pk)
    assert _page(browse, manager, run, "import_replaced").status_code == 404
    assert "Rosna" in _page(browse, manager, run).content.decode(), "the few that the run kept stay named"
