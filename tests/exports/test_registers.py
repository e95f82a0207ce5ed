"""Reference tables as sheets: out, changed by hand, looked at, in again; a faulty line stops the file and says where it is wrong."""

import io
import re
from datetime import date, timedelta

import openpyxl
import pytest
import tablib
from django.contrib import admin

from complaints.models import Holiday, RoutingRule
from programs.loading import load as load_programmes
from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Assignment, Organisation, User
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.dashboard.models import Target
from slrt.exports.expiry import clear_expired
from slrt.exports.registers import RegisterAdmin
from slrt.letters.models import LetterTemplate
from slrt.regions.models import Region
from tests import people

REGISTERS = {
    "/admin/regions/region/": Region,
    "/admin/accounts/organisation/": Organisation,
    "/admin/accounts/user/": User,
    "/admin/accounts/assignment/": Assignment,
    "/admin/programs/programme/": Programme,
    "/admin/programs/programmerule/": ProgrammeRule,
    "/admin/complaints/holiday/": Holiday,
    "/admin/complaints/routingrule/": RoutingRule,
    "/admin/dashboard/target/": Target,
    "/admin/letters/lettertemplate/": LetterTemplate,
}
XLSX, CSV = "0", "1"
WHY = {"purpose": "Pemeriksaan daftar pengguna triwulan ini", "basis": "public_task"}


@pytest.fixture
def chief(adi):
    """adi, who keeps the administration."""
    adi.is_staff = adi.is_superuser = True
    adi.save()
    return adi


@pytest.fixture
def registers(places, chief):
    """Something in every register."""
    dinkes = people.make_organisation("dinkes")
    load_programmes()
    RoutingRule.objects.create(sector="health", area_id="13.01", way="refer", organisation=dinkes, unit="Seksi Rujukan")
    RoutingRule.objects.create(area_id="13.01.05", way="check", active=False)
    Target.objects.create(indicator="families", period="2026-Q4", area_id="13.01", number=1000)
    LetterTemplate.objects.create(
        kind="referral", opening="Kami merujuk {nama}:\nuntuk {program}.", closing="Terima kasih."
    )
    Holiday.objects.create(on=date(2026, 8, 17), name="Hari Kemerdekaan")


@pytest.fixture
def upload(browse, chief):
    """Upload a sheet and return the preview's page as text, and a function that confirms it."""

    def preview(path, text, name="x.csv", format=CSV):
        client = browse(chief)
        file = io.BytesIO(text if isinstance(text, bytes) else text.encode())
        file.name = name
        page = client.post(f"{path}import/", {"import_file": file, "format": format, "resource": ""}).content.decode()
        fields = dict(re.findall(r'name="(import_file_name|original_file_name|format|resource)" value="([^"]*)"', page))

        def confirm():
            return client.post(f"{path}process_import/", fields, follow=True).content.decode()

        return page, confirm if "process_import" in page else None

    return preview


def out(client, path, format, **more):
    """Export all fields of a register through its page."""
    page = client.get(f"{path}export/").content.decode()
    ticked = dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)"', page), "on")
    return client.post(f"{path}export/", {"format": format, "resource": "", **WHY, **ticked, **more})


def test_every_register_is_a_sheet():
    assert {type(admin.site.get_model_admin(model)).__mro__.count(RegisterAdmin) for model in REGISTERS.values()} == {1}


@pytest.mark.parametrize("path", REGISTERS)
@pytest.mark.parametrize("format", [XLSX, CSV])
def test_out_and_in_again_changes_nothing(browse, chief, registers, upload, path, format):
    answer = out(browse(chief), path, format)
    assert answer.status_code == 200, answer
    assert "attachment" in answer["Content-Disposition"]
    before = list(REGISTERS[path].objects.order_by("pk").values())
    page, confirm = upload(path, answer.content, "x.xlsx" if format == XLSX else "x.csv", format)
    assert confirm, page
    assert '<tr class="skip">' in page
    assert not re.search(r'<tr class="(new|update)">', page)
    confirm()
    after = list(REGISTERS[path].objects.order_by("pk").values())
    assert len(after) == len(before) > 0
    for old, new in zip(before, after, strict=True):
        old.pop("updated_at", None), new.pop("updated_at", None)
        old.pop("last_login", None), new.pop("last_login", None)
        assert old == new
    lines = AuditEntry.objects.filter(verb__startswith="register_").order_by("pk")
    assert [line.verb for line in lines] == ["register_export", "register_import"]
    assert (lines[0].note, lines[0].details["basis"]) == (WHY["purpose"], "public_task")
    assert lines[0].details["rows"] == len(before)
    assert lines[1].details["unchanged"] == len(before)


