"""Whatever people do and whatever goes wrong: no log line, no error page, no promised job and no public page names anybody."""

import io
import json
import logging
from uuid import uuid4

import pytest
import structlog
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.choices import ComplaintState
from households.models import Household, ImportRun, Person, Visit
from households.views import families
from households.views.visits import start
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.models import OutboxJob
from tests import cases, people

PASSWORD = "rahasia-sekali-2026"
NIK, KK = "1301994506850001", "1301990506109001"
NAME, ADDRESS, PHONE = "Rosna Tanjung", "Jl. Melati 17", "081234567890"
SECRETS = (NIK, KK, NIK[4:12], KK[4:12], "Rosna", "Tanjung", "Melati", PHONE, PASSWORD)
EXTRACT = f"""NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA,ALAMAT
{KK},{NIK},{NAME},05/06/1985,2,1,1301052006,{ADDRESS}
{KK},{NIK[:-1]},{NAME} Muda,05/06/1985,2,3,1301052006,{ADDRESS}
"""


@pytest.fixture
def log(monkeypatch):
    """What the process writes to its standard error, line by line."""
    written = io.StringIO()
    ours = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    assert len(ours) == 1, "one door for every line"
    monkeypatch.setattr(ours[0], "stream", written)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def told(*texts):
    """The secrets that stand in a text."""
    text = "\n".join(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False) for text in texts)
    spaceless = text.replace(" ", "").replace("-", "").replace(".", "")
    return sorted({secret for secret in SECRETS if secret in text or secret.replace(" ", "") in spaceless})


def requests_in(lines):
    return [(line["method"], line["path"], line["status"]) for line in lines if line["event"] == "request"]


