"""adi changes a programme's rule row by row, without a script, and tries it out before he saves it."""

import html
import io
import re
from datetime import date

import pytest

from households.models import Family
from programs.catalogue import PROGRAMMES
from programs.loading import load
from programs.models import FamilyAdvice, Programme, ProgrammeRule
from slrt.audit.models import AuditEntry
from tests import cases, people

RULES = "/admin/programs/programmerule/"
ADD, TRY = f"{RULES}add/", f"{RULES}coba/"
INPUT = re.compile(r"<input\b[^>]*>|<select\b.*?</select>", re.S)


@pytest.fixture
def desk(adi, browse):
    """adi, who keeps the administration, at his desk."""
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return browse(adi)


@pytest.fixture
def programme(places):
    return Programme.objects.create(code="PKH", name="Program Keluarga Harapan")


@pytest.fixture
def rule(programme):
    """The two poorest tenths, since the year began."""
    conditions = [{"kind": "decile", "to": 2}]
    return ProgrammeRule.objects.create(
        programme=programme, valid_from=date(2026, 1, 1), source="SK 1", conditions=conditions
    )


@pytest.fixture
def families(places):
    """Twelve families in Sago Salido: six of the poorest tenth, six of the third."""
    made = [cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}") for n in range(12)]
    for n, family in enumerate(made):
        Family.objects.filter(pk=family.pk).update(decile=1 if n < 6 else 3)
    return made


def path(rule, end="change/"):
    return f"{RULES}{rule.pk}/{end}"


def said(answer):
    page = answer.content.decode().split('<main id="content-start"')[-1].split('id="footer"')[0]
    return " ".join(html.unescape(re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S)).split())


def sent(answer):
    """What a browser would send of a page's form, read from the page itself."""
    form = answer.content.decode().split('id="programmerule_form"')[-1].split("</form>")[0]
    fields = {}
    for tag in INPUT.findall(form):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="(\w+)"', tag)
        if not name or (kind and kind[1] == "submit") or (kind and kind[1] == "checkbox" and " checked" not in tag):
            continue
        value = re.search(r'<option value="([^"]*)" selected' if tag.startswith("<select") else r'value="([^"]*)"', tag)
        fields.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return fields


def again(page, action):
    """What the page of a rehearsal would send on to be saved."""
    fields = {}
    for name, value in re.findall(
        r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page.split(f'action="{action}"')[1]
    ):
        fields.setdefault(name, []).append(html.unescape(value))
    return fields


def new(programme, *rows, **more):
    """A new rule as its form sends it. `rows`: kind and what else is filled in."""
    fields = {"programme": programme.pk, "valid_from": "2026-02-01", "source": "SK 2", "conditions-total": len(rows)}
    for n, row in enumerate(rows):
        fields.update({f"conditions-{n}-{part}": value for part, value in row.items()})
    return {**fields, **more}


def changes():
    return list(AuditEntry.objects.filter(subject="programs.programmerule").order_by("pk"))


def test_every_rule_of_the_catalogue_that_is_opened_and_saved_is_the_same_and_leaves_no_line(desk, places):
    for code in ("dinsos", "dinkes", "disdik", "perkim", "koperasi", "baznas", "disdukcapil"):
        people.make_organisation(code)
    load()
    before = dict(ProgrammeRule.objects.values_list("pk", "conditions"))
    assert len(before) >= len([entry for entry in PROGRAMMES if entry["conditions"]])
    for row in ProgrammeRule.objects.all():
        answer = desk.post(path(row), sent(desk.get(path(row))))
        assert answer.status_code == 302, said(answer)
    assert dict(ProgrammeRule.objects.values_list("pk", "conditions")) == before
    assert changes() == []


def test_the_form_says_the_rule_as_people_read_it_and_shows_no_json(desk, rule):
    page = said(desk.get(path(rule)))
    assert "Dibaca: Keluarga memenuhi bila desilnya 1 sampai 2." in page
    assert "Desil resmi paling tinggi" in page
    assert page.count("Ketentuan baru") == 3
    assert '"kind"' not in page
    assert "<textarea" not in desk.get(path(rule)).content.decode()


def test_adi_writes_a_new_rule_in_rows_and_leaves_some_blank(desk, programme):
    rows = ({"kind": "decile", "number": "3"}, {"kind": ""}, {"kind": "component", "members": ["old", "disabled"]}, {})
    answer = desk.post(ADD, new(programme, *rows))
    assert answer.status_code == 302, said(answer)
    made = ProgrammeRule.objects.get()
    assert made.conditions == [{"kind": "decile", "to": 3}, {"kind": "component", "any": ["old", "disabled"]}]
    [line] = changes()
    assert (line.verb, line.actor.username) == ("admin_add", "adi")
    assert line.details["fields"]["conditions"] == [None, made.conditions]


