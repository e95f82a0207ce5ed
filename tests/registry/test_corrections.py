"""A member's data corrected: with a reason, never to the impossible, and compared anew where it was compared."""

import re
from datetime import date, timedelta

import pytest

from households.models import Person
from households.names import fold
from households.registry import correcting
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import StaleVersion
from tests.registry import homes
from tests.registry.homes import refused


def correct(family, by, person, reason="Menurut KTP.", odd_reason="", **values):
    return correcting.correct(
        family, by=by, person=person, version=person.version, values=values, reason=reason, odd_reason=odd_reason
    )


def test_a_name_is_corrected_with_a_reason(family, sari):
    ali = homes.named(family, "Ali")
    event = correct(family, sari, ali, name="Moch. Ali Tanjung")
    ali.refresh_from_db()
    assert (ali.name, ali.name_folded) == ("Moch. Ali Tanjung", fold("Muhammad Ali Tanjung"))
    assert AuditEntry.objects.get().details["fields"] == ["name"]
    assert event.reason == "Menurut KTP."
    assert correct(family, sari, ali, name="Moch. Ali Tanjung") is None


def test_a_correction_without_reason_or_to_the_impossible_is_refused(family, sari):
    ali = homes.named(family, "Ali")
    refused(lambda: correct(family, sari, ali, reason=" ", name="Ali B"), "reason")
    refused(lambda: correct(family, sari, ali, birth_date=clock.today() + timedelta(days=1)), "birth_date")
    refused(lambda: correct(family, sari, ali, nik=homes.SITI, no_nik_reason=""), "nik")
    refused(lambda: correct(family, sari, ali, nik="", no_nik_reason=""), "no_nik_reason")


def test_a_corrected_nik_was_not_compared_yet(family, sari):
    ali = homes.named(family, "Ali")
    Person.objects.filter(pk=ali.pk).update(nik_match="matched")
    ali.refresh_from_db()
    correct(family, sari, ali, nik="1301990101800077", no_nik_reason="")
    ali.refresh_from_db()
    assert (ali.nik_encrypted, ali.nik_match) == ("1301990101800077", "unchecked")


def test_two_people_correct_one_member_and_nothing_is_overwritten(family, sari, nurma):
    ali = homes.named(family, "Ali")
    correct(family, nurma, ali, occupation="Nelayan")
    with pytest.raises(StaleVersion) as fault:
        correct(family, sari, ali, occupation="Petani")
    assert fault.value.current.occupation == "Nelayan"
    ali.refresh_from_db()
    assert ali.occupation == "Nelayan"


@pytest.mark.parametrize(
    ("values", "after"),
    [
        ({"nik": "1301990101800077", "no_nik_reason": ""}, "unchecked"),
        ({"name": "Alimin"}, "unchecked"),
        ({"birth_date": date(1981, 1, 1)}, "unchecked"),
        ({"sex": "2"}, "unchecked"),
        ({"occupation": "Nelayan"}, "matched"),
    ],
)
def test_what_was_compared_and_changed_is_to_be_compared_again(family, sari, values, after):
    ali = homes.named(family, "Ali")
    Person.objects.filter(pk=ali.pk).update(nik_match="matched")
    correct(family, sari, ali, odd_reason="Menurut KTP.", **values)
    ali.refresh_from_db()
    assert ali.nik_match == after


def test_a_date_against_the_nik_wants_a_reason_of_its_own(family, sari):
    ali = homes.named(family, "Ali")
    said = refused(lambda: correct(family, sari, ali, birth_date=date(1981, 1, 1)), "odd_reason")
    assert "Tanggal lahir di NIK" in said
    said = refused(lambda: correct(family, sari, ali, sex="2"), "odd_reason")
    assert "Jenis kelamin di NIK" in said


def test_a_child_older_than_its_parents_or_a_mother_younger_wants_one_too(family, sari):
    siti, rosna = homes.named(family, "Siti"), homes.named(family, "Rosna")
    Person.objects.filter(pk__in=(siti.pk, rosna.pk)).update(nik_index=None, nik_encrypted=None)
    siti.refresh_from_db(), rosna.refresh_from_db()
    assert "lebih tua" in refused(lambda: correct(family, sari, siti, birth_date=date(1930, 1, 1)), "odd_reason")
    assert "lebih tua" in refused(lambda: correct(family, sari, rosna, birth_date=date(2025, 1, 1)), "odd_reason")
    assert correct(family, sari, siti, birth_date=date(1979, 1, 1), odd_reason="Anak tiri.")


def test_the_page_asks_for_that_reason_when_it_is_needed(browse, family, sari):
    ali = homes.named(family, "Ali")
    path = f"/keluarga/{family.pk}/orang/{ali.pk}/"
    form = {"name": ali.name, "birth_date": "01/01/1981", "sex": "1", "reason": "KTP", "version": ali.version}
    form["idempotency_key"] = "6a0a8c4e-0b6f-4f57-9d2b-0d3f0c6c0b14"
    page = browse(sari).post(path, form)
    assert page.status_code == 422
    assert re.search(r'<textarea[^>]*name="odd_reason"', page.content.decode())
    form["odd_reason"] = "NIK di KTP memang begitu."
    assert browse(sari).post(path, form).status_code == 302
