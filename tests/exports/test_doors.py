"""Who gets a list and who does not, what the trail says of it, and that a refused or failed export leaves nothing."""

from datetime import date, timedelta

import pytest
from django.test import Client

from slrt.accounts.models import Assignment
from slrt.accounts.roles import ROLE_PERMISSIONS, Permission
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.models import OutboxJob
from slrt.exports.expiry import clear_expired
from slrt.exports.models import Export
from slrt.exports.registry import FULL_NUMBERS, LISTINGS
from tests import cases, people

WITHOUT = {"adi"}  # the administration has its sheets
WITH_NUMBERS = {"rina", "lestari"}


def may(who, listing):
    held = ROLE_PERMISSIONS[people.CAST[who].role]
    opens = not held.isdisjoint({listing.permission, *listing.also})
    return opens and {Permission.EXPORT_RUN, *(FULL_NUMBERS if listing.full_letters else ())} <= held


def test_the_roles_that_export():
    held = {name: ROLE_PERMISSIONS[part.role] for name, part in people.CAST.items()}
    assert {name for name, permissions in held.items() if "export.run" not in permissions} == WITHOUT
    assert {name for name, permissions in held.items() if "export.numbers" in permissions} == WITH_NUMBERS


@pytest.mark.parametrize("key", LISTINGS)
@pytest.mark.parametrize("who", people.CAST)
def test_every_role_at_every_form(request, browse, places, key, who):
    user = request.getfixturevalue(who)
    answer = browse(user).get(f"/ekspor/baru/{key}/")
    assert answer.status_code == (200 if may(who, LISTINGS[key]) else 403)


def test_an_unknown_list_is_not_there(browse, lestari):
    assert browse(lestari).get("/ekspor/baru/gaji/").status_code == 404


@pytest.mark.parametrize("path", ["/ekspor/", "/ekspor/baru/keluarga/", "/ekspor/1/", "/ekspor/1/unduh/"])
def test_a_stranger_is_sent_to_sign_in(places, path):
    assert Client().get(path)["Location"].startswith("/masuk/")


@pytest.mark.parametrize("who", ["agus", "maya", "tomo", "dewi", "adi"])
def test_refused_and_nothing_kept(request, families, ask, uploads, who):
    answer, export = ask(request.getfixturevalue(who), "keluarga")
    assert (answer.status_code, export) == (403, None)
    assert "mengunduh daftar" in answer.content.decode() or "melihat data keluarga" in answer.content.decode()
    assert not uploads.exists()
    assert not AuditEntry.objects.filter(kind="export").exists()


def test_the_button_is_there_for_whom_it_works(browse, places, tomo, adi):
    cases.programme("KIS")
    assert "/ekspor/baru/program/" in browse(tomo).get("/program/").content.decode()
    assert "/ekspor/baru/" not in browse(adi).get("/program/").content.decode()


def test_a_number_searched_for_stands_in_no_address(browse, families, lestari):
    page = browse(lestari).post("/keluarga/", {"q": "1301994506850001"}).content.decode()
    assert "/ekspor/baru/keluarga/" not in page
    page = browse(lestari).post("/keluarga/", {"q": "Warga 1"}).content.decode()
    assert "/ekspor/baru/keluarga/?q=Warga+1" in page


def test_an_address_with_a_number_leads_to_no_download(families, lestari, ask):
    answer, export = ask(lestari, "keluarga", "?q=1301994506850001")
    assert (answer.status_code, export) == (404, None)
    assert not Export.objects.exists()
    assert not AuditEntry.objects.filter(kind="export").exists()


