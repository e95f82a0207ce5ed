"""Reference tables as sheets: out, changed by hand, looked at, in again; a faulty line stops the file and says where it is wrong."""

import re
from datetime import date

import pytest
from django.contrib import admin

from complaints.models import Holiday
from slrt.accounts.models import Assignment, Organisation
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.exports.registers import RegisterAdmin
from tests import people
from tests.exports.register_pages import CSV, REGISTERS, WHY, XLSX, out


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
    assert '<td data-label="Nama"><span><del>Natall' in page, "a phone shows each row as a card that names its cells"
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
    assert "Tidak ada yang disimpan." in answer
    assert "dinkes" in answer, "which code leads nowhere now"
    assert Assignment.objects.count() == before
    assert not AuditEntry.objects.filter(verb="register_import").exists()


def test_without_its_line_in_the_trail_nothing_is_applied(upload, registers, monkeypatch):
    _page, confirm = upload("/admin/complaints/holiday/", "on,name\n2026-05-01,Buruh\n")

    def refuse(*args, **kwargs):
        raise RuntimeError("no room in the trail")

    monkeypatch.setattr(trail, "write", refuse)
    confirm()
    assert not Holiday.objects.filter(name="Buruh").exists()
