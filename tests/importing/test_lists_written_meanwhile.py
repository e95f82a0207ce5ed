"""What people find out while Lestari's list waits, or is being written, is not written over: it stays, is counted, and its row comes back.

Of two people at once each has a connection of their own. Nurma compares a NIK by hand, Sari corrects a name, Rina takes a result back,
and an agency serves a referral.
"""

from datetime import date

import pytest
from django.db import transaction

from households.choices.imports import ImportKind
from households.importing import applying, locking
from households.importing.rows import Rows
from households.models import DecileRecord, Family, Household, NikCheck, Person
from households.registry import correcting, deciles, identity
from programs.models import Enrolment
from programs.workflow import enrol
from slrt.core import clock
from slrt.core.errors import StaleVersion
from tests import cases
from tests.importing import lists
from tests.importing.lists import ANISA, ROSNA, previewed, sheet_back
from tests.registry.races import PATIENCE, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)
MATCH = f"NIK,HASIL,TANGGAL\n{ROSNA},PADAN,\n{ANISA},PADAN,\n"
DECILES = "ID_KELUARGA,DESIL,PERIODE_DESIL\nK1,4,2026-Q4\nK2,5,2026-Q4\n"
TAKES_PART = (
    f"NIK,PROGRAM,SEJAK,SAMPAI,NILAI,BANTUAN\n{ROSNA},KIS,2026-01-05,,600000,Kartu\n{ANISA},KIS,2026-01-05,,,\n"
)


@pytest.fixture
def manager(places, lestari):
    lists.imported(lestari, lists.EXTRACT)
    cases.programme()
    return lestari


def _rosna():
    return Person.objects.get(name="Rosna")


def _family():
    return Family.objects.get(official_id="K1")


def _compares_by_hand(by):
    """As her form does it, with what she sees now."""
    family, rosna = _family(), _rosna()
    how = {"result": "unmatched", "source": "dukcapil", "version": rosna.version, "note": "Beda nama"}
    return lambda: identity.record_check(family, rosna, by=by, **how)


def _stated(decile=9, period="2026-Q4"):
    """What a row of the ministry's answer states of Rosna's family."""
    at = clock.now()
    with transaction.atomic():
        deciles.keep(_family().pk, decile=decile, period=period, source="result", at=at)
    return {"decile": decile, "period": period, "source": "result", "recorded_at": at}


def _takes_back(result):
    """What Rina's taking one result back writes."""
    family = _family().pk

    def act():
        with transaction.atomic():
            deciles.take_back(family, **result)

    return act


def _serves(by, started_on=date(2026, 1, 5)):
    """What serving a referral of Rosna's writes."""
    what = {"family": _family(), "person": _rosna(), "programme": cases.programme(), "benefit": "Kartu KIS aktif"}
    return lambda: enrol(by=by, organisation=None, started_on=started_on, **what)


def _applied(by, run):
    applying.request_apply(run, by=by, version=run.version)
    applying.apply(run.pk)
    run.refresh_from_db()
    assert run.state == "applied", run.problem
    return run


def _before(monkeypatch, where, name, act):
    """Let somebody act just before a step of the applying, once; return what it came to (empty while they wait)."""
    step, happened = getattr(where, name), []

    def then(*args, **options):
        if not happened:
            happened.append(elsewhere(act))
        return step(*args, **options)

    monkeypatch.setattr(where, name, then)
    return happened


def _is_left(run, by, about):
    """Rosna's row is left, Anisa's written; the count is the sheet's."""
    assert (run.counts[about]["new"] + run.counts[about]["changed"], run.counts["refused"]) == (1, 1)
    assert run.counts["reasons"] == {"edited_since": 1}
    [row] = sheet_back(run, by)
    assert row["BARIS"] == "2"
    assert "sudah diubah sesudah berkas diperiksa, oleh orang atau berkas lain" in row["ALASAN"]


def _none_held(run):
    assert run.counts["reasons"] == {}


def test_a_comparison_by_hand_after_the_preview_stands(manager, nurma):
    run = previewed(manager, MATCH, ImportKind.MATCH)
    _compares_by_hand(nurma)()
    _is_left(_applied(manager, run), manager, "people")
    assert dict(Person.objects.values_list("name", "nik_match")) == {"Rosna": "unmatched", "Anisa": "matched"}
    assert NikCheck.objects.filter(person=_rosna()).count() == 1


def test_a_correction_after_the_preview_leaves_the_comparison_to_be_made_again(manager, sari):
    Person.objects.filter(name="Rosna").update(nik_match="unmatched")
    run = previewed(manager, MATCH, ImportKind.MATCH)
    values = {"name": "Rosnawati"}
    rosna = _rosna()
    correcting.correct(_family(), by=sari, person=rosna, version=rosna.version, values=values, reason="KTP")
    _is_left(_applied(manager, run), manager, "people")
    assert Person.objects.get(pk=rosna.pk).nik_match == "unchecked"


def test_what_a_list_does_not_touch_may_be_changed_meanwhile(manager, sari):
    run = previewed(manager, MATCH, ImportKind.MATCH)
    rosna = _rosna()
    correcting.correct(
        _family(), by=sari, person=rosna, version=rosna.version, values={"name": "Rosnawati"}, reason="KTP"
    )
    _none_held(_applied(manager, run))
    assert Person.objects.get(pk=rosna.pk).nik_match == "matched"


