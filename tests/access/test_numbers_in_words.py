"""Whatever somebody typed before numbers were masked when they are kept: read, printed and taken out, the number in it is masked.

Each field of words holds a number of its own here, so that it is known of each that it was read at all.
"""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from complaints.models import RoutingRule
from households.models import (
    AnswerRow,
    CivilTask,
    ExclusionFlag,
    FieldCheck,
    ImportConflict,
    ImportRun,
    Merge,
    NikCheck,
    Person,
    RegistryEvent,
    SiksRow,
)
from households.models.duplicates import DuplicateCandidate
from households.workflow.registration import REGISTRATION
from programs.models import Enrolment, Programme
from referrals.models import Referral
from referrals.printing import letters
from slrt.audit.models import AuditEntry
from slrt.core import clock, outbox
from slrt.core.fields import EncryptedText
from slrt.exports.models import Export
from tests import cases, people
from tests.access.test_every_page import text_of
from tests.reading_pdf import text_of_pdf

# Words by model: where they are read, every role that reads them reads them masked.
READ = {
    "households.Household": ("address", "hamlet"),
    "households.Registration": ("identity_waived", "minutes_number", "decree_number", "result_reason", "exit_evidence"),
    "households.ExclusionFlag": ("evidence", "override_reason"),
    "households.FieldCheck": ("findings", "no_position_reason"),
    "households.SiksRow": ("by_hand_reason",),
    "households.VillageMeeting": ("place", "chair", "minutes_number"),
    "households.Attendee": ("name",),
    "households.Objection": ("reason", "answer"),
    "households.AnswerFile": ("file_name",),
    "households.AnswerRow": ("reason", "name", "same_person_reason", "problem"),
    "households.NikCheck": ("note",),
    "households.CivilTask": ("note",),
    "households.RegistryEvent": ("reason",),
    "households.DuplicateCandidate": ("dismissed_reason",),
    "households.Merge": ("reason",),
    "households.ImportRun": ("file_name",),
    "households.ImportConflict": ("note",),
    "complaints.Complaint": ("description", "findings", "answer", "reporter_name", "reporter_phone"),
    "complaints.RoutingRule": ("unit", "reason"),
    "referrals.Referral": ("need", "benefit"),
    "programs.Programme": ("owner", "for_whom", "benefit", "legal_base"),
    "programs.Enrolment": ("benefit",),
    "exports.Export": ("purpose", "numbers_reason"),
}
# Kept, and shown by no page, paper or list, or only in the box where it is typed anew.
UNREAD = {
    "households.Photo": ("removed_reason",),
    "households.ImportRun": ("source",),
    "referrals.Referral": ("override_reason",),
    "programs.Need": ("note",),
}
# No words: names of people and registers, codes, digests, addresses of files, and sentences of the program.
NO_WORDS = {
    *("name", "name_folded", "name_key", "word", "birth_place", "occupation", "mother_name"),
    *("nik_encrypted", "kk_encrypted", "official_id", "tracking_code", "letter_number", "code", "label", "masked"),
    *(
        "file_hash",
        "sha256",
        "digest",
        "stored_path",
        "stored_name",
        "media_type",
        "compared",
        "dismissed_compared",
        "left_as",
    ),
    *(
        "screen",
        "sector",
        "questionnaire",
        "consent_version",
        "origin",
        "source",
        "making",
        "facts_mark",
        "listing",
        "problem",
        "end_reason",
    ),
    *("overridden_for", "answers", "private", "before", "rows", "params", "words"),
}
NIK = "13019945068{:05d}"
SAID = "Rosna {}"
ENDORSED_FROM = min(REGISTRATION.by_name["endorse"].sources)
APPS = ("households", "complaints", "referrals", "programs", "exports")


def planted():
    """Each field of words with the number that it holds here."""
    every = [(apps.get_model(model), name) for model, names in READ.items() for name in names]
    return {(model, name): NIK.format(53000 + n) for n, (model, name) in enumerate(every)}


