"""A file had another NIK of Andi than the registry. Once both have the same, nobody has to decide about it any more."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from households.exporting_imports import DECISIONS, RUN, conflicts_shown
from households.importing import deciding
from households.models import Family, ImportConflict, ImportRun, Membership, RegistryEvent
from households.registry import correcting, ledger, members
from slrt.core.errors import TransitionNotAllowed
from slrt.exports.registry import Asked
from tests.importing.families import ANDI, BUDI, ROSNA, bring, take_back
from tests.importing.test_renumbered import CARD, RENUMBERED, corrected, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(places, lestari):
    return lestari


@pytest.fixture
def asked(manager):
    """The run whose file has the number on Andi's card, while the registry has the old one."""
    bring(manager, ROSNA, ANDI)
    return bring(manager, ROSNA, RENUMBERED)


def page_of(browse, who, run):
    return browse(who).get(reverse("households:import_conflicts", args=[run.pk])).content.decode()


def waits(run, by):
    return run in ImportRun.objects.visible_to(by).to_continue()


def tallies(browse, who, run):
    shown = browse(who).get(f"/impor/{run.pk}/").context["tallies"]
    assert sum(line["count"] for line in shown) == run.counts["rows"]
    return {str(line["label"]): line["count"] for line in shown}


def test_until_then_a_person_is_asked(manager, browse, asked):
    assert waits(asked, manager)
    assert tallies(browse, manager, asked)["baris perlu diputuskan"] == 1
    assert 'value="keep"' in page_of(browse, manager, asked)


def test_sari_corrects_it_to_the_files_number_and_nothing_is_open(manager, sari, browse, asked):
    corrected(sari, ANDI["NIK"], CARD)
    assert not waits(asked, manager)
    shown = tallies(browse, manager, asked)
    assert shown["baris selesai, NIK-nya sudah sama"] == 1
    assert not {"baris perlu diputuskan", "baris sudah diputuskan"} & set(shown)
    page = page_of(browse, manager, asked)
    assert "NIK di sini sudah dibetulkan dan sekarang sama dengan NIK di berkas" in page
    assert 'name="decision"' not in page
    assert CARD not in page
    conflict = ImportConflict.objects.get()
    assert (conflict.decision, conflict.decided_by) == ("", None), "nobody is said to have decided"
    with pytest.raises(TransitionNotAllowed, match="sudah sama"):
        deciding.decide(conflict, "keep", by=manager, note="Biarkan")
    conflict.refresh_from_db()
    assert (conflict.decision, conflict.decided_by, conflict.note) == ("", None, "")


def test_the_file_of_differences_says_so_too(manager, sari, asked):
    corrected(sari, ANDI["NIK"], CARD)
    [row] = conflicts_shown(Asked(manager, QueryDict(f"{RUN}={asked.pk}"))).rows
    assert str(DECISIONS[row.outcome]) == "Selesai, NIK-nya sudah sama"


def test_another_number_than_the_files_settles_nothing(manager, sari, asked):
    """Both look alike as they are shown: what counts are the numbers."""
    corrected(sari, ANDI["NIK"], "1301980506050002")
    assert waits(asked, manager)


def test_a_correction_that_is_taken_back_asks_again(manager, sari, asked):
    corrected(sari, ANDI["NIK"], CARD)
    ledger.undo(RegistryEvent.objects.latest("pk"), by=sari)
    assert waits(asked, manager)
    deciding.decide(ImportConflict.objects.get(), "keep", by=manager, note="Seperti di KTP.")


def test_a_decided_one_stays_decided(manager, sari, browse, asked):
    deciding.decide(ImportConflict.objects.get(), "keep", by=manager, note="Dilaporkan dulu.")
    corrected(sari, ANDI["NIK"], CARD)
    assert tallies(browse, manager, asked)["baris sudah diputuskan"] == 1
    assert "Dilaporkan dulu." in page_of(browse, manager, asked)


def test_the_next_file_has_the_registrys_number_again(manager, browse, asked):
    later = bring(manager, {**ROSNA, "LANTAI": "3"}, ANDI)
    assert not waits(asked, manager)
    assert ImportConflict.objects.get().agreed_in == later.pk
    assert "berkas yang lebih baru memakai NIK yang tercatat di sini" in page_of(browse, manager, asked)
    assert tallies(browse, manager, asked)["baris selesai, NIK-nya sudah sama"] == 1


def test_and_when_a_file_after_that_differs_anew_it_asks_itself(manager, browse, asked):
    bring(manager, ROSNA, ANDI)
    again = bring(manager, ROSNA, RENUMBERED)
    assert (waits(asked, manager), waits(again, manager)) == (False, True)
    assert tallies(browse, manager, again)["baris perlu diputuskan"] == 1


@pytest.mark.django_db(transaction=True)
def test_that_file_taken_back_the_question_is_open_again(manager, asked):
    later = bring(manager, {**ROSNA, "LANTAI": "3"}, ANDI)
    take_back(manager, later)
    assert waits(asked, manager)
    assert ImportConflict.objects.get().run_id == asked.pk


@pytest.mark.django_db(transaction=True)
def test_the_file_that_asked_can_still_be_taken_back(manager, sari, asked):
    corrected(sari, ANDI["NIK"], CARD)
    take_back(manager, asked)
    assert not ImportConflict.objects.exists()
    assert of(CARD).name == "Andi"


def test_a_row_that_is_another_persons_settles_nothing(manager, asked):
    """Budi's file says nothing of Andi, and a file that puts him elsewhere does not say who he is in Rosna's family."""
    bring(manager, BUDI)
    bring(manager, {**ANDI, "NO_KK": BUDI["NO_KK"], "ID_KELUARGA": BUDI["ID_KELUARGA"]}, BUDI)
    assert waits(asked, manager)


def test_who_lives_in_another_family_is_still_asked_about(manager, sari):
    """He moved to Budi's; the file has him in Rosna's under another number. That his number is the file's does not say where he lives."""
    bring(manager, ROSNA, ANDI, BUDI)
    home, target = (Family.objects.get(official_id=official) for official in ("K0", "K1"))
    andi = of(ANDI["NIK"])
    members.move(
        home, by=sari, version=home.version, person=andi.pk, target=target, relation="7", on=home.created_at.date()
    )
    run = bring(manager, ROSNA, RENUMBERED, BUDI)
    corrected(sari, ANDI["NIK"], CARD)
    assert Membership.objects.open().get(person=andi).family == target
    assert waits(run, manager)


def test_correcting_his_name_alone_settles_nothing(manager, sari, asked):
    andi = of(ANDI["NIK"])
    correcting.correct(
        Family.objects.get(),
        by=sari,
        person=andi,
        version=andi.version,
        values={"name": "Andy"},
        reason="Menurut KTP.",
    )
    assert waits(asked, manager)
