"""People send something to every address of a row from elsewhere: it is not there, nothing is said of it and nothing changes."""

from uuid import uuid4

import pytest
from django.urls import resolve

from households.models import AnswerFile, Person
from tests.access.test_every_page import (  # noqa: F401
    FAR,
    MOVED,
    STREET,
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
