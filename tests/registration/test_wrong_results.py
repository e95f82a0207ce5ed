"""A result that was recorded by mistake is taken back with a reason: one family's, or a whole answer file within a day."""

import pytest

from households.importing import undoing
from households.models import DecileRecord, Family, Registration
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.workflow import engine
from tests import cases, people
from tests.registration.answers import NIKS, apply, states, uploaded_answer

WHY = "Berkas kabupaten lain."


@pytest.fixture
def sent(places):
    """Two families that were sent, one that was ranked before."""
    given = ["sent_to_ministry", "sent_to_ministry", "ranked"]
    return [cases.registration(cases.family_in(people.SAGO, f"Warga {n}", NIKS[n]), s) for n, s in enumerate(given)]


@pytest.fixture
def answer(sent, lestari):
    """An applied file: determined with a decile, not determined, determined."""
    found = uploaded_answer(
        lestari, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4", f"{NIKS[1]},TIDAK DITETAPKAN,A07,,", f"{NIKS[2]},DITETAPKAN,,,"
    )
    apply(found, lestari)
    assert states() == ["determined", "not_determined", "determined"]
    return found


def again(row):
    return Registration.objects.select_related("family").get(pk=row.pk)


def taken_back(answer, by):
    undoing.request(answer.run, by=by, note=WHY, version=answer.run.version)
    undoing.take_back(answer.run_id)
    answer.refresh_from_db()
    answer.run.refresh_from_db()


def test_one_familys_wrong_result_goes_back_to_where_it_waited(browse, sent, answer, lestari):
    before = again(sent[0])
    assert (before.family.decile, before.family.decile_period) == (2, "2026-Q4")
    row = engine.apply("correct_result", before, by=lestari, note=WHY)
    assert (row.state, again(row).family.decile, again(row).family.decile_period) == ("sent_to_ministry", None, "")
    assert not DecileRecord.objects.exists()
    entry = AuditEntry.objects.get(verb="correct_result")
    assert (entry.from_state, entry.to_state, entry.note) == ("determined", "sent_to_ministry", WHY)
    assert answer.rows.first().outcome == "undone"
    assert states()[1:] == ["not_determined", "determined"], "nobody else's"
    row = engine.apply("correct_result", again(sent[2]), by=lestari, note=WHY)
    assert row.state == "ranked"
    assert "Tarik hasil" in browse(lestari).get(f"/registrasi/{sent[1].pk}/").content.decode()


def test_a_result_that_was_told_is_to_be_told_again(sent, answer, lestari, sari):
    said = {"told_on": clock.today(), "told_how": "visit", "told_whom": "head"}
    row = engine.apply("tell", again(sent[1]), by=sari, **said)
    row = engine.apply("correct_result", row, by=lestari, note=WHY)
    assert (row.state, row.result_reason, row.told_on) == ("sent_to_ministry", "", None)
    assert engine.apply("determine", row, by=lestari).state == "determined"
    assert again(row).told_on is None


def test_an_older_decile_of_the_family_counts_again(sent, lestari):
    family = sent[0].family
    DecileRecord.objects.create(family=family, period="2026-Q3", source="list", decile=4, recorded_at=clock.now())
    Family.objects.filter(pk=family.pk).update(decile=4, decile_period="2026-Q3")
    apply(uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,2,2026-Q4"), lestari)
    row = engine.apply("correct_result", again(sent[0]), by=lestari, note=WHY)
    assert (again(row).family.decile, again(row).family.decile_period) == (4, "2026-Q3")


@pytest.mark.parametrize("case", ["no reason", "other role", "from an extract", "proposed anew"])
def test_refused_and_nothing_changes(sent, answer, lestari, sari, case):
    row, by, note = again(sent[1]), lestari, WHY
    if case == "no reason":
        note = " "
    if case == "other role":
        by = sari
    if case == "from an extract":
        family = cases.family_in(people.SAGO, "Lama", NIKS[9])
        row = cases.registration(family, "determined", source="extract")
    if case == "proposed anew":
        cases.registration(row.family, "draft")
    before = states()
    with pytest.raises((GuardFailed, NotPermitted, TransitionNotAllowed)):
        engine.apply("correct_result", row, by=by, note=note)
    assert states() == before
    assert not AuditEntry.objects.filter(verb="correct_result").exists()


def test_a_whole_file_is_taken_back_within_a_day(browse, sent, answer, lestari):
    assert "Tarik kembali" in browse(lestari).get(f"/impor/{answer.run_id}/").content.decode()
    taken_back(answer, lestari)
    assert states() == ["sent_to_ministry", "sent_to_ministry", "ranked"]
    assert (answer.state, answer.run.state) == ("taken_back", "taken_back")
    assert set(answer.rows.values_list("outcome", flat=True)) == {"undone"}
    assert again(sent[0]).family.decile is None
    cases.registration(cases.family_in(people.SAGO, "Warga 9", NIKS[9]), "sent_to_ministry", sent_on=clock.today())
    desk = browse(lestari)
    assert WHY in desk.get(f"/jawaban/{answer.pk}/?isi=determined").content.decode()
    assert "tidak ada jawabannya" not in desk.get(f"/impor/{answer.run_id}/").content.decode()
    assert set(AuditEntry.objects.filter(verb="correct_result").values_list("note", flat=True)) == {WHY}
    right = uploaded_answer(lestari, f"{NIKS[0]},TIDAK DITETAPKAN,A07,,")
    apply(right, lestari)
    assert states()[0] == "not_determined"


def test_a_file_somebody_built_on_is_not_taken_back(browse, sent, answer, lestari, sari):
    engine.apply("tell", again(sent[1]), by=sari, told_on=clock.today(), told_how="visit", told_whom="head")
    before = states()
    taken_back(answer, lestari)
    assert (answer.state, answer.run.state, states()) == ("applied", "applied", before)
    assert "1 usulan" in answer.run.problem
    assert "satu per satu" in answer.run.problem
    assert not AuditEntry.objects.filter(verb="correct_result").exists()


def test_the_trail_names_who_asked_for_a_file_to_be_taken_back(sent, lestari, hendra, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    large = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,")
    apply(large, hendra)
    taken_back(large, hendra)
    assert states()[:2] == ["sent_to_ministry", "sent_to_ministry"]
    entries = [
        *AuditEntry.objects.filter(verb="correct_result"),
        AuditEntry.objects.get(verb="take_back", to_state="taken_back"),
    ]
    assert {entry.actor for entry in entries} == {hendra}
    assert {entry.details["in_name_of"] for entry in entries} == {lestari.pk}, "who may record results"


def test_who_may_record_results_takes_a_file_back_in_the_own_name(sent, answer, lestari, places):
    other = people.make_user("tuti", people.CAST["lestari"])
    taken_back(answer, other)
    entries = AuditEntry.objects.filter(verb="correct_result")
    assert {(entry.actor, entry.details.get("in_name_of")) for entry in entries} == {(other, None)}


def test_a_file_is_not_taken_back_when_nobody_behind_it_may_record_results(sent, lestari, hendra, settings):
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    large = uploaded_answer(lestari, f"{NIKS[0]},DITETAPKAN,,,", f"{NIKS[1]},DITETAPKAN,,,")
    apply(large, hendra)
    lestari.assignments.all().delete()
    taken_back(large, hendra)
    assert (states()[:2], large.run.state) == (["determined"] * 2, "applied")
    assert not AuditEntry.objects.filter(verb="correct_result").exists()
