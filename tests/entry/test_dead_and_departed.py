"""Who died or left: a visit neither wakes the dead nor takes somebody over, and what it tells of them becomes an event."""

from datetime import date

import pytest

from households import visiting
from households.models import Family, Household, Membership, Person, RegistryEvent
from households.registry import members
from households.visiting.people import write_person
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed
from tests import people
from tests.entry.homes import SON, agreed, enter
from tests.registry import homes

NIK = homes.ALI


@pytest.fixture
def visit(sari):
    return agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)


def brother(name="Ali Tanjung", born="1980-01-01"):
    return {**SON, "nik": NIK, "no_nik_reason": "", "name": name, "birth_date": born, "relation": "8", "marital": "1"}


def rosnas_husband(village, by, what):
    """Ali of Rosna's family in a village died, or left; Rosna's own number is another one than the visit's mother's."""
    family = homes.rosnas(village)
    Person.objects.filter(pk=family.head_id).update(nik_index=None, nik_encrypted=None)
    what(family, by=by, version=family.version, person=homes.named(family, "Ali").pk, on=clock.today())
    return homes.named(family, "Ali")


def refused(visit, sari):
    before, answers = homes.everything(), visit.answers
    with pytest.raises(GuardFailed) as fault:
        visiting.send(visit, by=sari, attested=True)
    assert homes.everything() == before
    visit.refresh_from_db()
    assert (visit.state, visit.answers) == ("draft", answers)
    return str(fault.value)


def test_the_dead_are_not_woken_by_a_visit(visit, sari, nurma):
    ali = rosnas_husband(people.SAGO, sari, members.death)
    said = refused(enter(visit, sari, m2=brother("Penipu Besar")), sari)
    assert "sudah meninggal" in said
    assert "Nurma" in said
    assert "Ali" not in said
    ali.refresh_from_db()
    assert (ali.name, ali.died_on) == ("Ali Tanjung", clock.today())


def test_the_screen_says_so_at_once(browse, visit, sari, nurma):
    rosnas_husband(people.SAGO, sari, members.death)
    draft = enter(visit, sari)
    entered = {"nik": NIK, "name": "Penipu", "birth_date": "01/01/1980", "sex": "1", "relation": "8"}
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/isi/person/m2/", entered)
    assert answer.status_code == 422
    assert "sudah meninggal" in answer.content.decode()


def test_somebody_who_left_another_area_is_not_taken_over(visit, sari, rina):
    ali = rosnas_husband(people.INDERAPURA, rina, members.leave)
    said = refused(enter(visit, sari, m2=brother("Nama Baru")), sari)
    assert "di luar wilayah Anda" in said
    assert "Rina" in said
    assert "Ali" not in said
    ali.refresh_from_db()
    assert ali.name == "Ali Tanjung"


def test_somebody_who_left_a_family_of_the_own_area_comes_with_their_entry(visit, sari):
    ali = rosnas_husband(people.SAGO, sari, members.leave)
    visiting.send(enter(visit, sari, m2=brother()), by=sari, attested=True)
    assert ali.memberships.open().get().started_on == clock.today()


def test_but_a_number_under_another_name_and_birth_date_is_a_mistake(visit, sari):
    rosnas_husband(people.SAGO, sari, members.leave)
    assert "dengan tanggal lahir lain" in refused(enter(visit, sari, m2=brother("Zul", "1999-09-09")), sari)


@pytest.fixture
def again(sari, visit):
    """The family was visited; Sari comes back."""
    visiting.send(enter(visit, sari), by=sari, attested=True)
    second = visiting.begin(by=sari, village_id=people.SAGO, family=Family.objects.get())
    return enter(second, sari, m1=None, m2=None)


def told(draft, sari, name, **values):
    key = next(k for k, m in draft.answers["members"].items() if m["name"].startswith(name))
    member = draft.answers["members"][key]
    return key, visiting.save_screen(
        draft, by=sari, household={}, members={key: {**member, **values}}, step_id=f"papers:{key}", complete=True
    )