@pytest.mark.parametrize(
    ("left_out", "sentence"), [("purpose", "Tulis keperluannya."), ("basis", "Pilih dasar hukumnya.")]
)
def test_no_register_leaves_without_purpose_and_legal_basis(browse, chief, registers, left_out, sentence):
    for path in REGISTERS:
        answer = out(browse(chief), path, CSV, **{left_out: ""})
        assert "attachment" not in answer.get("Content-Disposition", "")
        page = answer.content.decode()
        assert sentence in page
        assert WHY["purpose"] in page or left_out == "purpose", "what was written stays"
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("path", REGISTERS)
@pytest.mark.parametrize("who", ["lestari", "dewi"])
def test_refused_to_whom_does_not_keep_it(request, browse, places, path, who):
    user = request.getfixturevalue(who)
    for verb in ("import/", "export/"):
        assert browse(user).get(path + verb).status_code == 302, "no staff, no administration"
    user.is_staff = True
    user.save()
    for verb in ("import/", "export/"):
        assert browse(user).get(path + verb).status_code == 403
    assert browse(user).post(path + "process_import/", {}).status_code == 403


def test_a_preview_changes_nothing_and_shows_what_would(upload, registers):
    Holiday.objects.create(on=date(2026, 12, 25), name="Natall")
    sheet = "on,name\n2026-12-25,Natal\n2026-05-01,Hari <Buruh>\n2026-08-17,Hari Kemerdekaan\n"
    page, confirm = upload("/admin/complaints/holiday/", sheet)
    assert "<del>Natall</del> <ins>Natal</ins>" in page
    assert "<ins>Hari &lt;Buruh&gt;</ins>" in page
    assert "style=" not in page.split('class="import-preview"')[1].split("</table>")[0]
    assert (Holiday.objects.count(), Holiday.objects.get(on=date(2026, 12, 25)).name) == (2, "Natall")
    assert not AuditEntry.objects.filter(verb="register_import").exists()
    confirm()
    assert Holiday.objects.get(on=date(2026, 12, 25)).name == "Natal"
    line = AuditEntry.objects.get(verb="register_import")
    assert line.details == {"table": "complaints.holiday", "new": 1, "changed": 1, "unchanged": 1}


