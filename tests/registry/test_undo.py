"""The last event can be taken back for a day, as long as nothing changed since."""

from datetime import date, timedelta

import pytest

from households.models import Family, FormerFamilyCard, Membership, Person
from households.registry import correcting, families, ledger, members
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from tests import cases, people
from tests.registry import homes

DAY = date(2026, 1, 10)


@pytest.fixture
def family(places):
    return homes.rosnas()


def happenings(family, by):
    """Every kind of event, ready to be recorded."""
    other = homes.neighbours()
    rosna, ali, siti = (homes.named(family, name).pk for name in ("Rosna", "Ali", "Siti"))
    nurma = people.make_user("nurma")

    def died():
        """Siti was recorded as dead a moment ago."""
        members.death(family, **common, person=siti)
        return Family.objects.get(pk=family.pk)

    common = {"by": by, "version": family.version, "on": DAY}
    return {
        "birth": lambda: members.birth(
            family, by=by, version=family.version, name="Bayu", birth_date=DAY, sex="1", mother=rosna
        ),
        "death": lambda: members.death(family, **common, person=rosna, new_head=ali),
        "death_mended": lambda: correcting.mend_death(
            family, by=nurma, version=died().version, person=siti, reason="Salah orang."
        ),
        "move": lambda: members.move(family, **common, person=siti, target=other, relation="8"),
        "left": lambda: members.leave(family, **common, person=rosna, new_head=siti),
        "absence": lambda: members.absence(family, **common, person=ali, why="work"),
        "correction": lambda: correcting.correct(
            family, by=by, person=Person.objects.get(pk=ali), version=1, reason="KTP",
            values={"name": "Alimin", "birth_date": date(1980, 2, 2), "nik": "1301990202800078", "no_nik_reason": ""},
        ),
        "split": lambda: families.split(
            family, **common, going=[rosna, siti], head_of_new=rosna, new_head=ali, kk="1301990101260009"
        ),
        "joined": lambda: families.rehouse(family, **common, joins=other),
        "rehouse": lambda: families.rehouse(family, **common, place=families.Place(people.SAGO, address="Baru")),
        "head": lambda: families.change_head(family, **common, new_head=siti),
        "house_head": lambda: families.change_household_head(family, **common, new_head=ali),
        "card": lambda: families.change_card(family, **common, kk="1301990101260009"),
    }  # fmt: skip


KINDS = (
    "birth",
    "death",
    "move",
    "left",
    "absence",
    "correction",
    "split",
    "joined",
    "rehouse",
    "head",
    "house_head",
    "card",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_is_taken_back_whole(family, sari, kind):
    happen = happenings(family, sari)[kind]
    before = homes.everything()
    event = happen()
    assert homes.everything() != before
    seen = Family.objects.get(pk=family.pk).version
    assert ledger.may_undo(event, sari)
    ledger.undo(event, by=sari)
    assert homes.everything() == before
    assert not FormerFamilyCard.objects.exists()
    assert Family.objects.get(pk=family.pk).version >= seen, "a form opened before finds out"
    assert AuditEntry.objects.filter(verb="family_undo").count() == 1


def test_an_event_is_taken_back_once(family, sari):
    event = happenings(family, sari)["absence"]()
    ledger.undo(event, by=sari)
    with pytest.raises(TransitionNotAllowed, match="sudah dibatalkan"):
        ledger.undo(event, by=sari)


def test_after_a_day_it_is_too_late(family, sari):
    event = happenings(family, sari)["absence"]()
    after = homes.everything()
    with clock.told(clock.now() + timedelta(hours=25)), pytest.raises(TransitionNotAllowed, match="24 jam"):
        ledger.undo(event, by=sari)
    assert homes.everything() == after


def test_the_newest_event_comes_first(family, sari):
    event = happenings(family, sari)["absence"]()
    family.refresh_from_db()
    families.change_card(family, by=sari, version=family.version, kk="1301990101260009", on=DAY)
    with pytest.raises(TransitionNotAllowed, match="terbaru"):
        ledger.undo(event, by=sari)


def test_what_changed_since_is_not_overwritten(family, sari):
    event = happenings(family, sari)["absence"]()
    Membership.objects.filter(pk=homes.named(family, "Ali").memberships.get().pk).update(absence_reason="school")
    after = homes.everything()
    with pytest.raises(TransitionNotAllowed, match="sudah diubah"):
        ledger.undo(event, by=sari)
    assert homes.everything() == after


def test_a_new_family_with_a_complaint_stays(family, sari):
    event = happenings(family, sari)["split"]()
    cases.complaint(event.other_family, sari)
    after = homes.everything()
    with pytest.raises(TransitionNotAllowed, match="catatan lain"):
        ledger.undo(event, by=sari)
    assert homes.everything() == after
    event.refresh_from_db()
    assert event.undone_at is None


def test_only_who_may_change_families_takes_back(family, sari, fitri):
    event = happenings(family, sari)["absence"]()
    with pytest.raises(NotPermitted):
        ledger.undo(event, by=fitri)
