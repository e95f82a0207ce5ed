"""One file uploaded twice: what is missed is missed the first time, and the second upload changes nothing and misses nobody more."""

import pytest

from households.models import Membership
from tests import people
from tests.importing.families import ANDI, ROSNA, bring, preview

pytestmark = pytest.mark.django_db
CICI = {**ANDI, "NIK": "1301994506100001", "NAMA": "Cici", "TGL_LAHIR": "2010-06-05", "JENIS_KELAMIN": "2"}
BORN_NEVER = {"TGL_LAHIR": "kapan-kapan"}


@pytest.fixture
def manager(places, lestari):
    return lestari


def _missed():
    return set(Membership.objects.filter(missing_since__isnull=False).values_list("person__name", flat=True))


def test_a_repeated_row_of_a_newcomer_hides_nobody_who_is_missing(manager):
    bring(manager, ROSNA, ANDI)
    first = bring(manager, ROSNA, CICI, CICI)
    assert (first.counts["repeated"], first.counts["missing"], _missed()) == (1, 1, {"Andi"})
    again = bring(manager, ROSNA, CICI, CICI)
    assert (again.counts["people"]["changed"], again.counts["missing"], _missed()) == (0, 0, {"Andi"})


@pytest.mark.parametrize("number", [{}, {"NIK": ""}])
def test_a_refused_row_of_a_newcomer_says_the_same_once_the_newcomer_is_here(manager, number):
    bring(manager, ROSNA, ANDI)
    rows = [ROSNA, {**CICI, **number}, {**CICI, **number, **BORN_NEVER}]
    first = bring(manager, *rows)
    missed = _missed()
    again = bring(manager, *rows)
    assert (first.counts["refused"], again.counts["missing"]) == (1, 0)
    assert _missed() == missed == ({"Andi"} if not number else set()), "without a NIK the refused row may be Andi's"


def test_that_the_same_file_was_applied_is_said_to_whoever_sees_that_run_alone(manager, browse):
    """The manager of a district applied it; the regency's sees that run, the manager of another district does not."""
    inside = people.make_user("camat", people.Part(people.CAST["lestari"].role, "13.01.05"))
    beside = people.make_user("pancung", people.Part(people.CAST["lestari"].role, "13.01.01"))
    bring(inside, ROSNA)
    for person, told in ((manager, True), (beside, False)):
        again = preview(person, ROSNA)
        page = browse(person).get(f"/impor/{again.pk}/").content.decode()
        assert ("Berkas yang sama sudah diterapkan" in page) is told, person
