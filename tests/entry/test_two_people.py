"""Two people, or one with two tabs, over one household: both values are shown and only a press decides."""

from datetime import date

import pytest

from households import visiting
from households.models import Family, Household, Membership, Person, Visit
from households.questionnaire import find_step
from slrt.core.errors import StaleVersion
from tests import cases, people
from tests.entry.homes import MOTHER, agreed, enter
from tests.web.test_visit_resumed import stands_in

PLACE = {"hamlet": "Jorong Pasar", "address": "Jl. Pasar 3", "rt": "002", "rw": "001"}


@pytest.fixture
def draft(sari):
    return agreed(visiting.begin(by=sari, village_id=people.SAGO), sari)


def open_tab(browse, sari, path):
    """One page of the screen as it stands now, with what it knows."""
    return {**PLACE, **stands_in(browse(sari).get(path), "seen", "page")}


def test_two_tabs_on_one_screen(browse, draft, sari):
    path = f"/kunjungan/{draft.pk}/isi/place/"
    first, second = (open_tab(browse, sari, path) for _tab in range(2))
    assert browse(sari).post(path, first).status_code == 302
    shown = browse(sari).post(path, {**second, "address": "Jl. Pantai 9"})
    page = shown.content.decode()
    assert shown.status_code == 409
    assert "Jl. Pasar 3" in page
    assert stands_in(shown, "address") == {"address": "Jl. Pantai 9"}, "what was entered here stays on the screen"
    assert Visit.objects.get().answers["household"]["address"] == "Jl. Pasar 3"
    again = {**second, "address": "Jl. Pantai 9", **stands_in(shown, "seen")}
    pressed = browse(sari).post(path, {**again, "mine": again["seen"]})
    assert pressed.status_code == 302
    assert Visit.objects.get().answers["household"]["address"] == "Jl. Pantai 9"


def test_what_changed_once_more_is_shown_once_more(browse, draft, sari):
    path = f"/kunjungan/{draft.pk}/isi/place/"
    first, second, third = (open_tab(browse, sari, path) for _tab in range(3))
    browse(sari).post(path, first)
    shown = browse(sari).post(path, {**second, "address": "Jl. Pantai 9"})
    old = stands_in(shown, "seen")["seen"]
    browse(sari).post(path, {**third, "address": "Jl. Bukit 1", "mine": stands_in(shown, "seen")["seen"]})
    pressed = browse(sari).post(path, {**second, "address": "Jl. Pantai 9", "mine": old})
    assert pressed.status_code == 409
    assert Visit.objects.get().answers["household"]["address"] == "Jl. Bukit 1"


