"""Many families at once, some with signs against aid: nobody's sign is answered by a sentence that was not written for it."""

import re

import pytest

from households import batch, exclusions
from households.models import ExclusionFlag, Household, Registration
from slrt.core import clock
from slrt.core.idempotency import new_key
from tests import cases, people

NIKS = [f"13019945068500{n:02d}" for n in range(10, 14)]
OFFICE = "/registrasi/banyak/verify_office/"


@pytest.fixture
def rows(places, sari):
    """Before the office: one family without signs, one with a shop, one whose head earns a wage and who owns a shop."""
    made = [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", NIKS[n]), "supervisor_approved") for n in range(3)
    ]
    Household.objects.update(address="Jl. Pasar 3")
    exclusions.record(made[1], "owner", "Punya toko bangunan.", by=sari)
    exclusions.record(made[2], "owner", "Pemegang saham.", by=sari)
    exclusions.record(made[2], "wage", "Slip gaji Juli.", by=sari)
    return made


def states(rows):
    return [Registration.objects.get(pk=row.pk).state for row in rows]


def posted(desk, rows, reasons=None, address=OFFICE, **more):
    """Send the page as it stands, with what was written beside the families."""
    page = desk.get(address).content.decode()
    seen = dict(re.findall(r'name="(signs-\d+)" value="([^"]+)"', page))
    said = {"rows": [row.pk for row in rows], "version": 0, "idempotency_key": new_key(), **seen}
    said |= {f"reason-{row.pk}": words for row, words in (reasons or {}).items()}
    return desk.post(address, {**said, **more}, follow=True).content.decode()


def test_the_list_marks_the_families_with_signs_and_leads_to_what_they_rest_on(browse, rows, rina):
    page = browse(rina).get(OFFICE).content.decode()
    assert "Punya toko bangunan." in page
    assert "Slip gaji Juli." in page
    for row, has in zip(rows, (False, True, True), strict=True):
        assert (f'href="/registrasi/{row.pk}/#tanda"' in page) is has
        assert (f'name="reason-{row.pk}"' in page) is has
    assert 'name="override_reason"' not in page, "no sentence for all of them"


def test_families_whose_signs_nobody_answered_are_left_out_and_counted(browse, rows, rina):
    page = posted(browse(rina), rows, {rows[1]: "Toko milik saudaranya."})
    assert states(rows) == ["office_verified", "office_verified", "supervisor_approved"]
    tally = re.findall(r"<dd>(\d+)</dd>", page)[:3]
    assert tally == ["2", "1", "0"], "done, skipped, failed"
    assert "Dilewati:" in page
    assert "Ada 2 tanda pengecualian" in page
    flags = dict(ExclusionFlag.objects.values_list("registration", "override_reason"))
    assert flags == {rows[1].pk: "Toko milik saudaranya.", rows[2].pk: ""}


def test_each_family_keeps_the_sentence_that_was_written_for_it(browse, rows, rina):
    posted(browse(rina), rows, {rows[1]: "Toko milik saudaranya.", rows[2]: "Saham dari koperasi, slip lama."})
    assert states(rows) == ["office_verified"] * 3
    flags = set(ExclusionFlag.objects.values_list("registration", "override_reason"))
    assert flags == {(rows[1].pk, "Toko milik saudaranya."), (rows[2].pk, "Saham dari koperasi, slip lama.")}


def test_one_sentence_for_all_answers_nobody(rows, browse, rina):
    posted(browse(rina), rows, override_reason="Sudah diperiksa semua.")
    assert states(rows) == ["office_verified", "supervisor_approved", "supervisor_approved"]
    assert not ExclusionFlag.objects.exclude(override_reason="").exists()


def test_a_sign_that_came_while_the_page_was_open_is_not_answered_by_what_was_written_before(browse, rows, sari, rina):
    desk = browse(rina)
    page = desk.get(OFFICE).content.decode()
    seen = dict(re.findall(r'name="(signs-\d+)" value="([^"]+)"', page))
    exclusions.record(rows[1], "wage", "Slip gaji Agustus.", by=sari)
    exclusions.record(rows[0], "wage", "Slip gaji Agustus.", by=sari)
    said = {"rows": [row.pk for row in rows[:2]], "version": 0, "idempotency_key": new_key(), **seen}
    page = desk.post(OFFICE, {**said, f"reason-{rows[1].pk}": "Toko milik saudaranya."}, follow=True).content.decode()
    assert states(rows[:2]) == ["supervisor_approved"] * 2
    assert "berubah sejak halaman dibuka" in page
    assert "Toko milik saudaranya." in page, "what was written is not lost"
    assert not ExclusionFlag.objects.exclude(override_reason="").exists()


def test_what_was_written_stays_while_something_else_is_missing(browse, rows, hendra):
    Registration.objects.update(state="office_verified")
    page = posted(browse(hendra), rows, {rows[1]: "Toko milik saudaranya."}, "/registrasi/banyak/endorse/")
    assert "Nomor SK wajib diisi" in page
    assert "Toko milik saudaranya." in page
    assert states(rows) == ["office_verified"] * 3


def test_what_the_office_answered_is_shown_at_the_endorsement_and_not_asked_again(browse, rows, rina, hendra):
    posted(browse(rina), rows[:2], {rows[1]: "Toko milik saudaranya."})
    page = browse(hendra).get("/registrasi/banyak/endorse/").content.decode()
    assert "Toko milik saudaranya." in page
    assert f'name="reason-{rows[1].pk}"' not in page
    decree = {"decree_number": "460/1/2026", "decree_on": clock.today().strftime("%d/%m/%Y")}
    posted(browse(hendra), rows[:2], address="/registrasi/banyak/endorse/", **decree)
    assert states(rows[:2]) == ["endorsed"] * 2


def test_the_supervisor_sees_the_signs_too_and_answers_none(browse, rows, joko):
    Registration.objects.update(state="verified")
    page = browse(joko).get("/registrasi/banyak/approve/").content.decode()
    assert "Punya toko bangunan." in page
    assert "reason-" not in page


def test_marking_the_signs_costs_the_same_for_many_families(rows, django_assert_max_num_queries):
    alone = Registration.objects.filter(pk=rows[0].pk)
    with django_assert_max_num_queries(10):
        exclusions.signs_of(alone)
    with django_assert_max_num_queries(10):
        found = exclusions.signs_of(Registration.objects.all())
    assert [len(found[row.pk]) for row in rows] == [0, 1, 2]


def test_families_without_a_word_are_skipped_by_the_step_itself(rows, rina):
    tally = batch.take("verify_office", [row.pk for row in rows], by=rina).as_json()
    assert (tally["chosen"], tally["done"], tally["skipped"], tally["failed"]) == (3, 1, 2, 0)
