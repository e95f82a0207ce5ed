"""A result that ends a family's case is seen by the supervisor first, may be drawn for a second look, and is told."""

import pytest

from households.models import Registration
from households.workflow import revisit
from households.workflow.registration import propose
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.idempotency import new_key
from slrt.dashboard.indicators import INDICATORS
from slrt.workflow import engine
from tests import cases, people

# The verifier's step, its code, and where the case ends once the supervisor agrees.
NEGATIVE = [
    ("not_found", "2", "not_found"),
    ("has_moved", "3", "moved"),
    ("is_part_of_other", "4", "part_of_other"),
    ("refuses", "5", "refused"),
    ("is_duplicate", "6", "duplicate"),
]


@pytest.fixture
def found(places, sari):
    """Return a function that lets sari find a result at a family she did not propose."""

    def find(verb):
        other = cases.family_in(people.SAGO, "Murni", "1301994506850002")
        row = cases.registration(cases.family_in(people.SAGO), "field_verification", proposed_by=sari)
        said = {"no_position_reason": "Tidak ada sinyal."} | ({"other_family": other} if verb.startswith("is_") else {})
        return engine.apply(verb, row, by=sari, note="Rumah kosong.", **said)

    return find


@pytest.mark.parametrize(("verb", "code", "end"), NEGATIVE)
def test_the_supervisor_ends_what_the_verifier_found(found, sari, joko, verb, code, end):
    row = found(verb)
    assert (row.state, row.result_code) == ("end_proposed", code), "one person alone ends no case"
    with pytest.raises(GuardFailed, match="sudah punya pendaftaran"):
        propose(row.family, by=sari)
    row = engine.apply("confirm_end", row, by=joko)
    assert (row.state, row.result_code) == (end, code)
    assert propose(row.family, by=sari).state == "draft", "a later proposal of the family is possible again"


@pytest.mark.parametrize("verb", ["not_found", "is_duplicate"])
def test_the_supervisor_sends_it_back_with_a_note_and_the_next_result_stands(found, sari, joko, verb):
    row = found(verb)
    with pytest.raises(GuardFailed) as refused:
        engine.apply("return", row, by=joko)
    assert refused.value.field == "note"
    row = engine.apply("return", row, by=joko, note="Tanya kepala jorong.")
    assert row.state == "returned"
    row = engine.apply("begin_verification", row, by=sari)
    cases.visited(row.family), cases.house_photos(row.family, sari)
    row = engine.apply("found_complete", row, by=sari, no_position_reason="Tidak ada sinyal.")
    assert (row.state, row.result_code, row.other_family) == ("verified", "1", None), (
        "nothing stays of the other family"
    )


def test_whoever_found_it_does_not_end_it(found, sari):
    row = found("not_found")
    with pytest.raises(NotPermitted):
        engine.apply("confirm_end", row, by=sari)
    row.surveyor = supervisor = people.make_user("dina", people.CAST["joko"])
    row.save()
    with pytest.raises(NotPermitted, match="Anda sendiri yang memverifikasi"):
        engine.apply("confirm_end", row, by=supervisor)
    row.refresh_from_db()
    assert row.state == "end_proposed"


def test_it_waits_on_the_supervisors_desk(browse, found, joko):
    row = found("not_found")
    assert INDICATORS["registrations_supervise"].rows(joko).get() == row
    page = browse(joko).get(f"/registrasi/{row.pk}/").content.decode()
    assert "Setujui, usulan berakhir" in page
    assert "Kembalikan ke fasilitator" in page
    said = {"version": row.version, "idempotency_key": new_key()}
    assert browse(joko).post(f"/registrasi/{row.pk}/confirm_end/", said).status_code == 302
    row.refresh_from_db()
    assert row.state == "not_found"


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize(("verb", "code", "end"), NEGATIVE)
def test_it_is_in_the_pot_of_the_second_look(found, joko, verb, code, end, confirmed):
    row = found(verb)
    if confirmed:
        engine.apply("confirm_end", row, by=joko)
    assert revisit.waiting(("13.01.05",)) == [row.pk]


@pytest.mark.parametrize(("verb", "code", "end"), NEGATIVE)
def test_it_is_told_to_the_family_or_to_whoever_proposed_it(found, sari, joko, verb, code, end):
    row = found(verb)
    assert not Registration.objects.untold().exists(), "nothing is told before it is decided"
    row = engine.apply("confirm_end", row, by=joko)
    assert Registration.objects.untold().get() == row
    row = engine.apply("tell", row, by=sari, told_on=clock.today(), told_how="letter", told_whom="proposer")
    assert (row.state, row.get_told_whom_display()) == (end, "Yang mengusulkan")
    assert not Registration.objects.untold().exists()
