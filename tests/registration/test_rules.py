"""The rules around the states: who may not judge, a decree without its number, telling the result, a failed identity check."""

from datetime import date, timedelta

import pytest

from households.models import (
    Registration,
)
from programs.loading import load as load_programmes
from slrt.accounts.models import Assignment
from slrt.accounts.roles import Role
from slrt.core import clock
from slrt.core.errors import NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

YESTERDAY = timedelta(days=1)


def also(user, role):
    """The same person with a second role."""
    Assignment.objects.create(user=user, role=role, area_id="13.01", started_on=date(2020, 1, 1))
    return type(user).objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("verb", "state", "role"),
    [
        ("approve", "verified", Role.SUPERVISOR),
        ("verify_office", "supervisor_approved", Role.BACK_OFFICER),
        ("endorse", "office_verified", Role.HEAD_OF_OFFICE),
    ],
)
@pytest.mark.parametrize("part", ["proposed_by", "surveyor"])
def test_nobody_judges_what_they_entered(family, sari, verb, state, role, part):
    row = cases.registration(family, state, **{part: sari})
    with pytest.raises(NotPermitted, match="Anda sendiri"):
        engine.apply(verb, row, by=also(sari, role), decree_number="1", decree_on=clock.today())
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("verb", ["confirm_exit", "refuse_exit"])
def test_whoever_proposes_an_exit_does_not_decide_it(family, nurma, lestari, verb):
    row = cases.registration(family, "determined")
    both = also(nurma, Role.MANAGER)
    engine.apply("propose_exit", row, by=both, exit_evidence="Berita acara 3.", exit_reason="graduated")
    with pytest.raises(NotPermitted, match="Anda sendiri yang mengusulkan"):
        engine.apply(verb, row, by=both, note="Ya.")
    row.refresh_from_db()
    assert row.state == "exit_proposed"
    engine.apply(verb, row, by=lestari, note="Ya.")


def test_a_decree_without_a_number_is_refused_and_nothing_is_lost(browse, family, hendra):
    row = cases.registration(family, "office_verified")
    said = {"version": row.version, "idempotency_key": new_key(), "decree_on": "20/11/2026", "note": "Sesuai rapat."}
    answer = browse(hendra).post(f"/registrasi/{row.pk}/endorse/", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nomor SK wajib diisi." in page
    assert "20/11/2026" in page
    assert "Sesuai rapat." in page
    row.refresh_from_db()
    assert row.state == "office_verified"


def test_results_nobody_was_told_of_are_listed(browse, family, sari):
    row = cases.registration(family, "determined", proposed_by=sari)
    cases.registration(cases.family_in(people.SAGO, "Dari Unduhan", "1301994506850002"), "determined", source="extract")
    desk = browse(sari)
    page = desk.get("/registrasi/?tab=untold").content.decode()
    assert "Rosna Tanjung" in page
    assert "Dari Unduhan" not in page
    said = {"version": row.version, "idempotency_key": new_key(), "told_on": clock.today().isoformat()}
    refused = desk.post(f"/registrasi/{row.pk}/tell/", said)
    assert "Pilih kepada siapa hasil disampaikan." in refused.content.decode()
    desk.post(f"/registrasi/{row.pk}/tell/", {**said, "told_how": "visit", "told_whom": "head"})
    row.refresh_from_db()
    assert (row.told_how, row.told_whom) == ("visit", "head")
    assert "Rosna Tanjung" not in desk.get("/registrasi/?tab=untold").content.decode()


def test_a_new_result_is_to_be_told_again(family, lestari, nurma, sari):
    row = cases.registration(family, "determined", proposed_by=sari, told_on=clock.today(), told_how="visit")
    engine.apply("propose_exit", row, by=nurma, exit_evidence="Surat pindah.", exit_reason="moved")
    engine.apply("confirm_exit", row, by=lestari)
    row.refresh_from_db()
    assert (row.told_on, row.told_how) == (None, "")
    assert Registration.objects.untold().get() == row


def test_a_failed_identity_check_leads_to_a_filled_in_referral(browse, family, rina, budi):
    load_programmes()
    row = cases.registration(family, "identity_fix")
    desk = browse(rina)
    assert f"/keluarga/{family.pk}/rujuk-identitas/" in desk.get(f"/registrasi/{row.pk}/").content.decode()
    form = desk.get(f"/keluarga/{family.pk}/rujuk-identitas/", follow=True)
    page = form.content.decode()
    assert "Mohon dicocokkan dan dibetulkan" in page
    assert "Dokumen kependudukan" in page
    assert browse(budi).get(f"/keluarga/{family.pk}/rujuk-identitas/").status_code == 404
