"""Every step for many families accounts for each of them: done + skipped + failed = chosen, with the reason."""

from datetime import timedelta

import pytest

from households.models import Person, Registration, SiksWorkbook
from households.siks import export
from households.views.batches import BATCH_VERBS
from households.workflow import meeting as meetings
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

# verb: (who, state it leaves, what is entered, how the failing one is made to fail)
BATCHES = {
    "ask_identity": ("sari", "draft", {}, None),
    "match": ("rina", "identity_check", {}, "unmatched"),
    "assign": ("joko", "final_list", {}, None),
    "begin_verification": ("sari", "final_list", {}, None),
    "approve": ("joko", "verified", {}, None),
    "verify_office": ("rina", "supervisor_approved", {}, "sign"),
    "endorse": ("hendra", "office_verified", {"decree_number": "460/1/2026"}, "sign"),
    "send": ("rina", "endorsed", {}, "no workbook"),
}


def test_no_batch_is_forgotten_here():
    assert set(BATCHES) == set(BATCH_VERBS)


def made(n, state, village=people.SAGO):
    family = cases.family_in(village, f"Warga {n}", f"13019945068500{n + 10}")
    family.household.address = "Jl. Pasar 3"
    family.household.save()
    return cases.registration(family, state)


@pytest.mark.parametrize("verb", BATCH_VERBS)
def test_the_account_on_the_page_adds_up(request, browse, places, sari, verb):
    who, state, entered, failing = BATCHES[verb]
    by = request.getfixturevalue(who)
    good, bad, other = made(0, state), made(1, state), made(2, "determined")
    afar = made(3, state, people.PADANG)
    Person.objects.update(nik_match="matched")
    if failing == "unmatched":
        Person.objects.filter(pk=bad.family.head_id).update(nik_match="unmatched")
    if failing == "sign":
        cases.visited(bad.family, daya="5")
    if verb == "send":
        Registration.objects.filter(pk__in=[bad.pk, other.pk]).update(state="draft")
        export(by=by, purpose="siks_ng")
        Registration.objects.filter(pk=bad.pk).update(state=state)
        assert SiksWorkbook.objects.exists()
    said = {"rows": [good.pk, bad.pk, other.pk, afar.pk, 999_999, good.pk, "²"], "version": 0} | entered
    today = clock.today().strftime("%d/%m/%Y")
    said |= {"idempotency_key": new_key(), "decree_on": today, "sent_on": today, "verifier": sari.pk}
    page = browse(by).post(f"/registrasi/banyak/{verb}/", said, follow=True)
    tally = page.context["tally"]
    done = 1 if failing else 2
    # A family whose sign nobody answered is left out, as is the one that is not in this state.
    skipped = 2 if failing == "sign" else 1
    assert (tally["chosen"], tally["done"], tally["skipped"]) == (5, done, skipped), tally
    assert tally["done"] + tally["skipped"] + tally["failed"] == tally["chosen"]
    assert sum(line["count"] for line in tally["reasons"]) == tally["skipped"] + tally["failed"]
    assert all(line["reason"] for line in tally["reasons"])
    target = engine.workflow_of(good).by_name[verb].target or state
    stands = [Registration.objects.get(pk=row.pk).state for row in (good, bad, other, afar)]
    assert stands == [target, state if failing else target, stands[2], state]
    assert AuditEntry.objects.filter(verb=verb).count() == done
    text = page.content.decode()
    assert "Hasil dari 5 yang dipilih" in text
    assert "Tidak ada di wilayah Anda" in text


def test_calling_families_to_a_meeting_adds_up(browse, places, nurma):
    meeting = cases.meeting(people.SAGO, nurma)
    good, late, other = made(0, "initial_list"), made(1, "initial_list"), made(2, "draft")
    afar = made(3, "initial_list", people.PADANG)
    Registration.objects.filter(pk=good.pk).update(created_at=clock.now() - timedelta(days=30))
    Registration.objects.filter(pk=late.pk).update(created_at=clock.now())
    said = {"rows": [good.pk, late.pk, other.pk, afar.pk]}
    page = browse(nurma).post(f"/musyawarah/{meeting.pk}/panggil/", said, follow=True).content.decode()
    assert "1 dipanggil, 1 dilewati, 2 gagal dari 4 yang dipilih" in page
    assert [row.pk for row in meetings.called(meeting)] == [good.pk]


def test_closing_a_meeting_adds_up(browse, places, nurma):
    meeting = cases.meeting(people.SAGO, nurma, complete=True)
    rows = [made(n, "initial_list") for n in range(3)]
    meetings.call(meeting, [row.pk for row in rows], by=nurma)
    meetings.decide(meeting, {rows[0].pk: "accept", rows[1].pk: "died", rows[2].pk: "accept"}, by=nurma)
    gone = Registration.objects.get(pk=rows[2].pk)
    engine.apply("propose_exit", gone, by=nurma, exit_reason="moved", exit_evidence="Surat pindah.")
    meeting = engine.apply("close", meeting, by=nurma)
    account = meeting.result
    assert account["done"] + account["skipped"] + account["failed"] == account["chosen"] == 2
    assert "Hasil dari 2 yang dipilih" in browse(nurma).get(f"/musyawarah/{meeting.pk}/").content.decode()


def test_cancelling_a_meeting_adds_up(places, nurma):
    meeting = cases.meeting(people.SAGO, nurma)
    rows = [made(n, "initial_list") for n in range(2)]
    meetings.call(meeting, [row.pk for row in rows], by=nurma)
    account = engine.apply("cancel", meeting, by=nurma, note="Hujan.").result
    assert (account["chosen"], account["done"]) == (2, 2)
