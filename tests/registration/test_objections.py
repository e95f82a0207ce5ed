"""Objections from filing to their answer: who files, who decides, what is refused."""

from datetime import date, timedelta

import pytest

from households.models import (
    Objection,
)
from households.workflow import objection
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases


def test_an_objection_from_filing_to_its_answer(browse, family, sari, rina, settings):
    settings.OBJECTION_DAYS = 14
    said = {
        "kind": "contest",
        "objector": "citizen",
        "reason": "Punya dua rumah.",
        "filed_on": clock.today().isoformat(),
    }
    desk = browse(sari)
    page = desk.post(f"/keluarga/{family.pk}/sanggah/", {**said, "idempotency_key": new_key()})["Location"]
    row = Objection.objects.get()
    assert (row.get_state_display(), row.due_on) == ("Diajukan", clock.today() + timedelta(days=14))
    again = desk.post(f"/keluarga/{family.pk}/sanggah/", {**said, "idempotency_key": new_key()})
    assert "masih diproses" in again.content.decode()
    office = browse(rina)
    office.post(f"{page}take/", {"version": row.version, "idempotency_key": new_key()})
    row.refresh_from_db()
    assert row.get_state_display() == "Diproses"
    nothing = office.post(f"{page}reject/", {"version": row.version, "idempotency_key": new_key()})
    assert nothing.status_code == 422
    office.post(
        f"{page}reject/",
        {"version": row.version, "idempotency_key": new_key(), "answer": "Rumah kedua milik kakaknya."},
    )
    row.refresh_from_db()
    assert (row.get_state_display(), row.answer) == ("Ditolak", "Rumah kedua milik kakaknya.")
    assert "dua rumah" not in "".join(str(entry.details) for entry in AuditEntry.objects.all())


def test_whoever_recorded_an_objection_does_not_decide_it(family, rina, lestari):
    row = cases.objection(family, rina, "in_process")
    with pytest.raises(NotPermitted, match="Anda sendiri yang mencatat"):
        engine.apply("accept", row, by=rina, answer="Ya.")
    row.refresh_from_db()
    assert row.state == "in_process"
    engine.apply("accept", row, by=lestari, answer="Ya.")


@pytest.mark.parametrize(("said", "field"), [({"reason": " "}, "reason"), ({"filed_on": date(2999, 1, 1)}, "filed_on")])
def test_a_bad_objection_is_refused(family, sari, said, field):
    whole = {"kind": "propose", "objector": "rt_rw", "reason": "Belum didata.", "filed_on": clock.today()}
    with pytest.raises(GuardFailed) as refused:
        objection.file(family, by=sari, **{**whole, **said})
    assert refused.value.field == field
    assert not Objection.objects.exists()


def test_objections_are_not_filed_by_readers(browse, family, tomo, joko):
    assert browse(joko).get(f"/keluarga/{family.pk}/sanggah/").status_code == 403
    assert browse(tomo).get(f"/keluarga/{family.pk}/sanggah/").status_code == 404
