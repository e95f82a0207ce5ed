"""A file that breaks off in the middle of a row: nobody misses who may have stood behind its end."""

import pytest
from django.urls import reverse

from households.importing import delimited
from households.models import Family, Membership
from tests.importing.families import ANDI, BUDI, HEAD, ROSNA, apply, bring, file_of
from tests.importing.rows import previewed

pytestmark = pytest.mark.django_db
INA = {**ANDI, "NIK": "1301994506070001", "NAMA": "Ina", "TGL_LAHIR": "2007-06-05", "JENIS_KELAMIN": "2"}
DODI = {**ANDI, **{key: BUDI[key] for key in ("NO_KK", "ID_KELUARGA")}, "NIK": "1301990506060002", "NAMA": "Dodi"}
LELA = {**INA, "NIK": "1301994506260001", "NAMA": "Lela", "TGL_LAHIR": "2026-06-05"}
EVERYBODY = (BUDI, DODI, ROSNA, ANDI, INA)


@pytest.fixture
def manager(places, lestari):
    return lestari


def _cut(*rows, last, at, head=HEAD):
    """These rows, and of the last one what stands before this word."""
    whole = "\n".join([",".join(head), *(",".join(row[name] for name in head) for row in (*rows, last))])
    return whole[: whole.rindex(at)].encode()


def _missing():
    return set(Membership.objects.exclude(missing_since=None).values_list("person__name", flat=True))


@pytest.mark.parametrize("at", ["2005-06-05", "Andi", "01,1301990506050001"])
def test_of_the_family_in_which_a_file_breaks_off_nobody_is_missed(manager, at):
    bring(manager, *EVERYBODY)
    run = previewed(manager, _cut(BUDI, ROSNA, last=ANDI, at=at))
    assert (run.counts["reasons"], run.counts["missing"]) == ({"row_cut": 1}, 1)
    assert sum(village["missing"] for village in run.counts["villages"]) == 1
    apply(manager, run)
    assert _missing() == {"Dodi"}, "who was left out of a family that is whole"


def test_a_family_of_which_the_next_ones_row_tells_that_it_is_whole_is_missed(manager):
    bring(manager, *EVERYBODY)
    run = previewed(manager, _cut(ROSNA, ANDI, last=BUDI, at="1970-06-05"))
    apply(manager, run)
    assert _missing() == {"Ina"}, "Budi's row says that Rosna's are all there, and his child may come behind it"


def test_the_last_family_is_known_where_the_row_before_it_was_refused_or_read_in_another_part(manager, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK_BYTES", 100)
    bring(manager, *EVERYBODY)
    wrong = {**ANDI, "TGL_LAHIR": "kemarin"}
    run = previewed(manager, _cut(BUDI, DODI, ROSNA, wrong, last=INA, at="01,1301994506070001"))
    assert (run.counts["refused"], run.counts["missing"]) == (2, 0)


WRONG_DODI, WRONG_ANDI = ({**row, "TGL_LAHIR": "kemarin"} for row in (DODI, ANDI))
PERSON_FIRST = sorted(HEAD, key=["NO_KK", "ID_KELUARGA"].__contains__)
CARD_LAST = sorted(PERSON_FIRST, key="NO_KK".__eq__)


@pytest.mark.parametrize(
    "rows",
    [
        (BUDI, WRONG_DODI, ROSNA, ANDI),
        (BUDI, ROSNA, WRONG_DODI, WRONG_ANDI),
        (ROSNA, BUDI, DODI, {**ANDI, "NO_KK": "130199010110000"}),
    ],
    ids=["a good row", "a refused row", "a refused row by the ministry's number alone"],
)
def test_where_the_cut_row_names_no_family_the_nearest_row_before_it_does(manager, rows):
    """The file breaks off in the row of somebody new, before the numbers of the family; Dodi's row is of another one."""
    bring(manager, *EVERYBODY)
    run = previewed(manager, _cut(*rows, last=LELA, at="Lela", head=PERSON_FIRST))
    assert (run.counts["reasons"]["row_cut"], run.counts["missing"]) == (1, 0), "Ina's row may have come behind the end"


def test_half_of_the_ministrys_number_names_no_family(manager):
    bring(manager, *EVERYBODY)
    run = previewed(manager, _cut(BUDI, DODI, ROSNA, last=ANDI, at=f"0,{ANDI['NO_KK']}", head=CARD_LAST))
    assert (run.counts["reasons"], run.counts["missing"]) == ({"row_cut": 1}, 0), "K of K0 is nobody's number"


def test_a_file_that_breaks_off_before_it_names_any_family_is_previewed(manager):
    run = previewed(manager, _cut(last=ANDI, at="Andi", head=PERSON_FIRST))
    assert (run.state, run.counts["reasons"], run.counts["accepted"]) == ("previewed", {"row_cut": 1}, 0)


def test_of_the_last_family_of_a_file_that_ends_as_it_should_somebody_is_missed(manager):
    bring(manager, *EVERYBODY)
    run = previewed(manager, file_of(BUDI, DODI, ROSNA, ANDI))
    assert run.counts["missing"] == 1
    apply(manager, run)
    assert _missing() == {"Ina"}


def test_nobody_can_call_a_file_complete_that_breaks_off(manager, client):
    bring(manager, *EVERYBODY)
    run = previewed(manager, _cut(ROSNA, last=ANDI, at="2005-06-05"))
    assert run.counts["missing_families"] == 1
    client.force_login(manager)
    page = client.get(reverse("households:import", args=[run.pk])).content.decode()
    assert "Berkas ini terpotong" in page
    assert 'name="complete"' not in page
    sent = {"version": run.version, "complete": "yes"}
    answer = client.post(reverse("households:import_apply", args=[run.pk]), sent, follow=True)
    assert "tidak bisa dinyatakan lengkap" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == "previewed"
    assert not Family.objects.exclude(missing_since=None).exists()
    apply(manager, run)
    assert not Family.objects.exclude(missing_since=None).exists()
