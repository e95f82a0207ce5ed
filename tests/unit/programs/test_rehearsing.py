"""A programme's rule is tried out on the families of an area before it is saved; trying decides and changes nothing."""

from datetime import date

import pytest

from households.models import Family
from programs import rehearsing
from programs.models import FamilyAdvice, Programme, ProgrammeRule
from programs.rehearsing import rehearse
from slrt.audit.models import AuditEntry
from tests import cases, people

DECILES = [1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 6, None]  # of the families in Sago Salido


@pytest.fixture
def families(places):
    """Sixteen families in Sago Salido; one of the poorest in Padang."""
    made = [cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}") for n in range(len(DECILES))]
    made.append(cases.family_in(people.PADANG, nik="1371014506850001"))
    for family, decile in zip(made, [*DECILES, 1], strict=True):
        Family.objects.filter(pk=family.pk).update(decile=decile)
    return made


@pytest.fixture
def programme(places):
    """A programme for the two poorest tenths, today."""
    made = Programme.objects.create(code="PKH", name="Program Keluarga Harapan")
    ProgrammeRule.objects.create(programme=made, valid_from=date(2026, 1, 1), source="SK 1", conditions=up_to(2))
    return made


def up_to(decile):
    return [{"kind": "decile", "to": decile}]


def tried(user, programme, conditions, **more):
    [found] = rehearse(user, [ProgrammeRule(programme=programme, conditions=conditions, **more)])
    return found


def numbers(found):
    """Now and then of those who meet it, lack data and fail; who come, who go."""
    by = {str(row.outcome): (row.now, row.then) for row in found.counts}
    return by["meets"], by["unknown"], by["fails"], found.come, found.go


def test_rina_is_told_exactly_who_meets_the_new_rule_beside_the_old_one(families, programme, rina):
    wider = tried(rina, programme, up_to(4))
    assert numbers(wider) == ((6, 14), (1, 1), (9, 1), 8, 0)
    assert (wider.looked, wider.total, wider.sampled, wider.rounded) == (16, 16, False, False), "Padang is not hers"
    assert wider.before == up_to(2)
    assert numbers(tried(rina, programme, [*up_to(4), {"kind": "nik_missing"}])) == ((6, 0), (1, 0), (9, 16), 0, 6)
    assert numbers(tried(rina, programme, up_to(2))) == ((6, 6), (1, 1), (9, 9), 0, 0)


def test_adi_who_sees_no_families_is_told_rounded_numbers_and_none_that_are_small(families, programme, adi):
    found = tried(adi, programme, up_to(4))
    assert numbers(found) == ((5, 15), (None, None), (10, None), 10, 0)
    assert found.rounded


def test_the_rule_is_taken_as_in_force_today_whenever_it_begins(families, programme, rina):
    assert numbers(tried(rina, programme, up_to(4), valid_from=date(2031, 1, 1)))[0] == (6, 14)


def test_without_a_rule_in_force_and_with_one_nobody_can_read_an_officer_looks(families, programme, rina):
    ProgrammeRule.objects.update(conditions=[{"kind": "ramalan"}])
    assert numbers(tried(rina, programme, up_to(2))) == ((0, 6), (16, 1), (0, 9), 6, 0)
    ProgrammeRule.objects.update(valid_to=date(2026, 1, 2))
    found = tried(rina, programme, [])
    assert numbers(found) == ((0, 0), (16, 16), (0, 0), 0, 0)
    assert found.before is None


def test_of_many_families_some_are_looked_at_the_same_every_time(families, programme, rina, monkeypatch):
    monkeypatch.setattr(rehearsing, "SAMPLE", 4)
    found = tried(rina, programme, up_to(4))
    assert (found.looked, found.total, found.sampled) == (4, 16, True)
    assert numbers(found) == numbers(tried(rina, programme, up_to(4))) == ((2, 4), (0, 0), (2, 0), 2, 0)


def test_a_family_that_was_merged_into_another_does_not_count(families, programme, rina):
    Family.objects.filter(pk=families[0].pk).update(merged_into=families[1])
    assert tried(rina, programme, up_to(4)).total == 15


def test_whoever_keeps_neither_registers_nor_families_is_told_nothing(families, programme, tomo, dewi):
    for nobody in (tomo, dewi):
        assert numbers(tried(nobody, programme, up_to(4))) == ((0, 0), (0, 0), (0, 0), 0, 0)


def test_trying_writes_nothing(families, programme, rina):
    def all_rows():
        tables = (Family, FamilyAdvice, ProgrammeRule, AuditEntry)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    before = all_rows()
    tried(rina, programme, up_to(4))
    assert all_rows() == before
