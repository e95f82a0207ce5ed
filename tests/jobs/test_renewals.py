"""Families whose data grew old become visits of their facilitator: one each, in portions, never twice."""

from datetime import timedelta

import pytest

from households import updating, visiting
from households.models import Family, Registration, SurveyRound, Visit
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests import cases, people
from tests.entry.homes import agreed


def _due(village=people.SAGO, n=1):
    family = cases.family_in(village, nik=f"13019945068500{n:02d}")
    cases.registration(family, "update_due")
    cases.visited(family, clock.today() - timedelta(days=200))
    return family


def test_the_family_waits_in_its_facilitators_list_with_what_is_known(sari, budi, browse):
    family = _due()
    assert updating.hand_over() == 1
    visit = Visit.objects.get()
    assert (visit.facilitator, visit.family, visit.origin, visit.state) == (sari, family, "renewal", "draft")
    assert visit.answers["household"]["kk"] == family.kk_encrypted
    page = browse(sari).get("/kunjungan/").content.decode()
    assert "Pembaruan data berkala" in page
    assert family.head.name in page
    entry = AuditEntry.objects.get(verb="hand_over")
    assert (entry.actor, entry.place) == (None, people.SAGO)
    assert entry.details == {"family": family.pk, "facilitator": sari.pk}


def test_a_second_run_hands_nothing_over_again(sari):
    _due()
    updating.hand_over()
    assert updating.hand_over() == 0
    assert Visit.objects.count() == 1


def test_a_family_already_being_visited_gets_no_second_draft(sari):
    family = _due()
    visiting.begin(by=sari, village_id=people.SAGO, family=family)
    assert updating.hand_over() == 0


def test_beginning_by_hand_opens_the_one_laid_out(sari):
    family = _due()
    updating.hand_over()
    assert visiting.begin(by=sari, village_id=people.SAGO, family=family) == Visit.objects.get()


def test_a_village_without_a_facilitator_waits(sari):
    _due(people.INDERAPURA)
    assert updating.hand_over() == 0


def test_the_facilitator_of_the_village_comes_before_the_one_of_the_district(sari, places):
    people.make_user("wide", people.Part("facilitator", "13.01"))
    _due()
    updating.hand_over()
    assert Visit.objects.get().facilitator == sari


def test_two_of_one_village_share(sari, places):
    second = people.make_user("sari2", people.Part("facilitator", people.SAGO))
    for n in range(4):
        _due(n=n)
    updating.hand_over()
    assert Visit.objects.filter(facilitator=sari).count() == Visit.objects.filter(facilitator=second).count() == 2


def test_a_facilitator_gets_a_portion_oldest_first_and_the_rest_as_visits_are_sent(sari, settings):
    settings.RENEWALS_PER_FACILITATOR = 2
    families = [_due(n=n) for n in range(3)]
    for days, family in enumerate(families):
        Registration.objects.filter(family=family).update(state_since=clock.now() - timedelta(days=days))
    assert updating.hand_over() == 2
    assert set(Visit.objects.values_list("family", flat=True)) == {families[1].pk, families[2].pk}
    Visit.objects.filter(family=families[2]).update(state="sent")
    Registration.objects.filter(family=families[2]).update(state="draft")
    assert updating.hand_over() == 1


def test_an_untouched_one_learns_what_the_registry_has_learnt(sari):
    family = _due()
    updating.hand_over()
    Visit.objects.update(updated_at=clock.now() - timedelta(hours=1))
    family.household.address = "Jalan Baru 1"
    family.household.version += 1
    family.household.save()
    updating.hand_over()
    visit = Visit.objects.get()
    assert visit.answers["household"]["address"] == "Jalan Baru 1"
    assert visit.answers["versions"]["household"] == family.household.version


def test_one_that_was_begun_is_left_as_it_is(sari):
    family = _due()
    updating.hand_over()
    visit = Visit.objects.get()
    visiting.save_screen(
        agreed(visit, sari), by=sari, household={"address": "Isian saya"}, members={}, step_id="place", complete=False
    )
    Visit.objects.update(updated_at=clock.now() - timedelta(hours=1))
    Family.objects.get(pk=family.pk).save()
    updating.hand_over()
    visit.refresh_from_db()
    assert visit.answers["household"]["address"] == "Isian saya"


