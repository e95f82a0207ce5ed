"""Another head: what the others are to them is worked out where it follows, and otherwise left open and asked on the next visit."""

from datetime import date

import pytest

from households.models import Family
from households.registry import correcting, families, members
from households.visiting import known_answers
from slrt.core import clock
from tests.registry import homes


@pytest.fixture
def family(places):
    """Rosna, husband Ali, daughter Siti, mother-in-law Upik; and Rosna's sister Ida with code "other", her nephew Beni in law."""
    family = homes.rosnas()
    homes.member(family, "Ida Tanjung", date(1990, 1, 1), "8", "2")
    homes.member(family, "Beni Tanjung", date(2008, 1, 1), "5")
    return family


def led_by(family, name, by, **relations):
    said = {homes.named(family, who).pk: code for who, code in relations.items()}
    new = homes.named(family, name).pk
    families.change_head(family, by=by, version=family.version, new_head=new, on=clock.today(), relations=said)
    return homes.relations(family)


def test_a_daughter_leads_and_what_nobody_can_know_stays_open(family, sari):
    assert led_by(family, "Siti", sari) == {
        **{"Siti": "1", "Rosna": "6", "Ali": "6", "Upik": "8"},
        **{"Ida": "8", "Beni": ""},
    }, "a grandmother and an aunt are others; her mother's grandson may be her son or her nephew"


def test_somebody_who_is_something_else_leads_and_nothing_follows_for_the_others(family, sari):
    now = led_by(family, "Ida", sari)
    assert now == {"Ida": "1", "Rosna": "", "Ali": "", "Siti": "", "Upik": "", "Beni": ""}


def test_what_is_said_counts(family, sari):
    now = led_by(family, "Ida", sari, Rosna="8", Siti="8")
    assert (now["Rosna"], now["Siti"], now["Ali"]) == ("8", "8", "")


def test_a_head_who_comes_back_is_asked_about(family, sari, nurma):
    rosna, ali = homes.named(family, "Rosna"), homes.named(family, "Ali")
    members.leave(family, by=sari, version=family.version, person=rosna.pk, on=clock.today(), new_head=ali.pk)
    family = Family.objects.get(pk=family.pk)
    members.back(family, by=sari, version=family.version, person=rosna.pk, on=clock.today())
    assert homes.relations(family)["Rosna"] == ""


def test_a_head_whose_death_was_a_mistake_is_asked_about(family, sari, nurma):
    rosna, ali = homes.named(family, "Rosna"), homes.named(family, "Ali")
    members.death(family, by=sari, version=family.version, person=rosna.pk, on=clock.today(), new_head=ali.pk)
    family = Family.objects.get(pk=family.pk)
    correcting.mend_death(family, by=nurma, version=family.version, person=rosna.pk, reason="Salah orang.")
    assert homes.relations(family)["Rosna"] == ""


def test_the_next_visit_asks_and_the_pages_say_so(browse, family, sari):
    led_by(family, "Ida", sari)
    answers = known_answers(family, "bdt2015")
    first, *others = (answers["members"][key] for key in answers["order"])
    assert (first["name"], first["relation"]) == ("Ida Tanjung", "1"), "the head stands first all the same"
    assert {row["relation"] for row in others} == {""}
    desk = browse(sari)
    assert desk.get(f"/keluarga/{family.pk}/ubah/").content.decode().count("Hubungan belum diketahui") == 5
    page = desk.get(f"/keluarga/{family.pk}/").content.decode()
    assert page.count("Hubungan belum diketahui") == 5
    assert page.index("Ida Tanjung") < page.index("Rosna Tanjung")


def test_whoever_records_it_is_told_what_is_left_to_ask(browse, family, sari):
    desk, path = browse(sari), f"/keluarga/{family.pk}/ubah/kepala/"
    form = desk.get(path).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    said |= {"new_head": homes.named(family, "Ida").pk, "on": clock.today().strftime("%d/%m/%Y")}
    page = desk.post(path, said, follow=True).content.decode()
    assert "Hubungan 5 anggota dengan kepala keluarga belum diketahui" in page


def test_the_day_and_the_reason_are_asked_after_all_relations(browse, family, sari):
    page = browse(sari).get(f"/keluarga/{family.pk}/ubah/kepala/").content.decode()
    asked = [page.index(f'name="{name}"') for name in ("new_head", f"relation_{family.head_id}", "on", "reason")]
    assert asked == sorted(asked)
    assert page.rindex('name="relation_') < page.index('name="on"')
