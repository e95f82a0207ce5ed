"""Pairs and merges leave as their page shows them: nobody's name from outside the area, no number in full, no mother."""

import re
from datetime import date
from types import SimpleNamespace

import pytest

from households.duplicates.search import search
from households.duplicates.workflow import propose_merge
from households.models import DuplicateCandidate, Household, Merge, Person
from slrt.accounts.models import Assignment
from slrt.accounts.roles import ROLE_PERMISSIONS
from slrt.audit.models import AuditEntry
from slrt.core.bounded import up_to
from slrt.exports.registry import LISTINGS
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND
from tests.exports.reading import csv_rows


@pytest.fixture
def pair(places):
    """Rosna stands in Sago Salido twice and the search has found it."""
    first = cases.family_in(people.SAGO, nik=FIRST)
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD)
    Person.objects.filter(pk__in=(first.head_id, second.head_id)).update(mother_name="Nurbaya Chaniago", version=2)
    search()
    return DuplicateCandidate.objects.get()


@pytest.fixture
def proposed(pair, rina):
    """Rina has proposed to make the two one."""
    first, second = pair.first, pair.second
    choices = {"nik": "kept", "name": "kept", "place": "kept"}
    versions = (first.version, second.version)
    return propose_merge(first, second, choices, by=rina, reason="Orang yang sama.", versions=versions)


def move(person, village):
    Household.objects.filter(families__memberships__person=person).update(village_id=village)


def link_on(page):
    found = re.search(r'href="(/ekspor/baru/[^"]*)"', page.content.decode())
    return found.group(1) if found else ""


def test_the_form_counts_pairs_up_to_a_bound_and_the_file_holds_them_all(browse, rina, pair, ask, content, monkeypatch):
    cases.family_in(people.SAGO, name="Hasan Basri", nik="1301990506700001", kk="1301990506109003")
    cases.family_in(people.SAGO, name="Hasan Bashri", nik="1301990506700003", kk="1301990506109004")
    search()
    monkeypatch.setattr("slrt.exports.views.up_to", lambda rows: up_to(rows, 1))
    assert "1+ baris" in browse(rina).get("/ekspor/baru/ganda/").content.decode()
    for numbers in ({}, {"full_numbers": "on", "numbers_reason": "Dicocokkan dengan kartu keluarga."}):
        _answer, export = ask(rina, "ganda", **numbers)
        assert export.total == 2
        assert len(csv_rows(content(rina, export))[1]) == 2


def test_where_all_that_is_shown_may_leave_nothing_is_looked_up_again(places, rina, pair):
    listing = LISTINGS["ganda"]
    assert "membership" not in str(DuplicateCandidate.objects.filter(listing.allowed(rina, "export.run")).query)
    assert not DuplicateCandidate.objects.exclude(listing.allowed(rina, "export.run")).exists()
    areas = {"export.run": (people.SALIDO,), "duplicate.view": ("13.01",)}
    narrower = SimpleNamespace(areas_for=areas.get)
    assert not DuplicateCandidate.objects.filter(listing.allowed(narrower, "export.run")).exists(), "else it is"


@pytest.mark.parametrize("query", ["", f"?village={people.SAGO}", "?least=85"])
def test_the_pairs_of_the_page_are_those_of_the_file(browse, rina, pair, ask, content, query):
    page = browse(rina).get(f"/ganda/{query}")
    key, _mark, asked = link_on(page).removeprefix("/ekspor/baru/").partition("/")
    assert key == "ganda"
    _answer, export = ask(rina, key, asked.replace("&amp;", "&"))
    header, rows = csv_rows(content(rina, export))
    assert [row[0] for row in rows] == [f"GANDA-{pair.pk}"]
    row = dict(zip(header, rows[0], strict=True))
    assert (row["Nama orang pertama"], row["Nama orang kedua"]) == ("Rosna Tanjung", "Tandjoeng Rosna")
    assert row["Desa orang pertama"] == row["Desa orang kedua"] == "Sago Salido"
    assert "Nama sama (ejaan dan urutan kata disamakan)" in row["Alasan"]
    assert row["NIK orang pertama"] == FIRST[:4] + "•" * 8 + FIRST[-4:]
    text = str(rows)
    assert FIRST not in text
    assert SECOND not in text
    assert "Nurbaya" not in text
    assert "name_same" not in text


def test_an_empty_part_offers_no_file_and_what_is_not_shown_does_not_leave(browse, rina, pair, ask, content):
    assert not link_on(browse(rina).get("/ganda/?tab=dismissed"))
    answer, export = ask(rina, "ganda", "?tab=dismissed")
    assert (answer.status_code, export) == (422, None)
    Person.objects.filter(pk=pair.second_id).update(version=3)
    answer, export = ask(rina, "ganda")
    assert (answer.status_code, export) == (422, None), "an edited entry hides its pairs until it is compared again"