def test_a_death_told_on_a_visit_is_recorded_with_its_day(browse, again, sari):
    key, draft = told(again, sari, "Budi", keberadaan="2")
    page = browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
    assert "Budi Tanjung meninggal" in page
    assert f'name="died_{key}"' in page
    form = {"attested": "on", "idempotency_key": "6a0a8c4e-0b6f-4f57-9d2b-0d3f0c6c0b11", f"died_{key}": "02/01/2026"}
    answer = browse(sari).post(f"/kunjungan/{draft.pk}/periksa/", form)
    assert answer.status_code == 302, answer.content.decode()
    budi = Person.objects.get(name__startswith="Budi")
    assert budi.died_on == date(2026, 1, 2)
    assert budi.memberships.get().end_reason == "died"
    event = RegistryEvent.objects.get()
    assert (event.kind, event.person_id) == ("death", budi.pk)
    assert AuditEntry.objects.filter(verb="family_death").count() == 1


def test_a_death_of_unknown_day_says_so(again, sari):
    _key, draft = told(again, sari, "Budi", keberadaan="2")
    visiting.send(draft, by=sari, attested=True)
    assert "tidak diketahui" in RegistryEvent.objects.get().reason
    assert Person.objects.get(name__startswith="Budi").died_on == clock.today()


def test_a_death_before_the_birth_keeps_the_visit_back(again, sari):
    key, draft = told(again, sari, "Budi", keberadaan="2")
    before = homes.everything()
    with pytest.raises(GuardFailed) as fault:
        visiting.send(draft, by=sari, attested=True, days={key: date(2001, 1, 1)})
    assert fault.value.field == f"died_{key}"
    assert homes.everything() == before
    assert not RegistryEvent.objects.exists()


def test_a_dead_head_has_to_be_followed_by_somebody(again, sari):
    _key, draft = told(again, sari, "Rosna", keberadaan="2")
    assert any("Jadikan anggota lain kepala" in problem.sentence for problem in visiting.problems(draft))


def test_whoever_is_taken_out_has_an_event_and_can_come_back(again, sari):
    key, draft = told(again, sari, "Budi")
    draft = visiting.remove_member(draft, key, by=sari)
    visiting.send(draft, by=sari, attested=True)
    family, budi = Family.objects.get(), Person.objects.get(name__startswith="Budi")
    assert RegistryEvent.objects.get().kind == "left"
    assert AuditEntry.objects.filter(verb="family_left").count() == 1
    members.back(family, by=sari, version=family.version, person=budi.pk, on=clock.today())
    assert budi.memberships.open().get().family == family


def test_whoever_an_earlier_visit_took_out_without_an_event_can_come_back_too(again, sari):
    family, budi = Family.objects.get(), Person.objects.get(name__startswith="Budi")
    budi.memberships.update(ended_on=clock.today(), end_reason="visit")
    members.back(family, by=sari, version=family.version, person=budi.pk, on=clock.today())
    assert budi.memberships.open().exists()


def test_the_next_visit_does_not_repeat_that_somebody_had_moved(again, sari):
    _key, draft = told(again, sari, "Budi", keberadaan="3")
    visiting.send(draft, by=sari, attested=True)
    family, budi = Family.objects.get(), Person.objects.get(name__startswith="Budi")
    members.back(family, by=sari, version=family.version, person=budi.pk, on=clock.today())
    third = visiting.begin(by=sari, village_id=people.SAGO, family=Family.objects.get())
    assert "keberadaan" not in third.answers["members"][f"p{budi.pk}"]
    assert visiting.gone(third) == []


def heads_of(house):
    rows = Membership.objects.open().filter(family__household=house, household_relation="1")
    return list(rows.values_list("person_id", flat=True))


def test_when_the_head_is_taken_out_the_household_is_led_by_the_new_one(again, sari):
    key, draft = told(again, sari, "Rosna")
    draft = visiting.remove_member(draft, key, by=sari)
    _key, draft = told(draft, sari, "Budi", relation="1")
    visiting.send(draft, by=sari, attested=True)
    house, budi = Household.objects.get(), Person.objects.get(name__startswith="Budi")
    assert (Family.objects.get().head_id, house.head_id, heads_of(house)) == (budi.pk, budi.pk, [budi.pk])


