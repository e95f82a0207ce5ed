"""What leaves from behind a number is exactly what the number counts."""

import re

import pytest

from slrt.audit.models import AuditEntry
from slrt.dashboard.exporting import KINDS
from slrt.dashboard.indicators import INDICATORS
from slrt.exports.models import Export
from tests import cases, people
from tests.exports.reading import csv_rows

STATES = {
    "registration": ("draft", "identity_check", "meeting", "verified", "determined"),
    "complaint": ("recorded", "triaged", "data_check", "resolved", "feedback_given"),
    "referral": ("awaiting_review", "sent", "accepted", "served", "rejected"),
}


@pytest.fixture
def much(families, sari):
    """Cases in several states, of five families of the manager's area."""
    for n, family in enumerate(families):
        cases.registration(family, STATES["registration"][n])
        cases.complaint(family, sari, STATES["complaint"][n])
        cases.referral(family, sari, STATES["referral"][n])
    return families


def button(page):
    found = re.search(r'href="/ekspor/baru/([\w-]+)/(\?[^"]*)"', page)
    return (found[1], found[2].replace("&amp;", "&")) if found else None


@pytest.mark.parametrize("code", [code for code in INDICATORS if code != "visited"])
def test_the_file_holds_the_rows_of_the_page_in_its_order(browse, lestari, much, ask, content, code):
    page = browse(lestari).get(f"/dasbor/{code}/").content.decode()
    on_page = re.findall(r'class="row-link" href="/\w+/(\d+)/"', page)
    link = button(page)
    if not on_page:
        assert link is None
        return
    _answer, export = ask(lestari, *link)
    _header, rows = csv_rows(content(lestari, export))
    assert [str(int(re.sub(r"\D", "", row[0]))) for row in rows] == on_page
    assert len(rows) == INDICATORS[code].rows(lestari).count()


def test_a_chosen_area_narrows_the_file_as_it_does_the_page(browse, lestari, much, ask, content):
    page = browse(lestari).get(f"/dasbor/families/?wilayah={people.SALIDO}").content.decode()
    _answer, export = ask(lestari, *button(page))
    assert len(csv_rows(content(lestari, export))[1]) == 2
    form = browse(lestari).get("/ekspor/baru/{}/{}".format(*button(page))).content.decode()
    assert "Keluarga terdata · Salido" in form
    assert f'href="/dasbor/families/?wilayah={people.SALIDO}"' in form


def test_an_area_outside_the_own_one_opens_nothing(lestari, much, ask, content):
    _answer, export = ask(lestari, "angka-keluarga", "?angka=families&wilayah=13.71")
    assert "Padang" not in content(lestari, export).decode()
    assert export.done == 5


def test_what_left_is_noted_with_its_number_and_purpose(lestari, much, ask):
    ask(lestari, "angka-keluhan", "?angka=complaints_open")
    asked = AuditEntry.objects.get(verb="export_ask")
    assert (asked.details["listing"], asked.details["angka"]) == ("angka-keluhan", "complaints_open")
    assert asked.note == "Bahan musyawarah nagari bulan ini"
    assert AuditEntry.objects.get(verb="export").details["rows"] == 5


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("?angka=1301994506850001", 404), ("?angka=complaints_open", 422)]
)
def test_an_unknown_number_or_one_of_another_kind_holds_no_row_and_leaves_no_line(lestari, much, ask, query, status):
    answer, export = ask(lestari, "angka-keluarga", query)
    assert (answer.status_code, export) == (status, None)
    assert not AuditEntry.objects.filter(kind="export").exists()


@pytest.mark.parametrize("who", ["tomo", "dewi", "adi"])
def test_refused_to_whom_may_not_export(request, browse, much, ask, who):
    user = request.getfixturevalue(who)
    assert button(browse(user).get("/dasbor/families/").content.decode()) is None
    for key, *_rest in KINDS.values():
        answer, export = ask(user, key, "?angka=families")
        assert (answer.status_code, export) == (403, None)
    assert not Export.objects.exists()


def test_the_same_number_is_another_list_for_another_person(joko, lestari, much, ask, content):
    cases.family_in(people.INDERAPURA, "Jauh", "1301994506850077")
    sizes = [
        len(csv_rows(content(user, ask(user, "angka-keluarga", "?angka=families")[1]))[1]) for user in (joko, lestari)
    ]
    assert sizes == [5, 6]


def test_an_officer_of_an_agency_takes_out_what_their_number_counts_and_nothing_sent_elsewhere(
    browse, agus, sari, families, ask, content
):
    """Nothing of the registry lies in their area: what was sent to them is theirs by its receiver."""
    dinkes, baznas = (people.make_organisation(code) for code in ("dinkes", "baznas"))
    sent = cases.referral(families[0], sari, "sent", receiver=dinkes)
    cases.referral(families[1], sari, "sent", receiver=baznas)
    _answer, export = ask(agus, *button(browse(agus).get("/dasbor/referrals_new/").content.decode()))
    _header, rows = csv_rows(content(agus, export))
    assert [row[0] for row in rows] == [sent.number]