def test_adi_changes_a_number_adds_one_and_drops_one_and_the_trail_holds_before_and_after(desk, rule):
    rule.conditions = [{"kind": "decile", "to": 2}, {"kind": "owns_house"}]
    rule.save()
    before = rule.conditions
    typed = sent(desk.get(path(rule)))
    assert desk.post(path(rule), {**typed, "conditions-0-number": "4", "conditions-1-drop": "on"}).status_code == 302
    typed = sent(desk.get(path(rule)))
    desk.post(path(rule), {**typed, "conditions-2-kind": "has_none", "conditions-2-programmes": ["PKH"]})
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 4}, {"kind": "has_none", "programmes": ["PKH"]}]
    first, second = changes()
    assert first.details["fields"] == {"conditions": [before, [{"kind": "decile", "to": 4}]]}
    assert second.details["fields"] == {"conditions": [[{"kind": "decile", "to": 4}], rule.conditions]}


def test_dewi_reads_in_the_trail_how_the_rule_read_before_and_after(browse, desk, rule, dewi):
    desk.post(path(rule), {**sent(desk.get(path(rule))), "conditions-0-number": "4"})
    page = " ".join(re.sub(r"<[^>]+>", " ", browse(dewi).get("/jejak/").content.decode()).split())
    before, after = (f"Keluarga memenuhi bila desilnya 1 sampai {n}." for n in (2, 4))
    assert f"Ketentuan: {before} → {after}" in page


def test_a_rule_may_have_no_condition_an_officer_looks_then(desk, rule):
    desk.post(path(rule), {**sent(desk.get(path(rule))), "conditions-0-drop": "on"})
    rule.refresh_from_db()
    assert rule.conditions == []
    assert "Tanpa ketentuan: petugas menilai setiap keluarga sendiri." in said(desk.get(path(rule)))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"conditions-0-number": "40"}, "Isi angka 1 sampai 10."),
        ({"conditions-0-kind": "component"}, "Pilih sedikitnya satu kelompok anggota."),
        ({"conditions-1-kind": "has_any", "conditions-1-programmes": ["GAIB"]}, "Pilih sedikitnya satu program"),
        ({"conditions-0-kind": "ramalan"}, "Jenis ketentuan ini tidak dikenal."),
        ({"conditions-0-kind": ""}, "Pilih dulu apa yang dilihat, atau centang Hapus."),
        ({"conditions-total": "9999"}, "Isian ketentuan tidak lengkap."),
        ({"conditions-total": "x"}, "Isian ketentuan tidak lengkap."),
        ({"conditions-total": ""}, "Isian ketentuan tidak lengkap."),
        ({"valid_to": "2025-01-01"}, "Tidak boleh sebelum tanggal mulai berlaku."),
    ],
)
def test_a_fault_is_said_and_leaves_the_rule_as_it_was(desk, rule, typed, sentence):
    answer = desk.post(path(rule), {**sent(desk.get(path(rule))), **typed})
    assert sentence in said(answer)
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}]
    assert changes() == []


def test_a_fault_stands_in_its_row_and_what_was_typed_is_still_there(desk, rule):
    typed = {"conditions-0-number": "40", "conditions-2-kind": "component", "conditions-2-members": ["old"]}
    page = desk.post(path(rule), {**sent(desk.get(path(rule))), **typed}).content.decode()
    row = page.split('<fieldset class="condition faulty">')[1].split("Ketentuan 2")[0]
    assert 'id="conditions-0-fault">Isi angka 1 sampai 10.' in row
    assert 'value="40"' in row
    assert 'name="conditions-1-members" value="old" checked' in page
    assert page.count("Ketentuan baru") == 3


def test_adi_tries_a_changed_rule_and_nothing_is_saved_until_he_saves(desk, rule, families):
    before = AuditEntry.objects.count()
    answer = desk.post(path(rule, "coba/"), {**sent(desk.get(path(rule))), "conditions-0-number": "4"})
    page = said(answer)
    assert "Belum ada yang disimpan." in page
    assert "Sekarang Keluarga memenuhi bila desilnya 1 sampai 2. Yang dicoba Keluarga memenuhi bila desilnya 1" in page
    assert "Memenuhi 5 10 Tidak memenuhi 5 0 Data kurang 0 0" in page, "rounded, adi sees no families"
    assert "Jadi memenuhi 5 Tidak lagi memenuhi 0" in page
    assert "Warga" not in page
    assert "Sago" not in page
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}]
    assert AuditEntry.objects.count() == before
    assert not FamilyAdvice.objects.exists()
    content = answer.content.decode()
    back = html.unescape(re.search(r'class="closelink" href="([^"]+)"', content)[1])
    assert 'name="conditions-0-number" id="conditions-0-number" value="4"' in desk.get(back).content.decode()
    desk.post(path(rule), {**again(content, path(rule)), "_save": "1"})
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 4}]
    assert len(changes()) == 1


