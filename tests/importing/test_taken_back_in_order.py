"""What a later file took over from an earlier one is not pulled away beneath it: the later one goes back first."""

import pytest

from households.choices.imports import ImportKind
from households.importing import ending, undoing
from households.models import DecileRecord, NikCheck, Person, Registration, SurveyRound
from tests.importing.families import BUDI, ROSNA, bring
from tests.importing.lists import imported
from tests.registration.answers import csv, read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(places, lestari):
    bring(lestari, ROSNA)
    return lestari


def _goes_back(by, run, said="berkas yang lebih baru"):
    undoing.request(run, by=by, note="Berkas salah", version=run.version)
    undoing.take_back(run.pk)
    run.refresh_from_db()
    assert run.state in ("applied", "taken_back")
    if run.state == "applied":
        assert said in run.problem
    return run.state == "taken_back"


def _only_in_order(by, earlier, later, kept):
    """Neither is lost: the earlier one waits for the later, and after both all is as it was."""
    both = kept()
    assert not _goes_back(by, earlier)
    assert kept() == both
    assert _goes_back(by, later)
    assert _goes_back(by, earlier)


def _deciles():
    return list(DecileRecord.objects.order_by("pk").values_list("decile", "period", "source"))


def _rounds():
    return list(SurveyRound.objects.order_by("pk").values_list("answers", flat=True))


def test_an_older_decile_that_two_files_recorded_one_after_the_other(manager):
    before = _deciles()
    earlier, later = (bring(manager, {**ROSNA, "DESIL": n, "PERIODE_DESIL": "2026-Q1"}) for n in "45")
    _only_in_order(manager, earlier, later, _deciles)
    assert _deciles() == before


def test_an_older_decile_that_two_lists_recorded(manager):
    before, head = _deciles(), "ID_KELUARGA,DESIL,PERIODE_DESIL\n"
    earlier, later = (imported(manager, f"{head}K0,{n},2026-Q1\n", ImportKind.DECILES) for n in "45")
    _only_in_order(manager, earlier, later, _deciles)
    assert _deciles() == before


def test_an_answer_that_the_later_file_carried_on(manager):
    before = _rounds()
    earlier = bring(manager, {**ROSNA, "LANTAI": "5"})
    later = bring(manager, {**ROSNA, "SEKOLAH": "1", "LANTAI": ""})
    assert _rounds()[-1] == {"lantai": "5"}
    _only_in_order(manager, earlier, later, _rounds)
    assert _rounds() == before


def test_a_match_that_a_later_list_confirmed(manager):
    def kept():
        return Person.objects.get().nik_match, NikCheck.objects.count()

    before, head = kept(), "NIK,HASIL,TANGGAL\n"
    earlier, later = (imported(manager, f"{head}{ROSNA['NIK']},PADAN,2026-0{n}-01\n", ImportKind.MATCH) for n in (1, 2))
    _only_in_order(manager, earlier, later, kept)
    assert kept() == before


def test_what_an_answer_file_said_of_somebody_determined_already_is_no_use_of_it(manager):
    """The extract had determined Budi's family; a file that says the same did nothing, and was put aside besides."""
    extract = bring(manager, BUDI)
    answers = read(csv(f"{BUDI['NIK']},DITETAPKAN,,2,2026-Q4"), manager)
    assert answers.answer_files.get().rows.get().kind == "answered"
    ending.cancel(answers, by=manager)
    assert _goes_back(manager, extract)
    assert not Registration.objects.filter(family__official_id="K1").exists()
    row = answers.answer_files.get().rows.get()
    assert (row.registration, row.kind, row.masked) == (None, "answered", "1301••••••••0001"), (
        "what was read stays told"
    )


def test_the_later_file_that_wrote_over_an_earlier_one_is_named(lestari, places):
    """Who reads only that a family was used since looks for a colleague, and not for the file to take back first."""
    earlier = bring(lestari, ROSNA, BUDI)
    later = bring(lestari, {**BUDI, "NAMA": "Budi Santoso"})
    later.file_name = "susulan.csv"
    later.save(update_fields=["file_name"])
    assert not _goes_back(lestari, earlier, said="juga oleh berkas susulan.csv. Tarik dulu berkas itu.")
    assert _goes_back(lestari, later)
    assert _goes_back(lestari, earlier)
