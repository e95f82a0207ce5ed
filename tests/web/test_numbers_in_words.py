"""People write numbers into notes, into the names of files and into boxes that are none for numbers: nowhere do they stay readable."""

import ast
import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from households.models import ImportRun, VillageMeeting
from referrals.models import Referral
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.numbers import holds_one
from slrt.local.places import BASE_DIR
from tests import cases, people
from tests.stored import of_every_table

NIK, KK, NAME = "1301994506850001", "1301990506109001", "Rosna Tanjung"
SHOWN = "1301••••••••0001"
HEADINGS = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n"
ROW = f"{KK},{NIK},{NAME},05/06/1985,2,1,1301052006\n"
# What a citizen said is encrypted where it lies: a number may be all that tells whom they speak of.
AS_IT_WAS_SAID = {"description"}


def stored_in_plain(*secrets):
    """Return the tables in which a secret can be read."""
    texts = of_every_table("coalesce(string_agg(t::text, chr(10)), '')")
    return {table for table, text in texts.items() if any(secret in text for secret in secrets)}


def step(version=1, **entered):
    return {"version": version, "idempotency_key": str(uuid4()), **entered}


def test_a_note_on_a_step_is_kept_masked_in_the_row_and_in_the_trail(browse, lestari, joko, dewi):
    family = cases.family_in(people.SAGO, NAME, NIK)
    row = cases.objection(family, joko, "in_process")
    said = f"NIK {NIK} dan 1301 9945 0685 0001 sudah dicek."
    answer = browse(lestari).post(f"/sanggah/{row.pk}/reject/", step(answer=said, note=said), follow=True)
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (200, "rejected")
    assert row.answer == f"NIK {SHOWN} dan {SHOWN} sudah dicek."
    assert NIK not in answer.content.decode()
    assert SHOWN in answer.content.decode()
    assert stored_in_plain(NIK, "1301 9945") == set()
    assert NIK not in browse(dewi).get("/jejak/").content.decode()


def test_a_meetings_place_stands_in_its_list_without_a_number(browse, nurma, joko):
    entered = {"village": people.SAGO, "held_on": "2026-11-02", "place": f"Rumah KK {KK}", "chair": f"Wali {NIK}"}
    browse(nurma).post("/musyawarah/baru/", {**entered, "idempotency_key": str(uuid4())})
    assert VillageMeeting.objects.get().chair == f"Wali {SHOWN}"
    page = browse(joko).get("/musyawarah/").content.decode()
    assert KK not in page
    assert "1301••••••••9001" in page
    assert stored_in_plain(NIK, KK) == set()


def test_the_trail_masks_whatever_it_is_told(adi):
    told = {"file": f"KK_{KK}.xlsx", "rows": 3, "fields": {"name": ["Siti", f"Siti {NIK}"]}, "ids": [1, 2]}
    trail.write("edit", None, by=adi, note=f"NIK {NIK}", **told)
    entry = AuditEntry.objects.get()
    assert entry.note == f"NIK {SHOWN}"
    assert entry.details == told | {"file": "KK_1301••••••••9001.xlsx", "fields": {"name": ["Siti", f"Siti {SHOWN}"]}}