@pytest.mark.parametrize(
    ("path", "sheet", "said"),
    [
        ("/admin/complaints/holiday/", "on,name\n2026-05-01,Buruh\n2026-13-45,Salah\n", ["on", "tidak terbaca"]),
        ("/admin/complaints/holiday/", "on,name\n2026-05-01,Buruh\n2026-06-01,\n", ["name", "Kolom ini wajib diisi."]),
        ("/admin/complaints/holiday/", "hari,name\n2026-05-01,Buruh\n", ["Kolom Tanggal (on) tidak ada di berkas."]),
        (
            "/admin/regions/region/",
            "code,name,active\n13.01.05.2099,Baru,1\n13-2,X,1\n",
            ["code", "ditulis seperti 13"],
        ),
        ("/admin/regions/region/", "code,name,active\n13.02.01,Yatim,1\n", ["code", "13.02, belum ada"]),
        (
            "/admin/accounts/organisation/",
            "code,name,kind,area,active\nbpjs,BPJS,agency,99.99,1\n",
            ["area", "&quot;99.99&quot; tidak dikenal"],
        ),
        ("/admin/accounts/organisation/", "code,name,kind,area,active\nbpjs,BPJS,kantor,13.01,1\n", ["kind"]),
        (
            "/admin/accounts/assignment/",
            "user,role,area,started_on\nhantu,manager,13.01,2026-01-01\n",
            ["user", "&quot;hantu&quot; tidak dikenal"],
        ),
        (
            "/admin/accounts/assignment/",
            "user,role,area,started_on,organisation\nadi,agency_officer,13.01,2026-01-01,\n",
            ["harus punya lembaga"],
        ),
        (
            "/admin/accounts/assignment/",
            "user,role,area,started_on,ended_on\nadi,manager,13.01,2026-01-01,2025-01-01\n",
            ["tidak boleh sebelum tanggal mulai"],
        ),
        ("/admin/programs/programme/", "code,name,receivers\nX1,Program X,gaib\n", ["receivers", "tidak dikenal"]),
        (
            "/admin/programs/programme/",
            'code,name,prerequisites\nX1,Program X,"{}"\n',
            ["prerequisites", "Satu syarat per baris"],
        ),
        (
            "/admin/programs/programme/",
            'code,name,prerequisites\nX1,Program X,"Fotokopi KTP"\n',
            ["prerequisites", "ktp: Fotokopi KTP"],
        ),
        (
            "/admin/programs/programme/",
            f'code,name,prerequisites\nX1,Program X,"{"k" * 25}: KTP"\n',
            ["prerequisites", "paling panjang 24"],
        ),
        (
            "/admin/programs/programmerule/",
            'programme,valid_from,conditions,source\nPKH,2026-01-01,"' + "decile: 4\n" * 51 + '",SK\n',
            ["conditions", "Paling banyak 50 ketentuan"],
        ),
        (
            "/admin/programs/programmerule/",
            'programme,valid_from,conditions,source\nPKH,2026-01-01,"Desil resmi paling tinggi 40",SK\n',
            ["conditions", "Isi angka 1 sampai 10."],
        ),
        (
            "/admin/programs/programmerule/",
            "programme,valid_from,conditions,source\nPKH,2026-01-01,Belum ikut satu pun program PKHH,SK\n",
            ["conditions", "&quot;PKHH&quot; tidak ada di daftar program"],
        ),
        (
            "/admin/programs/programmerule/",
            'programme,valid_from,conditions,source\nPKH,2026-01-01,"[{""kind"": ""ramalan""}]",SK\n',
            ["conditions", "ramalan"],
        ),
        (
            "/admin/complaints/routingrule/",
            "area,sector,issue,way,organisation\n13.01,food,,refer,\n",
            ["organisation", "Pilih lembaga yang dituju."],
        ),
        (
            "/admin/complaints/routingrule/",
            "area,sector,issue,way,organisation\n13.01,food,,check,dinkes\n",
            ["organisation", "Lembaga hanya untuk arah"],
        ),
        (
            "/admin/complaints/routingrule/",
            "area,sector,issue,way,organisation\n13.71,food,,refer,dinkes\n",
            ["organisation", "tidak melayani wilayah itu"],
        ),
        ("/admin/complaints/routingrule/", "area,sector,issue,way\n13.01,cuaca,,check\n", ["sector", "cuaca"]),
        ("/admin/complaints/routingrule/", "area,sector,issue,way\n99.01,food,,check\n", ["area", "tidak dikenal"]),
        ("/admin/dashboard/target/", "indicator,period,area,number\ngaib,2026,13.01,5\n", ["indicator", "gaib"]),
        ("/admin/dashboard/target/", "indicator,period,area,number\nvisited,2026,13.01,5\n", ["indicator", "visited"]),
        (
            "/admin/dashboard/target/",
            "indicator,period,area,number\nfamilies,2026-Q5,13.01,5\n",
            ["period", "Periode ditulis seperti 2026"],
        ),
        ("/admin/dashboard/target/", "indicator,period,area,number\nfamilies,2026,13.01,-5\n", ["number"]),
        (
            "/admin/letters/lettertemplate/",
            "kind,language,version,opening,closing\nreferral,id,2,Kepada {lembaga},{nik}\n",
            ["closing", "{nik} tidak dikenal. Yang bisa dipakai: {nomor}, {tanggal}"],
        ),
        (
            "/admin/letters/lettertemplate/",
            "kind,language,version,opening\ncomplaint,id,2,Nomor {nomor\n",
            ["opening", "kurung kurawal tanpa pasangan"],
        ),
        ("/admin/letters/lettertemplate/", "kind,language,version,opening\nundangan,id,2,Halo\n", ["kind"]),
    ],
)
def test_a_faulty_line_stops_the_file_and_says_where(upload, registers, path, sheet, said):
    before = list(REGISTERS[path].objects.order_by("pk").values_list("pk", flat=True))
    page, confirm = upload(path, sheet)
    assert confirm is None
    for words in said:
        assert words in page
    if said[0] in ("on", "name"):
        assert "<td>3</td>" in page, "the number that the spreadsheet shows beside the row"
    assert list(REGISTERS[path].objects.order_by("pk").values_list("pk", flat=True)) == before


