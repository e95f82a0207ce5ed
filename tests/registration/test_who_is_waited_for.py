"""The page of a registration says what comes next, and for whom it waits: never for somebody who would send it back."""

import pytest

from slrt.core import clock
from tests import cases, people

pytestmark = pytest.mark.django_db


def page(browse, who, row):
    return browse(who).get(f"/registrasi/{row.pk}/").context


def test_who_can_only_send_it_back_reads_who_takes_it_on(browse, places, rina):
    row = cases.registration(cases.family_in(people.SAGO), "office_verified")
    shown = page(browse, rina, row)
    assert [option["transition"].name for option in shown["options"]] == ["return_to_village"]
    assert shown["waiting_for"] == 'Menunggu kepala dinas: "Sahkan dengan SK".'


def test_an_endorsed_proposal_waits_to_be_sent_not_to_be_returned(browse, places, hendra):
    row = cases.registration(cases.family_in(people.SAGO), "endorsed")
    assert page(browse, hendra, row)["waiting_for"].endswith('"Catat sudah dikirim ke Kementerian".')


def test_who_takes_it_on_waits_for_nobody_and_finds_that_step_on_top(browse, places, rina):
    row = cases.registration(cases.family_in(people.SAGO), "endorsed")
    shown = page(browse, rina, row)
    assert shown["waiting_for"] == ""
    assert [option["first"] for option in shown["options"]] == [True, False]


def test_a_result_that_was_told_is_waited_for_no_more(browse, places, sari, rina):
    row = cases.registration(cases.family_in(people.SAGO), "determined")
    assert "sudah disampaikan" in page(browse, rina, row)["waiting_for"]
    row.told_on = clock.today()
    row.save()
    assert page(browse, rina, row)["waiting_for"] == ""
    assert not any(option["first"] for option in page(browse, sari, row)["options"])


def test_a_meeting_is_opened_before_a_statement_stands_in_for_it(browse, places, nurma, sari):
    meeting = cases.meeting(people.SAGO, nurma)
    row = cases.registration(cases.family_in(people.SAGO), "meeting", meeting=meeting)
    shown = page(browse, nurma, row)
    assert [link["label"] for link in shown["links"] if link["first"]] == ["Buka musyawarahnya"]
    assert not any(option["first"] for option in shown["options"])


def test_everybody_who_may_take_it_on_is_named(browse, places, lestari):
    row = cases.registration(cases.family_in(people.SAGO), "identity_check")
    waited = page(browse, lestari, row)["waiting_for"]
    assert waited == 'Menunggu petugas back office atau koordinator Puskesos: "Padan, masukkan daftar awal".'