def test_allowed_and_noted(lestari, families, ask, content):
    answer, export = ask(lestari, "keluarga", f"?village={people.SAGO}")
    assert answer["Location"] == f"/ekspor/{export.pk}/"
    assert (export.state, export.done, export.total) == ("ready", 3, 3)
    content(lestari, export)
    lines = list(AuditEntry.objects.filter(subject="exports.export").order_by("pk"))
    assert [line.verb for line in lines] == ["export_ask", "export", "export_download"]
    assert {line.kind for line in lines} == {"export"}
    assert {(line.actor, line.place) for line in lines} == {(lestari, "13.01")}
    made = lines[1]
    assert made.note == "Bahan musyawarah nagari bulan ini"
    assert made.details["rows"] == 3
    assert made.details["sha256"] == export.file_hash
    assert made.details["basis"] == "public_task"
    assert lines[0].details["filters"] == ["village"]
    export.refresh_from_db()
    assert export.downloads == 1


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"purpose": ""}, "Tulis keperluannya."),
        ({"purpose": "x"}, "lebih jelas"),
        ({"basis": ""}, "Pilih dasar hukumnya."),
    ],
)
def test_without_purpose_or_basis_nothing_leaves(lestari, families, ask, missing, said):
    answer, export = ask(lestari, "keluarga", **missing)
    assert (answer.status_code, export) == (422, None)
    assert said in answer.content.decode()


def test_an_empty_list_says_so(browse, lestari, places, ask):
    assert "Tidak ada baris untuk diunduh" in browse(lestari).get("/ekspor/baru/keluarga/").content.decode()
    answer, export = ask(lestari, "keluarga")
    assert (answer.status_code, export) == (422, None)


def test_full_numbers_with_permission_and_reason_are_noted_as_read(lestari, families, ask):
    _answer, export = ask(lestari, "keluarga", full_numbers="on", numbers_reason="Pemadanan dengan Disdukcapil")
    line = AuditEntry.objects.get(kind="read")
    assert (line.verb, line.subject_id, line.actor) == ("reveal_list", export.pk, lestari)
    assert line.details["rows"] == 5
    assert line.note == "Pemadanan dengan Disdukcapil"


def test_full_numbers_without_reason_are_refused(lestari, families, ask):
    answer, export = ask(lestari, "keluarga", full_numbers="on")
    assert (answer.status_code, export) == (422, None)
    assert not AuditEntry.objects.filter(kind="read").exists()


def test_full_numbers_are_not_offered_to_whom_may_not_see_them(browse, joko, families, ask, content):
    assert "full_numbers" not in browse(joko).get("/ekspor/baru/keluarga/").content.decode()
    _answer, export = ask(joko, "keluarga", full_numbers="on", numbers_reason="Ingin tahu")
    assert not export.full_numbers
    assert "1301994506" not in content(joko, export).decode()


def test_full_numbers_only_where_they_may_be_seen(joko, families, ask):
    """Supervisor of IV Jurai, back office of Sago Salido alone: full numbers of Salido stay behind."""
    Assignment.objects.create(user=joko, role="back_officer", area_id=people.SAGO, started_on=date(2020, 1, 1))
    answer, export = ask(joko, "keluarga", full_numbers="on", numbers_reason="Pemadanan")
    assert (answer.status_code, export) == (422, None)
    _answer, export = ask(joko, "keluarga", f"?village={people.SAGO}", full_numbers="on", numbers_reason="Pemadanan")
    assert export.full_numbers


def test_another_persons_export_is_not_there(browse, lestari, hendra, families, ask, uploads):
    _answer, export = ask(lestari, "keluarga")
    client = browse(hendra)
    assert client.get(f"/ekspor/{export.pk}/").status_code == 404
    assert client.get(f"/ekspor/{export.pk}/unduh/").status_code == 404
    assert client.post(f"/ekspor/{export.pk}/buang/").status_code == 404
    assert export.number not in client.get("/ekspor/").content.decode()
    assert [path.name for path in uploads.iterdir()] == [f"{export.pk}.sealed"]


def test_who_lost_the_role_gets_no_file_any_more(browse, lestari, families, ask):
    _answer, export = ask(lestari, "keluarga")
    lestari.assignments.update(role="administrator")
    assert browse(lestari).get(f"/ekspor/{export.pk}/unduh/").status_code == 403