PLANTED = planted()
# Lines of the trail are changed by nobody: they are written as they were once kept.
TOLD = NIK.format(52000)
PLANTED[AuditEntry, "note"] = TOLD


def roomy(field):
    """Whether a field takes words with a number among them."""
    if isinstance(field, EncryptedText) or type(field) is models.TextField:
        return True
    return isinstance(field, models.CharField) and not field.choices and field.max_length >= len(NIK.format(0))


def test_of_every_field_of_words_it_is_known_where_it_is_read():
    known = {f"{model}.{name}" for table in (READ, UNREAD) for model, names in table.items() for name in names}
    found = {
        f"{model._meta.label}.{field.name}"
        for label in APPS
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.concrete_fields
        if roomy(field) and not hasattr(model, "pgh_tracked_model")
    }
    assert sorted(path for path in found - known if path.split(".")[2] not in NO_WORDS) == []
    assert sorted(known - found) == []


def run_of(by, state):
    """A run of a file in a state."""
    return {
        **{"area_id": "13.01", "started_by": by, "file_name": "x", "file_hash": "0"},
        **{"state": state, "state_since": clock.now()},
    }


@pytest.fixture
def pages(places, sari, rina, nurma, joko, lestari, hendra, fitri, agus):
    """A row of everything in Sago Salido, its words as older versions kept them; the addresses where they are read."""
    now = clock.now()
    family = cases.family_in(people.SAGO, "Rosna Tanjung", "1301994506850011")
    other = cases.family_in(people.SAGO, "Rosna Tanjung", "1301994506850012")
    nameless = cases.family_in(people.SAGO, "Upik", "1301994506850013").head
    Person.objects.filter(pk=nameless.pk).update(nik_encrypted=None, nik_index=None, no_nik_reason="never")
    meeting = cases.meeting(people.SAGO, nurma, "closed", complete=True)
    row = cases.registration(
        family,
        "exit_proposed",
        meeting=meeting,
        **{"meeting_on": meeting.held_on, "decree_on": now.date(), "exit_reason": "well_off", "minutes_number": "1"},
    )
    listed = cases.registration(other, "final_list", meeting=meeting)
    for each in (row, listed):
        meeting.decisions.create(registration=each, accepted=True)
    endorsed = cases.registration(cases.family_in(people.SAGO, "Ani", "1301994506850015"), ENDORSED_FROM)
    for each in (row, endorsed):
        for code, signs in (("owner", ""), ("wage", "other signs")):
            flag = {"evidence": "x", "override_reason": "x", "overridden_for": signs, "raised_by": sari}
            ExclusionFlag.objects.create(registration=each, code=code, **flag)
    FieldCheck.objects.create(registration=row, result_code="1", visited_on=now.date(), surveyor=sari, recorded_at=now)
    SiksRow.objects.create(
        registration=row, registration_version=1, by_hand_reason="x", recorded_by=rina, recorded_at=now
    )
    objection = cases.objection(family, nurma, "rejected")
    answer = cases.answer_file(cases.family_in(people.SAGO, "Siti", "1301994506850014"), lestari, "applied")
    AnswerRow.objects.update(name="x", reason="x", problem="x", same_person_reason="x")
    checked = {"result": "matched", "source": "card", "checked_on": now.date(), "at": now, "by": sari}
    NikCheck.objects.create(person=family.head, **checked)
    CivilTask.objects.create(person=nameless, state_since=now, by=sari)
    RegistryEvent.objects.create(
        family=family, kind="correction", happened_on=now.date(), at=now, by=sari, person_id=family.head_id
    )
    alike = DuplicateCandidate.objects.create(
        **{"first": family.head, "second": other.head, "first_version": 1, "second_version": 1, "place": people.SAGO},
        **{"score": 90, "compared": "x", "found_at": now, "state_since": now, "state": "dismissed"},
    )
    merge = Merge.objects.create(
        **{"kept": family.head, "gone": other.head, "kept_version": 1, "gone_version": 1, "reason": "x"},
        **{"proposed_by": rina, "state_since": now, "choices": {"nik": "kept", "name": "kept", "place": "kept"}},
    )
    run = ImportRun.objects.create(**run_of(lestari, "applied"))
    NikCheck.objects.create(person=family.head, **{**checked, "source": "file"}, run=run)
    cases.revisit(cases.family_in(people.SAGO, "Eli", "1301994506850016"), joko)
    gathering = cases.meeting(people.SAGO, nurma, complete=True)
    cases.registration(cases.family_in(people.SAGO, "Ijah", "1301994506850017"), "meeting", meeting=gathering)
    cases.registration(cases.family_in(people.SAGO, "Onah", "1301994506850018"), "initial_list")
    ImportConflict.objects.create(
        **{"run": run, "line": 2, "person_id": family.head_id, "stored_family_id": family.pk},
        **{"extract_family_id": other.pk, "decision": "keep", "decided_by": lestari, "decided_at": now},
    )
    complaint = cases.complaint(family, fitri, "resolved")
    route = {"sector": "health", "issue": "", "area_id": people.SAGO, "way": "unit"}
    RoutingRule.objects.create(**route, unit="x", reason="x")
    waiting = cases.complaint(family, fitri, "recorded")
    sent = cases.referral(family, rina, "served")
    Referral.objects.filter(pk=sent.pk).update(served_on=now.date(), letter_number="460/001/SLRT/XI/2026")
    programme = Programme.objects.get()
    Enrolment.objects.create(family=family, programme=programme, started_on=now.date())
    export = Export.objects.create(
        **{"asked_by": lestari, "listing": "keluarga", "purpose": "x", "basis": "public_task", "format": "csv"},
        **{"asked_at": now, "moved_at": now, "full_numbers": True, "numbers_reason": "x", "state": "failed"},
    )
    told = []
    for state, verb in (("taken_back", "take_back"), ("cancelled", "hand_back")):
        told.append(ImportRun.objects.create(**run_of(lestari, state), counts={"rows": 1}))
        line = {"at": now, "actor": lestari, "kind": "change", "verb": verb, "subject": "households.importrun"}
        AuditEntry.objects.create(**line, subject_id=told[-1].pk, place="13.01", note=SAID.format(TOLD))
    for (model, name), number in PLANTED.items():
        if model is AuditEntry:
            continue
        said = SAID.format(number)[-(model._meta.get_field(name).max_length or 99) :]
        assert model._base_manager.update(**{name: said}), f"{model.__name__} is not there"
    return {
        rina: (
            f"/keluarga/{family.pk}/",
            *(f"/keluarga/{family.pk}/{page}/" for page in ("riwayat", "ubah", f"orang/{family.head_id}/nik")),
            f"/keluarga/{nameless.memberships.get().family_id}/orang/{nameless.pk}/nik/",
            *("/registrasi/", f"/registrasi/{row.pk}/", f"/registrasi/{listed.pk}/", "/registrasi/siks/"),
            *(f"/registrasi/desa/{people.SAGO}/{which}/" for which in ("awal", "akhir")),
            *("/ganda/", f"/ganda/{alike.pk}/", f"/gabung/{merge.pk}/", "/keluhan/", f"/keluhan/{complaint.pk}/"),
            *(f"/keluhan/{waiting.pk}/", "/rujukan/", f"/rujukan/{sent.pk}/", f"/rujukan/{sent.pk}/surat/"),
            *("/program/", f"/program/{programme.pk}/"),
        ),
        nurma: (
            *(
                "/musyawarah/",
                f"/musyawarah/{meeting.pk}/",
                f"/musyawarah/{gathering.pk}/",
                "/sanggah/",
                f"/sanggah/{objection.pk}/",
            ),
            *(f"/musyawarah/{meeting.pk}/{paper}.pdf" for paper in ("daftar-hadir", "berita-acara")),
        ),
        joko: ("/tinjau/", "/registrasi/"),
        lestari: (
            *("/impor/", f"/impor/{run.pk}/", f"/impor/{run.pk}/beda/", "/jawaban/", f"/jawaban/{answer.pk}/"),
            *(f"/impor/{one.pk}/" for one in told),
            *("/ekspor/", f"/ekspor/{export.pk}/", "/dasbor/imports_continue/"),
        ),
        hendra: ("/registrasi/banyak/endorse/",),
        agus: ("/rujukan/", f"/rujukan/{sent.pk}/"),
    }


