"""A death that was recorded by mistake: who puts it right, and who may take that back."""

from datetime import date, timedelta

import pytest

from households.models import Family, RegistryEvent
from households.registry import correcting, ledger, members
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from tests.registry import homes


@pytest.fixture
def family(places):
    return homes.rosnas()


def mistaken(family, by, name="Ali"):
    """A death recorded by mistake, a month ago."""
    with clock.told(clock.now() - timedelta(days=30)):
        person = homes.named(family, name)
        members.death(family, by=by, version=family.version, person=person.pk, on=date(2025, 12, 1), new_head=None)
    return person, Family.objects.get(pk=family.pk)


def test_a_death_recorded_by_mistake_is_mended_by_somebody_above(family, sari, nurma):
    ali, later = mistaken(family, sari)
    correcting.mend_death(later, by=nurma, version=later.version, person=ali.pk, reason="Salah orang.")
    ali.refresh_from_db()
    row = ali.memberships.get()
    assert (ali.died_on, row.ended_on, row.end_reason, row.relation) == (None, None, "", "2")
    assert [event.kind for event in RegistryEvent.objects.all()] == ["death_mended", "death"]
    entry = AuditEntry.objects.get(verb="family_death_mended")
    assert (entry.note, entry.details["person"]) == ("Salah orang.", ali.pk)


@pytest.mark.parametrize("who", ["sari", "budi", "joko", "lestari"])
def test_whoever_records_deaths_does_not_mend_them(request, family, sari, who):
    ali, later = mistaken(family, sari)
    by = sari if who == "sari" else request.getfixturevalue(who)
    before = homes.everything()
    with pytest.raises(NotPermitted):
        correcting.mend_death(later, by=by, version=later.version, person=ali.pk, reason="Salah orang.")
    assert homes.everything() == before


@pytest.mark.parametrize(("name", "reason", "field"), [("Ali", " ", "reason"), ("Siti", "Salah orang.", "person")])
def test_a_death_is_mended_with_a_reason_and_only_when_there_is_one(family, sari, nurma, name, reason, field):
    _ali, later = mistaken(family, sari)
    before = homes.everything()
    with pytest.raises(GuardFailed) as fault:
        correcting.mend_death(
            later, by=nurma, version=later.version, person=homes.named(family, name).pk, reason=reason
        )
    assert fault.value.field == field
    assert homes.everything() == before


def test_the_page_for_it_is_offered_to_whom_it_is_for(browse, family, sari, nurma):
    ali, later = mistaken(family, sari)
    path = f"/keluarga/{family.pk}/ubah/"
    assert "Kematian salah dicatat" not in browse(sari).get(path).content.decode()
    assert browse(sari).get(f"{path}hidup/").status_code == 403
    assert "Kematian salah dicatat" in browse(nurma).get(path).content.decode()
    key = "6a0a8c4e-0b6f-4f57-9d2b-0d3f0c6c0b13"
    form = {"person": ali.pk, "reason": "Salah orang.", "version": later.version, "idempotency_key": key}
    assert browse(nurma).post(f"{path}hidup/", form).status_code == 302
    ali.refresh_from_db()
    assert ali.died_on is None


def test_whoever_may_not_mend_a_death_does_not_take_the_mending_back_either(browse, family, sari, nurma):
    ali, later = mistaken(family, sari)
    event = correcting.mend_death(later, by=nurma, version=later.version, person=ali.pk, reason="Salah orang.")
    later.refresh_from_db()
    path = f"/keluarga/{later.pk}/batal/{event.pk}/"
    assert not ledger.may_undo(event, sari)
    assert "membetulkan kematian" in ledger.may_undo(event, sari).reason
    assert path not in browse(sari).get(f"/keluarga/{later.pk}/ubah/").content.decode()
    assert browse(sari).post(path).status_code == 403
    with pytest.raises(NotPermitted):
        ledger.undo(event, by=sari)
    event.refresh_from_db()
    ali.refresh_from_db()
    assert (event.undone_at, ali.died_on) == (None, None)
    ledger.undo(event, by=nurma)
    ali.refresh_from_db()
    assert ali.died_on is not None