def test_what_another_visit_has_made_needless_is_taken_back(sari):
    family = _due()
    updating.hand_over()
    SurveyRound.objects.create(household=family.household, kind="visit", codebook="bdt2015", collected_on=clock.today())
    Registration.objects.update(state="determined")
    assert updating.hand_over() == 0
    assert not Visit.objects.exists()
    assert AuditEntry.objects.get(verb="withdraw").actor is None


def test_a_family_that_was_just_visited_is_not_handed_over_again_while_its_registration_waits(sari):
    family = _due()
    updating.hand_over()
    Visit.objects.update(state="sent", sent_at=clock.now())
    cases.visited(family)
    assert updating.hand_over() == 0
    with clock.told(clock.now() + timedelta(days=1)):
        assert updating.hand_over() == 0
    assert Registration.objects.get().state == "update_due", "the update is begun by a person"
    with clock.told(clock.now() + timedelta(days=100)):
        assert updating.hand_over() == 1, "a quarter later they are old again"


def test_a_visit_that_was_sent_later_than_it_was_made_takes_the_renewal_back(sari):
    family = _due()
    updating.hand_over()
    cases.visited(family, clock.today() - timedelta(days=1))
    assert updating.hand_over() == 0
    assert not Visit.objects.exists()


@pytest.mark.parametrize("gone", ["left", "elsewhere", "switched_off"])
def test_what_a_facilitator_who_is_gone_has_not_begun_goes_to_who_is_there_now(sari, places, gone):
    family = _due()
    updating.hand_over()
    if gone == "left":
        sari.assignments.update(ended_on=clock.today() - timedelta(days=1))
    elif gone == "elsewhere":
        sari.assignments.update(area_id=people.INDERAPURA)
    else:
        type(sari).objects.filter(pk=sari.pk).update(is_active=False)
    assert updating.hand_over() == 0, "nobody is there yet"
    second = people.make_user("sari2", people.Part("facilitator", people.SAGO))
    assert updating.hand_over() == 1
    assert [(visit.family, visit.facilitator) for visit in Visit.objects.all()] == [(family, second)]


@pytest.mark.parametrize("over", ["exited", "moved_out", "merged"])
def test_what_is_laid_out_for_a_family_that_is_none_any_more_is_taken_back(sari, over):
    family, other = _due(), _due(n=2)
    updating.hand_over()
    if over == "exited":
        Registration.objects.filter(family=family).update(state="exited")
    elif over == "moved_out":
        family.memberships.update(ended_on=clock.today())
    else:
        Family.objects.filter(pk=family.pk).update(merged_into=other)
    updating.hand_over()
    assert [visit.family for visit in Visit.objects.all()] == [other]


def test_what_is_taken_back_makes_room_for_the_next_the_same_night(sari, settings):
    settings.RENEWALS_PER_FACILITATOR = 1
    done = _due()
    updating.hand_over()
    waiting = _due(n=2)
    cases.visited(done)
    assert updating.hand_over() == 1
    assert Visit.objects.get().family == waiting


def test_unregistered_families_get_their_turn_by_the_age_of_their_data_too(sari, settings):
    settings.RENEWALS_PER_FACILITATOR = 1
    _unregistered(settings.DATA_UPDATE_DAYS + 1)
    oldest = _unregistered(settings.DATA_UPDATE_DAYS + 9, nik="1301994506850002")
    assert updating.hand_over() == 1
    assert Visit.objects.get().family == oldest


def test_a_family_that_is_registered_again_after_a_refusal_keeps_its_renewal(sari):
    family = _due()
    cases.registration(family, "not_determined")
    assert updating.hand_over() == 1
    laid_out = Visit.objects.get()
    assert updating.hand_over() == 0
    assert Visit.objects.get() == laid_out


def test_an_update_that_was_begun_keeps_the_visit_it_needs(sari):
    _due()
    updating.hand_over()
    Registration.objects.update(state="draft")
    updating.hand_over()
    assert Visit.objects.count() == 1


def _begin(visit, by):
    visiting.save_screen(
        agreed(visit, by), by=by, household={"address": "Isian saya"}, members={}, step_id="place", complete=False
    )