def test_adi_tries_a_new_rule_and_goes_back_to_what_he_typed(desk, rule, families):
    answer = desk.post(TRY, new(rule.programme, {"kind": "component", "members": ["worker", "old"]}))
    assert "bila ada orang usia kerja atau lansia 70 tahun ke atas." in said(answer)
    assert ProgrammeRule.objects.count() == 1
    back = html.unescape(re.search(r'class="closelink" href="([^"]+)"', answer.content.decode())[1])
    page = desk.get(back).content.decode()
    assert 'name="conditions-0-members" value="worker" checked' in page
    assert 'name="source" value="SK 2"' in page
    assert ProgrammeRule.objects.count() == 1


def test_a_condition_that_adi_drops_stays_dropped_when_he_goes_back_or_saves_after_trying(desk, rule, families):
    rule.conditions = [{"kind": "decile", "to": 2}, {"kind": "owns_house"}]
    rule.save()
    answer = desk.post(path(rule, "coba/"), {**sent(desk.get(path(rule))), "conditions-1-drop": "on"})
    assert "Yang dicoba Keluarga memenuhi bila desilnya 1 sampai 2. Keluarga" in said(answer)
    page = answer.content.decode()
    back = html.unescape(re.search(r'class="closelink" href="([^"]+)"', page)[1])
    assert "Dibaca: Keluarga memenuhi bila desilnya 1 sampai 2." in said(desk.get(back))
    desk.post(path(rule), {**again(page, path(rule)), "_save": "1"})
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}]


def test_a_faulty_rule_that_is_tried_comes_back_with_its_faults(desk, rule, families):
    answer = desk.post(path(rule, "coba/"), {**sent(desk.get(path(rule))), "conditions-0-number": "40"})
    assert "Isi angka 1 sampai 10." in said(answer)
    assert f'action="{path(rule)}"' in answer.content.decode()
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}]


def test_whoever_keeps_no_registers_neither_opens_tries_nor_saves_a_rule(browse, rule, families, rina):
    typed = {**new(rule.programme, {"kind": "decile", "number": "9"})}
    for address in (path(rule), path(rule, "coba/"), ADD, TRY):
        assert browse(rina).post(address, typed).status_code == 302, "no staff, no administration"
    rina.is_staff = True
    rina.save()
    for address in (path(rule), path(rule, "coba/"), ADD, TRY):
        answer = browse(rina).post(address, typed)
        assert answer.status_code == 403
        assert "Jadi memenuhi" not in answer.content.decode()
    assert [row.conditions for row in ProgrammeRule.objects.all()] == [[{"kind": "decile", "to": 2}]]
    assert changes() == []


def test_a_rule_is_tried_out_by_a_form_only(desk, rule):
    assert desk.get(path(rule, "coba/")).status_code == 405
    assert desk.post(f"{RULES}999999999/coba/", {}).status_code == 404


def test_a_programme_shows_its_rules_in_words_with_the_way_to_their_form(desk, rule):
    page = desk.get(f"/admin/programs/programme/{rule.programme_id}/change/")
    assert "Keluarga memenuhi bila desilnya 1 sampai 2." in said(page)
    assert path(rule) in page.content.decode()
    assert f"{ADD}?programme={rule.programme_id}" in page.content.decode()
    assert "Simpan dulu programnya" in said(desk.get("/admin/programs/programme/add/"))


def test_a_sheet_of_rules_tells_in_its_preview_what_they_would_do(desk, rule, families):
    sheet = 'programme,valid_from,conditions,source\nPKH,2026-01-01,"[{""kind"": ""decile"", ""to"": 4}]",SK 2\n'
    file = io.BytesIO(sheet.encode())
    file.name = "ketentuan.csv"
    page = said(desk.post(f"{RULES}import/", {"import_file": file, "resource": ""}))
    assert "Akibatnya bagi keluarga" in page
    assert "Jadi memenuhi 5 Tidak lagi memenuhi 0" in page
    rule.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 2}]