def shown(number):
    return f"{number[:4]}••••••••{number[-4:]}"


def what_is_read(text):
    """Fields whose number stands in a text: in full, and masked. A paper's fonts have no dot of this kind."""
    text = text.replace("\x7f", "•").replace("<wbr>", "")
    full = {field for field, number in PLANTED.items() if number in text}
    return full, {field for field, number in PLANTED.items() if shown(number) in text}


def names(fields):
    return sorted(f"{model._meta.label}.{name}" for model, name in fields)


def test_on_pages_and_papers_each_is_read_masked(browse, pages, lestari):
    wrong, read = {}, set()
    for who, paths in pages.items():
        for path in paths:
            answer = browse(who).get(path)
            assert answer.status_code == 200, f"{who} {path}: {answer.status_code}"
            full, masked = what_is_read(text_of(answer))
            read |= masked
            if full:
                wrong[f"{who} {path}"] = names(full)
    _count, paper = letters(Referral.objects.all(), lestari, lambda n: None)
    full, masked = what_is_read(text_of_pdf(paper))
    assert names(full) == []
    assert ("referrals.Referral", "need") in {(model._meta.label, name) for model, name in masked}
    assert wrong == {}
    assert names(set(PLANTED) - read) == []


# The lists that words leave by, and which.
LISTS = {
    "keluarga": {"households.Household.address"},
    "pendaftaran": {"households.Registration.decree_number"},
    "musyawarah": {"households.VillageMeeting.minutes_number", "households.VillageMeeting.place"},
    "impor": {"households.ImportRun.file_name"},
    "daftar-desa": {"households.Household.hamlet"},
    "jawaban": {f"households.AnswerRow.{name}" for name in READ["households.AnswerRow"]},
    "berkas-jawaban": {"households.AnswerFile.file_name"},
    "beda-impor": {"households.ImportConflict.note"},
    "program": {f"programs.Programme.{name}" for name in READ["programs.Programme"]},
    "rujukan": {"referrals.Referral.benefit"},
}


@pytest.mark.parametrize("key", LISTS)
def test_in_files_each_leaves_masked(browse, pages, lestari, settings, tmp_path, key):
    settings.MEDIA_ROOT = tmp_path
    run = ImportConflict.objects.get().run
    file = AnswerRow.objects.get().file_id
    query = {
        "jawaban": f"?berkas={file}",
        "beda-impor": f"?impor={run.pk}",
        "daftar-desa": f"?desa={people.SAGO}&daftar=akhir",
        "musyawarah": "?tab=closed",
    }.get(key, "")
    client = browse(lestari)
    for kind in ("csv", "xlsx"):
        sent = {"purpose": "Bahan musyawarah nagari", "basis": "public_task", "format": kind}
        page = client.post(f"/ekspor/baru/{key}/{query}", {**sent, "idempotency_key": str(uuid4())}).get("Location", "")
        assert page, f"{key} is not there"
        outbox.sweep()
        full, masked = what_is_read(text_of(client.get(f"{page}unduh/")))
        assert names(full) == []
        assert sorted(LISTS[key] - set(names(masked))) == []
