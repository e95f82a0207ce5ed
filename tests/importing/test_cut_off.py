"""A file that breaks off in the middle of a row: nobody misses who may have stood behind its end."""

import pytest
from django.urls import reverse

from households.importing import delimited
from households.models import Family, Membership
from tests.importing.families import ANDI, BUDI, HEAD, ROSNA, apply, bring
from tests.importing.rows import previewed

pytestmark = pytest.mark.django_db
INA = {**ANDI, "NIK": "1301994506070001", "NAMA": "Ina", "TGL_LAHIR": "2007-06-05", "JENIS_KELAMIN": "2"}
DODI = {**ANDI, **{key: BUDI[key] for key in ("NO_KK", "ID_KELUARGA")}, "NIK": "1301990506060002", "NAMA": "Dodi"}
EVERYBODY = (BUDI, DODI, ROSNA, ANDI, INA)


@pytest.fixture
def manager(places, lestari):
    return lestari


def _cut(*rows, last, at):
    """These rows, and of the last one what stands before this word."""
    whole = "\n".join([",".join(HEAD), *(",".join(row[name] for name in HEAD) for row in (*rows, last))])
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