def come_in(name):
    """Somebody who gets the error page, as people do."""
    client = Client(raise_request_exception=False)
    assert client.post("/masuk/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def test_a_visit_and_a_search_leave_no_trace_of_the_family(log, sari):
    phone = come_in("sari")
    visit = phone.post("/kunjungan/mulai/", {"village": people.SAGO})["Location"]
    for screen, entered in (
        ("consent", {"consent": "1"}),
        ("place", {"address": ADDRESS, "rt": "002"}),
        ("card", {"kk": KK}),
        ("card", {"kk": KK + "7"}),
        ("person/m1", {"nik": NIK, "name": NAME, "birth_date": "05/06/1985", "sex": "2", "relation": "1"}),
        ("about/m1", {"marital": "4"}),
    ):
        assert phone.post(f"{visit}isi/{screen}/", entered).status_code in (302, 422)
    for path in ("/kunjungan/baru/", "/keluarga/"):
        assert phone.post(path, {"q": NIK}).status_code == 200
    phone.get("/keluarga/", {"q": NAME})
    assert phone.get(f"/keluarga/{NIK}/").status_code == 404, "typed into the address bar"
    lines = log()
    assert told(lines) == []
    seen = requests_in(lines)
    assert ("POST", f"{visit}isi/person/m1/", 302) in seen
    assert ("POST", f"{visit}isi/card/", 422) in seen
    assert ("GET", "/keluarga/", 200) in seen
    assert ("GET", "/keluarga/[nomor]/", 404) in seen
    assert Visit.objects.get().answers["household"]["kk"] == KK
    assert told(*AuditEntry.objects.values_list("note", flat=True)) == []
    assert told(list(AuditEntry.objects.values_list("details", flat=True))) == []


def test_an_import_is_promised_by_its_number_and_logged_by_its_counts(log, lestari):
    desk = come_in("lestari")
    file = SimpleUploadedFile("data.csv", EXTRACT.encode(), "text/csv")
    page = desk.post("/impor/", {"file": file, "idempotency_key": str(uuid4())})["Location"]
    assert outbox.sweep() == 1
    run = ImportRun.objects.get()
    assert (run.state, run.counts["accepted"], run.counts["refused"]) == ("previewed", 1, 1)
    desk.post(f"{page}terapkan/", {"version": run.version, "idempotency_key": str(uuid4())})
    assert outbox.sweep() == 1
    assert outbox.sweep() == 2, "tidying and the search for people entered twice follow an import"
    assert Person.objects.get().name == NAME
    jobs = list(OutboxJob.objects.order_by("pk").values("name", "args", "state", "last_error"))
    assert [(job["args"], job["state"]) for job in jobs] == [({"run_id": run.pk}, "done")] * 2 + [({}, "done")] * 2
    assert told(jobs) == []
    lines = log()
    assert told(lines) == []
    assert ("POST", "/impor/", 302) in requests_in(lines)
    assert told(list(AuditEntry.objects.values_list("details", flat=True))) == []


def test_a_job_that_fails_keeps_the_kind_of_fault_and_not_its_text(log, lestari, monkeypatch):
    def broken(run_id):
        raise ValueError(f"row of {NAME}, {NIK}")

    monkeypatch.setitem(outbox._handlers, "households.preview_import", broken)
    desk = come_in("lestari")
    file = SimpleUploadedFile("data.csv", EXTRACT.encode(), "text/csv")
    desk.post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    outbox.sweep()
    job = OutboxJob.objects.get()
    assert (job.state, job.last_error) == ("waiting", "ValueError")
    lines = log()
    assert [line["fault"] for line in lines if line["event"] == "job failed"] == ["ValueError"]
    assert told(lines, job.args) == []


@pytest.mark.parametrize("place", [(families, "search", "/keluarga/"), (start, "search", "/kunjungan/baru/")])
def test_a_page_that_breaks_tells_where_and_not_about_whom(log, sari, monkeypatch, place):
    module, name, path = place

    def broken(text, user):
        family = {"name": NAME, "address": ADDRESS, "nik": text}
        raise RuntimeError(f"no line for {family}")

    monkeypatch.setattr(module, name, broken)
    answer = come_in("sari").post(path, {"q": NIK})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "SLRT sedang terganggu" in page
    assert told(page) == []
    assert "RuntimeError" not in page
    lines = log()
    assert told(lines) == []
    (fault,) = [line for line in lines if "fault" in line]
    assert fault["fault"] == "RuntimeError"
    assert fault["trace"][-1].endswith(" broken")
    assert ("POST", path, 500) in requests_in(lines)
    assert mail.outbox == [], "nobody gets it by mail either"


def test_a_fault_of_the_database_names_nobody(log, sari, monkeypatch):
    def twice(text, user):
        for _time in range(2):
            Household.objects.create(pk=77, village_id=people.SAGO, address=ADDRESS)

    monkeypatch.setattr(families, "search", twice)
    assert come_in("sari").post("/keluarga/", {"q": NAME}).status_code == 500
    lines = log()
    assert [line["fault"] for line in lines if "fault" in line] == ["IntegrityError"]
    assert told(lines) == []


@pytest.mark.parametrize("written", [NIK, "1301 9945 0685 0001", "1301-9945-0685-0001", "130199.450685.0001", int(NIK)])
def test_a_careless_line_is_masked_on_its_way_out(log, written):
    careless = logging.getLogger("households.somewhere")
    careless.error("no match for %s", written, extra={"person": NAME, "address": ADDRESS, "path": f"/x/{written}/"})
    (line,) = log()
    assert line["event"] == "no match for [nomor]"
    assert line["path"] == "/x/[nomor]/"
    assert told(line) == []


@pytest.mark.parametrize("state", ComplaintState.values)
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_public_page_names_nobody_whatever_became_of_the_complaint(log, tamu, sari, rina, state, language):
    family = cases.family_in(people.SAGO, NAME, NIK, KK)
    Household.objects.update(address=ADDRESS, hamlet="Jorong Melati")
    row = cases.complaint(family, sari, state, reporter_name="Rosna", reporter_phone=PHONE, answer=f"Untuk {NAME}.")
    Referral.objects.filter(pk=cases.referral(family, rina, "sent").pk).update(complaint=row)
    tamu.post("/bahasa/", {"language": language, "next": "/lacak/"})
    answer = tamu.post("/lacak/", {"kode": row.tracking_code})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "timeline" in page
    assert told(page) == []
    for secret in ("Sari", "Rina", "Sago", "Painan", "Anak sakit", "Jorong", row.number, f"/{family.pk}/"):
        assert secret not in page.split("<main")[1].split("</main>")[0], secret
    assert told(log()) == []
    assert row.tracking_code not in json.dumps(log())