def fields_with_lines():
    """Every field of a form that takes several lines: file, name, class."""
    for app in ("slrt", "households", "programs", "complaints", "referrals"):
        for path in (BASE_DIR / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    call = ast.unparse(node.value)
                    if "Textarea" in call and isinstance(node.targets[0], ast.Name):
                        yield path.relative_to(BASE_DIR), node.targets[0].id, ast.unparse(node.value.func)


def test_every_box_for_words_masks_numbers():
    found = [
        (path, name, kind) for path, name, kind in fields_with_lines() if kind.endswith(("CharField", "WordsField"))
    ]
    assert len(found) > 15
    assert [
        (str(path), name) for path, name, kind in found if kind != "WordsField" and name not in AS_IT_WAS_SAID
    ] == []


def uploaded(browse, lestari, text, name="data.csv", kind=""):
    client = browse(lestari)
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    page = client.post("/impor/", {"file": file, "kind": kind, "idempotency_key": str(uuid4())})["Location"]
    outbox.sweep()
    return ImportRun.objects.get(), client.get(page).content.decode(), client.get(f"{page}kolom/", follow=True)


def test_the_name_of_a_file_is_kept_masked(browse, lestari):
    run, page, _columns = uploaded(browse, lestari, HEADINGS + ROW, f"KK_{KK} NIK {NIK}.csv")
    assert (run.state, run.file_name) == ("previewed", f"KK_1301••••••••9001 NIK {SHOWN}.csv")
    assert not holds_one(page + browse(lestari).get("/impor/").content.decode())
    # The checked rows wait in tables of their own until the import is decided on; nothing else holds a number.
    assert stored_in_plain(NIK, KK) == set()


@pytest.mark.parametrize("kind", ["", "deciles"])
def test_a_file_without_headings_offers_nobodys_data_as_headings(browse, lestari, kind):
    run, page, columns = uploaded(browse, lestari, ROW * 2, kind=kind)
    assert run.state == "failed"
    assert "tidak punya judul kolom" in page
    for said in (page, columns.content.decode(), str(run.counts), run.problem):
        assert not holds_one(said)
        assert NAME not in said
    assert stored_in_plain(NIK, KK, NAME) == set()


def test_a_heading_that_is_a_number_is_not_offered_and_not_shown(browse, lestari):
    head = HEADINGS.replace("NAMA", "Nama orangnya").strip() + f",{NIK}\n"
    run, _page, columns = uploaded(browse, lestari, head + ROW.strip() + ",ya\n")
    assert run.state == "columns"
    assert "Nama orangnya" in columns.content.decode()
    assert not holds_one(columns.content.decode() + str(run.counts))


def test_a_column_of_no_use_is_named_without_its_number(browse, lestari):
    run, page, _columns = uploaded(browse, lestari, HEADINGS.strip() + f",{NIK}\n" + ROW.strip() + ",ya\n")
    assert (run.state, run.counts["ignored"]) == ("previewed", [SHOWN])
    assert SHOWN in page
    assert not holds_one(page)


@pytest.fixture
def letter(places, rina):
    row = cases.referral(cases.family_in(people.SAGO, NAME, NIK), rina, "sent")
    Referral.objects.filter(pk=row.pk).update(letter_number="460/001/SLRT/XI/2026")
    return f"/rujukan/{row.pk}/surat/"


@pytest.mark.parametrize(
    ("who", "full"),
    [
        *((name, True) for name in ("sari", "rina", "nurma", "lestari", "hendra", "agus")),
        ("fitri", False),
        ("joko", False),
    ],
)
def test_a_letter_shows_the_number_to_whom_it_is_for(request, browse, letter, who, full):
    page = browse(request.getfixturevalue(who)).get(letter).content.decode()
    assert (NIK in page, SHOWN in page) == (full, not full)
    assert ("Cetak surat" in page, "Salinan untuk dibaca" in page) == (full, not full), "a masked letter is no letter"
    assert NAME in page
    assert AuditEntry.objects.filter(verb="letter").count() == 1


def test_a_letter_to_somebody_else_is_not_there(browse, letter, maya, budi):
    for who in (maya, budi):
        assert browse(who).get(letter).status_code == 404
    assert not AuditEntry.objects.filter(verb="letter").exists()


def test_no_box_whose_text_goes_into_an_address_takes_a_whole_number(browse, lestari, dewi):
    cases.registration(cases.family_in(people.SAGO), "identity_check")
    seen = 0
    for who, path in ((lestari, "/keluhan/"), (lestari, "/rujukan/"), (lestari, "/registrasi/"), (dewi, "/jejak/")):
        page = browse(who).get(path).content.decode()
        form = page.split('<form method="get"')[1].split("</form>")[0]
        for box in re.findall(r'<input type="(?:text|number|search)"[^>]*>', form):
            seen += 1
            assert re.search(r'maxlength="1[0-3]"|max="\d{1,13}"|pattern="\[\^0-9\]\*"', box), (path, box)
    assert seen >= 5


def test_who_tries_to_sign_in_with_a_nik_is_listed_masked(browse, chief):
    Client().post("/masuk/", {"username": NIK, "password": "salah-sekali-2026"})
    page = browse(chief).get("/admin/axes/accessattempt/").content.decode()
    assert SHOWN in page
    assert not holds_one(page)


def searched():
    """The lists of the administration that have a box."""
    return [model for model, register in admin.site._registry.items() if register.search_fields]


@pytest.mark.parametrize("model", searched())
@pytest.mark.parametrize("number", [NIK, f"Rosna {NIK}", "1301 9945 0685 0001", "1301-9945-0685-0001", f"{NIK}7"])
def test_the_administration_searches_for_no_number(browse, chief, model, number):
    path, client = f"/admin/{model._meta.app_label}/{model._meta.model_name}/", browse(chief)
    page = client.get(path).content.decode()
    (box,) = re.findall(r'<input type="text"[^>]* id="searchbar"[^>]*>', page)
    takes = re.search(r' pattern="([^"]*)"', box)[1]
    assert not re.fullmatch(takes, number), "the browser does not send it"
    answer = client.get(path, {"q": number, "o": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{path}?o=1"), "and the address is not kept"
    page = client.get(answer["Location"]).content.decode()
    assert "tidak dicari di sini" in page
    assert number not in page


@pytest.mark.parametrize("words", ["", "sari", "13.01.05.2006", "Dinas Kesehatan", "0812-3456-7890", "10.11.12.13"])
def test_the_administration_searches_for_names_and_codes(browse, chief, words):
    client = browse(chief)
    page = client.get("/admin/accounts/user/", {"q": words})
    assert page.status_code == 200
    assert re.fullmatch(re.search(r' pattern="([^"]*)"', page.content.decode())[1], words)