def test_what_changed_between_preview_and_confirmation_stops_the_file(upload, registers):
    people.make_user("sari")
    sheet = "user,role,area,started_on,organisation\nsari,agency_officer,13.01,2026-01-01,dinkes\nsari,manager,13.01,2026-01-01,\n"
    _page, confirm = upload("/admin/accounts/assignment/", sheet)
    before = Assignment.objects.count()
    Organisation.objects.filter(code="dinkes").update(code="dinas-kesehatan")
    answer = confirm()
    assert "Tidak ada yang diterapkan" in answer
    assert Assignment.objects.count() == before
    assert not AuditEntry.objects.filter(verb="register_import").exists()


def test_without_its_line_in_the_trail_nothing_is_applied(upload, registers, monkeypatch):
    _page, confirm = upload("/admin/complaints/holiday/", "on,name\n2026-05-01,Buruh\n")

    def refuse(*args, **kwargs):
        raise RuntimeError("no room in the trail")

    monkeypatch.setattr(trail, "write", refuse)
    confirm()
    assert not Holiday.objects.filter(name="Buruh").exists()


def test_users_come_and_go_without_passwords(browse, chief, registers, upload):
    people.make_user("sari")
    answer = out(browse(chief), "/admin/accounts/user/", CSV, userresource_password="on", password="on")
    table = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv")
    assert len(table.headers) == 5
    assert not {
        heading for heading in table.headers if "sandi" in heading.casefold() or "password" in heading.casefold()
    }
    sheet = "username,full_name,email,phone,is_active,password,is_superuser\nbaru,Warga Baru,baru@example.invalid,0812,1,rahasia,1\n"
    _page, confirm = upload("/admin/accounts/user/", sheet)
    confirm()
    made = User.objects.get(username="baru")
    assert not made.has_usable_password()
    assert not made.is_superuser
    assert not made.is_staff
    assert made.is_active


def test_a_users_password_stays_when_the_sheet_comes(upload, registers):
    sari = people.make_user("sari")
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nsari,Sari Dewi\n")
    confirm()
    assert (User.objects.get(pk=sari.pk).full_name, User.objects.get(pk=sari.pk).password) == (
        "Sari Dewi",
        sari.password,
    )


def test_an_assignment_is_ended_by_the_sheet(upload, registers):
    sari = people.make_user("sari")
    sheet = f"user,role,area,started_on,ended_on\nsari,facilitator,{people.SAGO},2020-01-01,2026-11-30\n"
    _page, confirm = upload("/admin/accounts/assignment/", sheet)
    confirm()
    assert Assignment.objects.get(user=sari).ended_on == date(2026, 11, 30)


def test_each_role_of_a_sheet_leaves_its_line(upload, registers, chief):
    sari = people.make_user("sari")
    sheet = (
        "user,role,area,started_on,ended_on\n"
        f"sari,facilitator,{people.SAGO},2020-01-01,2026-11-30\nsari,manager,13.01,2026-12-01,\nadi,administrator,13.01,2020-01-01,\n"
    )
    _page, confirm = upload("/admin/accounts/assignment/", sheet)
    assert not AuditEntry.objects.exists(), "a preview is nothing yet"
    confirm()
    ended, given = AuditEntry.objects.filter(subject="accounts.assignment").order_by("pk")
    assert (ended.verb, ended.actor, ended.details["fields"]) == (
        "role_change",
        chief,
        {"ended_on": [None, "2026-11-30"]},
    )
    assert (given.verb, given.details["fields"]["user"]) == ("role_give", [None, sari.pk])
    counts = AuditEntry.objects.get(verb="register_import").details
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (1, 1, 1)


