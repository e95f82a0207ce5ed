"""A form that is refused and a page that breaks, with a NIK in what is sent and in the address: no log line and no report says it."""

import io
import logging
from uuid import uuid4

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.log import AdminEmailHandler
from django.views.debug import technical_500_response

from households.views import families
from programs.admin import ProgrammeAdmin
from programs.models import Programme
from slrt.core.logging import MaskedRecord
from slrt.core.numbers import holds_one
from tests import cases, people
from tests.exports.conftest import registers  # noqa: F401
from tests.stored import of_every_table
from tests.web.test_nothing_personal_is_logged import NIK, PASSWORD, come_in, log, requests_in, told  # noqa: F401

ASKED = f"?next=/keluarga/{NIK}/&tab=all"
WORDS = {"name": f"Bantuan {NIK}", "for_whom": f"NIK {NIK}"}


class Beside(logging.Handler):
    """Somebody else's handler, which writes what it is handed."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


@pytest.fixture
def reported(settings, monkeypatch):
    """What an office gets that has faults mailed as Django does, and what another handler hears."""
    settings.ADMINS = [("Admin", "admin@example.invalid")]
    mails, beside = AdminEmailHandler(include_html=True), Beside()
    mails.setLevel(logging.ERROR)
    loggers = [logging.getLogger(name) for name in ("django", "axes", "celery", "slrt")]
    for logger in loggers:
        logger.addHandler(mails)
        logger.addHandler(beside)

    def read():
        parts = [f"{one.subject}\n{one.body}\n{one.alternatives}" for one in mail.outbox]
        return "\n".join([*parts, *beside.said])

    yield read
    for logger in loggers:
        logger.removeHandler(mails)
        logger.removeHandler(beside)


@pytest.fixture
def desk(chief, registers):  # noqa: F811
    client = Client(raise_request_exception=False)
    client.force_login(chief)
    return client


def refused_forms(family):
    """Addresses of forms, what is typed into them with a NIK where none belongs or a wrong one, and the person who sends it."""
    yield "sari", f"/keluarga/{family.pk}/orang/{family.head_id}/", {"nik": NIK[:-1], "reason": f"Salah {NIK}"}
    yield "sari", f"/keluarga/{family.pk}/ubah/lahir/", {"nik": NIK, "name": NIK}
    yield "rina", f"/keluhan/baru/?keluarga={family.pk}", {"description": f"NIK {NIK}"}
    yield "rina", f"/rujukan/baru/?keluarga={family.pk}", {"need": f"NIK {NIK}"}
    yield "lestari", "/ekspor/baru/keluarga/", {"purpose": NIK}
    yield "sari", "/kunjungan/baru/", {"q": NIK}


def test_a_refused_form_leaves_nothing_in_any_log(log, reported, places, rina, sari, lestari):  # noqa: F811
    family = cases.family_in(people.SAGO)
    seen = []
    for who, path, typed in refused_forms(family):
        address = f"{path}{'&' if '?' in path else '?'}{ASKED[1:]}"
        answer = come_in(who).post(address, {**typed, "idempotency_key": str(uuid4())})
        assert answer.status_code in (200, 422), path
        seen.append(path)
    lines = log()
    assert told(lines, reported()) == []
    assert len([line for line in requests_in(lines) if line[0] == "POST" and line[2] in (200, 422)]) == len(seen)


def test_the_administration_says_which_box_and_leaves_what_was_typed_to_be_mended(log, reported, desk):  # noqa: F811
    row = Programme.objects.order_by("pk").first()
    answer = desk.post(f"/admin/programs/programme/{row.pk}/change/{ASKED}", {"code": row.code, **WORDS})
    page = answer.content.decode()
    for box in WORDS:
        part = page.split(f"form-row errors field-{box}")[1].split("field-")[0]
        assert "Jangan tulis NIK atau nomor KK di sini" in part, box
    assert f'value="Bantuan {NIK}"' in page, "the typist mends it"
    assert told(log(), reported()) == []


@pytest.mark.parametrize("why", ["said", "database"])
def test_a_form_of_the_administration_that_breaks_tells_where_only(log, reported, desk, monkeypatch, why):  # noqa: F811
    row = Programme.objects.order_by("pk").first()

    def broken(self, request, obj, form, change):
        typed = {**WORDS, "address": request.get_full_path()}
        if why == "database":
            Programme.objects.create(code=f"{NIK}", name=NIK)
            Programme.objects.create(code=f"{NIK}", name=NIK)
        raise RuntimeError(f"no line for {typed}")

    monkeypatch.setattr(ProgrammeAdmin, "save_model", broken)
    typed = {"code": row.code, "name": "Bantuan", "status": "active", "service": "service", "prerequisites": ""}
    answer = desk.post(f"/admin/programs/programme/{row.pk}/change/{ASKED}", typed | {"_popup": NIK})
    assert answer.status_code == 500
    lines, text = log(), reported()
    assert told(lines, text, answer.content.decode()) == []
    kind = "IntegrityError" if why == "database" else "RuntimeError"
    assert [line["fault"] for line in lines if "fault" in line] == [kind]
    assert mail.outbox, "it was mailed"
    assert kind in text
    assert "broken" in text, "and says where"


def test_a_page_that_breaks_over_a_typed_address_reports_no_number(log, reported, sari, monkeypatch):  # noqa: F811
    def broken(text, user):
        raise RuntimeError(f"nothing for {text}")

    monkeypatch.setattr(families, "search", broken)
    assert come_in("sari").post(f"/keluarga/{ASKED}", {"q": NIK}).status_code == 500
    assert told(log(), reported()) == []
    assert mail.outbox


def test_djangos_own_page_of_a_fault_says_no_more(rf):
    request = rf.post(f"/keluarga/{NIK}/{ASKED}", {"nik": NIK})
    try:
        raise ValueError(NIK)
    except ValueError as fault:
        page = technical_500_response(request, type(fault), fault, fault.__traceback__).content.decode()
    assert "ValueError" in page
    assert not holds_one(page)


def test_who_tries_to_sign_in_with_a_nik_leaves_it_nowhere(log, reported, sari):  # noqa: F811
    for _time in range(7):
        Client().post(f"/masuk/?next=/keluarga/{NIK}/", {"username": NIK, "password": "salah-sekali-2026"})
    assert AccessAttempt.objects.get().username == "1301••••••••0001"
    texts = of_every_table("coalesce(string_agg(t::text, chr(10)), '')")
    assert [table for table, text in texts.items() if NIK in text] == []
    assert told(log(), reported()) == []
    answer = Client().post("/masuk/", {"username": NIK, "password": PASSWORD})
    assert answer.status_code == 429, "the name is held back all the same"
    assert come_in("sari"), "and nobody else is"


def test_a_form_without_its_token_leaves_nothing(log, reported, sari):  # noqa: F811
    client = Client(enforce_csrf_checks=True)
    client.force_login(sari)
    assert client.post(f"/keluarga/{ASKED}", {"q": NIK}).status_code == 403
    assert client.post(f"/keluarga/{NIK}/nomor/", {"q": NIK}).status_code in (403, 404)
    assert told(log(), reported()) == []


@pytest.mark.parametrize("name", ["django.request", "axes", "celery.app.trace", "django_celery_beat", "anything"])
def test_a_line_is_masked_where_it_is_made(name):
    made = logging.getLogger(name).makeRecord(name, 40, "f", 1, "Task %s raised %r", ("x", ValueError(NIK)), None)
    assert isinstance(made, MaskedRecord)
    text = io.StringIO()
    logging.StreamHandler(text).emit(made)
    assert text.getvalue() == "Task x raised ValueError('[nomor]')\n"


@pytest.mark.parametrize(
    "path", ["/keluarga/", "/keluhan/", "/rujukan/", "/jejak/", "/masuk/", "/lacak/", "/admin/", "/impor/"]
)
@pytest.mark.parametrize("number", [NIK, f"Rosna {NIK}", "1301 9945 0685 0001"])
def test_an_address_with_a_number_leads_to_the_same_page_without_it(browse, lestari, path, number):
    answer = browse(lestari).get(path, {"q": number, "tab": "all", number: "x"})
    assert (answer.status_code, answer["Location"]) == (302, f"{path}?tab=all")


def test_what_is_sent_to_an_address_with_a_number_is_not_done_for_all_rows_instead(desk):
    rows = {"action": "delete_selected", "select_across": "1", "_selected_action": "1", "index": "0", "post": "yes"}
    before = Programme.objects.count()
    assert desk.post(f"/admin/programs/programme/?q={NIK}", rows).status_code == 404
    assert Programme.objects.count() == before > 0


def test_a_page_says_why_the_number_is_not_looked_for(browse, lestari):
    page = browse(lestari).get("/keluarga/", {"q": NIK}, follow=True).content.decode()
    assert "yang dicari tertulis di alamat halaman" in page
    assert NIK not in page


def test_a_file_with_a_number_in_its_name_is_refused_without_saying_it(log, reported, lestari):  # noqa: F811
    file = SimpleUploadedFile(f"KK_{NIK}.exe", b"", "application/x-msdownload")
    answer = come_in("lestari").post("/impor/", {"file": file, "idempotency_key": str(uuid4())})
    assert answer.status_code in (200, 422)
    assert told(answer.content.decode(), log(), reported()) == []
