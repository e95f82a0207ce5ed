"""Before Lestari applies a file, its page says how many of its families somebody wrote on since the preview: as many as will be left."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.importing import meanwhile, staging
from households.models import Family, Household, ImportRun
from households.registry import correcting
from tests.importing.families import ANDI, BUDI, CITRA, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db(transaction=True)
NEWER = ({**ROSNA, "LANTAI": "5"}, ANDI, {**BUDI, "LANTAI": "5"}, CITRA)
# Of the same village, and not in the newer file.
EKO = {**BUDI, "NO_KK": "1301990101100005", "NIK": "1301990506600001", "NAMA": "Eko", "ID_KELUARGA": "K4"}
EKO["TGL_LAHIR"] = "1960-06-05"
WORDS = "keluarga diubah sejak pratinjau ini, oleh orang atau berkas lain."


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA, ANDI, BUDI, EKO)
    return lestari


def _corrects(by, official):
    family = Family.objects.get(official_id=official)
    head = family.head
    values = {"name": f"{head.name} Baru"}
    correcting.correct(family, by=by, person=head, version=head.version, values=values, reason="KTP")


def _says(browse, who, run):
    page = browse(who).get(f"/impor/{run.pk}/")
    number = page.context["edited_meanwhile"]
    assert (f"{number} {WORDS}" in page.content.decode()) == bool(number)
    return number


def _left(by, run):
    return apply(by, run).counts["warned"].get("edited", 0)


def test_nothing_is_said_while_nobody_wrote_and_nothing_is_asked(manager, browse):
    run = preview(manager, *NEWER)
    assert _says(browse, manager, run) == 0
    with CaptureQueriesContext(
        connection,
    ) as asked:
        meanwhile.edited_families(ImportRun.objects.get(pk=run.pk))
    assert not [query for query in asked if "import_family" in query["sql"]]


def test_the_page_says_as_many_as_are_left_then(manager, sari, browse):
    run = preview(manager, *NEWER)
    _corrects(sari, "K0")
    assert _says(browse, manager, run) == 1
    _corrects(sari, "K1")
    _corrects(sari, "K1")
    assert _says(browse, manager, run) == 2
    assert _left(manager, run) == 2
    run.refresh_from_db()
    assert _says(browse, manager, run) == 0, "then it is told among what was left"


def test_a_family_that_is_not_in_the_file_does_not_count(manager, sari, browse):
    run = preview(manager, *NEWER)
    _corrects(sari, "K4")
    assert _says(browse, manager, run) == 0
    assert _left(manager, run) == 0


def test_a_new_address_of_the_house_counts_and_a_house_elsewhere_does_not(manager, browse):
    run = preview(manager, *NEWER)
    for official, values in (("K0", {"address": "Jalan Baru 5"}), ("K1", {"village_id": "13.71.01.1001"})):
        house = Household.objects.get(families__official_id=official)
        for name, value in values.items():
            setattr(house, name, value)
        house.save()
    assert _says(browse, manager, run) == 1
    counts = apply(manager, run).counts["warned"]
    assert (counts["edited"], counts["outside"]) == (1, 1)


def test_a_family_that_somebody_registered_meanwhile_counts_by_its_card(manager, browse):
    run = preview(manager, *NEWER)
    citra = preview(manager, {**CITRA, "ID_KELUARGA": ""})
    apply(manager, citra)
    assert _says(browse, manager, run) == 1
    assert _left(manager, run) == 1


def test_a_family_under_another_id_with_the_same_card_does_not_count(manager, browse):
    run = preview(manager, *NEWER)
    bring(manager, {**CITRA, "ID_KELUARGA": "K9"})
    assert _says(browse, manager, run) == 0
    assert _left(manager, run) == 0


def test_where_the_files_tables_are_gone_nothing_is_said(manager, sari, browse):
    run = preview(manager, *NEWER)
    _corrects(sari, "K0")
    staging.put_aside(run.pk)
    assert _says(browse, manager, run) == 0