@pytest.mark.parametrize("which", ["first", "second"])
def test_a_pair_across_two_areas_stays_behind_for_who_sees_one(browse, joko, rina, pair, ask, which):
    """Joko supervises IV Jurai; one of the two has moved to Inderapura, where Rina's area reaches too."""
    move(getattr(pair, which), people.INDERAPURA)
    answer, export = ask(joko, "ganda")
    assert (answer.status_code, export) == (422, None)
    _answer, export = ask(rina, "ganda")
    assert export.done == 1


def test_only_pairs_of_which_both_lie_where_the_person_may_export(browse, joko, pair, ask, monkeypatch):
    """A supervisor of IV Jurai coordinates in Inderapura too, where coordinators export nothing: the pair is seen and stays."""
    held = ROLE_PERMISSIONS["coordinator"] - {"export.run"}
    monkeypatch.setitem(ROLE_PERMISSIONS, "coordinator", held)
    Assignment.objects.create(user=joko, role="coordinator", area_id=people.INDERAPURA, started_on=date(2020, 1, 1))
    move(pair.second, people.INDERAPURA)
    assert "Tandjoeng" in browse(joko).get("/ganda/").content.decode()
    assert "Tandjoeng" in browse(joko).get("/dasbor/duplicates_decide/").content.decode()
    for key, query in (("ganda", ""), ("angka-ganda", "?angka=duplicates_decide")):
        answer, export = ask(joko, key, query)
        assert (answer.status_code, export) == (422, None)


def test_pairs_and_proposals_behind_a_number_of_the_home_page(browse, rina, joko, proposed, ask, content):
    """The number, its page and its file agree; whoever sees one of the two people only gets no pair out."""
    for user, code, key, first in (
        (rina, "duplicates_decide", "angka-ganda", f"GANDA-{DuplicateCandidate.objects.get().pk}"),
        (joko, "merges_confirm", "angka-penggabungan", f"GAB-{proposed.pk}"),
    ):
        page = browse(user).get(f"/dasbor/{code}/")
        assert 'data-count="1"' in page.content.decode()
        assert link_on(page) == f"/ekspor/baru/{key}/?angka={code}"
        _answer, export = ask(user, key, f"?angka={code}")
        header, rows = csv_rows(content(user, export))
        assert [row[0] for row in rows] == [first]
        assert header == csv_rows(content(user, ask(user, LISTED[key], "?tab=proposed" * (user == joko))[1]))[0]
        assert "Nurbaya" not in str(rows)
    move(proposed.gone, people.INDERAPURA)
    for code, key in (("duplicates_decide", "angka-ganda"), ("merges_confirm", "angka-penggabungan")):
        answer, export = ask(joko, key, f"?angka={code}")
        assert (answer.status_code, export) == (422, None)


LISTED = {"angka-ganda": "ganda", "angka-penggabungan": "penggabungan"}


def test_merges_as_their_part_of_the_page(browse, joko, proposed, ask, content):
    page = browse(joko).get("/ganda/?tab=proposed")
    assert link_on(page) == "/ekspor/baru/penggabungan/?tab=proposed"
    _answer, export = ask(joko, "penggabungan", "?tab=proposed")
    header, rows = csv_rows(content(joko, export))
    row = dict(zip(header, rows[0], strict=True))
    assert [len(rows), row["Nomor"], row["Diusulkan oleh"]] == [1, f"GAB-{proposed.pk}", "Rina"]
    assert (row["Nama pada data yang digabungkan"], row["Desa"]) == ("Tandjoeng Rosna", "Sago Salido")
    answer, export = ask(joko, "penggabungan", "?tab=merged")
    assert (answer.status_code, export) == (422, None)


def test_a_proposal_across_two_areas_stays_behind_for_who_sees_one(joko, proposed, ask):
    move(proposed.gone, people.INDERAPURA)
    assert not Merge.objects.visible_to(joko).exists()
    answer, export = ask(joko, "penggabungan", "?tab=proposed")
    assert (answer.status_code, export) == (422, None)


@pytest.mark.parametrize("key", ["ganda", "penggabungan", "angka-ganda", "angka-penggabungan"])
@pytest.mark.parametrize("who", ["sari", "agus", "fitri", "dewi", "hendra"])
def test_who_sees_no_pairs_takes_none_out(request, proposed, ask, uploads, key, who):
    answer, export = ask(request.getfixturevalue(who), key)
    assert (answer.status_code, export) == (403, None)
    assert not uploads.exists()
    assert not AuditEntry.objects.filter(kind="export").exists()


def test_asking_and_taking_stand_in_the_trail_with_the_purpose(rina, pair, ask, content):
    _answer, export = ask(rina, "ganda")
    content(rina, export)
    lines = AuditEntry.objects.filter(subject="exports.export", subject_id=export.pk).order_by("pk")
    assert [line.verb for line in lines] == ["export_ask", "export", "export_download"]
    assert lines[1].note == "Bahan musyawarah nagari bulan ini"
