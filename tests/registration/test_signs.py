"""Signs against receiving aid: from the data and from whoever looks, answered with a reason, never a decision."""

import pytest

from households import exclusions
from households.models import (
    ExclusionFlag,
)
from slrt.core.errors import GuardFailed
from slrt.workflow import engine
from tests import cases, people


def test_signs_come_from_the_data_with_their_evidence(places):
    family = cases.family_in(people.SAGO)
    found = cases.visited(family, daya="5")
    found.person_answers.create(person=family.head, answers={"status_kerja": "5"})
    cases.registration(family, "not_found")
    row = cases.registration(family, "supervisor_approved")
    assert [sign.code for sign in exclusions.signs(row)] == ["no_address", "not_found", "state_paid", "power"]
    assert all(sign.evidence for sign in exclusions.signs(row))


def test_a_family_without_signs_passes_without_a_reason(family, rina):
    row = cases.registration(family, "supervisor_approved")
    engine.apply("verify_office", row, by=rina)
    assert not ExclusionFlag.objects.exists()


def test_a_sign_asks_for_a_reason_and_decides_nothing(browse, family, sari, rina):
    row = cases.registration(family, "supervisor_approved")
    address = f"/registrasi/{row.pk}/tanda/"
    assert browse(sari).post(address, {"code": "owner"}).status_code == 422
    browse(sari).post(address, {"code": "owner", "evidence": "Punya toko bangunan."})
    with pytest.raises(GuardFailed, match="Ada 1 tanda") as refused:
        engine.apply("verify_office", row, by=rina)
    assert refused.value.field == "override_reason"
    row.refresh_from_db()
    assert row.state == "supervisor_approved"
    engine.apply("verify_office", row, by=rina, override_reason="Toko milik saudaranya.")
    flag = ExclusionFlag.objects.get()
    assert (flag.evidence, flag.override_reason, flag.overridden_by) == (
        "Punya toko bangunan.",
        "Toko milik saudaranya.",
        rina,
    )
    assert "Toko milik saudaranya." in browse(rina).get(f"/registrasi/{row.pk}/").content.decode()


def test_signs_are_recorded_by_whoever_looks_at_families(browse, family, fitri, budi):
    row = cases.registration(family)
    said = {"code": "owner", "evidence": "Toko."}
    assert browse(fitri).post(f"/registrasi/{row.pk}/tanda/", said).status_code == 403
    assert browse(budi).post(f"/registrasi/{row.pk}/tanda/", said).status_code == 404
    assert not ExclusionFlag.objects.exists()