def test_in_a_house_of_two_families_a_new_head_of_one_does_not_make_two(again, sari):
    first = Family.objects.get()
    other = Family.objects.create(household=first.household)
    homes.member(other, "Dahlia", date(1970, 1, 1), "1", "2")
    other.head = homes.named(other, "Dahlia")
    other.save()
    second = visiting.begin(by=sari, village_id=people.SAGO, family=other)
    key = second.answers["order"][0]
    draft = enter(
        second, sari, m1=None, m2=None, **{key: {**SON, "person_id": None, "name": "Kepala Baru", "relation": "1"}}
    )
    draft = visiting.save_screen(draft, by=sari, household={"kk": ""}, members={}, step_id="card", complete=True)
    visiting.send(draft, by=sari, attested=True)
    assert heads_of(first.household) == [Household.objects.get().head_id]


def test_a_changed_number_was_not_compared_yet(again, sari):
    family = Family.objects.get()
    rosna = family.head
    Person.objects.filter(pk=rosna.pk).update(nik_match="matched")
    entered = {"person_id": rosna.pk, "nik": rosna.nik_encrypted, "name": rosna.name, "sex": "2", "relation": "1"}
    assert write_person(family, entered, clock.today(), sari).nik_match == "matched"
    assert write_person(family, {**entered, "nik": "1301994506850077"}, clock.today(), sari).nik_match == "unchecked"


def test_a_card_of_another_family_names_it_and_leads_there(browse, visit, sari):
    family = homes.rosnas()
    Person.objects.filter(pk=family.head_id).update(nik_index=None, nik_encrypted=None)
    draft = enter(visit, sari, household={"kk": homes.KK})
    form = {"attested": "on", "idempotency_key": "6a0a8c4e-0b6f-4f57-9d2b-0d3f0c6c0b12"}
    page = browse(sari).post(f"/kunjungan/{draft.pk}/periksa/", form).content.decode()
    assert "Nomor KK ini sudah dipakai keluarga Rosna Tanjung" in page
    assert f'href="/keluarga/{family.pk}/"' in page


def test_a_card_of_another_area_says_whom_to_ask(visit, sari, rina):
    homes.rosnas(people.INDERAPURA)
    Person.objects.update(nik_index=None, nik_encrypted=None)
    said = refused(enter(visit, sari, household={"kk": homes.KK}), sari)
    assert "Hubungi Rina" in said
    assert "Rosna" not in said


def test_before_sending_she_is_told_whom_she_took_out_and_what_is_recorded(browse, again, sari):
    key, draft = told(again, sari, "Budi")
    path = f"/kunjungan/{draft.pk}/periksa/"
    assert "Budi Tanjung pindah ke luar data" not in browse(sari).get(path).content.decode()
    draft = visiting.remove_member(draft, key, by=sari)
    assert "Budi Tanjung pindah ke luar data" in browse(sari).get(path).content.decode()
    visiting.restore_member(draft, key, by=sari)
    assert "Budi Tanjung pindah ke luar data" not in browse(sari).get(path).content.decode()


def test_of_a_dead_one_taken_out_the_day_is_asked_for_too(browse, again, sari):
    key, draft = told(again, sari, "Budi", keberadaan="2")
    draft = visiting.remove_member(draft, key, by=sari)
    assert f'name="died_{key}"' in browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
    visiting.send(draft, by=sari, attested=True, days={key: date(2026, 1, 2)})
    assert Person.objects.get(name__startswith="Budi").died_on == date(2026, 1, 2)


def test_somebody_added_by_mistake_and_taken_out_again_was_never_there(browse, visit, sari):
    draft = visiting.remove_member(enter(visit, sari), "m2", by=sari)
    assert "Ikut dicatat" not in browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