def test_what_is_begun_while_the_job_fills_others_in_again_is_left_as_it_is(sari, monkeypatch):
    for n in range(2):
        _due(n=n)
    updating.hand_over()
    Visit.objects.update(updated_at=clock.now() - timedelta(hours=1))
    for family in Family.objects.all():
        family.save()
    fill_in, begun = updating.known_answers, []

    def meanwhile(family, book):
        if not begun:
            begun.append(Visit.objects.exclude(family=family).get())
            _begin(begun[0], sari)
        return fill_in(family, book)

    monkeypatch.setattr(updating, "known_answers", meanwhile)
    updating.hand_over()
    [visit] = begun
    visit.refresh_from_db()
    assert visit.answers["household"]["address"] == "Isian saya"


def test_what_is_begun_while_the_job_takes_others_back_stays(sari, monkeypatch):
    for n in range(2):
        cases.visited(_due(n=n), clock.today() - timedelta(days=100))
    updating.hand_over()
    for family in Family.objects.all():
        cases.visited(family)
    write, begun = updating.trail.write, []

    def meanwhile(verb, row, **more):
        if not begun:
            begun.append(Visit.objects.exclude(pk=row.pk).get())
            _begin(begun[0], sari)
        return write(verb, row, **more)

    monkeypatch.setattr(updating.trail, "write", meanwhile)
    updating.hand_over()
    assert list(Visit.objects.all()) == begun


def test_one_of_a_family_that_moved_on_goes_to_the_facilitator_of_its_new_village(sari, budi):
    family = _due()
    updating.hand_over()
    family.household.village_id, family.household.address = people.SALIDO, "Jl. Rahasia 3"
    family.household.version += 1
    family.household.save()
    assert updating.hand_over() == 1
    visit = Visit.objects.get()
    assert (visit.facilitator, visit.village_id) == (budi, people.SALIDO)
    assert AuditEntry.objects.filter(verb="withdraw").count() == 1


def _unregistered(age_days, nik="1301994506850001"):
    family = cases.family_in(people.SAGO, nik=nik)
    SurveyRound.objects.create(
        household=family.household,
        kind="extract",
        codebook="bdt2015",
        collected_on=clock.today() - timedelta(days=age_days),
    )
    return family


def test_an_old_household_that_nobody_registered_is_visited_too(sari, settings):
    old = _unregistered(settings.DATA_UPDATE_DAYS + 1)
    _unregistered(settings.DATA_UPDATE_DAYS - 1, nik="1301994506850002")
    assert updating.hand_over() == 1
    visit = Visit.objects.get()
    assert (visit.family, visit.facilitator, visit.origin) == (old, sari, "renewal")
    assert updating.hand_over() == 0


def test_two_unregistered_families_of_one_household_are_one_visit(sari, settings):
    first = _unregistered(settings.DATA_UPDATE_DAYS + 1)
    second = cases.family_in(people.SAGO, nik="1301994506850003")
    Family.objects.filter(pk=second.pk).update(household=first.household)
    assert updating.hand_over() == 1
    assert Visit.objects.get().family == first


@pytest.mark.parametrize("state", ["determined", "draft", "exited"])
def test_a_household_with_a_registration_goes_by_that(sari, settings, state):
    cases.registration(_unregistered(settings.DATA_UPDATE_DAYS + 1), state)
    assert updating.hand_over() == 0


@pytest.mark.parametrize("state", ["determined", "draft", "exited"])
def test_only_families_that_are_due(sari, state):
    family = cases.family_in(people.SAGO)
    cases.registration(family, state)
    assert updating.hand_over() == 0


def test_the_job_flags_and_hands_over(sari, do, settings):
    family = cases.family_in(people.SAGO)
    cases.registration(family, "determined")
    SurveyRound.objects.create(
        household=family.household,
        kind="visit",
        codebook="bdt2015",
        collected_on=clock.today() - timedelta(days=settings.DATA_UPDATE_DAYS + 1),
    )
    assert do("households.flag_outdated").counts == {"flagged": 1, "handed": 1}
    assert do("households.flag_outdated").counts == {"flagged": 0, "handed": 0}