def test_a_comparison_by_hand_between_the_last_comparison_and_the_locks_stands_too(manager, nurma, monkeypatch):
    run = previewed(manager, MATCH, ImportKind.MATCH)
    happened = _before(monkeypatch, locking, "lock_rows", _compares_by_hand(nurma))
    _is_left(_applied(manager, run), manager, "people")
    assert happened[0][1][0].result == "unmatched", "she had not to wait"
    assert _rosna().nik_match == "unmatched"


def test_a_comparison_by_hand_after_the_locks_waits_and_finds_out(manager, nurma, monkeypatch):
    run = previewed(manager, MATCH, ImportKind.MATCH)
    happened = _before(monkeypatch, Rows, "write", _compares_by_hand(nurma))
    _none_held(_applied(manager, run))
    [(thread, came_to)] = happened
    thread.join(PATIENCE)
    assert isinstance(came_to[0], StaleVersion)
    assert _rosna().nik_match == "matched"


def test_a_result_stated_after_the_preview_is_not_replaced_by_the_list(manager):
    run = previewed(manager, DECILES, ImportKind.DECILES)
    _stated()
    _is_left(_applied(manager, run), manager, "households")
    assert (_family().decile, _family().decile_period) == (9, "2026-Q4")
    assert not DecileRecord.objects.filter(family=_family(), source="list").exists()


def test_a_list_of_an_older_quarter_completes_the_history_beside_a_new_result(manager):
    run = previewed(manager, DECILES.replace("Q4", "Q3"), ImportKind.DECILES)
    _stated()
    _none_held(_applied(manager, run))
    assert (_family().decile, _family().decile_period) == (9, "2026-Q4")
    assert DecileRecord.objects.filter(family=_family(), source="list", period="2026-Q3").exists()


def test_a_result_taken_back_between_the_last_comparison_and_the_locks_is_seen(manager, monkeypatch):
    result = _stated()
    run = previewed(manager, DECILES, ImportKind.DECILES)
    _before(monkeypatch, locking, "lock_rows", _takes_back(result))
    _is_left(_applied(manager, run), manager, "households")
    assert (_family().decile, _family().decile_period) == (2, "2026-Q2")


def test_a_result_taken_back_after_the_locks_waits_and_leaves_what_the_list_said(manager, monkeypatch):
    result = _stated()
    run = previewed(manager, DECILES, ImportKind.DECILES)
    happened = _before(monkeypatch, Rows, "write", _takes_back(result))
    _none_held(_applied(manager, run))
    [(thread, came_to)] = happened
    thread.join(PATIENCE)
    assert came_to == [None]
    assert (_family().decile, _family().decile_period) == (4, "2026-Q4")


def test_a_spell_that_a_served_referral_made_after_the_preview_keeps_what_it_says(manager):
    run = previewed(manager, TAKES_PART, ImportKind.PARTICIPATION)
    _serves(manager)()
    _is_left(_applied(manager, run), manager, "people")
    [spell] = Enrolment.objects.filter(person=_rosna())
    assert (spell.benefit, spell.amount) == ("Kartu KIS aktif", None)


def test_a_referral_served_between_the_last_comparison_and_the_locks_makes_no_second_spell(manager, monkeypatch):
    run = previewed(manager, TAKES_PART, ImportKind.PARTICIPATION)
    _before(monkeypatch, locking, "lock_rows", _serves(manager))
    _is_left(_applied(manager, run), manager, "people")
    assert Enrolment.objects.get(person=_rosna()).benefit == "Kartu KIS aktif"


def test_a_referral_served_after_the_locks_waits_for_the_list(manager, monkeypatch):
    run = previewed(manager, TAKES_PART, ImportKind.PARTICIPATION)
    states = []
    happened = _before(monkeypatch, Rows, "write", _serves(manager, date(2026, 2, 1)))
    settle = applying._applied
    monkeypatch.setattr(applying, "_applied", lambda *args: (states.append(happened[0][0].is_alive()), settle(*args)))
    _none_held(_applied(manager, run))
    happened[0][0].join(PATIENCE)
    assert states == [True], "it waited until the list was written"
    assert Enrolment.objects.filter(person=_rosna()).count() == 2


def test_a_need_that_is_met_meanwhile_keeps_the_day_it_was_met(manager):
    need = _family().needs.create(programme=cases.programme(), recorded_by=manager, recorded_on=date(2026, 1, 1))
    run = previewed(manager, TAKES_PART, ImportKind.PARTICIPATION)
    _serves(manager, date(2025, 12, 1))()
    _applied(manager, run)
    need.refresh_from_db()
    assert need.met_on == date(2025, 12, 1)


def test_the_houses_of_a_list_are_locked_before_its_families_and_people(manager, monkeypatch):
    """So a registry event, which locks in this order, waits at the house and holds nothing that the list still needs."""
    run = previewed(manager, MATCH, ImportKind.MATCH)
    house = Household.objects.get(families=_family())

    def as_an_event_locks():
        with transaction.atomic():
            Household.objects.select_for_update().get(pk=house.pk)
            Family.objects.select_for_update().get(official_id="K1")
            return Person.objects.select_for_update().get(name="Rosna").nik_match

    waiting = _before(monkeypatch, Rows, "write", as_an_event_locks)
    _none_held(_applied(manager, run))
    [(thread, came_to)] = waiting
    thread.join(PATIENCE)
    assert came_to == ["matched"]