def test_autosave_of_a_stale_tab_is_told_and_writes_nothing(browse, draft, sari):
    path = f"/kunjungan/{draft.pk}/isi/place/"
    first, second = (open_tab(browse, sari, path) for _tab in range(2))
    browse(sari).post(path, first)
    before = Visit.objects.get()
    answer = browse(sari).post(path, {**second, "address": "Jl. Pantai 9"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    after = Visit.objects.get()
    assert (after.version, after.answers) == (before.version, before.answers)


def test_the_same_tab_saves_as_often_as_it_likes(browse, draft, sari):
    path = f"/kunjungan/{draft.pk}/isi/place/"
    tab = open_tab(browse, sari, path)
    for address in ("Jl. A 1", "Jl. B 2"):
        told = browse(sari).post(path, {**tab, "address": address}, headers={"X-Autosave": "1"})
        assert told.json()["saved"] is True
    assert browse(sari).post(path, {**tab, "address": "Jl. C 3"}).status_code == 302, (
        "an answer that got lost does no harm"
    )
    assert Visit.objects.get().answers["household"]["address"] == "Jl. C 3"


def test_two_tabs_that_say_the_same_do_not_clash(browse, draft, sari):
    path = f"/kunjungan/{draft.pk}/isi/place/"
    first, second = (open_tab(browse, sari, path) for _tab in range(2))
    assert [browse(sari).post(path, tab).status_code for tab in (first, second)] == [302, 302]


def test_two_tabs_that_add_a_member_each_make_two_members(browse, draft, sari):
    enter(draft, sari, m2=None)
    path = f"/kunjungan/{draft.pk}/isi/person/m2/"
    known = stands_in(browse(sari).get(path), "seen", "page"), stands_in(browse(sari).get(path), "seen", "page")
    child = {"no_nik_reason": "newborn", "birth_date": "01/11/2026", "sex": "2", "relation": "3"}
    assert browse(sari).post(path, {**child, **known[0], "name": "Anisa"}).status_code == 302
    shown = browse(sari).post(path, {**child, **known[1], "name": "Putri"})
    assert shown.status_code == 409
    assert f"/kunjungan/{draft.pk}/isi/person/m3/" in shown.content.decode(), "this is somebody else"
    new = {**child, "name": "Putri", "seen": stands_in(shown, "seen")["seen"], "page": "x"}
    browse(sari).post(f"/kunjungan/{draft.pk}/isi/person/m3/", {**new, "seen": ""})
    names = [m.get("name") for m in Visit.objects.get().answers["members"].values()]
    assert "Anisa" in names


def test_the_rule_itself_refuses_and_rolls_back(draft, sari):
    step = find_step(draft.answers, "place", None)
    seen = visiting.Seen(step, visiting.mark(draft.answers, step), "a")
    visiting.save_screen(
        draft, by=sari, household={"address": "Jl. A"}, members={}, step_id="place", complete=True, seen=seen
    )
    late = visiting.Seen(step, seen.mark, "b")
    with pytest.raises(StaleVersion):
        visiting.save_screen(
            draft, by=sari, household={"address": "Jl. B"}, members={}, step_id="place", complete=True, seen=late
        )
    assert Visit.objects.get().answers["household"]["address"] == "Jl. A"


@pytest.fixture
def known(sari):
    """Sari has filled in a visit to a known family, all but the sending."""
    family = cases.family_in(people.SAGO)
    visit = visiting.begin(by=sari, village_id=people.SAGO, family=family)
    key = visit.answers["order"][0]
    person = {**MOTHER, "person_id": family.head_id}
    return family, enter(visit, sari, m1=None, m2=None, **{key: person})


def post_send(browse, sari, visit):
    return browse(sari).post(
        f"/kunjungan/{visit.pk}/periksa/", {"attested": "on", "idempotency_key": "5f0c6f0e-0f0e-4c53-9f55-0d9e7c1d0a11"}
    )


def choose(browse, sari, visit, shown, **chosen):
    names = {f"{key}": value for key, value in chosen.items()}
    return browse(sari).post(f"/kunjungan/{visit.pk}/bandingkan/", {"shown": shown.context["shown"], **names})


def test_a_person_renamed_meanwhile_is_shown_and_the_choice_is_kept(browse, known, sari):
    family, visit = known
    Person.objects.filter(pk=family.head_id).update(name="Rosna binti Tanjung", version=5)
    shown = post_send(browse, sari, visit)
    assert shown.status_code == 409
    assert [(row["mine"], row["stored"]) for row in shown.context["rows"]] == [("Rosna Tanjung", "Rosna binti Tanjung")]
    assert Visit.objects.get().state == "draft"
    assert post_send(browse, sari, visit).status_code == 409, "seen is not decided"
    key = visit.answers["order"][0]
    assert choose(browse, sari, visit, shown, **{f"{key}.name": "stored"}).status_code == 302
    assert post_send(browse, sari, visit).status_code == 302
    assert Person.objects.get().name == "Rosna binti Tanjung"
    assert Family.objects.get().household.address == "Jl. Pasar 3", "the rest is what Sari saw herself"


def test_a_choice_over_a_page_that_is_old_by_now_is_asked_again(browse, known, sari):
    family, visit = known
    Household.objects.filter(pk=family.household_id).update(address="Jl. Lain 2", version=7)
    shown = post_send(browse, sari, visit)
    Household.objects.filter(pk=family.household_id).update(address="Jl. Lain 3", version=8)
    again = choose(browse, sari, visit, shown)
    assert again.status_code == 409
    assert "Jl. Lain 3" in again.content.decode()
    assert Household.objects.get().address == "Jl. Lain 3"


def test_a_child_whom_somebody_else_recorded_meanwhile_is_not_thrown_out(browse, known, sari):
    family, visit = known
    child = Person.objects.create(
        name="Anisa Tanjung", name_folded="anisa tanjung", birth_date=date(2026, 11, 1), sex="2"
    )
    Membership.objects.create(person=child, family=family, relation="3", started_on=date(2026, 11, 2))
    shown = post_send(browse, sari, visit)
    assert shown.status_code == 409
    assert "Anisa Tanjung" in shown.content.decode()
    assert choose(browse, sari, visit, shown, **{f"p{child.pk}.": "stored"}).status_code == 302
    draft = Visit.objects.get()
    assert draft.answers["order"][-1] == f"p{child.pk}"
    assert child.memberships.open().count() == 1


def test_nobody_else_settles_it(browse, known, sari, nurma, budi):
    _family, visit = known
    for who in (nurma, budi):
        assert browse(who).post(f"/kunjungan/{visit.pk}/bandingkan/", {"shown": ""}).status_code == 404
    assert Visit.objects.get().answers["versions"] == visit.answers["versions"]
