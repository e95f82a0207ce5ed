"""People send something to every address of a row from elsewhere: it is not there, nothing is said of it and nothing changes."""

from uuid import uuid4

import pytest
from django.urls import resolve

from households.models import AnswerFile, Person
from households.views.events import PAGES as EVENTS
from slrt.audit.models import AuditEntry
from tests import cases, people
from tests.access.test_every_page import (  # noqa: F401
    FAR,
    MOVED,
    STREET,
    VERBS,
    addresses,
    text_of,
    world,
)
from tests.stored import of_every_table

# What the forms ask for, so that it is the row that is refused and not an empty field.
SENT = {
    **{"version": "1", "note": "Sudah diperiksa.", "reason": "Sudah diperiksa.", "decision": "keep", "consent": "on"},
    **{"kind": "contest", "objector": "citizen", "verdict": "no", "purpose": "Bahan musyawarah nagari", "rows": "1"},
    **{"basis": "public_task", "result": "matched", "on": "2026-11-01", "happened_on": "2026-11-01", "page": "1"},
}
# One for each way of seeing: a village, a kecamatan, a district; an office and an organisation.
SENDERS, SENDERS_AFTERWARDS = ("sari", "joko", "lestari"), ("rina", "agus")
# What the session itself keeps, and what the program writes of itself.
OWN = ("django_session", "pghistory_context")


def stored():
    """What every table holds, in short."""
    return of_every_table("md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))", OWN)


def answers(client, paths):
    for path in paths:
        yield path, client.post(path, {**SENT, "idempotency_key": str(uuid4())})


def numbers():
    return [number for row in Person.objects.all() if (number := row.nik_encrypted)]


@pytest.mark.parametrize("who", SENDERS)
def test_what_is_sent_to_a_row_from_elsewhere_finds_nothing(request, browse, world, who):  # noqa: F811
    client, wrong = browse(request.getfixturevalue(who)), []
    client.raise_request_exception = False
    far = {kind: rows[1:] for kind, rows in world.items() if kind != "kunjungan" or who != "sari"}  # her own visits
    AnswerFile.objects.filter(pk__in=far["jawaban"]).update(area_id="13.71")
    paths = sorted(set(addresses(far)))
    before, known = stored(), numbers()
    for path, answer in answers(client, paths):
        text = text_of(answer)
        if answer.status_code not in (403, 404, 405):
            wrong.append(f"{path}: {answer.status_code}")
        wrong += [f"{path}: {word}" for word in (FAR, MOVED, STREET, *known) if word in text]
    assert "\n".join(wrong) == ""
    after = stored()
    assert [name for name in before if before[name] != after[name]] == []
    assert len({resolve(path).route for path in paths}) > 40


@pytest.mark.parametrize("who", SENDERS_AFTERWARDS)
def test_what_is_sent_to_a_row_that_went_elsewhere_says_nothing_of_it(request, browse, world, who):  # noqa: F811
    client, wrong = browse(request.getfixturevalue(who)), []
    client.raise_request_exception = False
    moved = {kind: rows[:1] for kind, rows in world.items()}
    known = numbers()
    for path, answer in answers(client, sorted(set(addresses(moved)))):
        seen = [answer]
        if answer.status_code == 302:
            assert not [number for number in known if number in answer["Location"]], path
            seen.append(client.get(answer["Location"]))
        for one in seen:
            text = text_of(one)
            if one.status_code >= 500:
                wrong.append(f"{path}: {one.status_code}")
            wrong += [f"{path}: {word}" for word in (FAR, MOVED, STREET, *known) if word in text]
    assert "\n".join(wrong) == ""


@pytest.fixture
def own(places, sari, rina, nurma):
    """A family and an open meeting of the own village, to send numbers from elsewhere to."""
    family = cases.family_in(people.SAGO, "Warga Sendiri", "1301994506850090")
    return family, cases.meeting(people.SAGO, nurma, "open", complete=True)


@pytest.mark.parametrize("who", ["sari", "rina", "nurma"])
def test_a_number_from_elsewhere_within_what_is_sent_finds_nothing(request, browse, world, own, who):  # noqa: F811
    family, meeting = own
    client, wrong, answered = browse(request.getfixturevalue(who)), [], 0
    client.raise_request_exception = False
    far = {kind: rows[-1] for kind, rows in world.items()}
    listed = {"rows": far["registrasi"], "row": far["registrasi"], "action": "add"}
    known = [number for number in numbers() if number != "1301994506850090"]
    before, lines = stored(), AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for path, entered in (
        ("/kunjungan/mulai/", {"family": far["keluarga"]}),
        *((f"/registrasi/banyak/{verb}/", listed) for verb in VERBS["registrasi"]),
        (f"/musyawarah/{meeting.pk}/panggil/", listed),
        (f"/musyawarah/{meeting.pk}/tarik/", listed),
        (f"/musyawarah/{meeting.pk}/keputusan/", {f"decision-{far['registrasi']}": "accept", **listed}),
        (f"/keluarga/{family.pk}/orang/{far['orang']}/", {"name": "Nama Lain"}),
        (f"/keluarga/{family.pk}/orang/{far['orang']}/nik/", {"result": "matched"}),
        *((f"/keluarga/{family.pk}/ubah/{kind}/", {"person": far["orang"], "people": far["orang"]}) for kind in EVENTS),
        (f"/keluhan/baru/?keluarga={far['keluarga']}", {"description": "Anak sakit.", "kind": "question"}),
        (f"/rujukan/baru/?keluarga={far['keluarga']}", {"need": "Berobat."}),
        (f"/rujukan/baru/?keluhan={far['keluhan']}", {"need": "Berobat."}),
    ):
        answer = client.post(path, {**SENT, **entered, "idempotency_key": str(uuid4())}, follow=True)
        text, answered = text_of(answer), answered + 1
        if answer.status_code >= 500:
            wrong.append(f"{path}: {answer.status_code}")
        wrong += [f"{path}: {word}" for word in (FAR, MOVED, STREET, *known) if word in text]
    assert "\n".join(wrong) == ""
    after = stored()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"core_idempotencykey", "audit_auditentry"} == set()
    told = set(AuditEntry.objects.filter(pk__gt=lines).values_list("verb", "subject_id", "details__decided"))
    assert told <= {("note_decisions", meeting.pk, 0)}, "that the own meeting's page was sent"
    assert answered > 30
