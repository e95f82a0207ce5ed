"""The decile is BPS's: nobody types it, the newest period counts in whatever order the files came, nothing is lost."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.apps import apps

from households.models import DecileRecord, Family
from households.registry import deciles
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

HISTORY = apps.get_model("households", "DecileRecordEvent")


@pytest.fixture
def sent(places):
    """A family whose proposal lies with the ministry."""
    return cases.registration(cases.family_in(people.SAGO), "sent_to_ministry", sent_on=clock.today())


def shown(family):
    return Family.objects.values_list("decile", "decile_period").get(pk=family.pk)


def stated(family, *records, source="list"):
    for decile, period in records:
        deciles.keep(family.pk, decile=decile, period=period, source=source, at=clock.now())


def test_a_typed_decile_is_not_taken(sent, lestari):
    before = (sent.state, sent.version, AuditEntry.objects.count())
    for said in ({"decile": 7, "period": "2026-Q4"}, {"decile": 1, "period": "2019-Q1"}):
        with pytest.raises(GuardFailed, match="berkas jawaban"):
            engine.apply("rank", sent, by=lestari, **said)
    sent.refresh_from_db()
    assert (sent.state, sent.version, AuditEntry.objects.count()) == before
    assert not DecileRecord.objects.exists()
    assert shown(sent.family) == (None, "")


def test_the_page_asks_for_no_number_and_says_what_bps_stated(browse, sent, lestari):
    desk, address = browse(lestari), f"/registrasi/{sent.pk}/rank/"
    page = desk.get(address).content.decode()
    assert 'name="decile"' not in page
    assert "Belum ada desil resmi" in page
    said = {"version": sent.version, "idempotency_key": new_key(), "decile": "7", "period": "2026-Q4"}
    refused = desk.post(address, said)
    assert refused.status_code == 422
    assert "Belum ada desil resmi" in refused.content.decode()
    assert not DecileRecord.objects.exists()
    stated(sent.family, (3, "2026-Q4"))
    assert "desil 3 untuk periode 2026-Q4" in desk.get(address).content.decode()
    assert desk.post(address, {**said, "idempotency_key": new_key()}).status_code == 302
    sent.refresh_from_db()
    assert sent.state == "ranked"
    assert shown(sent.family) == (3, "2026-Q4"), "what somebody sent along counts for nothing"
    assert DecileRecord.objects.count() == 1
    told = AuditEntry.objects.about(sent).get(verb="rank").details
    assert (told["decile"], told["period"]) == (3, "2026-Q4")


def test_a_decile_from_before_the_sending_does_not_answer_it(sent, lestari):
    with clock.told(clock.now() - timedelta(days=30)):
        stated(sent.family, (5, "2026-Q3"))
    with pytest.raises(GuardFailed, match="Belum ada desil resmi"):
        engine.apply("rank", sent, by=lestari)
    sent.refresh_from_db()
    assert sent.state == "sent_to_ministry"


def test_ranked_again_only_when_bps_stated_anew(sent, lestari):
    stated(sent.family, (3, "2026-Q4"))
    engine.apply("rank", sent, by=lestari)
    with pytest.raises(GuardFailed, match="Belum ada desil resmi"):
        engine.apply("rank", sent, by=lestari)
    stated(sent.family, (2, "2027-Q1"))
    engine.apply("rank", sent, by=lestari)
    assert shown(sent.family) == (2, "2027-Q1")


@pytest.mark.parametrize("order", list(permutations([(4, "2025-Q4"), (2, "2026-Q3"), (3, "2026-Q4")])))
def test_the_newest_period_counts_in_any_order_of_arrival(places, order):
    family = cases.family_in(people.SAGO)
    stated(family, *order)
    assert shown(family) == (3, "2026-Q4")
    assert family.deciles.count() == 3


def test_an_answer_of_an_older_period_only_completes_the_history(places, rina, lestari):
    family = cases.family_in(people.SAGO)
    stated(family, (5, "2027-Q1"))
    answer = cases.answer_file(family, rina)
    engine.apply("apply", answer, by=lestari)
    assert family.registrations.get().state == "determined"
    assert shown(family) == (5, "2027-Q1")
    assert set(family.deciles.values_list("decile", "period", "source")) == {
        (5, "2027-Q1", "list"),
        (2, "2026-Q4", "result"),
    }


def test_a_corrected_decile_leaves_the_older_one_in_the_history(places):
    family = cases.family_in(people.SAGO)
    stated(family, (7, "2026-Q4"))
    version = Family.objects.get(pk=family.pk).version
    stated(family, (7, "2026-Q4"))
    assert not HISTORY.objects.exists(), "stated twice alike: nothing to write"
    assert Family.objects.get(pk=family.pk).version == version
    stated(family, (1, "2026-Q4"))
    assert shown(family) == (1, "2026-Q4")
    assert HISTORY.objects.get().decile == 7


def test_two_sources_of_one_period_stand_side_by_side_and_the_later_one_counts(places):
    family = cases.family_in(people.SAGO)
    stated(family, (4, "2026-Q4"), source="extract")
    with clock.told(clock.now() + timedelta(days=1)):
        stated(family, (3, "2026-Q4"), source="result")
    assert family.deciles.count() == 2
    assert shown(family) == (3, "2026-Q4")