@pytest.mark.parametrize("change", [{"area_id": people.PADANG}, {"ended_on": date(2026, 1, 1)}])
def test_who_works_elsewhere_now_gets_no_file_of_the_former_area(browse, lestari, families, ask, change):
    """Also when a second assignment still lets them export."""
    Assignment.objects.create(user=lestari, role="manager", area_id="13.71", started_on=date(2020, 1, 1))
    _answer, export = ask(lestari, "keluarga")
    lestari.assignments.filter(area_id="13.01").update(**change)
    answer = browse(lestari).get(f"/ekspor/{export.pk}/unduh/")
    assert answer.status_code == 403
    assert "Wilayah tugas Anda berubah" in answer.content.decode()
    export.refresh_from_db()
    assert export.downloads == 0


def test_whose_area_grew_still_gets_the_file(browse, lestari, families, ask, content):
    _answer, export = ask(lestari, "keluarga")
    lestari.assignments.update(area_id="13")
    assert content(lestari, export)


def test_an_expired_file_is_gone(browse, lestari, families, ask, uploads):
    _answer, export = ask(lestari, "keluarga")
    with clock.told(clock.now() + timedelta(hours=25)):
        answer = browse(lestari).get(f"/ekspor/{export.pk}/unduh/")
        assert answer.status_code == 410
        assert "Buat unduhan baru" in answer.content.decode()
        assert clear_expired() == (1, 0)
        assert clear_expired().ended == 0
    export.refresh_from_db()
    assert export.state == "expired"
    page = browse(lestari).get(f"/ekspor/{export.pk}/").content.decode()
    assert 'Bila masih perlu, susun lagi dari daftarnya. <a href="/keluarga/">' in page


def test_the_way_back_from_an_expired_file_holds_codes_and_never_what_was_typed(browse, lestari, families, ask):
    _answer, export = ask(lestari, "angka-keluarga", "?angka=families&wilayah=13.01.05.2006&q=Rosna")
    Export.objects.filter(pk=export.pk).update(state="expired")
    page = browse(lestari).get(f"/ekspor/{export.pk}/").content.decode()
    assert '<a href="/dasbor/families/">' in page
    assert "Rosna" not in page


def test_clearing_removes_the_file_and_what_nobody_owns(
    lestari, families, ask, uploads, django_capture_on_commit_callbacks
):
    _answer, export = ask(lestari, "keluarga")
    (uploads / "999.sealed.part").write_bytes(b"killed")
    (uploads / "readme").write_bytes(b"not ours")
    with clock.told(clock.now() + timedelta(hours=25)), django_capture_on_commit_callbacks(execute=True):
        assert clear_expired() == (1, 1), "the export's own file is none of the strays"
    assert [path.name for path in uploads.iterdir()] == ["readme"]
    assert Export.objects.get(pk=export.pk).file_hash, "the row stays as the record"


def test_clearing_leaves_what_is_alive(lestari, families, ask, uploads):
    _answer, export = ask(lestari, "keluarga")
    assert clear_expired() == (0, 0)
    assert [path.name for path in uploads.iterdir()] == [f"{export.pk}.sealed"]


def test_thrown_away_before_its_time(browse, lestari, families, ask, uploads, django_capture_on_commit_callbacks):
    _answer, export = ask(lestari, "keluarga")
    with django_capture_on_commit_callbacks(execute=True):
        answers = [browse(lestari).post(f"/ekspor/{export.pk}/buang/").status_code for _n in range(2)]
    assert answers == [302, 302]
    assert list(uploads.iterdir()) == []
    assert AuditEntry.objects.filter(verb="export_discard").count() == 1
    assert browse(lestari).get(f"/ekspor/{export.pk}/unduh/").status_code == 410


