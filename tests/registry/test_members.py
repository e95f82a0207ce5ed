"""Birth, death, moves, absence and return: what is recorded, who may, what cannot be."""

from datetime import date, timedelta

import pytest

from households.models import Membership, RegistryEvent
from households.registry import families, members
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion
from tests import people
from tests.registry import homes
from tests.registry.homes import refused

TODAY = date(2026, 1, 10)


def born(family, by, **more):
    mother = homes.named(family, "Rosna").pk
    values = {"name": "Bayu", "birth_date": TODAY, "sex": "1", "mother": mother, "version": family.version}
    return members.birth(family, by=by, **{**values, **more})


def test_a_child_is_born_without_nik_and_becomes_a_task(family, sari):
    event = born(family, sari)
    child = homes.named(family, "Bayu")
    assert (child.no_nik_reason, child.mother_name, child.nik_index) == ("newborn", "Rosna Tanjung", None)
    assert homes.relations(family)["Bayu"] == "3"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.details["person"], entry.details["event"]) == ("family_birth", child.pk, event.pk)
    assert "Bayu" not in str(entry.details)


@pytest.mark.parametrize("who", ["fitri", "joko", "lestari", "budi", "dewi"])
def test_others_may_not_record_a_birth(request, family, who):
    by = request.getfixturevalue(who)
    before = homes.everything()
    with pytest.raises(NotPermitted):
        born(family, by)
    assert homes.everything() == before


@pytest.mark.parametrize("who", ["sari", "nurma", "rina"])
def test_facilitator_coordinator_and_back_office_may(request, family, who):
    assert born(family, request.getfixturevalue(who)).by.username == who


def test_a_child_older_than_its_mother_is_impossible(family, sari):
    assert "lebih tua" in refused(lambda: born(family, sari, birth_date=date(1980, 1, 1)), "mother")


def test_a_mother_of_nine_is_impossible(family, sari):
    siti = homes.named(family, "Siti").pk
    assert "9 tahun" in refused(lambda: born(family, sari, mother=siti, birth_date=date(2019, 6, 1)), "mother")


def test_a_mother_of_fourteen_wants_a_reason(family, sari):
    siti = homes.named(family, "Siti").pk
    values = {"mother": siti, "birth_date": date(2024, 6, 1)}
    assert "alasannya" in refused(lambda: born(family, sari, **values), "reason")
    assert born(family, sari, **values, reason="Menurut akta kelahiran.").reason


def test_a_father_is_no_mother_and_a_baby_no_head(family, sari):
    refused(lambda: born(family, sari, mother=homes.named(family, "Ali").pk), "mother")
    refused(lambda: born(family, sari, relation="1"), "relation")


def test_a_birth_that_has_not_come_is_refused(family, sari):
    assert "belum terjadi" in refused(
        lambda: born(family, sari, birth_date=clock.today() + timedelta(days=1)), "birth_date"
    )


def test_a_nik_of_the_own_village_names_the_family(family, sari):
    homes.neighbours()
    said = refused(lambda: born(family, sari, nik="1301994506700009", reason="ya"), "nik")
    assert "Dahlia" in said


def test_a_nik_of_another_village_names_nobody_but_says_whom_to_ask(family, sari, rina, joko):
    homes.neighbours(people.SALIDO)
    said = refused(lambda: born(family, sari, nik="1301994506700009", reason="ya"), "nik")
    assert "Dahlia" not in said
    assert "Rina" in said
    assert "Joko" not in said, "a supervisor changes no family"


def test_the_head_dies_and_the_husband_follows(family, sari):
    rosna, ali = homes.named(family, "Rosna"), homes.named(family, "Ali")
    members.death(family, by=sari, version=family.version, person=rosna.pk, on=TODAY, new_head=ali.pk)
    family.refresh_from_db()
    rosna.refresh_from_db()
    assert (rosna.died_on, family.head_id, family.household.head_id) == (TODAY, ali.pk, ali.pk)
    assert homes.relations(family) == {"Ali": "1", "Siti": "3", "Upik": "6"}
    ended = Membership.objects.get(person=rosna)
    assert (ended.ended_on, ended.end_reason) == (TODAY, "died")


def test_a_family_is_never_left_without_a_head(family, sari):
    rosna = homes.named(family, "Rosna").pk
    said = refused(lambda: members.death(family, by=sari, version=1, person=rosna, on=TODAY), "new_head")
    assert "kepala keluarga" in said


@pytest.mark.parametrize(
    ("day", "words"), [(date(1970, 1, 1), "lebih awal"), (clock.today() + timedelta(days=2), "belum terjadi")]
)
def test_a_death_before_birth_or_ahead_is_refused(family, sari, day, words):
    ali = homes.named(family, "Ali").pk
    assert words in refused(lambda: members.death(family, by=sari, version=1, person=ali, on=day), "on")


def test_the_last_member_dies_and_the_family_keeps_its_name(places, sari):
    alone = homes.neighbours()
    members.death(alone, by=sari, version=alone.version, person=alone.head_id, on=TODAY)
    alone.refresh_from_db()
    assert alone.head.name == "Dahlia Chaniago"
    assert not alone.memberships.open().exists()