@pytest.mark.parametrize("row", ["adi,manager,13.01,2026-01-01,", "adi,administrator,13.01,2020-01-01,2030-01-01"])
def test_nobody_gives_themself_a_role_by_a_sheet(upload, registers, chief, row):
    page, confirm = upload("/admin/accounts/assignment/", f"user,role,area,started_on,ended_on\n{row}\n")
    assert "Peran Anda sendiri diatur administrator lain." in page
    assert confirm is None
    assert list(Assignment.objects.filter(user=chief).values_list("role", "ended_on")) == [("administrator", None)]


def test_what_a_sheet_says_of_a_person_stands_nowhere_in_the_trail(upload, registers):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name,phone\nbaru,Warga Baru,081234567890\n")
    confirm()
    line = AuditEntry.objects.get(subject="accounts.user")
    assert line.details["hidden"] == ["full_name", "password", "phone"]
    assert not {"Warga", "081234567890"} & set(re.findall(r"\w+", str(line.details)))


def test_more_rows_than_a_sheet_may_have_are_refused_at_once_and_said_how_else(upload, registers, settings):
    settings.REGISTER_MAX_ROWS = 2
    sheet = "code,name,active\n13.01.07,Baru,1\n13.01.07.2001,Nagari Baru,1\n13.01.07.2002,Nagari Lain,1\n"
    page, confirm = upload("/admin/regions/region/", sheet)
    assert "Berkas ini lebih dari 2 baris. Bagi menjadi beberapa berkas." in page
    assert "manage.py load_regions" in page
    assert confirm is None
    page, _confirm = upload("/admin/complaints/holiday/", "on,name\n2026-05-01,A\n2026-05-02,B\n2026-05-03,C\n")
    assert "Berkas ini lebih dari 2 baris." in page
    assert "load_regions" not in page


def test_level_and_parent_of_a_region_follow_from_its_code(upload, registers):
    _page, confirm = upload(
        "/admin/regions/region/", "code,name,active\n13.01.07,Baru,1\n13.01.07.2001,Nagari Baru,1\n"
    )
    confirm()
    made = Region.objects.get(code="13.01.07.2001")
    assert (made.level, made.parent_id) == (4, "13.01.07")


def test_a_name_that_is_a_formula_goes_out_defused_and_comes_back_whole(browse, chief, registers, upload):
    Organisation.objects.filter(code="dinkes").update(phone="+62 756 1")
    answer = out(browse(chief), "/admin/accounts/organisation/", XLSX)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert "'+62 756 1" in [cell.value for row in sheet.iter_rows() for cell in row]
    page, _confirm = upload("/admin/accounts/organisation/", answer.content, "x.xlsx", XLSX)
    assert not re.search(r'<tr class="(new|update)">', page)


def test_between_preview_and_confirmation_the_file_lies_sealed(upload, registers, uploads):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nbaru,Warga Rahasia\n")
    stored = list(uploads.iterdir())
    assert len(stored) == 1
    assert b"Rahasia" not in stored[0].read_bytes()
    confirm()
    assert list(uploads.iterdir()) == []


def test_a_file_nobody_confirmed_goes_after_a_day(upload, registers, uploads):
    _page, confirm = upload("/admin/accounts/user/", "username,full_name\nbaru,Warga Baru\n")
    with clock.told(clock.now() + timedelta(hours=25)):
        clear_expired()
    assert list(uploads.iterdir()) == []
    assert "sudah tidak ada" in confirm()
    assert not User.objects.filter(username="baru").exists()


def test_a_name_that_leads_elsewhere_opens_nothing(browse, chief, registers):
    for name in ("../../etc/passwd", "passwd", "0" * 32):
        fields = {"import_file_name": name, "original_file_name": "x", "format": CSV, "resource": ""}
        answer = browse(chief).post("/admin/accounts/user/process_import/", fields, follow=True)
        assert "sudah tidak ada" in answer.content.decode()


