"""A row's number is written bare in addresses and hidden fields, however many rows there are."""

import pytest
from django.utils import translation

from programs.loading import load as load_programmes
from slrt.core.templatetags.ui import angka
from tests import cases, people


def test_the_choice_of_a_programme_leads_to_its_number(browse, rina):
    load_programmes()
    family = cases.family_in(people.SAGO)
    assert family.pk > 1_000_000
    page = browse(rina).get("/rujukan/baru/", {"keluarga": family.pk}).content.decode()
    assert f"?keluarga={family.pk}&amp;program=10" in page


def test_a_known_family_is_visited_under_its_number(browse, sari):
    family = cases.family_in(people.SAGO)
    page = browse(sari).post("/kunjungan/baru/", {"q": "Rosna"}).content.decode()
    assert f'name="family" value="{family.pk}"' in page


@pytest.mark.parametrize(("language", "written"), [("id", "1.234.567"), ("en", "1,234,567")])
def test_counts_are_written_the_way_the_reader_is_used_to(language, written):
    with translation.override(language):
        assert angka(1234567) == written
