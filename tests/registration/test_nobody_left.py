"""A family that died out, or has nobody at home, is neither proposed nor passed on; it can leave the list."""

import io

import openpyxl
import pytest

from households.models import Membership, Person, Registration
from households.registry import members as events
from households.workflow.registration import propose
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def died_out(family):
    Person.objects.filter(memberships__family=family).update(died_on=clock.today())
    family.memberships.update(ended_on=clock.today(), end_reason="died")


def nobody_at_home(family):
    family.memberships.update(absent_since=clock.today(), absence_reason="work")


def headless(family):
    family.memberships.update(relation="3")


def never_filled(family):
    Membership.objects.filter(family=family).delete()


FATES = {
    died_out: "meninggal",
    nobody_at_home: "sedang tidak di rumah",
    headless: "belum punya kepala keluarga",
    never_filled: "tidak punya anggota",
}
fated = pytest.mark.parametrize(("fate", "sentence"), FATES.items(), ids=[fate.__name__ for fate in FATES])


@fated
def test_it_is_not_proposed(browse, family, rina, fate, sentence):
    fate(family)
    with pytest.raises(GuardFailed, match=sentence):
        propose(family, by=rina)
    assert not Registration.objects.exists()
    answer = browse(rina).post(f"/keluarga/{family.pk}/usulkan/", follow=True)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Registration.objects.exists()
    assert not AuditEntry.objects.filter(verb="propose").exists()


@fated
@pytest.mark.parametrize(("state", "verb"), [("supervisor_approved", "verify_office"), ("office_verified", "endorse")])
def test_it_is_not_passed_on(family, rina, hendra, state, verb, fate, sentence):
    row = cases.registration(family, state)
    fate(family)
    before = (row.state, row.version, AuditEntry.objects.count())
    said = {"decree_number": "460/1/2026", "decree_on": clock.today(), "override_reason": "Tetap."}
    with pytest.raises(GuardFailed, match=sentence):
        engine.apply(verb, row, by=hendra if verb == "endorse" else rina, **said)
    row.refresh_from_db()
    assert (row.state, row.version, AuditEntry.objects.count()) == before


def test_a_family_whose_head_works_elsewhere_goes_on(family, rina):
    spouse = Person.objects.create(name="Andi", name_folded="andi", sex="1")
    Membership.objects.create(person=spouse, family=family, relation="2")
    family.memberships.filter(relation="1").update(absent_since=clock.today(), absence_reason="work")
    row = cases.registration(family, "supervisor_approved")
    engine.apply("verify_office", row, by=rina, override_reason="Alamat menyusul.")
    row.refresh_from_db()
    assert row.state == "office_verified"


def test_the_page_of_a_family_that_died_out_leads_to_the_exit(browse, family, nurma):
    row = cases.registration(family, "office_verified")
    exit_page, desk = f"/registrasi/{row.pk}/propose_exit/", browse(nurma)
    assert "Usulkan keluar: meninggal tanpa pengganti" not in desk.get(f"/registrasi/{row.pk}/").content.decode()
    died_out(family)
    page = desk.get(f"/registrasi/{row.pk}/").content.decode()
    assert "Usulkan keluar: meninggal tanpa pengganti" in page
    assert f'href="{exit_page}"' in page
    chosen = desk.get(exit_page).content.decode()
    assert 'value="died"' in chosen
    assert chosen.count("checked") == 1
    said = {"exit_reason": "died", "exit_evidence": "Surat kematian 1/2026", "version": row.version}
    assert desk.post(exit_page, {**said, "idempotency_key": new_key()}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.exit_reason) == ("exit_proposed", "died")


def test_the_last_death_recorded_in_the_family_stops_its_way(family, nurma, rina):
    row = cases.registration(family, "supervisor_approved")
    events.death(
        family, by=nurma, version=family.version, person=family.head_id, on=clock.today(), reason="Surat kematian."
    )
    with pytest.raises(GuardFailed, match="meninggal"):
        engine.apply("verify_office", row, by=rina, override_reason="Tetap.")


def test_the_workbook_names_whom_it_leaves_out_and_why(browse, rina, places):
    kept = cases.registration(cases.family_in(people.SAGO, "Rosna", "1301994506850011"), "endorsed")
    gone = cases.registration(cases.family_in(people.SAGO, "Hasan", "1301994506850012"), "endorsed")
    died_out(gone.family)
    desk = browse(rina)
    page = desk.get("/registrasi/siks/").content.decode()
    assert "1 usulan tidak bisa ikut" in page
    assert f"/registrasi/{gone.pk}/" in page
    book = openpyxl.load_workbook(io.BytesIO(desk.post("/registrasi/siks/", {"purpose": "siks_ng"}).content))
    assert [row[0] for row in book["SIKS-NG"].iter_rows(min_row=2, values_only=True)] == [str(kept)]
    left_out = list(book["TIDAK IKUT"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in left_out] == [str(gone)]
    assert "meninggal" in left_out[0][-1]
    details = AuditEntry.objects.get(kind="export").details
    assert (details["registrations"], details["left_out"]) == (1, 1)


def test_a_workbook_without_a_single_family_is_not_made(browse, rina, places):
    gone = cases.registration(cases.family_in(people.SAGO), "endorsed")
    died_out(gone.family)
    answer = browse(rina).post("/registrasi/siks/", {"purpose": "siks_ng"})
    assert answer.status_code == 422
    assert "tidak bisa ikut" in answer.content.decode()
    assert not AuditEntry.objects.filter(kind="export").exists()