def test_a_daughter_moves_to_the_neighbours_and_both_keep_the_history(family, sari):
    other = homes.neighbours()
    siti = homes.named(family, "Siti")
    event = members.move(family, by=sari, version=family.version, person=siti.pk, target=other, relation="8", on=TODAY)
    assert "Siti" not in homes.relations(family)
    assert homes.relations(other) == {"Dahlia": "1", "Siti": "8"}
    assert Membership.objects.filter(person=siti).count() == 2
    assert (event.family_id, event.other_family_id) == (family.pk, other.pk)
    assert AuditEntry.objects.filter(verb="family_move").count() == 2


def test_two_heads_and_no_head_are_refused(family, sari):
    other = homes.neighbours()
    rosna, siti = homes.named(family, "Rosna").pk, homes.named(family, "Siti").pk
    common = {"by": sari, "version": family.version, "target": other, "on": TODAY}
    refused(lambda: members.move(family, person=siti, relation="1", **common), "relation")
    refused(lambda: members.move(family, person=rosna, relation="8", **common), "new_head")


def test_a_move_into_another_area_is_not_for_the_facilitator(family, sari, rina):
    other = homes.neighbours(people.SALIDO)
    siti = homes.named(family, "Siti").pk
    values = {"version": family.version, "person": siti, "target": other, "relation": "8", "on": TODAY}
    before = homes.everything()
    with pytest.raises(NotPermitted):
        members.move(family, by=sari, **values)
    assert homes.everything() == before
    assert members.move(family, by=rina, **values).other_family_id == other.pk


def test_away_and_home_again(family, sari):
    ali = homes.named(family, "Ali").pk
    members.absence(family, by=sari, version=family.version, person=ali, on=TODAY, why="work")
    row = Membership.objects.get(person=ali)
    assert (row.absent_since, row.absence_reason, row.ended_on) == (TODAY, "work", None)
    family.refresh_from_db()
    with pytest.raises(GuardFailed, match="lebih awal"):
        members.back(family, by=sari, version=family.version, person=ali, on=TODAY - timedelta(days=1))
    members.back(family, by=sari, version=family.version, person=ali, on=TODAY + timedelta(days=9))
    row.refresh_from_db()
    assert (row.absent_since, row.absence_reason) == (None, "")


def test_somebody_who_moved_out_of_sight_comes_back(family, sari):
    siti = homes.named(family, "Siti").pk
    members.leave(family, by=sari, version=family.version, person=siti, on=TODAY)
    assert "Siti" not in homes.relations(family)
    family.refresh_from_db()
    members.back(family, by=sari, version=family.version, person=siti, on=TODAY + timedelta(days=9))
    assert homes.relations(family)["Siti"] == "3"
    assert Membership.objects.filter(person=siti).count() == 2


def test_who_never_left_cannot_come_back_nor_be_in_two_families(family, sari):
    refused(lambda: members.back(family, by=sari, version=1, person=homes.named(family, "Ali").pk, on=TODAY), "person")
    stranger = homes.neighbours().head_id
    said = refused(lambda: members.back(family, by=sari, version=1, person=stranger, on=TODAY), "person")
    assert "dua keluarga" in said


def test_a_stale_form_changes_nothing(family, sari, nurma):
    ali, siti = homes.named(family, "Ali").pk, homes.named(family, "Siti").pk
    members.absence(family, by=nurma, version=family.version, person=ali, on=TODAY, why="work")
    before = homes.everything()
    with pytest.raises(StaleVersion) as fault:
        members.absence(family, by=sari, version=family.version, person=siti, on=TODAY, why="work")
    assert fault.value.current.pk == family.pk
    assert homes.everything() == before


def test_nothing_remains_when_the_trail_cannot_be_written(family, sari, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no trail")

    monkeypatch.setattr("slrt.audit.trail.write", broken)
    before = homes.everything()
    with pytest.raises(OSError, match="no trail"):
        born(family, sari)
    assert homes.everything() == before
    assert not RegistryEvent.objects.exists()


def test_nobody_moves_leaves_or_splits_before_they_came(family, sari):
    other = homes.neighbours()
    ali, siti = homes.named(family, "Ali").pk, homes.named(family, "Siti").pk
    common = {"by": sari, "version": family.version, "on": date(2019, 12, 31)}
    said = refused(lambda: members.move(family, **common, person=ali, target=other, relation="8"), "on")
    assert "01/01/2020" in said
    refused(lambda: members.leave(family, **common, person=ali), "on")
    refused(lambda: families.split(family, **common, going=[ali, siti], head_of_new=ali), "on")


def test_nobody_comes_back_or_moves_into_a_time_spent_elsewhere(family, sari):
    other = homes.neighbours()
    ali = homes.named(family, "Ali")
    ali.memberships.update(started_on=None)
    Membership.objects.create(
        person=ali,
        family=other,
        relation="8",
        started_on=date(2021, 1, 1),
        ended_on=date(2023, 5, 5),
        end_reason="moved",
    )
    common = {"by": sari, "version": family.version, "on": date(2022, 1, 1)}
    refused(lambda: members.move(family, **common, person=ali.pk, target=other, relation="8"), "on")


def test_nobody_is_away_before_their_birth(family, sari):
    ali = homes.named(family, "Ali").pk
    common = {"by": sari, "version": family.version, "person": ali, "why": "work"}
    assert "01/01/1980" in refused(lambda: members.absence(family, **common, on=date(1850, 1, 1)), "on")
    members.absence(family, **common, on=date(2015, 1, 1))
