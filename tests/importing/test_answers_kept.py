"""What a file says of a person counts, also where the family's last file held nothing of them, because their row was refused."""

import csv
import io

import pytest

from households.importing import previewing, rejects, uploading
from households.models import Family, PersonAnswers, SurveyRound
from tests import cases, people
from tests.importing.families import ANDI, BUDI, ROSNA, apply, bring, preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


def _said(name):
    """What the newest round that tells of a person says."""
    return PersonAnswers.objects.filter(person__name=name).order_by("-round_id").first().answers


def _mended(by, run, **cells):
    """The sheet of refused rows with these cells mended, uploaded again."""
    back = rejects.build(run, by=by, form="csv").decode("utf-8-sig")
    titles, *rows = csv.reader(io.StringIO(back), delimiter=";")
    out = io.StringIO()
    written = csv.DictWriter(out, titles, delimiter=";")
    written.writeheader()
    written.writerows({**dict(zip(titles, row, strict=True)), **cells} for row in rows)
    started = uploading.upload(out.getvalue().encode(), "ditolak.csv", by=by)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def test_what_a_refused_row_said_comes_in_with_the_mended_sheet(manager):
    bring(manager, ROSNA, {**ANDI, "SEKOLAH": "1"})
    second = bring(manager, {**ROSNA, "NAMA": "Rosnawati"}, {**ANDI, "SEKOLAH": "2", "NIK": "123"})
    assert second.counts["refused"] == 1
    again = _mended(manager, second, NIK=ANDI["NIK"])
    assert again.counts["people"] == {"new": 0, "changed": 1, "unchanged": 0}
    assert again.counts["fields"]["people"] == {"answers": 1}
    apply(manager, again)
    assert _said("Andi") == {"sekolah": "2"}


def test_who_says_the_same_after_a_refused_row_is_unchanged(manager):
    whole = (ROSNA, {**ANDI, "SEKOLAH": "1"})
    bring(manager, *whole)
    bring(manager, {**ROSNA, "LANTAI": "6"}, {**ANDI, "SEKOLAH": "1", "NIK": "123"})
    again = bring(manager, {**ROSNA, "LANTAI": "6"}, {**ANDI, "LANTAI": "6", "SEKOLAH": "1"})
    assert again.counts["people"] == {"new": 0, "changed": 0, "unchanged": 2}
    third = bring(manager, {**ROSNA, "LANTAI": "5"}, {**ANDI, "LANTAI": "5"})
    assert third.counts["fields"] == {"people": {}, "households": {"answers": 1}}
    assert _said("Andi") == {"sekolah": "1"}, "carried over from before the refused row"


def test_a_family_that_no_extract_told_of_gets_what_the_first_one_says(manager):
    family = cases.family_in(people.SAGO, BUDI["NAMA"], nik=BUDI["NIK"], kk=BUDI["NO_KK"])
    first = {**BUDI, "TGL_LAHIR": "1985-06-05", "JENIS_KELAMIN": "2", "DESIL": "", "ID_KELUARGA": "", "SEKOLAH": "2"}
    started = preview(manager, first)
    assert started.counts["fields"] == {"people": {"answers": 1}, "households": {"answers": 1}}
    apply(manager, started)
    assert (SurveyRound.objects.get(kind="extract").answers, _said("Budi")) == ({"lantai": "8"}, {"sekolah": "2"})
    assert Family.objects.get() == family
    assert preview(manager, first).counts["households"] == {"new": 0, "changed": 0, "unchanged": 1}
