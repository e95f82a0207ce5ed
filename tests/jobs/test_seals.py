"""Lines of the trail are sealed in blocks; whoever alters, removes or slips in a line behind the program's back is found out."""

import threading

import pytest
from django.db import connection, connections, transaction
from django.db.utils import InternalError

from slrt.audit import sealing, trail
from slrt.audit.models import AuditEntry, AuditSeal
from slrt.core.logging import mask_numbers
from slrt.dashboard.integrity import check_all
from slrt.jobs import jobs
from slrt.jobs.models import Alert
from tests import people

COPY = (
    "INSERT INTO audit_auditentry (id, at, actor_id, kind, verb, subject, subject_id, place, from_state, to_state, note, details) "
    "SELECT {number}, at, actor_id, kind, verb, subject, subject_id, place, from_state, to_state, note, details "
    "FROM audit_auditentry ORDER BY id LIMIT 1"
)


@pytest.fixture
def small_blocks(monkeypatch):
    """Three lines to a seal."""
    monkeypatch.setattr(sealing, "BLOCK", 3)


@pytest.fixture
def sealed(small_blocks, sari, do):
    """Seven lines under three seals, with a number left out between the second and the third."""
    for n in range(7):
        if n == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('audit_auditentry_id_seq')")
        trail.write("edit", sari, by=sari, place=people.SAGO, note=f"catatan {n}\nbaris", fields=["phone"], n=n)
    run = do("jobs.seal_trail")
    assert (run.state, run.counts) == ("done", {"lines": 7, "seals": 3})
    return list(AuditEntry.objects.order_by("pk").values_list("pk", flat=True))