def test_a_file_changed_on_disk_is_not_given_out(browse, lestari, families, ask, uploads):
    _answer, export = ask(lestari, "keluarga")
    path = uploads / f"{export.pk}.sealed"
    data = bytearray(path.read_bytes())
    assert b"Warga" not in data, "nothing lies in clear"
    data[-20] ^= 1
    path.write_bytes(data)
    answer = browse(lestari).get(f"/ekspor/{export.pk}/unduh/")
    assert answer.status_code == 410
    assert "rusak atau hilang" in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="export_download").exists()


@pytest.mark.parametrize("verb", ["export_ask", "export", "reveal_list"])
def test_without_its_line_in_the_trail_nothing_leaves(lestari, families, ask, uploads, monkeypatch, verb):
    real = trail.write

    def refuse(name, *args, **kwargs):
        if name == verb:
            raise RuntimeError("no room in the trail")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(trail, "write", refuse)
    with pytest.raises(RuntimeError):
        ask(lestari, "keluarga", full_numbers="on", numbers_reason="Pemadanan dengan Disdukcapil")
    assert not Export.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not uploads.exists() or list(uploads.iterdir()) == []


def test_a_full_disk_leaves_nothing(lestari, families, ask, uploads, monkeypatch):
    import errno

    from slrt.core.sealed import Sealer

    def full(self, *args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sealer, "_put", full)
    answer, export = ask(lestari, "keluarga")
    assert (answer.status_code, export) == (422, None)
    assert "penuh" in answer.content.decode()
    assert list(uploads.iterdir()) == []


def test_a_form_sent_twice_makes_one_export(browse, lestari, families):
    from tests.exports.conftest import ASKED, new_key

    key, client = new_key(), browse(lestari)
    answers = [client.post("/ekspor/baru/keluarga/", {**ASKED, "idempotency_key": key}) for _n in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert Export.objects.count() == 1


def test_the_own_exports_page(browse, lestari, families, ask):
    assert "Belum ada unduhan" in browse(lestari).get("/ekspor/").content.decode()
    _answer, export = ask(lestari, "keluarga")
    page = browse(lestari).get("/ekspor/").content.decode()
    assert export.number in page
    assert "Siap diunduh" in page
    detail = browse(lestari).get(f"/ekspor/{export.pk}/").content.decode()
    assert f"/ekspor/{export.pk}/unduh/" in detail
    assert "disamarkan" in detail


def test_the_page_of_a_file_says_which_part_of_the_list_it_is(browse, lestari, families, ask, uploads):
    _answer, part = ask(lestari, "keluarga", f"?village={people.SAGO}")
    _answer, whole = ask(lestari, "keluarga")
    page = browse(lestari).get(f"/ekspor/{part.pk}/").content.decode()
    assert "<dt>Saringan</dt><dd>Desa: Sago Salido</dd>" in page
    assert "<dt>Saringan</dt>" not in browse(lestari).get(f"/ekspor/{whole.pk}/").content.decode()
    next(uploads.iterdir()).unlink()
    part.refresh_from_db()
    gone = browse(lestari).post(f"/ekspor/{part.pk}/buang/", follow=True)
    assert gone.status_code == 200
    assert "Desa: Sago Salido" in browse(lestari).get(f"/ekspor/{part.pk}/").content.decode()


def test_a_name_searched_for_lies_encrypted_and_in_no_trail(lestari, families, ask):
    from django.db import connection

    ask(lestari, "keluarga", "?q=Warga+1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT e::text FROM exports_export e UNION ALL SELECT a::text FROM audit_auditentry a")
        assert not any("Warga" in row for (row,) in cursor.fetchall())
    assert not OutboxJob.objects.filter(args__icontains="Warga").exists()


def test_cases_stay_what_they_are(lestari, families, sari, ask):
    row = cases.complaint(families[0], sari)
    ask(lestari, "keluhan", "?tab=new")
    version = row.version
    row.refresh_from_db()
    assert row.version == version