@pytest.mark.parametrize("path", REGISTERS)
def test_headings_are_words_people_understand_and_each_stands_for_one_column(browse, chief, registers, path):
    answer = out(browse(chief), path, CSV)
    table = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv")
    resource = admin.site.get_model_admin(REGISTERS[path]).resource_classes[0]()
    codes = {field.column_name for field in resource.get_import_fields()}
    assert len(set(table.headers)) == len(codes)
    assert not set(table.headers) & codes, "a code is no word"
    assert not [heading for heading in table.headers if "_" in heading or not heading[0].isupper()]


def test_a_sheet_that_was_filled_in_under_the_codes_still_comes_in(upload, registers):
    for heading in ("on,name", "ON,Nama", "tanggal,nama", "Tanggal (on),Nama (name)"):
        Holiday.objects.filter(name="Buruh").delete()
        _page, confirm = upload("/admin/complaints/holiday/", f"{heading}\n2026-05-01,Buruh\n")
        confirm()
        assert Holiday.objects.get(on=date(2026, 5, 1)).name == "Buruh", heading


def test_a_code_and_its_word_in_one_sheet_are_one_column_twice(upload, registers):
    page, confirm = upload("/admin/complaints/holiday/", "on,tanggal,name\n2026-05-01,2026-06-01,Buruh\n")
    assert confirm is None
    assert "Kolom Tanggal (on) ada dua kali. Hapus salah satunya." in page


def test_the_words_are_the_same_whatever_the_reader_reads_slrt_in(browse, chief, registers, upload):
    client = browse(chief)
    client.cookies["django_language"] = "en"
    table = tablib.Dataset().load(
        out(client, "/admin/complaints/holiday/", CSV).content.decode("utf-8-sig"), format="csv"
    )
    assert table.headers == ["Tanggal", "Nama"]


@pytest.mark.parametrize("form", [XLSX, CSV])
def test_rules_and_papers_are_lines_that_people_can_change(browse, chief, registers, upload, form):
    """Taken out, one condition and one paper changed as in a spreadsheet, in again: that is all that changes."""
    rule, programme = ProgrammeRule.objects.get(programme__code="PKH"), Programme.objects.get(code="PKH")
    before, papers = rule.conditions, programme.prerequisites
    changed = [
        (
            "/admin/programs/programmerule/",
            "tinggi 4\nAda anggota: salah satu dari ibu",
            "tinggi 3\nAda anggota: salah satu dari ibu",
        ),
        ("/admin/programs/programme/", "Bukti komponen (buku KIA", "Bukti komponen asli (buku KIA"),
    ]
    for path, was, now in changed:
        data = out(browse(chief), path, form).content
        if form == CSV:
            sheet = data.decode("utf-8-sig")
            assert "{" not in sheet
            again, name = sheet.replace(was, now, 1).encode(), "x.csv"
        else:
            again, name = _replaced(data, was, now), "x.xlsx"
        page, confirm = upload(path, again, name)
        assert confirm, page
        confirm()
    rule.refresh_from_db()
    programme.refresh_from_db()
    assert rule.conditions == [{"kind": "decile", "to": 3}, *before[1:]]
    assert programme.prerequisites[:2] == papers[:2]
    assert programme.prerequisites[2]["label"].startswith("Bukti komponen asli")


def _replaced(data, was, now):
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for row in book.active.iter_rows() for cell in row if was in str(cell.value)]
    cells[0].value = cells[0].value.replace(was, now, 1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_rule_names_a_programme_that_is_known_no_more(upload, registers):
    """What stands there already may go on standing; nobody writes it anew."""
    rule = ProgrammeRule.objects.get(programme__code="PKH")
    rule.conditions = [{"kind": "has_none", "programmes": ["LAMA"]}]
    rule.save()
    sheet = f"programme,valid_from,conditions,source\nPKH,{rule.valid_from},Belum ikut satu pun program LAMA,SK baru\n"
    _page, confirm = upload("/admin/programs/programmerule/", sheet)
    confirm()
    rule.refresh_from_db()
    assert (rule.conditions, rule.source) == ([{"kind": "has_none", "programmes": ["LAMA"]}], "SK baru")
