"""Whoever keeps the administration meets no NIK or KK number there, and leaves none: on no page, in no form, in no sheet."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest
from axes.models import AccessAttempt
from django.contrib import admin

from tests.access.test_every_page import Looks, world  # noqa: F401
from tests.access.test_every_post import numbers
from tests.exports.conftest import registers, upload  # noqa: F401
from tests.exports.register_pages import CSV, REGISTERS, out
from tests.people import make_user
from tests.stored import of_every_table

NIK, SHOWN = "1301994506850007", "1301••••••••0007"
WRITTEN = ("text", "email", "textarea")


class Filled(HTMLParser):
    """The form of a page as it would be sent; `boxes` are those that take words."""

    def __init__(self, page):
        super().__init__()
        self.sent, self.boxes, self._inside = {}, [], None
        self.feed(re.split(r'<form [^>]*id="\w+_form"[^>]*>', page)[1].split("</form>")[0])

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        name, kind = known.get("name"), known.get("type", "text") if tag == "input" else tag
        if tag == "option" and "selected" in known and self._inside:
            self.sent.setdefault(self._inside, []).append(known.get("value", ""))
        if not name:
            return
        if tag == "select":
            self._inside = name
        elif tag == "textarea":
            self._inside, self.sent[name] = name, [""]
        elif kind not in ("submit", "file") and (kind not in ("checkbox", "radio") or "checked" in known):
            self.sent.setdefault(name, []).append(known.get("value", ""))
        if kind in WRITTEN and "readonly" not in known:
            self.boxes.append(name)

    def handle_data(self, data):
        if self._inside in self.boxes:
            self.sent[self._inside] = [self.sent[self._inside][0] + data]

    def handle_endtag(self, tag):
        if tag in ("textarea", "select"):
            if tag == "textarea":
                self.sent[self._inside] = [self.sent[self._inside][0].removeprefix("\n")]
            self._inside = None


def stored_in(number):
    texts = of_every_table("coalesce(string_agg(t::text, chr(10)), '')", ("django_session",))
    return {table for table, text in texts.items() if number in text}


# Periodic jobs are written by the program, and failed sign-ins are there to be read.
WITHOUT_FORM = {("periodictask", "add"), ("accessattempt", "add"), ("accessattempt", "change")}


@pytest.fixture
def desk(browse, chief, registers):  # noqa: F811
    make_user("sari")
    return browse(chief)


def test_no_page_of_the_administration_says_a_number(world, browse, chief, registers):  # noqa: F811
    AccessAttempt.objects.create(username=f"sari {NIK}", ip_address="10.0.0.1", user_agent=NIK, failures_since_start=6)
    eyes = Looks(browse(chief), "chief", [NIK, *numbers()])
    eyes.follow(["/admin/"])
    assert "\n".join(sorted(set(eyes.wrong))) == ""
    assert eyes.pages > 60


@pytest.mark.parametrize("model", list(admin.site._registry))
@pytest.mark.parametrize("way", ["add", "change"])
def test_no_form_of_the_administration_keeps_a_number(desk, model, way):
    path, row = f"/admin/{model._meta.app_label}/{model._meta.model_name}/", model._base_manager.order_by("pk").last()
    path = f"{path}add/" if way == "add" else f"{path}{row.pk if row else 0}/change/"
    answer = desk.get(path)
    if (model._meta.model_name, way) in WITHOUT_FORM:
        assert answer.status_code != 200
        return
    assert answer.status_code == 200
    form = Filled(answer.content.decode())
    for box in form.boxes:
        for written in (NIK, f"Rosna {NIK[:4]} {NIK[4:8]} {NIK[8:12]} {NIK[12:]}"):
            desk.post(path, form.sent | {box: [written]})
            assert stored_in(written) == set(), box


@pytest.mark.parametrize("path", REGISTERS)
def test_no_sheet_brings_a_number_in_and_no_preview_says_one(desk, upload, path):  # noqa: F811
    sheet = out(desk, path, CSV).content.decode("utf-8-sig")
    headings, *rows = csv.reader(io.StringIO(sheet, newline=""), delimiter=";")
    assert rows, "a row to write into"
    for place in range(len(headings)):
        for column in (place, None):  # in a cell, or as the heading above it
            head = [NIK if column is None and n == place else heading for n, heading in enumerate(headings)]
            row = [NIK if n == column else cell for n, cell in enumerate(rows[-1])]
            page, confirm = upload(path, written(head, row), name=f"KK_{NIK}.csv")
            assert "register-state" in page, re.findall(r"errorlist.*", page)
            assert NIK not in page, headings[place]
            assert NIK not in (confirm() if confirm else ""), headings[place]
            assert stored_in(NIK) == set(), headings[place]


def written(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_a_sheet_that_names_a_person_by_number_says_so_masked(desk, upload):  # noqa: F811
    page, confirm = upload("/admin/regions/region/", f"code,name\n13.01.05.2006,Sago {NIK}\n13-9,{NIK}\n")
    assert "Jangan tulis NIK atau nomor KK di sini" in page
    assert confirm is None
    page, confirm = upload(
        "/admin/accounts/assignment/", f"user,role,area,started_on\n{NIK},manager,13.01,2026-01-01\n"
    )
    assert SHOWN in page
    assert confirm is None