def forge(statement, *parameters):
    """What somebody with every right on the database does: the triggers are off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found():
    """The seals that the nightly check complains of, by their place in the row of seals."""
    check_all()
    alert = Alert.objects.open().filter(check_code="trail.seal").first()
    order = list(AuditSeal.objects.order_by("pk").values_list("pk", flat=True))
    return [order.index(pk) for pk in alert.ids] if alert else []


def test_an_honest_trail_fits_its_seals_and_new_lines_wait_for_the_next(sealed, sari, do):
    assert found() == []
    trail.write("edit", sari, by=sari)
    assert do("jobs.seal_trail").counts == {"lines": 1, "seals": 1}
    assert do("jobs.seal_trail").counts == {"lines": 0, "seals": 0}, "a second run changes nothing"
    assert found() == []
    seals = list(AuditSeal.objects.order_by("pk"))
    assert [seal.previous for seal in seals] == ["", *(seal.code for seal in seals[:-1])]


def test_the_newest_seal_is_written_to_the_log(sari, do, caplog):
    trail.write("edit", sari, by=sari)
    with caplog.at_level("INFO", "slrt.audit.sealing"):
        do("jobs.seal_trail")
        do("jobs.seal_trail")
    seal = AuditSeal.objects.get()
    assert [one.getMessage() for one in caplog.records if one.name == "slrt.audit.sealing"] == [
        f"trail sealed: seal {seal.pk} to line {seal.last_id}: {sealing.in_fours(seal.code)}"
    ]


def test_a_code_in_the_log_is_whole_whatever_its_signs(sari, do, caplog, monkeypatch):
    monkeypatch.setattr(sealing, "_code", lambda *given: "1234567890123456" * 4)
    trail.write("edit", sari, by=sari)
    with caplog.at_level("INFO", "slrt.audit.sealing"):
        do("jobs.seal_trail")
    said = next(one.getMessage() for one in caplog.records if one.name == "slrt.audit.sealing")
    written = mask_numbers(None, "info", {"event": said})["event"]
    assert written.rpartition(" ")[2].replace(":", "") == AuditSeal.objects.get().code


@pytest.mark.parametrize(
    "change",
    [
        "note = 'lain'",
        "at = at - interval '1 microsecond'",
        "actor_id = NULL",
        "verb = 'reveal'",
        "kind = 'read'",
        "subject = 'x'",
        "subject_id = 1",
        "place = '13'",
        "from_state = 'draft'",
        "to_state = 'draft'",
        "details = details || '{\"n\": 99}'",
    ],
)
def test_a_line_altered_in_any_column_is_found(sealed, change):
    forge(f"UPDATE audit_auditentry SET {change} WHERE id = %s", sealed[4])
    assert found() == [1]


def test_a_line_taken_away_is_found(sealed):
    forge("DELETE FROM audit_auditentry WHERE id = %s", sealed[6])
    assert found() == [2]


def test_a_block_taken_away_with_its_seal_is_found(sealed):
    forge("DELETE FROM audit_auditentry WHERE id = ANY(%s)", sealed[3:6])
    forge("DELETE FROM audit_auditseal WHERE last_id = %s", sealed[5])
    assert found() == [1]


@pytest.mark.parametrize("place", ["the number left out", "before the first", "a number below zero"])
def test_a_line_slipped_in_is_found(sealed, place):
    number = {"the number left out": sealed[1] + 1, "before the first": sealed[0] - 1, "a number below zero": -1}[place]
    forge(COPY.format(number=number))
    assert found() == [0]


def test_two_lines_that_changed_places_are_found(sealed):
    forge("UPDATE audit_auditentry SET id = -id WHERE id = ANY(%s)", sealed[3:5])
    forge("UPDATE audit_auditentry SET id = %s WHERE id = %s", sealed[4], -sealed[3])
    forge("UPDATE audit_auditentry SET id = %s WHERE id = %s", sealed[3], -sealed[4])
    assert found() == [1]


def test_a_seal_made_without_the_key_is_found(sealed, settings):
    forge("UPDATE audit_auditentry SET note = 'lain' WHERE id = %s", sealed[6])
    forge("DELETE FROM audit_auditseal WHERE last_id = %s", sealed[6])
    right = settings.INDEX_KEY
    settings.INDEX_KEY = "A" * 43 + "="
    sealing.seal_settled(lambda: False)
    settings.INDEX_KEY = right
    assert found() == [2]


def test_the_database_refuses_to_alter_a_seal(sealed):
    for change in (lambda: AuditSeal.objects.update(code="x"), lambda: AuditSeal.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            change()
    assert found() == []


class Writer(threading.Thread):
    """Somebody whose transaction wrote a line and stays open until told."""

    def __init__(self, keep):
        super().__init__()
        self.wrote, self.go_on, self.keep = threading.Event(), threading.Event(), keep

    def run(self):
        try:
            with transaction.atomic():
                trail.write("edit", None, by=None)
                self.wrote.set()
                self.go_on.wait(30)
                transaction.set_rollback(not self.keep)
        finally:
            connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("keep", "lines"), [(True, 2), (False, 1)])
def test_a_late_commit_with_a_smaller_number_is_not_missed(keep, lines):
    slow = Writer(keep)
    slow.start()
    assert slow.wrote.wait(30)
    trail.write("edit", None, by=None)  # commits at once, with the larger number
    waited = []
    try:
        assert sealing.seal_settled(lambda: len(waited) < 3 and not waited.append(1)) == (0, 0)
        assert len(waited) == 3, "while the other is open nothing is sealed"

        def until_it_ended():
            slow.go_on.set()
            slow.join(30)
            return True

        assert sealing.seal_settled(until_it_ended) == (1, lines)
    finally:
        slow.go_on.set()
        slow.join(30)
    assert list(sealing.broken()) == []


@pytest.mark.django_db(transaction=True)
def test_who_begins_to_write_later_holds_nothing_up(monkeypatch):
    trail.write("edit", None, by=None)
    first, second = Writer(True), Writer(True)
    first.start()
    assert first.wrote.wait(30)

    def meanwhile():
        if not second.is_alive():
            second.start()
            assert second.wrote.wait(30)
        first.go_on.set()
        first.join(30)
        return True

    try:
        assert sealing.seal_settled(meanwhile)[0] == 1
    finally:
        first.go_on.set()
        second.go_on.set()
        first.join(30)
        second.join(30)


@pytest.mark.django_db(transaction=True)
def test_the_job_gives_up_after_a_while_and_says_that_nothing_was_sealed(do, monkeypatch):
    monkeypatch.setattr(jobs, "SEAL_TRIES", 2)
    monkeypatch.setattr(jobs, "SEAL_PAUSE", 0)
    slow = Writer(True)
    slow.start()
    try:
        assert slow.wrote.wait(30)
        run = do("jobs.seal_trail")
    finally:
        slow.go_on.set()
        slow.join(30)
    assert (run.state, run.counts) == ("done", {"lines": 0, "seals": 0})
    assert run.sentence == "0 baris jejak audit disegel."
